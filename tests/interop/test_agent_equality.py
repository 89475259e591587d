"""What an agent of ours does with flags, files and signals is what Serf's does."""
import json
import re
import signal

from tests.harness.case import AgentCase
from tests.harness.rpc import Closed, RpcClient, RpcError
from tests.harness.waiting import wait_until

KINDS = ('serf', 'hearsay')


class BothKinds(AgentCase):

    def for_each_kind(self, case):
        for kind in KINDS:
            with self.subTest(kind=kind):
                case(kind)

    def write(self, name, text):
        path = self.directory / name
        path.write_text(text if isinstance(text, str) else json.dumps(text), encoding='utf-8')
        return path


class Start(BothKinds):

    def test_the_start_prints_the_same_block(self):
        blocks = {}
        for kind in KINDS:
            agent = self.agent(kind, 'same-name').start('-tag', 'a=b').wait_running()
            head = agent.log().partition('==> Log data')[0]
            blocks[kind] = head.replace(agent.address, 'ADDRESS')
        self.assertEqual(blocks['hearsay'], blocks['serf'])

    def test_the_start_block_shows_advertised_address_key_and_profile_the_same(self):
        blocks = {}
        for kind in KINDS:
            agent = self.agent(kind, 'same-name').start(
                '-advertise=127.99.99.99:7000', '-encrypt=AAAAAAAAAAAAAAAAAAAAAA==', '-profile=wan',
                '-disable-compression', f'-snapshot={self.directory}/{kind}.snapshot').wait_running()
            head = agent.log().partition('==> Log data')[0]
            # Serf does not align the advertised address with the rest.
            blocks[kind] = [line.strip() for line in head.replace(agent.address, 'ADDRESS').splitlines()]
        self.assertEqual(blocks['hearsay'], blocks['serf'])

    def test_a_join_prints_the_same(self):
        seed = self.agent('serf').start()
        lines = {}
        for kind in KINDS:
            agent = self.agent(kind).start(f'-join={seed.endpoint}').wait_running()
            lines[kind] = re.findall(r'(?:==> Joining cluster|    Join completed).*', agent.log())
        self.assertEqual(len(lines['serf']), 2)
        self.assertEqual(lines['hearsay'], lines['serf'])

    def test_a_failed_join_ends_the_agent_with_the_same_line(self):
        nobody = self.network.address()
        lines = {}
        for kind in KINDS:
            agent = self.agent(kind).launch(f'-join={nobody}')
            self.assertEqual(agent.wait_exit(), 1)
            lines[kind] = agent.log().partition('==> Joining cluster')[2]
        self.assertEqual(lines['hearsay'], lines['serf'])

    def test_log_lines_have_the_same_shape(self):
        def case(kind):
            agent = self.agent(kind).start().wait_running()
            lines = agent.log().partition('as it occurs:\n')[2].strip('\n').splitlines()
            self.assertTrue(lines)
            for line in lines:
                self.assertRegex(line, r'^    \d{4}/\d\d/\d\d \d\d:\d\d:\d\d \[(TRACE|DEBUG|INFO|WARN|ERR)\] [\w.]+: ')
        self.for_each_kind(case)


class Configuration(BothKinds):

    def test_files_directories_and_flags_merge_in_order(self):
        def case(kind):
            folder = self.directory / f'{kind}.d'
            folder.mkdir()
            (folder / '20-late.json').write_text('{"tags": {"c": "late"}}', encoding='ascii')
            (folder / '10-early.json').write_text('{"tags": {"b": "early", "c": "early"}}', encoding='ascii')
            (folder / 'ignored.txt').write_text('no JSON', encoding='ascii')
            first = self.write(f'{kind}.json', {'Tags': {'a': 'file', 'b': 'file', 'd': 'file'}, 'LOG_LEVEL': 'warn'})
            agent = self.agent(kind).start(f'-config-file={first}', f'-config-dir={folder}', '-tag', 'd=flag')
            self.assertEqual(agent.rpc.tags()[agent.name], {'a': 'file', 'b': 'early', 'c': 'late', 'd': 'flag'})
        self.for_each_kind(case)

    def test_a_configuration_file_alone_starts_an_agent(self):
        def case(kind):
            agent = self.agent(kind)
            config = self.write(f'{kind}-all.json', {
                'tags': {'role': 'web'}, 'profile': 'local', 'protocol': 4, 'event_handlers': ['user:x=true'],
                'user_event_size_limit': 1024, 'leave_on_terminate': True, 'reconnect_interval': '15s',
                'reconnect_timeout': '1h', 'tombstone_timeout': '2h', 'broadcast_timeout': '2s',
                'disable_coordinates': True, 'rejoin_after_leave': False, 'retry_interval': '10s'})
            agent.start(f'-config-file={config}')
            member = agent.rpc.members()[0]
            self.assertEqual((member['Tags'], member['DelegateCur']), ({'role': 'web'}, 4))
        self.for_each_kind(case)

    def test_size_limits_of_a_file_refuse_with_the_same_words(self):
        told = {}
        for kind in KINDS:
            config = self.write(f'{kind}-limits.json', {
                'user_event_size_limit': 100, 'query_size_limit': 300, 'query_response_size_limit': 200})
            rpc = self.agent(kind, 'same-name').start(f'-config-file={config}').rpc
            stream = rpc.stream(Type='query')
            rpc.stream('query', Name='small', Payload=b'', Timeout=30_000_000_000)
            number = rpc.next_record(stream)['ID']
            told[kind] = []
            for command, body in (('event', {'Name': 'x' * 101, 'Payload': b'', 'Coalesce': False}),
                                  ('query', {'Name': 'large', 'Payload': b'x' * 300, 'Timeout': 1_000_000}),
                                  ('respond', {'ID': number, 'Payload': b'x' * 200})):
                with self.assertRaises(RpcError) as refused:
                    rpc.call(command, body)
                told[kind].append(str(refused.exception))
            rpc.call('event', {'Name': 'x' * 20, 'Payload': b'', 'Coalesce': False})
            rpc.call('respond', {'ID': number, 'Payload': b'x' * 100})
        self.assertEqual(told['hearsay'], told['serf'])

    def test_role_is_a_tag(self):
        def case(kind):
            agent = self.agent(kind).start('-role=web')
            self.assertEqual(agent.rpc.tags()[agent.name], {'role': 'web'})
        self.for_each_kind(case)

    def test_tags_survive_in_the_tags_file(self):
        def case(kind):
            path = self.directory / f'{kind}.tags'
            agent = self.agent(kind).start(f'-tags-file={path}')
            agent.rpc.call('tags', {'Tags': {'a': '1', 'b': '2'}, 'DeleteTags': []})
            self.assertEqual(json.loads(path.read_text(encoding='utf-8')), {'a': '1', 'b': '2'})
            agent.kill()
            agent.start(f'-tags-file={path}')
            self.assertEqual(agent.rpc.tags()[agent.name], {'a': '1', 'b': '2'})
        self.for_each_kind(case)

    def test_a_retried_join_succeeds_once_the_seed_is_there(self):
        def case(kind):
            seed = self.agent('serf')
            agent = self.agent(kind).start(f'-retry-join={seed.endpoint}', '-retry-interval=1s')
            wait_until(lambda: 'retrying' in agent.log().lower(), 'the first failed try')
            seed.start()
            self.wait_alive([seed, agent])
        self.for_each_kind(case)

    def test_a_retried_join_gives_up_after_its_maximum(self):
        def case(kind):
            agent = self.agent(kind).launch(f'-retry-join={self.network.address()}', '-retry-interval=1s',
                                            '-retry-max=1')
            self.assertEqual(agent.wait_exit(), 1)
        self.for_each_kind(case)

    def test_an_agent_rejoins_from_its_snapshot(self):
        def case(kind):
            seed = self.agent('serf').start('-profile=local')
            snapshot = f'-snapshot={self.directory}/{kind}.snapshot'
            agent = self.agent(kind).start('-profile=local', snapshot, f'-join={seed.endpoint}')
            self.wait_alive([seed, agent])
            agent.terminate()
            self.assertIn(f'alive: {seed.name} {seed.endpoint}\n',
                          (self.directory / f'{kind}.snapshot').read_text(encoding='utf-8'))
            agent.start('-profile=local', snapshot)
            self.wait_alive([seed, agent])
        self.for_each_kind(case)

    def test_a_snapshot_of_one_kind_serves_the_other(self):
        for writer, reader in (KINDS, KINDS[::-1]):
            with self.subTest(writer=writer):
                seed = self.agent('serf').start('-profile=local')
                path = self.directory / f'of-{writer}.snapshot'
                first = self.agent(writer, f'moving-{writer}').start('-profile=local', f'-snapshot={path}',
                                                                     f'-join={seed.endpoint}')
                self.wait_alive([seed, first])
                first.terminate()
                second = self.agent(reader, first.name, address=first.address)
                second.start('-profile=local', f'-snapshot={path}')
                self.wait_alive([seed, second])


class Signals(BothKinds):

    def pair(self, kind, *arguments):
        witness = self.agent('serf').start()
        agent = self.agent(kind).start(f'-join={witness.endpoint}', *arguments)
        self.wait_alive([witness, agent])
        return witness, agent

    def test_an_interrupt_is_a_graceful_leave(self):
        def case(kind):
            witness, agent = self.pair(kind)
            self.assertEqual(agent.leave(), 0)
            self.wait_status([witness], agent.name, 'left')
        self.for_each_kind(case)

    def test_a_termination_is_no_leave(self):
        def case(kind):
            witness, agent = self.pair(kind, '-profile=local')
            self.assertEqual(agent.terminate(), 1)
            self.wait_status([witness], agent.name, 'failed')
        self.for_each_kind(case)

    def test_leave_on_terminate_and_skip_leave_on_interrupt_turn_that_round(self):
        def case(kind):
            config = self.write('signals.json', {'leave_on_terminate': True, 'skip_leave_on_interrupt': True})
            witness, leaver = self.pair(kind, f'-config-file={config}')
            self.assertEqual(leaver.terminate(), 0)
            self.wait_status([witness], leaver.name, 'left')
            _, stopper = self.pair(kind, f'-config-file={config}')
            stopper.signal(signal.SIGINT)
            self.assertEqual(stopper.wait_exit(), 1)
        self.for_each_kind(case)

    def test_a_second_interrupt_ends_the_leave(self):
        def case(kind):
            _, agent = self.pair(kind)
            agent.disconnect()
            agent.signal(signal.SIGINT)
            wait_until(lambda: 'Gracefully shutting down agent...' in agent.log(), 'the leave')
            agent.signal(signal.SIGINT)
            self.assertEqual(agent.wait_exit(), 1)
        self.for_each_kind(case)

    def test_a_hangup_reloads_tags_handlers_and_log_level(self):
        def case(kind):
            trace = self.directory / f'{kind}.trace'
            config = self.write(f'{kind}-reload.json', {'tags': {'version': '1'}})
            agent = self.agent(kind).start(f'-config-file={config}').wait_running()
            self.write(f'{kind}-reload.json', {'tags': {'version': '2'}, 'event_handlers': [f'user=cat > {trace}'],
                                               'log_level': 'debug'})
            agent.signal(signal.SIGHUP)
            wait_until(lambda: agent.rpc.tags()[agent.name] == {'version': '2'}, 'the new tags')

            def handled():
                agent.rpc.call('event', {'Name': 'x', 'Payload': b'text', 'Coalesce': False})
                return trace.exists() and trace.read_text() == 'text\n'
            wait_until(handled, 'the new handler', pause=0.2)
        self.for_each_kind(case)

    def test_a_hangup_with_a_broken_file_keeps_what_was(self):
        def case(kind):
            config = self.write(f'{kind}-broken.json', {'tags': {'version': '1'}})
            agent = self.agent(kind).start(f'-config-file={config}').wait_running()
            before = len(agent.log())
            self.write(f'{kind}-broken.json', '{"tags": {"version": ')
            agent.signal(signal.SIGHUP)
            wait_until(lambda: config.name in agent.log()[before:], 'the complaint')
            self.assertEqual(agent.rpc.tags()[agent.name], {'version': '1'})
            self.assertTrue(agent.running)
        self.for_each_kind(case)


class Hooks(BothKinds):
    """Scripts get the same environment and input from both."""

    def record(self, trace):
        """A script that appends what it gets, in one piece when it is complete."""
        return (f'{{ env | grep ^SERF_ | sort; echo --; cat; echo ==; }} > {trace}.$$; '
                f'cat {trace}.$$ >> {trace}; rm {trace}.$$')

    @staticmethod
    def runs(trace):
        return trace.read_text(encoding='utf-8').split('==\n')[:-1] if trace.exists() else []

    def test_user_events_reach_scripts_the_same(self):
        told = {}
        for kind in KINDS:
            trace = self.directory / f'{kind}.trace'
            agent = self.agent(kind, 'same-name').start(
                '-tag', 'role=web', '-tag', 'with-dash=\u00fc x', '-event-handler', f'user:deploy={self.record(trace)}')
            for payload in (b'no newline', b'newline\n', b'', b'two\nlines'):
                runs = len(self.runs(trace))
                agent.rpc.call('event', {'Name': 'other', 'Payload': payload, 'Coalesce': False})
                agent.rpc.call('event', {'Name': 'deploy', 'Payload': payload, 'Coalesce': False})
                wait_until(lambda t=trace, n=runs: len(self.runs(t)) > n, 'the run of the script')
            told[kind] = self.runs(trace)
        self.assertEqual(len(told['serf']), 4)
        self.assertEqual(told['hearsay'], told['serf'])

    def test_member_events_reach_scripts_the_same(self):
        told = {}
        for kind in KINDS:
            trace = self.directory / f'{kind}.trace'
            agent = self.agent(kind, 'same-name').start(
                '-profile=local', '-event-handler',
                f'member-join,member-leave,member-failed,member-update,member-reap={self.record(trace)}')
            wait_until(lambda t=trace: len(self.runs(t)) == 1, 'the join of the agent itself')
            comer = self.agent('serf', f'comer-of-{kind}')
            arguments = '-profile=local', '-tag', 'role=a\tb', f'-join={agent.endpoint}'
            comer.start(*arguments)
            wait_until(lambda t=trace: len(self.runs(t)) == 2, 'the join')
            comer.rpc.call('tags', {'Tags': {'role': 'db'}, 'DeleteTags': []})
            wait_until(lambda t=trace: len(self.runs(t)) == 3, 'the update')
            comer.leave()
            wait_until(lambda t=trace: len(self.runs(t)) == 4, 'the leave')
            self.assertEqual(agent.cli('force-leave', '-prune', comer.name).returncode, 0)
            wait_until(lambda t=trace: len(self.runs(t)) == 5, 'the reap')
            told[kind] = [run.replace(agent.address, 'ME').replace(comer.address, 'COMER').replace(comer.name, 'comer')
                          for run in self.runs(trace)]
        self.assertEqual(told['hearsay'], told['serf'])

    def test_a_query_reaches_scripts_the_same(self):
        told = {}
        for kind in KINDS:
            trace = self.directory / f'{kind}.trace'
            agent = self.agent(kind, 'same-name').start('-event-handler', f'query:load={self.record(trace)}')
            asker = self.agent('serf').start(f'-join={agent.endpoint}')
            self.wait_alive([agent, asker])
            self.assertEqual(asker.cli('query', '-timeout=500ms', 'load', 'how much?').returncode, 0)
            wait_until(lambda t=trace: self.runs(t), 'the run of the script')
            told[kind] = [re.sub(r'LTIME=\d+', 'LTIME=N', run) for run in self.runs(trace)]
        self.assertEqual(told['hearsay'], told['serf'])


class Streams(BothKinds):
    """Records of RPC streams have the same keys and values."""

    def test_records_of_user_and_member_events_are_the_same(self):
        told = {}
        for kind in KINDS:
            agent = self.agent(kind, 'same-name').start()
            wait_until(lambda a=agent: 'Received event: member-join' in a.log(), 'the end of its own join')
            stream = agent.rpc.stream(Type='*')
            agent.rpc.call('event', {'Name': 'x', 'Payload': b'\xff', 'Coalesce': True})
            user = agent.rpc.next_matching(stream, lambda record: record['Event'] == 'user')
            comer = self.agent('serf', f'comer-of-{kind}').start('-tag', 'a=b', f'-join={agent.endpoint}')
            join = agent.rpc.next_matching(stream, lambda record: record['Event'] == 'member-join')
            for member in join['Members']:
                member['Name'] = member['Name'].replace(comer.name, 'comer')
                member['Addr'] = bytes(member['Addr']) == bytes(map(int, comer.address.split('.')))
            told[kind] = user, join
        self.assertEqual(told['hearsay'], told['serf'])

    def test_a_stream_that_comes_later_is_told_of_a_tag_change_as_an_update(self):
        def case(kind):
            agent = self.agent(kind).start()
            other = self.agent('serf').start(f'-join={agent.endpoint}')
            self.wait_alive([agent, other])
            wait_until(lambda: agent.log().count('Received event: member-join') >= 1, 'the window of the joins')
            stream = agent.rpc.stream(Type='member-join,member-update')
            other.rpc.call('tags', {'Tags': {'late': 'yes'}, 'DeleteTags': []})
            record = agent.rpc.next_matching(
                stream, lambda record: any(member['Tags'] == {'late': 'yes'} for member in record['Members']))
            self.assertEqual(record['Event'], 'member-update')
        self.for_each_kind(case)

    def test_errors_have_the_same_texts(self):
        told = {}
        for kind in KINDS:
            agent = self.agent(kind).start()
            texts = []
            for command, body in (('handshake', {'Version': 1}), ('handshake', {'Version': 2}),
                                  ('auth', {'AuthKey': 'x'}), ('stream', {'Type': 'user,nonsense'}),
                                  ('monitor', {'LogLevel': 'loud'}),
                                  ('event', {'Name': 'x' * 600, 'Payload': b'', 'Coalesce': False}),
                                  ('event', {'Name': 'x' * 500, 'Payload': b'', 'Coalesce': False}),
                                  ('tags', {'Tags': {'a': 'x' * 600}, 'DeleteTags': []})):
                try:
                    agent.rpc.call(command, body)
                    texts.append(f'{command}: no error')
                except RpcError as error:
                    texts.append(f'{command}: {error}')
            told[kind] = texts
        self.assertEqual(told['hearsay'], told['serf'])

    def test_an_unknown_command_and_a_missing_handshake_end_the_connection_the_same(self):
        told = {}
        for kind in KINDS:
            agent = self.agent(kind).start()
            texts = []
            for handshake, command in ((True, 'no-such-command'), (False, 'members')):
                with RpcClient(agent.address, handshake=handshake) as client:
                    try:
                        client.call(command)
                    except RpcError as error:
                        texts.append(str(error))
                    try:
                        client.call('handshake', {'Version': 1}, limit=10)
                        texts.append('goes on')
                    except (Closed, ConnectionError, BrokenPipeError):
                        texts.append('closed')
                    except RpcError as error:
                        texts.append(str(error))
            told[kind] = texts
        self.assertEqual(told['hearsay'], told['serf'])
