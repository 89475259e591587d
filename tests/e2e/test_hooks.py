"""Hooks of a running agent: what hangs holds up nothing else."""
import os
import pathlib
import signal

from tests.harness.case import AgentCase
from tests.harness.waiting import wait_until


def running(pid):
    return pathlib.Path(f'/proc/{pid}/stat').exists() and ' Z ' not in pathlib.Path(f'/proc/{pid}/stat').read_text()


class HangingScripts(AgentCase):

    def setUp(self):
        super().setUp()
        self.pid_file = self.directory / 'pid'
        self.trace = self.directory / 'trace'
        self.hangs = f'user:hang=echo $$ > {self.pid_file}; exec sleep 1000'

    def hang(self, agent):
        agent.rpc.call('event', {'Name': 'hang', 'Payload': b'', 'Coalesce': False})
        pid = int(wait_until(lambda: self.pid_file.exists() and self.pid_file.read_text(), 'the script that hangs'))
        self.addCleanup(lambda: running(pid) and os.kill(pid, signal.SIGKILL))
        return pid

    def test_a_script_that_hangs_delays_neither_another_handler_nor_the_cluster(self):
        agent = self.agent('hearsay').start(
            '-profile=local', '-event-handler', self.hangs, '-event-handler',
            f'user:quick,member-join,member-failed=echo $SERF_EVENT >> {self.trace}')
        wait_until(lambda: self.trace.exists() and self.trace.read_text() == 'member-join\n', 'our own join')
        pid = self.hang(agent)
        self.agent('hearsay').start('-profile=local', f'-join={agent.endpoint}')
        victim = self.agent('hearsay').start('-profile=local', f'-join={agent.endpoint}')
        self.wait_alive(self.agents)
        agent.rpc.call('event', {'Name': 'quick', 'Payload': b'', 'Coalesce': False})
        wait_until(lambda: 'user\n' in self.trace.read_text(), 'the other handler')
        victim.kill()
        self.wait_status(self.agents[:2], victim.name, 'failed')
        wait_until(lambda: self.trace.read_text().endswith('member-failed\n'), 'the hook of the failure')
        self.assertTrue(running(pid))

    def test_an_agent_that_leaves_ends_a_script_that_hangs_and_is_not_held_up(self):
        agent = self.agent('hearsay').start('-event-handler', self.hangs)
        pid = self.hang(agent)
        self.assertEqual(agent.leave(), 0)
        wait_until(lambda: not running(pid), 'the end of the script')

    def test_an_agent_that_is_terminated_ends_it_too(self):
        agent = self.agent('hearsay').start('-event-handler', self.hangs)
        pid = self.hang(agent)
        self.assertEqual(agent.terminate(), 1)
        wait_until(lambda: not running(pid), 'the end of the script')

    def test_more_events_than_a_queue_holds_drop_the_oldest_and_say_so(self):
        gate = self.directory / 'gate'
        agent = self.agent('hearsay').start(
            '-event-handler', f'user=while [ ! -e {gate} ]; do sleep 0.05; done; echo $SERF_USER_EVENT >> {self.trace}')
        for number in range(100):
            agent.rpc.call('event', {'Name': f'e{number}', 'Payload': b'', 'Coalesce': False})
        wait_until(lambda: 'dropping the oldest' in agent.log(), 'the warning')
        gate.touch()
        wanted = ['e0'] + [f'e{number}' for number in range(36, 100)]
        wait_until(lambda: self.trace.exists() and self.trace.read_text().split() == wanted, 'the newest events')

    def test_a_script_that_fails_is_in_the_log_with_its_output(self):
        agent = self.agent('hearsay').start('-event-handler', 'user:x=echo what it said; exit 3').wait_running()
        agent.rpc.call('event', {'Name': 'x', 'Payload': b'', 'Coalesce': False})
        wait_until(lambda: 'exit status 3' in agent.log(), 'the failure in the log')
        self.assertIn("Event 'user' script output: what it said", agent.log())

    def test_each_member_of_a_burst_of_joins_is_told_once(self):
        agent = self.agent('hearsay').start('-event-handler', f'member-join=(cat; echo ==) >> {self.trace}')
        wait_until(lambda: self.trace.exists() and self.trace.read_text().endswith('==\n'), 'our own join')
        for _ in range(4):
            self.agent('hearsay').launch(f'-join={agent.endpoint}')
        for other in self.agents[1:]:
            other.wait_ready()
        self.wait_alive(self.agents)

        def told():
            return [line.split('\t')[0] for line in self.trace.read_text().splitlines() if line != '=='][1:]
        wait_until(lambda: len(told()) >= 4 and self.trace.read_text().endswith('==\n'), 'four more lines')
        self.assertEqual(sorted(told()), sorted(other.name for other in self.agents[1:]))


class TagFilters(AgentCase):

    def test_a_hook_is_told_of_the_members_its_tag_filter_matches_and_of_no_other(self):
        traces = {name: self.directory / name for name in ('web', 'all')}
        agent = self.agent('hearsay', 'seed').start(
            '-profile=local', '-event-handler', f'member-join[svc=web.*]=cut -f1 >> {traces["web"]}',
            '-event-handler', f'member-join=cut -f1 >> {traces["all"]}')
        for name in ('web-1', 'db-1', 'web-2'):
            self.agent('hearsay', name).start('-profile=local', '-tag', f'svc={name}', f'-join={agent.endpoint}')

        def told(name):
            return sorted(traces[name].read_text().split()) if traces[name].exists() else []
        wait_until(lambda: told('all') == ['db-1', 'seed', 'web-1', 'web-2'], 'the hook without a filter')
        wait_until(lambda: told('web') == ['web-1', 'web-2'], 'the hook with one')

    def test_a_tag_filter_that_makes_no_sense_stops_the_agent_with_one_line(self):
        for text, reason in (('member-join[svc]=x', 'a tag filter is [KEY=PATTERN]'),
                             ('member-join[svc=(]=x', 'no regular expression')):
            agent = self.agent('hearsay').launch('-event-handler', text)
            self.assertEqual(agent.wait_exit(), 1)
            self.assertIn(reason, agent.log())
