"""Our CLI under the name `serf` and Serf's own print the same, whichever kind of agent answers."""
import json
import os
import re
import signal
import subprocess

from tests.harness.agent import HEARSAY, SERF
from tests.harness.case import AgentCase
from tests.harness.waiting import wait_until

KINDS = ('serf', 'hearsay')
COMMANDS = ('agent', 'event', 'force-leave', 'info', 'join', 'keygen', 'keys', 'leave', 'members', 'monitor', 'query',
            'reachability', 'rtt', 'tags', 'version')
# These change from one question to the next.
VOLATILE = re.compile(r'("?(?:goroutines|rpc_\w+)"?(?: =|:) )"?\d+"?')


def sort_tags(line):
    """Tags of a member come in any order."""
    columns = re.split(r'( {2,})', line)
    return ''.join(','.join(sorted(column.split(','))) if '=' in column else column for column in columns)


def normalised(output):
    """Members come in any order, and the last of them lacks a comma in JSON and the padding in text."""
    output = VOLATILE.sub(r'\1N', output)
    return sorted((sort_tags(line) if '"' not in line else line.rstrip(',')).rstrip(' ')
                  for line in output.splitlines())


class CliCase(AgentCase):

    def setUp(self):
        super().setUp()
        self.link = self.directory / 'serf'
        os.symlink(HEARSAY, self.link)

    def both(self, agent, *arguments, **options):
        """What Serf's CLI and ours say to the same question."""
        return (agent.cli(*arguments, program=SERF, **options),
                agent.cli(*arguments, program=str(self.link), **options))

    def assert_same(self, agent, *arguments, **options):
        """Same output, order of members aside, and same exit status. Returns ours."""
        theirs, ours = self.both(agent, *arguments, **options)
        with self.subTest(agent=agent.kind, arguments=arguments):
            self.assertEqual(normalised(ours.stdout), normalised(theirs.stdout))
            self.assertEqual(normalised(ours.stderr), normalised(theirs.stderr))
            self.assertEqual(ours.returncode, theirs.returncode)
        return ours

    def assert_same_refusal(self, agent, *arguments):
        """Help texts are each project's own words; where they go and the exit status are not."""
        theirs, ours = self.both(agent, *arguments)
        with self.subTest(agent=agent.kind, arguments=arguments):
            self.assertEqual(ours.returncode, theirs.returncode)
            self.assertEqual(bool(ours.stdout.strip()), bool(theirs.stdout.strip()), ours.stdout)
            self.assertEqual(bool(ours.stderr.strip()), bool(theirs.stderr.strip()), ours.stderr)
            if ours.stdout and not theirs.stdout.startswith('Usage'):
                self.assertEqual(ours.stdout.splitlines()[0], theirs.stdout.splitlines()[0])
        return ours


class Members(CliCase):

    FORMS = [
        [], ['-detailed'], ['-format=text'], ['-format', 'json'], ['--format=json'], ['-detailed', '-format=json'],
        ['-name=web-1'], ['-name=web-.*'], ['-name=web'], ['-name=^web-1$'], ['-name=(?i)WEB-1'], ['-name=nobody'],
        ['-status=alive'], ['-status', 'failed'], ['-status=left'], ['-status=alive|failed'], ['-status=aliv'],
        ['-role=web'], ['-role=web', '-format=json'],
        ['-tag', 'role=web'], ['-tag', 'role=w.*', '-tag', 'dc=east'], ['-tag=dc=(east|west)'], ['-tag', 'dc='],
        ['-tag', 'expr=a=b'], ['--tag', 'role=db', '--status', 'failed'], ['-tag', 'role=none', '-format=json'],
        ['-format=json', '-name=web-.*', '-status=alive', '-tag', 'role=web'], ['-detailed', '-tag', 'role=web'],
        ['-format=yaml'], ['-tag', 'notag'], ['-tag', '=x'], ['-name=['], ['-tag', 'role=['], ['-status=('],
        ['-detailed=false'], ['-detailed=true'],
    ]

    def test_every_form_of_members_prints_the_same(self):
        agents = {kind: self.agent(kind, f'seed-{kind}') for kind in KINDS}
        seed = agents['serf'].start('-profile=local')
        agents['hearsay'].start('-profile=local', f'-join={seed.endpoint}', '-tag', 'pipe=a|b')
        joined = ['-profile=local', f'-join={seed.endpoint}']
        self.agent('serf', 'web-1').start(*joined, '-tag', 'role=web', '-tag', 'dc=east')
        self.agent('hearsay', 'web-2').start(*joined, '-tag', 'role=web', '-tag', 'dc=west', '-tag', 'expr=a=b')
        failing = self.agent('serf', 'db-1').start(*joined, '-tag', 'role=db')
        leaving = self.agent('hearsay', 'a-name-much-longer-than-others').start(*joined, '-tag', 'umlaut=gr\u00fc\u00df')
        self.wait_alive(self.agents)
        failing.kill()
        leaving.leave()
        for status, agent in (('failed', failing), ('left', leaving)):
            self.wait_status(list(agents.values()), agent.name, status)
        for agent in agents.values():
            for form in self.FORMS:
                self.assert_same(agent, 'members', *form)
            self.assert_same_padding(agent, 'seed-serf')
        views = [normalised(agents[kind].cli('members', '-format=json', program=SERF).stdout) for kind in KINDS]
        self.assertEqual(*views)


    def assert_same_padding(self, agent, name):
        """An empty last column is padded too, but not in the last line."""
        def line_of(program):
            def line():
                lines = agent.cli('members', program=program).stdout.splitlines()
                return next((text for text in lines[:-1] if text.startswith(name)), None)
            return wait_until(line, f'{name} before the last line')
        self.assertEqual(line_of(str(self.link)), line_of(SERF))


class Info(CliCase):

    def test_info_prints_the_same_in_text_and_json(self):
        for kind in KINDS:
            # A handler that ran meanwhile would be counted between the two questions.
            agent = self.agent(kind).start('-tag', 'role=web', '-event-handler', 'user:deploy,member-failed=true')
            for form in ([], ['-format=text'], ['-format=json'], ['-format=xml']):
                self.assert_same(agent, 'info', *form)

    def test_both_kinds_of_agents_tell_the_same_facts(self):
        told = {}
        for kind in KINDS:
            agent = self.agent(kind, 'same-name').start('-tag', 'role=web', '-event-handler',
                                                        'user:deploy,member-join=true')
            told[kind] = json.loads(agent.cli('info', '-format=json', program=SERF).stdout)
        for section in ('agent', 'event_handlers', 'tags'):
            self.assertEqual(told['hearsay'][section], told['serf'][section])
        for section, values in told['serf'].items():
            self.assertLessEqual(values.keys(), told['hearsay'][section].keys(), section)
        counts = ('members', 'failed', 'left', 'encrypted', 'health_score', 'intent_queue', 'event_queue')
        self.assertEqual(*({key: told[kind]['serf'][key] for key in counts} for kind in KINDS))


class Changes(CliCase):
    """Commands that change something; each CLI finds the agent as the other did."""

    def test_join_prints_the_same(self):
        other = self.agent('serf').start()
        nobody = self.network.address()
        for kind in KINDS:
            agent = self.agent(kind).start()
            self.assert_same(agent, 'join', nobody)
            self.assert_same(agent, 'join', nobody, f'{nobody}:1')
            self.assert_same(agent, 'join', other.endpoint)
            self.assert_same(agent, 'join', '-replay', other.address, f'other/{other.endpoint}')
            self.assert_same_refusal(agent, 'join')

    def test_tags_print_the_same_and_change_the_same(self):
        for kind in KINDS:
            agent = self.agent(kind).start('-tag', 'old=1')
            self.assert_same(agent, 'tags', '-set', 'a=1', '-set', 'b=x=y', '-delete', 'old')
            self.assertEqual(agent.rpc.tags(), {agent.name: {'a': '1', 'b': 'x=y'}})
            self.assert_same(agent, 'tags', '-delete', 'a', '-set', 'a=2')
            self.assertEqual(agent.rpc.tags(), {agent.name: {'a': '2', 'b': 'x=y'}})
            self.assert_same(agent, 'tags', '-delete', 'not-there')
            self.assert_same(agent, 'tags', '-set', 'novalue')
            self.assert_same(agent, 'tags', '-set', 'long=' + 'x' * 600)
            self.assert_same_refusal(agent, 'tags')
            self.assertEqual(agent.rpc.tags(), {agent.name: {'a': '2', 'b': 'x=y'}})

    def test_event_prints_the_same(self):
        for kind in KINDS:
            agent = self.agent(kind).start()
            self.assert_same(agent, 'event', 'deploy')
            self.assert_same(agent, 'event', 'deploy', 'payload')
            self.assert_same(agent, 'event', '-coalesce=false', 'deploy', 'payload')
            self.assert_same(agent, 'event', 'x' * 500, 'y' * 13)
            self.assert_same(agent, 'event', 'x' * 490)
            self.assert_same_refusal(agent, 'event')
            self.assert_same_refusal(agent, 'event', 'too', 'many', 'words')

    def test_force_leave_prints_the_same(self):
        for kind in KINDS:
            agent = self.agent(kind).start()
            self.assert_same(agent, 'force-leave', 'nobody')
            self.assert_same(agent, 'force-leave', '-prune', 'nobody')
            self.assert_same_refusal(agent, 'force-leave')

    def leave(self, kind, program):
        """What a CLI says when it has a new agent leave."""
        agent = self.agent(kind).start()
        result = agent.cli('leave', program=program)
        self.assertEqual(agent.wait_exit(), 0)
        return result.returncode, result.stdout, result.stderr

    def test_leave_prints_the_same_and_ends_the_agent(self):
        done = (0, 'Graceful leave complete\n', '')
        for program in (SERF, str(self.link)):
            self.assertEqual(self.leave('hearsay', program), done)
            # An agent of Serf's may be gone before its answer is: both then say so.
            told = self.leave('serf', program)
            self.assertIn(told, (done, (1, 'Error leaving: client closed\n', '')))


class Mistakes(CliCase):

    def test_wrong_usage_has_the_same_exit_status_and_goes_to_the_same_stream(self):
        agent = self.agent('serf').start()
        for arguments in (['no-such-command'], [], ['-h'], ['--help'], ['members', '-h'], ['members', '--help'],
                          ['members', '-no-such-flag'], ['event', '-coalesce=maybe', 'x'], ['members', '-name'],
                          ['-detailed', 'members'], ['tags', '-h'], ['leave', '-h'], ['join', '-h', 'x'],
                          ['--version'], ['-v'], ['members', '-v'], ['-version'], ['keygen', 'extra'], ['version']):
            self.assert_same_refusal_of_usage(agent, arguments)

    def test_every_command_gives_help_and_refuses_an_unknown_flag_where_serf_does(self):
        agent = self.agent('serf')  # never started: nobody is asked
        for command in COMMANDS:
            for arguments in (['-h'], ['-help'], ['--help']):
                self.assert_same_refusal_of_usage(agent, [command, *arguments])
            if command not in ('keygen', 'version', 'agent'):  # two take what comes, and ours needs one line for it
                for arguments in (['-no-such-flag'], ['--no-such-flag=x'], ['-rpc-addr']):
                    self.assert_same_refusal_of_usage(agent, [command, *arguments])

    def assert_same_refusal_of_usage(self, agent, arguments):
        theirs, ours = self.both(agent, *arguments)
        with self.subTest(arguments=arguments):
            self.assertEqual(ours.returncode, theirs.returncode)
            self.assertEqual(bool(ours.stdout.strip()), bool(theirs.stdout.strip()), ours.stdout)
            self.assertEqual(bool(ours.stderr.strip()), bool(theirs.stderr.strip()), ours.stderr)

    def test_an_agent_that_is_not_there_is_reported_the_same(self):
        agent = self.agent('serf')  # never started
        for command in (['members'], ['info'], ['leave'], ['event', 'x'], ['join', 'x'], ['force-leave', 'x'],
                        ['tags', '-set', 'a=1']):
            self.assert_same(agent, *command)

    def test_an_address_of_an_agent_is_read_the_same(self):
        agent = self.agent('serf')  # never started, and nothing listens on the low ports
        for address in ('bad:addr:1', '127.0.0.1:no-such-port', '127.0.0.1', 'localhost', ':', ':1', '127.0.0.1:', '[]',
                        '127.0.0.1:70000', '127.0.0.1:-1', '127.0.0.1:+1', '127.0.0.1:00001', '127.0.0.1:99999999999',
                        '127.0.0.1:1x', '127.0.0.1:+', '127.0.0.1:tcpmux', '127.0.0.1:TCPMUX', '127.0.0.1:-tcpmux',
                        '::1', '[::1', '[abc', '[::1]', '[::1]:1', '[::1]x:1', '[::1]:1:1', '[]:1', '[[::1]]:1',
                        '[127.0.0.1]:1', 'a]b:1', 'a[b:1', '[a]b]:1', 'x:[1', 'fe80::1%eth0', '[fe80::1%none]:1',
                        'localhost:1', '1.2.3.4%eth0:1'):
            self.assert_same(agent, 'members', f'-rpc-addr={address}')
        self.assert_same(agent, 'members', '-rpc-addr=')

    def test_a_missing_or_wrong_token_is_reported_the_same(self):
        for kind in KINDS:
            config = self.directory / f'{kind}.json'
            config.write_text('{"rpc_auth": "secret"}', encoding='ascii')
            agent = self.agent(kind, rpc_auth='secret').start(f'-config-file={config}')
            self.assertEqual(self.assert_same(agent, 'members').returncode, 0)
            self.assert_same(agent, 'members', '-rpc-auth=secret')
            self.assert_same(agent, 'members', '-rpc-auth=wrong')
            self.assert_same(agent, 'members', environment={'SERF_RPC_AUTH': ''})


class Keygen(CliCase):

    def test_keys_are_of_32_bytes_and_never_the_same(self):
        agent = self.agent('serf')
        keys = {run.stdout for _ in range(3) for run in self.both(agent, 'keygen')}
        self.assertEqual(len(keys), 6)
        for key in keys:
            self.assertRegex(key, r'^[A-Za-z0-9+/]{43}=\n$')


class Monitor(CliCase):

    def follow(self, agent, program, *arguments):
        path = self.directory / f'monitor-{len(list(self.directory.iterdir()))}'
        with open(path, 'wb') as output:
            process = subprocess.Popen([program, 'monitor', f'-rpc-addr={agent.rpc_endpoint}', *arguments],
                                       stdout=output, stderr=output)
        self.addCleanup(process.kill)
        return process, path

    @staticmethod
    def events(path):
        """What is indented below each `Event Info:`, sorted: Serf prints it in any order."""
        blocks = re.findall(r'Event Info:\n((?:\t.*\n)+)', path.read_text(encoding='utf-8'))
        return [''.join(sorted(block.splitlines(True))) for block in blocks]

    def test_events_print_the_same_and_an_interrupt_is_no_error(self):
        for kind in KINDS:
            with self.subTest(agent=kind):
                agent = self.agent(kind).start()
                monitors = [self.follow(agent, program) for program in (SERF, str(self.link))]
                for _, path in monitors:
                    wait_until(lambda p=path: 'agent: ' in p.read_text(encoding='utf-8'), 'the first log lines')
                # What subscribed first is told first; an event that both see proves that both listen.
                def both_heard():
                    agent.rpc.call('event', {'Name': 'heard?', 'Payload': b'', 'Coalesce': False})
                    return all('heard?' in ''.join(self.events(path)) for _, path in monitors)
                wait_until(both_heard, 'both monitors', pause=0.2)
                agent.rpc.call('event', {'Name': 'de"ploy', 'Payload': b'a\x00\xff\n\xc3\xbc', 'Coalesce': False})
                self.agent('serf', f'comer-{kind}').start(f'-join={agent.endpoint}', '-tag', 'k=v')
                wanted = ('de"ploy', 'de\\"ploy'), (f'comer-{kind}',)
                for _, path in monitors:
                    wait_until(lambda p=path: all(any(w in ''.join(self.events(p)) for w in ws) for ws in wanted),
                               'both events')
                theirs, ours = ([e for e in self.events(path) if 'heard?' not in e] for _, path in monitors)
                self.assertEqual(ours, theirs)
                for process, _ in monitors:
                    process.send_signal(signal.SIGINT)
                    self.assertEqual(process.wait(30), 0)

    def test_the_end_of_the_agent_is_an_error(self):
        for program in (SERF, str(self.link)):
            agent = self.agent('hearsay').start()
            process, path = self.follow(agent, program, '-log-level=debug')
            wait_until(lambda p=path: p.read_text(encoding='utf-8').strip(), 'the first log line')
            agent.kill()
            self.assertEqual(process.wait(30), 1)

    def test_an_unknown_level_is_refused_the_same(self):
        for kind in KINDS:
            self.assert_same(self.agent(kind).start(), 'monitor', '-log-level=foo')


class Version(CliCase):

    def test_the_protocol_range_is_the_same(self):
        for run in self.both(self.agent('serf'), 'version'):
            self.assertEqual(run.stdout.splitlines()[-1], 'Agent Protocol: 5 (Understands back to: 2)')
            self.assertEqual((run.returncode, run.stderr), (0, ''))
