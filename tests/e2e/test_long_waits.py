"""Who sits at a terminal is told what a command waits for; a script is not."""
import os
import pty
import re
import signal
import subprocess
import time

from tests.harness.agent import HEARSAY
from tests.harness.case import AgentCase
from tests.harness.waiting import wait_until


class LongWaits(AgentCase):

    def setUp(self):
        super().setUp()
        # So that the silent one is taken for alive as long as the test runs.
        self.seed = self.agent('hearsay', 'seed').start('-profile=wan')
        self.silent = self.agent('hearsay', 'silent').start('-profile=wan', f'-join={self.seed.endpoint}')
        self.wait_alive([self.seed, self.silent])
        self.silent.signal(signal.SIGSTOP)

    def told(self, *arguments):
        """What the command says on standard error, a terminal."""
        ours, theirs = pty.openpty()
        self.addCleanup(os.close, ours)
        done = subprocess.run([HEARSAY, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=theirs,
                              timeout=60, env={**os.environ, 'HEARSAY_RPC_ADDR': self.seed.rpc_endpoint}, check=False)
        os.close(theirs)
        text = b''
        while True:
            try:
                text += os.read(ours, 4096)
            except OSError:  # its end
                return done.returncode, text.decode().splitlines()

    def test_a_query_tells_whose_acks_it_waits_for_and_only_a_terminal(self):
        self.assertEqual(self.told('query', '-timeout=2500ms', 'load'),
                         (0, ['Waiting for the acks of 1 of 2 nodes: silent']))
        self.assertEqual(self.told('query', '-timeout=2500ms', '-no-ack', '-node=silent', 'load'),
                         (0, ['Waiting for the answers of 1 of 1 nodes: silent']))
        self.assertEqual(self.seed.cli('query', '-timeout=2500ms', 'load').stderr, '')

    def test_so_does_reachability(self):
        status, lines = self.told('reachability')
        self.assertEqual((status, lines), (1, ['Waiting for the acks of 1 of 2 nodes: silent']))


class RetriedJoins(AgentCase):

    def test_an_agent_that_starts_before_its_seed_is_not_long_alone(self):
        seed = self.agent('hearsay', 'seed')
        early = self.agent('hearsay', 'early').start(f'-retry-join={seed.endpoint}')
        wait_until(lambda: 'retrying in 1s' in early.log(), 'the first failed try')
        seed.start()
        began = time.monotonic()
        self.wait_alive([seed, early])
        self.assertLess(time.monotonic() - began, 20)  # Serf's would wait for 30

    def test_a_number_of_tries_takes_the_time_it_says(self):
        early = self.agent('hearsay', 'early').start(f'-retry-join={self.network.address()}', '-retry-max=3')
        found = wait_until(lambda: re.search(r'retrying in (\S+)', early.log()), 'the first failed try')
        self.assertEqual(found[1], '30s')
