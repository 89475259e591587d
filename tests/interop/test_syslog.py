"""What an agent tells syslog is what Serf tells it."""
import json
import os
import re
import select
import socket
import subprocess
import unittest

from tests.harness.agent import PROGRAMS
from tests.harness.case import AgentCase
from tests.harness.rights import needs_mounts
from tests.harness.waiting import wait_until

KINDS = ('serf', 'hearsay')
# A namespace whose only syslog socket is $1, if that is not empty. Where /dev/log exists it leads into /run too.
NAMESPACE = 'mount -t tmpfs none /run && { [ -z "$1" ] || ln -s "$1" /run/log; } && shift && exec "$@"'
UNSHARE = ['unshare', '--mount', 'sh', '-c', NAMESPACE, 'sh']


def may_hide_syslog():
    return not os.path.exists('/dev/log') or os.path.realpath('/dev/log').startswith('/run/')


@needs_mounts
@unittest.skipUnless(may_hide_syslog(), '/dev/log is a socket of its own here')
class SyslogCase(AgentCase):

    def setUp(self):
        super().setUp()
        self.path = self.directory / 'log'
        self.daemon = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(self.daemon.close)
        self.daemon.bind(str(self.path))

    def program(self, kind, daemon):
        """A program that runs the agent where `daemon` is the only one."""
        path = self.directory / f'{kind}-in-a-namespace'
        words = [*UNSHARE, str(daemon), PROGRAMS[kind]]
        quoted = ' '.join("'" + word.replace("'", "'\\''") + "'" for word in words)
        path.write_text(f'#!/bin/sh\nexec {quoted} "$@"\n', encoding='utf-8')
        path.chmod(0o755)
        return str(path)

    def launch(self, kind, *arguments, daemon=None, **config):
        file = self.directory / 'config.json'
        file.write_text(json.dumps(config), encoding='utf-8')
        return self.agent(kind, name='same').launch(f'-config-file={file}', '-syslog', *arguments,
                                                program=self.program(kind, self.path if daemon is None else daemon))

    def received(self):
        lines = []
        while select.select([self.daemon], [], [], 0)[0]:
            lines.append(self.daemon.recv(65536).decode())
        return lines

    def test_an_agents_start_is_told_with_the_same_priorities_tags_and_words(self):
        told = {}
        for kind in KINDS:
            agent = self.launch(kind, syslog_facility='local3').wait_running()
            lines = []

            def settled(lines=lines):
                lines.extend(self.received())
                return any('Received event: member-join' in line for line in lines)
            wait_until(settled, 'the event of the own join')
            agent.kill()
            for line in lines:
                self.assertRegex(line, rf'^<\d+>[A-Z][a-z]{{2}} [ \d]\d \d\d:\d\d:\d\d serf\[{agent.process.pid}\]: .*\n$')
            told[kind] = [re.sub(r'>.*?: ', '>', line, count=1).replace(agent.address, 'ADDRESS') for line in lines]
        self.assertEqual(told['hearsay'], told['serf'])
        self.assertIn('<157>agent: Serf agent starting\n', told['serf'])

    def test_what_the_log_level_hides_syslog_does_not_get(self):
        for kind in KINDS:
            with self.subTest(kind=kind):
                agent = self.launch(kind, '-log-level=err').wait_running()
                agent.kill()
                self.assertEqual(self.received(), [])

    def test_an_agent_without_a_daemon_does_not_start(self):
        for kind in KINDS:
            with self.subTest(kind=kind):
                agent = self.launch(kind, daemon='')
                self.assertEqual(agent.wait_exit(), 1)
                self.assertRegex(agent.log(), r'^==> Syslog setup failed: [^\n]*\n$')

    def test_a_facility_that_is_none_ends_the_start(self):
        for kind in KINDS:
            with self.subTest(kind=kind):
                agent = self.launch(kind, syslog_facility='LOCAL8')
                self.assertEqual(agent.wait_exit(), 1)
                self.assertRegex(agent.log(), r'^==> Syslog setup failed: invalid syslog facility: "?LOCAL8[^\n]*\n$')
