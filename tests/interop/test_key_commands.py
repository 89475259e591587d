"""Keys changed while the cluster runs, from either CLI, over agents of both kinds."""
import base64
import itertools
import json

from tests.harness.agent import SERF
from tests.harness.rpc import RpcError
from tests.harness.waiting import wait_until
from tests.interop.test_cli_equality import KINDS, CliCase

OLD, NEW, OTHER = (base64.b64encode(bytes([n]) * size).decode() for n, size in ((1, 16), (2, 32), (3, 24)))


class KeyCase(CliCase):
    """Our agents show keys to every client, as Serf's do: tests/e2e/test_local_rpc.py is about those that do not."""

    def agent(self, kind, *arguments, **options):
        agent = super().agent(kind, *arguments, **options)
        if kind == 'hearsay':
            path = self.directory / 'shows-keys.json'
            path.write_text('{"rpc_shows_keys": true}', encoding='ascii')
            agent.always = (f'-config-file={path}',)
        return agent

    def keyring(self, name, *keys):
        path = self.directory / f'{name}.keyring'
        path.write_text(json.dumps(keys), encoding='ascii')
        return path

    @staticmethod
    def listed(agent):
        """key -> how many members have it, as RPC counts them; and how many were asked."""
        answer = agent.rpc.call('list-keys')
        return answer['Keys'], answer['NumNodes']


class KeyCommands(KeyCase):

    FORMS = [
        ['-list'], ['-install', NEW], ['-install=' + NEW], ['-use', OTHER], ['-remove', OLD], ['-remove', OTHER],
        ['-use', NEW], ['-list'], ['-remove', NEW], ['-remove', OLD], ['-use', OLD], ['-list', 'more', 'words'],
        ['-install', base64.b64encode(b'five!').decode()], ['-list', '-install='],
        # Not base64, each in its own way: the place of the mistake is told.
        *(['-install', key] for key in ('abc', '!!', 'ab', 'a', 'abcd=', 'abcde===', 'ab=c', 'ab==x', 'abc=x', '====',
                                        'abcd\n!', 'ab=\n', 'ab\n', 'abcd!', NEW[:-1], NEW + 'x', OLD[:-1])),
        # More than a query may carry.
        ['-install', base64.b64encode(bytes(1000)).decode()],
        # Bits left over in the last character, and line breaks, change nothing.
        ['-install', OLD[:-3] + chr(ord(OLD[-3]) + 1) + '=='], ['-remove', OTHER[:8] + '\r\n' + OTHER[8:]],
    ]

    def test_every_form_of_keys_prints_the_same(self):
        for kind in KINDS:
            agent = self.agent(kind, 'same-name').start(f'-encrypt={OLD}')
            for form in self.FORMS:
                self.assert_same(agent, 'keys', *form)
            for form in ([], ['-install='], ['-list', '-use', 'x'], ['-install', 'x', '-remove', 'y'], ['-no-such'],
                         ['-install']):
                self.assert_same_refusal(agent, 'keys', *form)

    def test_without_encryption_every_action_is_refused_in_the_same_words(self):
        for kind in KINDS:
            agent = self.agent(kind).start()
            for form in (['-list'], ['-install', NEW], ['-use', NEW], ['-remove', NEW]):
                self.assertEqual(self.assert_same(agent, 'keys', *form).returncode, 1)

    def test_answers_over_rpc_are_the_same(self):
        told = {}
        for kind in KINDS:
            agent = self.agent(kind, 'same-name').start(f'-encrypt={OLD}')
            calls = [('list-keys', None), ('install-key', {'Key': NEW}), ('use-key', {'Key': NEW}), ('list-keys', None),
                     ('remove-key', {'Key': OLD}), ('remove-key', {'Key': NEW}), ('use-key', {'Key': OLD}),
                     ('install-key', {'Key': '?'}), ('list-keys', None)]
            told[kind] = []
            for command, body in calls:
                try:
                    told[kind].append(agent.rpc.call(command, body))
                except RpcError as error:
                    told[kind].append(str(error))
        self.assertEqual(told['hearsay'], told['serf'])

    def test_a_member_that_does_not_answer_is_missing_from_the_count(self):
        for kind in KINDS:
            seed = self.agent(kind).start(f'-encrypt={OLD}')
            other = self.agent('hearsay').start(f'-encrypt={OLD}', f'-join={seed.endpoint}')
            self.wait_alive([seed, other])
            other.kill()
            result = seed.cli('keys', '-list', program=str(self.link))
            self.assertEqual(result.stdout, '==> Asking all members for installed keys...\n\n'
                                            'Failed to gather member keys: 1/2 nodes reported success\n')
            self.assertEqual(result.returncode, 1)


class KeyRotation(KeyCase):

    def rotate(self, agents, rings, asker, program, old, new):
        """Install, use, remove, as one does; after each step everybody has followed, file and all."""
        steps = [('-install', [old, new]), ('-use', [new, old]), ('-remove', [new])]
        for (action, after), key in zip(steps, (new, new, old)):
            result = asker.cli('keys', action, key, program=program)
            self.assertEqual(result.returncode, 0, result.stdout)
            self.assertEqual(self.listed(asker), ({key: len(agents) for key in after}, len(agents)))
            for agent in agents:
                self.assertEqual(sorted(json.loads(rings[agent].read_text(encoding='ascii'))), sorted(after))
                self.assertEqual(json.loads(rings[agent].read_text(encoding='ascii'))[0], after[0], agent)

    def test_a_mixed_cluster_rotates_its_key_from_either_cli_at_either_agent(self):
        agents, rings = [], {}
        for kind in ('serf', 'hearsay', 'serf', 'hearsay'):
            agent = self.agent(kind)
            rings[agent] = self.keyring(agent.name, OLD)
            joins = [f'-join={other.endpoint}' for other in agents]
            agents.append(agent.start(f'-keyring-file={rings[agent]}', *joins))
        self.wait_alive(agents)
        keys = itertools.cycle((OLD, NEW, OTHER))
        old = next(keys)
        for asker in agents[:2]:
            for program in (SERF, str(self.link)):
                with self.subTest(asker=asker, program=program):
                    new = next(keys)
                    self.rotate(agents, rings, asker, program, old, new)
                    old = new
        self.wait_alive(agents)
        for agent in agents:
            for key in (NEW, OTHER):  # as text, and as a quoted payload
                self.assertNotIn(key, agent.log())
                self.assertNotIn(repr(base64.b64decode(key))[2:10], agent.log())
        newcomer = self.agent('hearsay').start(f'-encrypt={old}', f'-join={agents[0].endpoint}')
        self.wait_alive([*agents, newcomer])
        stream = agents[2].rpc.stream(Type='user:sealed')
        newcomer.rpc.call('event', {'Name': 'sealed', 'Payload': b'', 'Coalesce': False})
        self.assertEqual(agents[2].rpc.next_record(stream)['Name'], 'sealed')

    def test_a_key_that_only_some_have_is_counted_and_can_be_completed(self):
        for asker_kind, other_kind in itertools.permutations(KINDS):
            asker = self.agent(asker_kind).start(f'-keyring-file={self.keyring(asker_kind, OLD, NEW)}')
            other = self.agent(other_kind).start(f'-encrypt={OLD}', f'-join={asker.endpoint}')
            self.wait_alive([asker, other])
            self.assertEqual(self.listed(asker), ({OLD: 2, NEW: 1}, 2))
            self.assert_same(asker, 'keys', '-list')
            self.assert_same(asker, 'keys', '-install', NEW)
            self.assertEqual(self.listed(other), ({OLD: 2, NEW: 2}, 2))

    def test_the_failure_of_each_member_is_told(self):
        agents = self.cluster('serf', 'hearsay', 'serf', arguments=[f'-encrypt={OLD}'])
        self.wait_alive(agents)
        for agent in agents[:2]:
            printed = self.assert_same(agent, 'keys', '-use', NEW).stdout
            self.assertEqual(printed.count('Requested key is not in the keyring'), 3, printed)
            self.assertIn('Error changing primary key: 3/3 nodes reported failure', printed)
            self.assert_same(agent, 'keys', '-remove', OLD)


class LongKeyLists(KeyCase):

    @staticmethod
    def keys(count):
        return [base64.b64encode(n.to_bytes(32, 'big')).decode() for n in range(count)]

    def test_a_list_that_no_answer_can_hold_is_cut_as_serf_cuts_it(self):
        told = {}
        for kind in KINDS:
            ring = self.keyring(kind, *self.keys(60))
            agent = self.agent(kind, 'same-name').start(f'-keyring-file={ring}')
            answer = agent.rpc.call('list-keys')
            answer['Keys'] = sorted(answer['Keys'])
            told[kind] = answer
            self.assert_same(agent, 'keys', '-list')
        self.assertEqual(told['hearsay'], told['serf'])
        self.assertRegex(told['hearsay']['Messages']['same-name'],
                         r'^truncated key list response, showing first \d+ of 60 keys$')

    def test_thirty_keys_at_one_member_are_cut_and_the_others_still_count(self):
        # Thirty keys of its own crash Serf 0.9.4; reading our list of them does not.
        keys = self.keys(30)
        hearsay = self.agent('hearsay').start(f'-keyring-file={self.keyring("long", *keys)}')
        serf = self.agent('serf').start(f'-encrypt={keys[0]}', f'-join={hearsay.endpoint}')
        self.wait_alive([serf, hearsay])
        for agent in (serf, hearsay):
            counts, nodes = self.listed(agent)
            self.assertEqual((counts[keys[0]], nodes), (2, 2))
            self.assertEqual(sorted(counts), sorted(keys[:len(counts)]))
            self.assert_same(agent, 'keys', '-list')
        self.assertIn(f'note:  {hearsay.name}  truncated key list response', hearsay.cli('keys', '-list').stdout)
        wait_until(lambda: 'truncated key list response' in hearsay.log(), 'a warning in the log')

class KeyringFiles(KeyCase):

    def test_a_keyring_file_that_cannot_be_written_is_a_failure_of_that_member(self):
        for kind in KINDS:
            directory = self.directory / f'{kind}-ring'
            directory.mkdir()
            ring = directory / 'ring'
            ring.write_text(json.dumps([OLD]), encoding='ascii')
            agent = self.agent(kind).start(f'-keyring-file={ring}')
            ring.unlink()
            directory.rmdir()
            result = self.assert_same(agent, 'keys', '-install', NEW)
            self.assertEqual(result.returncode, 1)
            self.assertRegex(result.stdout, f'\nfailed:  {agent.name}  Failed to write keyring file: (open )?{ring}: '
                                            'no such file or directory\n')

    def test_a_file_written_by_either_kind_starts_the_other(self):
        for writer, reader in itertools.permutations(KINDS):
            ring = self.keyring(writer, OLD)
            first = self.agent(writer).start(f'-keyring-file={ring}')
            first.rpc.call('install-key', {'Key': NEW})
            first.rpc.call('use-key', {'Key': NEW})
            written = ring.read_text(encoding='ascii')
            self.assertEqual(written, json.dumps([NEW, OLD], indent=2))
            first.terminate()
            second = self.agent(reader).start(f'-keyring-file={ring}')
            self.assertEqual(self.listed(second), ({NEW: 1, OLD: 1}, 1))
