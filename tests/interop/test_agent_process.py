"""An agent as a process: its arguments, exit statuses and signals are Serf's."""
import json
import os
import re
import signal
import subprocess

from tests.harness.agent import HEARSAY, SERF
from tests.harness.case import AgentCase
from tests.harness.waiting import wait_until

KINDS = ('serf', 'hearsay')
# Those that need something else to be there are tested where that is: tags_file, keyring_file, rpc_auth,
# interface, start_join, discover, enable_syslog, leave_on_terminate. The harness gives names and addresses.
KEYS = {
    'node_name': 'x', 'bind': '127.0.0.1', 'rpc_addr': '127.0.0.1:7373', 'role': 'r', 'tags': {'a': 'b'},
    'encrypt_key': 'cg8StVXbQJ0gPvMd9o7yrg==', 'log_level': 'INFO', 'protocol': 5, 'replay_on_join': True,
    'query_response_size_limit': 1024, 'query_size_limit': 1024, 'user_event_size_limit': 512,
    'event_handlers': ['user:none=true'], 'profile': 'lan', 'skip_leave_on_interrupt': True,
    'reconnect_interval': '30s', 'reconnect_timeout': '24h', 'tombstone_timeout': '24h',
    'disable_name_resolution': True, 'disable_coordinates': True, 'syslog_facility': 'LOCAL0',
    'retry_join': ['127.0.0.1:1'], 'retry_max_attempts': 0, 'retry_interval': '30s', 'rejoin_after_leave': True,
    'enable_compression': True, 'statsite_addr': '127.0.0.1:1', 'statsd_addr': '127.0.0.1:1',
    'broadcast_timeout': '5s',
}


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

    def test_every_flag_of_serfs_agent_is_one_of_ours(self):
        def flags(program):
            shown = subprocess.run([program, 'agent', '-help'], capture_output=True, text=True, check=False)
            return set(re.findall(r'^  (-[a-z-]+)', shown.stdout + shown.stderr, re.MULTILINE))
        self.assertIn('-syslog', flags(SERF))
        self.assertLessEqual(flags(SERF), flags(HEARSAY))

    def test_a_file_with_serfs_keys_is_taken(self):
        for kind in KINDS:
            with self.subTest(kind=kind):
                config = self.directory / f'{kind}.json'
                config.write_text(json.dumps({**KEYS, 'snapshot_path': str(self.directory / f'{kind}.snapshot')}),
                                  encoding='utf-8')
                agent = self.agent(kind).start(f'-config-file={config}').wait_running()
                self.assertEqual(agent.terminate(), 1)

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
