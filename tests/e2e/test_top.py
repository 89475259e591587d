"""`top`: the live view, on a terminal and off it."""
import os
import pty
import re
import signal
import subprocess

from tests.harness.agent import HEARSAY
from tests.harness.case import AgentCase
from tests.harness.waiting import wait_until


class Top(AgentCase):

    def test_off_a_terminal_each_view_is_plain_lines(self):
        seed = self.agent('hearsay', 'seed').start('-profile=local', '-tag', 'svc=web')
        told = seed.cli('top', '-count=2', '-interval=100ms')
        self.assertEqual(told.returncode, 0)
        views = told.stdout.split('\n\nseed: ')
        self.assertEqual(len(views), 2)
        self.assertIn('1 alive, 0 failed', views[1])
        self.assertIn(f'seed  {seed.endpoint}  alive', views[1])
        self.assertIn('queues: intents ', views[1])
        self.assertNotIn('\x1b', told.stdout)

    def test_on_a_terminal_it_takes_the_screen_follows_the_agent_and_gives_the_screen_back(self):
        seed = self.agent('hearsay', 'seed').start('-profile=local')
        ours, theirs = pty.openpty()
        self.addCleanup(os.close, ours)
        os.set_blocking(ours, False)
        process = subprocess.Popen([HEARSAY, 'top', '-interval=100ms'], stdin=theirs, stdout=theirs, stderr=theirs,
                                   env={**os.environ, 'TERM': 'xterm', 'HEARSAY_RPC_ADDR': seed.rpc_endpoint})
        self.addCleanup(process.kill)
        os.close(theirs)
        shown = ''

        def shows(text):
            nonlocal shown
            try:
                shown += os.read(ours, 1 << 20).decode()
            except OSError:  # nothing yet, or its end
                pass
            return text in shown
        wait_until(lambda: shows('\x1b[?1049h') and shows('seed: 1 alive'), 'the first view')
        self.agent('hearsay', 'web-1').start('-profile=local', f'-join={seed.endpoint}')
        # Joins of one moment are one event, so the seed's own may stand beside it.
        wait_until(lambda: shows('seed: 2 alive') and re.search(r'member-join (seed )?web-1', shown),
                   'the new member and its event')
        seed.kill()
        wait_until(lambda: shows('No agent: '), 'that the agent is gone')
        seed.start('-profile=local')
        shown = ''
        # Not the count: the other member may have found it already.
        wait_until(lambda: shows(f'  {seed.endpoint}  alive'), 'the new agent')
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(60), 0)
        wait_until(lambda: shows('\x1b[?25h\x1b[?1049l'), 'the screen given back')

    def test_views_that_are_counted_stay_on_the_terminal(self):
        seed = self.agent('hearsay', 'seed').start('-profile=local')
        ours, theirs = pty.openpty()
        self.addCleanup(os.close, ours)
        subprocess.run([HEARSAY, 'top', '-count=1'], stdin=theirs, stdout=theirs, stderr=theirs, timeout=60, check=True,
                       env={**os.environ, 'TERM': 'xterm', 'NO_COLOR': '1', 'HEARSAY_RPC_ADDR': seed.rpc_endpoint})
        os.close(theirs)
        shown = os.read(ours, 1 << 16).decode()
        self.assertIn('seed: 1 alive', shown)
        self.assertNotIn('\x1b', shown)

    def test_without_an_agent_it_says_so_and_takes_no_screen(self):
        seed = self.agent('hearsay')
        told = seed.cli('top', '-rpc-addr=127.0.0.1:1')
        self.assertEqual((told.returncode, told.stdout), (2, ''))
        self.assertEqual(seed.cli('top', '-interval=1').returncode, 1)
