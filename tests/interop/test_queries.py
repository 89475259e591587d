"""Queries between agents and command lines of both kinds."""
import json
import os
import re
import signal
import subprocess
import time

from tests.harness.agent import HEARSAY, SERF
from tests.harness.rpc import RpcError
from tests.harness.waiting import wait_until
from tests.interop.test_cli_equality import CliCase

KINDS = ('serf', 'hearsay')
# Names itself and what it was asked, as every agent of the cluster does.
ANSWER = ('-event-handler', 'query:load=echo "$SERF_SELF_NAME $SERF_QUERY_NAME $(cat)"')
# Serf ends a query at its deadline. Long enough for a busy machine, short enough for many of them.
BRIEF = '-timeout=2s'


class QueryCase(CliCase):

    def mixed(self, *arguments):
        """Two agents of each kind that have all met."""
        agents = self.cluster('serf', 'hearsay', 'serf', 'hearsay', arguments=arguments)
        self.wait_alive(agents)
        return agents

    def ask(self, agent, *arguments, program=None):
        """(acks, answers) of a query in JSON."""
        run = agent.cli('query', '-format=json', *arguments, program=program)
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        told = json.loads(run.stdout)
        return sorted(told['Acks'] or []), told['Responses']


class Answers(QueryCase):

    def test_every_node_acks_and_answers_whoever_asks(self):
        agents = self.mixed(*ANSWER)
        wanted = (sorted(agent.name for agent in agents), {agent.name: f'{agent.name} load cpu?\n' for agent in agents})
        for asked in agents[:2]:
            for program in (SERF, str(self.link)):
                with self.subTest(agent=asked.kind, program=program):
                    self.assertEqual(self.ask(asked, '-timeout=4s', 'load', 'cpu?', program=program), wanted)

    def test_only_nodes_that_the_filters_name_ack_and_answer(self):
        agents = self.mixed(*ANSWER)
        names = [agent.name for agent in agents]
        ours = sorted(agent.name for agent in agents if agent.kind == 'hearsay')
        for filters, wanted in ((('-node', names[0], '-node', names[1]), sorted(names[:2])),
                                (('-tag', 'kind=ears'), ours),
                                (('-tag', 'kind=^hearsay$', '-node', ours[1]), ours[1:]),
                                (('-tag', 'kind=^ears'), []),
                                (('-tag', 'lacking=^$', '-tag', f'id={names[2]}'), [names[2]]),
                                (('-node', 'nobody'), [])):
            for asked in agents[:2]:
                with self.subTest(agent=asked.kind, filters=filters):
                    acks, answers = self.ask(asked, BRIEF, *filters, 'load')
                    self.assertEqual((acks, sorted(answers)), (wanted, wanted))

    def test_answers_are_relayed_by_others_and_still_count_once(self):
        agents = self.mixed(*ANSWER)
        names = sorted(agent.name for agent in agents)
        for asked in agents[:2]:
            with self.subTest(agent=asked.kind):
                acks, answers = self.ask(asked, BRIEF, '-relay-factor=3', 'load')
                self.assertEqual((acks, sorted(answers)), (names, names))

        def duplicates():
            section = agents[1].rpc.call('stats')['hearsay']
            return int(section['query_answers_duplicate']) + int(section['query_answers_late'])
        wait_until(duplicates, 'an answer that came again')

    def test_a_client_answers_what_its_stream_tells_of(self):
        agents = self.mixed()
        for asked, answering in ((agents[0], agents[1]), (agents[1], agents[2])):
            with self.subTest(agent=answering.kind), asked.client() as asker, answering.client() as client:
                stream = client.stream(Type='query:load')
                query = self.begin(asker, Name='load', Payload=b'cpu?', FilterNodes=[answering.name])
                told = client.next_record(stream)
                self.assertEqual((told['Event'], told['Name'], told['Payload']), ('query', 'load', b'cpu?'))
                self.refused(client, told['ID'], b'x' * 1024, 'exceeds limit of 1024 bytes')
                client.call('respond', {'ID': told['ID'], 'Payload': b'busy'})
                self.refused(client, told['ID'], b'again', 'already sent')
                self.refused(client, told['ID'] + 1, b'', None)
                answer = asker.next_record(query)
                self.assertEqual((answer['Type'], answer['From'], answer['Payload']),
                                 ('response', answering.name, b'busy'))
                asker.next_matching(query, lambda record: record['Type'] == 'done')

    def test_an_answer_after_the_deadline_finds_no_query(self):
        for kind in KINDS:
            with self.subTest(agent=kind):
                agent = self.agent(kind).start()
                with agent.client() as client:
                    stream = client.stream(Type='query')
                    query = self.begin(client, Name='load', Timeout=200_000_000)
                    told = client.next_record(stream)
                    client.next_matching(query, lambda record: record['Type'] == 'done')

                    def too_late():
                        try:
                            client.call('respond', {'ID': told['ID'], 'Payload': b''})
                        except RpcError as error:
                            return str(error)
                        return None
                    # A clock of the agent's that is a moment behind may still take it.
                    self.assertIn(wait_until(too_late, 'a refusal'),
                                  ('No pending queries matching ID',
                                   'failed to respond to key query: response is past the deadline'))

    def begin(self, client, **request):
        """The stream of a query. `FilterTags` and the like may be left out."""
        return client.stream('query', **{'Timeout': 4_000_000_000, 'Payload': b'', **request})

    def refused(self, client, number, payload, reason):
        """Serf speaks of key queries whatever the query. No reason: there is no such query."""
        words = f'failed to respond to key query: response {reason}' if reason else 'No pending queries matching ID'
        with self.assertRaises(RpcError) as caught:
            client.call('respond', {'ID': number, 'Payload': payload})
        self.assertEqual(str(caught.exception), words)


class Handlers(QueryCase):

    def test_a_script_that_fails_prints_nothing_or_too_much_gives_no_answer(self):
        handlers = ('-event-handler', 'query:failing=echo no; exit 3', '-event-handler', 'query:silent=true',
                    '-event-handler', 'query:large=head -c 2000 /dev/zero | tr "\\0" x',
                    '-event-handler', 'query:fits=head -c 900 /dev/zero | tr "\\0" x; echo err >&2')
        agents = self.cluster('serf', 'hearsay', arguments=handlers)
        self.wait_alive(agents)
        names = sorted(agent.name for agent in agents)
        for asked in agents:
            for query in ('failing', 'silent', 'large'):
                self.assertEqual(self.ask(asked, BRIEF, query), (names, {}), (asked.kind, query))
            self.assertEqual(self.ask(asked, BRIEF, 'fits')[1], {name: 'x' * 900 + 'err\n' for name in names})
        for agent in agents:
            self.assertIn("[WARN] agent: Failed to respond to query 'query: large': failed to respond to key query: "
                          'response exceeds limit of 1024 bytes', agent.log())


    def test_an_answer_that_is_late_or_the_second_is_refused_and_logged_the_same(self):
        for kind in KINDS:
            agent = self.agent(kind).start('-event-handler', 'query:twice=echo one', '-event-handler',
                                           'query:twice=echo two', '-event-handler', 'query:late=sleep 1; echo late')
            self.assertEqual(len(self.ask(agent, BRIEF, 'twice')[1]), 1)
            self.assertEqual(self.ask(agent, '-timeout=300ms', 'late')[1], {})
            refused = "[WARN] agent: Failed to respond to query 'query: {}': failed to respond to key query: response {}"
            for line in (refused.format('twice', 'already sent'), refused.format('late', 'is past the deadline')):
                wait_until(lambda line=line, agent=agent: line in agent.log(), line)

    def test_internal_queries_reach_neither_scripts_nor_streams(self):
        ran = self.directory / 'ran'
        agents = self.cluster('serf', 'hearsay', arguments=('-event-handler', f'query=echo "$SERF_QUERY_NAME" >>{ran}'))
        self.wait_alive(agents)
        for asked in agents:
            clients = [agent.client() for agent in agents]
            streams = [client.stream(Type='query') for client in clients]
            self.assertEqual(asked.cli('reachability').returncode, 0)
            asked.cli('query', BRIEF, 'seen')
            for client, stream in zip(clients, streams):
                self.assertEqual(client.next_record(stream)['Name'], 'seen')
                client.close()
        wait_until(lambda: ran.exists() and len(ran.read_text(encoding='ascii').splitlines()) == 4, 'four runs')
        self.assertEqual(set(ran.read_text(encoding='ascii').splitlines()), {'seen'})


class Prints(QueryCase):

    def test_query_prints_the_same(self):
        agents = self.mixed(*ANSWER)
        forms = ([], ['-format=json'], ['-no-ack'], ['-no-ack', '-format=json'], ['-node', agents[1].name],
                 ['-tag', 'kind=se', '-relay-factor', '1'], ['-tag', 'kind=nothing', '-format=json'])
        for agent in agents[:2]:
            for form in forms:
                self.assert_same(agent, 'query', BRIEF, *form, 'load', 'cpu?')
            self.assert_same(agent, 'query', BRIEF, 'unanswered')

    def test_refusals_print_the_same(self):
        for kind in KINDS:
            agent = self.agent(kind).start()
            for arguments in (['-format=xml', 'x'], ['-relay-factor=256', 'x'], ['-relay-factor=-1', 'x'],
                              ['-tag', 'notag', 'x'], ['x' * 1024], ['-node', 'x' * 1024, 'x'], ['_serf_list-keys'],
                              ['_serf_ping', 'payload'], ['-tag', 'notag', '-relay-factor=256']):
                self.assert_same(agent, 'query', *arguments)
            self.assert_same(agent, 'query', BRIEF, '-tag', 'kind=[', 'x')
            self.assert_same_refusal(agent, 'query')
            self.assert_same_refusal(agent, 'query', 'too', 'many', 'words')
            self.assert_same_refusal(agent, 'query', '-timeout=5', 'x')
            self.assert_same_refusal(agent, 'query', '-min-acks=1', 'x')
        self.assert_same(self.agent('serf'), 'query', 'x')  # never started
        self.assert_same(self.agent('serf'), 'reachability')

    def test_the_size_limit_is_the_same_to_the_byte(self):
        most = {}  # with an asker's name of the same length
        for kind in KINDS:
            agent = self.agent(kind, 'same-name').start()
            def accepted(size, rpc=agent.rpc):
                try:
                    rpc.stream('query', Name='q', Payload=b'x' * size, Timeout=1_000_000)
                    return True
                except RpcError as error:
                    self.assertEqual(str(error), 'query exceeds limit of 1024 bytes')
                    return False
            sizes = range(850, 950)
            most[kind] = [size for size in sizes if accepted(size)][-1]
            self.assertNotIn(most[kind], (sizes[0], sizes[-1]))
        # Serf picks ids of up to 31 bits; one below 65536 would take two bytes less.
        self.assertEqual(most['hearsay'], most['serf'])

    def test_an_interrupt_ends_a_query_the_same(self):
        agent = self.agent('serf').start()
        for command in (['query', '-timeout=60s', 'load'], ['reachability']):
            ends = []
            for program in (SERF, str(self.link)):
                process = subprocess.Popen([program, *command], stdout=subprocess.PIPE, text=True,
                                           env={**os.environ, 'SERF_RPC_ADDR': agent.rpc_endpoint})
                lines = [process.stdout.readline() for _ in range(2)]  # by then it waits
                process.send_signal(signal.SIGINT)
                rest, _ = process.communicate(timeout=60)
                ends.append((lines, rest, process.returncode))
            self.assertEqual(ends[1], ends[0])


class Reachability(QueryCase):

    @staticmethod
    def without_times(run):
        output = re.sub(r'\d+\.\d\d sec', 'T sec', run.stdout)
        return run.returncode, sorted(output.splitlines()), run.stderr

    def assert_same_reachability(self, agent, *arguments):
        theirs, ours = self.both(agent, 'reachability', *arguments)
        self.assertEqual(self.without_times(ours), self.without_times(theirs), agent.kind)
        return ours

    def test_reachability_prints_the_same_when_all_is_well(self):
        agents = self.mixed()
        for agent in agents[:2]:
            for arguments in ([], ['-verbose']):
                self.assertEqual(self.assert_same_reachability(agent, *arguments).returncode, 0)

    def test_reachability_prints_the_same_of_a_node_that_does_not_answer(self):
        agents = self.mixed()
        agents[3].signal(signal.SIGSTOP)
        self.addCleanup(agents[3].signal, signal.SIGCONT)
        # Before it is failed. It is asked at once of both, for that takes no longer than a query.
        for agent in agents[:2]:
            runs = [subprocess.Popen([program, 'reachability'], stdout=subprocess.PIPE, text=True,
                                     env={**os.environ, 'SERF_RPC_ADDR': agent.rpc_endpoint})
                    for program in (SERF, str(self.link))]
            theirs, ours = ((run.communicate(timeout=60)[0].splitlines(), run.returncode) for run in runs)
            self.assertEqual(ours, theirs)
            self.assertEqual(ours[1], 1 if f'\t{agents[3].name}' in ours[0] else 0)

    def test_an_agent_that_ends_meanwhile_is_said_to_and_nobody_is_blamed(self):
        agents = self.cluster('hearsay', 'hearsay')
        self.wait_alive(agents)
        agents[1].signal(signal.SIGSTOP)
        self.addCleanup(agents[1].signal, signal.SIGCONT)
        asking = subprocess.Popen([HEARSAY, 'reachability'], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                  text=True, env={**os.environ, 'SERF_RPC_ADDR': agents[0].rpc_endpoint})
        asking.stdout.readline()
        self.assertEqual(asking.stdout.readline(), 'Starting reachability test...\n')
        agents[0].kill()
        output, errors = asking.communicate(timeout=60)
        self.assertEqual((asking.returncode, output, errors),
                         (1, '', 'Error waiting for answers: client closed. The agent ended before the query did\n'))

    def test_an_ack_of_a_node_that_was_failed_wrongly_is_told_the_same(self):
        agents = self.cluster('hearsay', 'serf', 'serf', arguments=('-profile=local',))
        self.wait_alive(agents)
        agents[2].signal(signal.SIGSTOP)
        self.addCleanup(agents[2].signal, signal.SIGCONT)
        self.wait_status(agents[:2], agents[2].name, 'failed')
        for agent in agents[:2]:
            ours = self.assert_same_reachability(agent)
            self.assertIn('Successfully contacted all live nodes', ours.stdout)


class EarlyEnd(QueryCase):
    """serf#509: a query is over when everybody has answered, not when its time is."""

    def seconds(self, agent, *arguments, program=None):
        begun = time.monotonic()
        run = agent.cli('query', *arguments, program=program)
        self.assertEqual(run.returncode, 0, run.stdout)
        return time.monotonic() - begun, run.stdout

    def test_a_query_ends_with_the_last_answer_for_either_command_line(self):
        agents = self.mixed(*ANSWER)
        for program in (SERF, str(self.link)):
            took, told = self.seconds(agents[1], '-timeout=15s', 'load', program=program)
            self.assertLess(took, 5)
            self.assertIn('Total Acks: 4\nTotal Responses: 4\n', told)

    def test_a_query_that_one_node_does_not_answer_takes_its_time(self):
        agents = self.cluster('hearsay', 'serf', arguments=ANSWER)
        self.wait_alive(agents)
        silent = self.agent('serf').start(f'-join={agents[0].endpoint}')
        self.wait_alive([*agents, silent])
        took, told = self.seconds(agents[0], '-timeout=3s', 'load')
        self.assertGreaterEqual(took, 3)
        self.assertIn('Total Acks: 3\nTotal Responses: 2\n', told)

    def test_reachability_ends_with_the_last_ack(self):
        agents = self.mixed()
        begun = time.monotonic()
        self.assertEqual(agents[1].cli('reachability').returncode, 0)
        self.assertLess(time.monotonic() - begun, 3)  # Serf takes 3.2 s

    def test_serfs_command_line_loses_no_answer_to_the_early_end(self):
        agents = self.mixed(*ANSWER)
        for _ in range(10):
            acks, answers = self.ask(agents[1], '-timeout=15s', 'load', program=SERF)
            self.assertEqual((len(acks), len(answers)), (4, 4))


class MinAcks(QueryCase):
    """`--min-acks`, which Serf does not have."""

    def test_min_acks_sets_the_exit_status(self):
        agents = self.mixed(*ANSWER)
        for agent in agents[:2]:
            for wanted, arguments, status in (('4', [], 0), ('5', [], 1), ('100%', [], 0), ('90%', [], 0),
                                              ('100%', ['-tag', 'kind=ears'], 0), ('3', ['-tag', 'kind=ears'], 1),
                                              ('50%', ['-node', 'nobody'], 1)):
                run = agent.cli('query', BRIEF, '--min-acks', wanted, *arguments, 'load', program=HEARSAY)
                with self.subTest(agent=agent.kind, wanted=wanted, arguments=arguments):
                    self.assertEqual(run.returncode, status, run.stdout + run.stderr)
                    self.assertEqual(bool(run.stderr), status == 1)

    def test_a_node_that_does_not_ack_makes_a_share_too_small(self):
        agents = self.mixed(*ANSWER)
        agents[3].signal(signal.SIGSTOP)
        self.addCleanup(agents[3].signal, signal.SIGCONT)
        run = agents[1].cli('query', '-timeout=1s', '--min-acks=90%', '-format=json', 'load', program=HEARSAY)
        self.assertEqual(run.returncode, 1)
        self.assertEqual(len(json.loads(run.stdout)['Acks']), 3)
        self.assertEqual(run.stderr, 'Too few acks: 3 of 4 nodes asked, and 4 are needed\n')

    def test_min_acks_that_make_no_sense_are_refused_in_one_line(self):
        agent = self.agent('hearsay').start()
        for arguments, line in ((['-min-acks=0'], "Error: Invalid -min-acks: '0'. Give a number of nodes, as in 3, or a "
                                                  'share of those asked, as in 90%\n'),
                                (['-min-acks=1', '-no-ack'], 'Error: -min-acks counts acks, and -no-ack asks for none. '
                                                             'Leave one of them out\n')):
            run = agent.cli('query', *arguments, 'load', program=HEARSAY)
            self.assertEqual((run.returncode, run.stdout, run.stderr), (1, '', line))

class Sessions(QueryCase):

    def test_an_agent_that_ends_during_a_query_is_an_error_but_not_for_serf(self):
        for program, status in ((SERF, 0), (str(self.link), 0), (None, 1)):
            agent = self.agent('hearsay').start()
            process = subprocess.Popen([program or HEARSAY, 'query', '-timeout=60s', 'unanswered'],
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                       env={**os.environ, 'SERF_RPC_ADDR': agent.rpc_endpoint})
            self.assertEqual(process.stdout.readline(), "Query 'unanswered' dispatched\n")
            self.assertEqual(process.stdout.readline(), f"Ack from '{agent.name}'\n")
            agent.kill()
            rest, complaint = process.communicate(timeout=60)
            self.assertEqual((process.returncode, rest), (status, 'Total Acks: 1\nTotal Responses: 0\n'))
            self.assertEqual(bool(complaint), status == 1)

    def test_a_client_that_hangs_up_takes_its_queries_along(self):
        agent = self.agent('hearsay').start()
        for _ in range(8):  # four times what may be under way at a time
            with agent.client() as client:
                for _ in range(64):
                    client.stream('query', Name='load', Payload=b'', Timeout=600_000_000_000)
                with self.assertRaisesRegex(RpcError, r'Too many queries on this connection \(64 allowed\)'):
                    client.stream('query', Name='load', Payload=b'', Timeout=600_000_000_000)
        self.assertEqual(agent.rpc.call('stats')['hearsay']['own_queries_refused'], '0')
