"""An agent as a process: its arguments, exit statuses and signals are Serf's."""
import os
import signal
import subprocess

from tests.harness.agent import HEARSAY, SERF
from tests.harness.case import AgentCase
from tests.harness.waiting import wait_until

KINDS = ('serf', 'hearsay')


class AgentProcess(AgentCase):

    def test_whatever_asks_for_help_gets_it_where_serf_puts_it(self):
        for flag in ('-h', '-help', '--help', '--h', '-help=1'):
            with self.subTest(flag=flag):
                theirs, ours = (subprocess.run([program, 'agent', flag], capture_output=True, text=True, check=False)
                                for program in (SERF, HEARSAY))
                self.assertEqual(ours.returncode, theirs.returncode)
                self.assertEqual(bool(ours.stdout), bool(theirs.stdout))
                self.assertEqual(bool(ours.stderr), bool(theirs.stderr))
                self.assertIn('Usage: hearsay agent [options]\n', ours.stdout + ours.stderr)
                self.assertIn('An event handler is', ours.stdout + ours.stderr)

    def test_under_the_name_serf_arguments_behind_the_flags_are_ignored(self):
        link = self.directory / 'serf'
        os.symlink(HEARSAY, link)
        for program in (SERF, str(link)):
            with self.subTest(program=program):
                self.agent('hearsay').start('extra', program=program)

    def test_a_quit_ends_an_agent_with_status_2(self):
        for kind in KINDS:
            with self.subTest(kind=kind):
                agent = self.agent(kind).start()
                agent.signal(signal.SIGQUIT)
                self.assertEqual(agent.wait_exit(), 2)
                if kind == 'hearsay':
                    self.assertIn('\nrpc_clients_accepted: ', agent.log())

    def test_counters_that_nobody_reads_hold_up_nothing(self):
        agent = self.agent('hearsay')
        reader, writer = os.pipe()
        self.addCleanup(os.close, reader)
        try:
            agent.launch(stderr=writer)
        finally:
            os.close(writer)
        agent.wait_ready()
        dumps = 0

        def dropped():
            nonlocal dumps
            agent.signal(signal.SIGUSR1)
            dumps += 1
            # The answer comes from a later turn of the loop than the dump.
            return int(agent.rpc.call('stats')['hearsay']['error_lines_dropped']) > 0
        wait_until(dropped, 'a pipe that is full')
        self.assertGreater(dumps, 5)
