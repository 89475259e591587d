"""An agent that has done a bit of everything ends without a leak or a wrong access to memory, as valgrind sees it."""
import os
import shutil
import stat
import unittest

from tests.harness.agent import PROGRAMS
from tests.harness.case import AgentCase
from tests.harness.waiting import wait_until

FOUND = 99  # the exit status for what valgrind finds; it says nothing else
# What can still be reached at the end is what libstdc++ keeps for exceptions when memory is out, and nothing else.
LOST = 'definite,indirect,possible'
OPTIONS = ('--quiet', f'--error-exitcode={FOUND}', '--leak-check=full', f'--show-leak-kinds={LOST}',
           f'--errors-for-leak-kinds={LOST}', '--child-silent-after-fork=yes')


@unittest.skipUnless(os.environ.get('HEARSAY_LONG') == '1', 'takes long: tools/test --long')
@unittest.skipUnless(shutil.which('valgrind'), 'needs valgrind')
class CleanEnd(AgentCase):
    takes_long = True

    def watched(self):
        """A program that is the agent under valgrind."""
        wrapper = self.directory / 'watched'
        wrapper.write_text(f'#!/bin/sh\nexec valgrind {" ".join(OPTIONS)} {PROGRAMS["hearsay"]} "$@"\n', encoding='utf-8')
        wrapper.chmod(wrapper.stat().st_mode | stat.S_IXUSR)
        return str(wrapper)

    def busy(self):
        """A watched agent with a peer: it resolved a name, has a snapshot, a key, a hook, clients and streams."""
        key = '-encrypt=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8='
        watched, peer = self.agent('hearsay', 'watched'), self.agent('hearsay', 'peer').start(key)
        told = self.directory / 'told'
        watched.start(key, f'-join={peer.endpoint}', f'-snapshot={self.directory}/snapshot', '-retry-join=localhost:1',
                      f'-event-handler=user=echo "$SERF_USER_EVENT" >>{told}', program=self.watched())
        self.wait_alive([watched, peer])
        client = watched.client()
        self.addCleanup(client.close)
        stream = client.stream(Type='*')
        client.stream('monitor', LogLevel='DEBUG')
        peer.rpc.call('event', {'Name': 'hello', 'Payload': b'x' * 300, 'Coalesce': False})
        client.next_matching(stream, lambda record: record.get('Name') == 'hello')
        wait_until(told.exists, 'the hook')
        self.assertEqual(watched.cli('reachability').returncode, 0)
        self.assertEqual(watched.cli('tags', '-set', 'a=b').returncode, 0)
        self.assertEqual(watched.cli('keys', '-list').returncode, 0)
        return watched

    def test_an_agent_that_leaves_gives_back_all_it_took(self):
        watched = self.busy()
        self.assertEqual(watched.leave(), 0, watched.log())
        self.assertNotIn('== ', watched.log())

    def test_an_agent_that_is_terminated_gives_back_all_it_took(self):
        watched = self.busy()
        self.assertNotEqual(watched.terminate(), FOUND, watched.log())
        self.assertNotIn('== ', watched.log())
