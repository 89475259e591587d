"""Completion, in the shells themselves."""
import os
import re
import shutil
import subprocess
import unittest

from tests.harness.agent import HEARSAY
from tests.harness.case import AgentCase


def script_for(shell):
    return subprocess.run([HEARSAY, 'completion', shell], capture_output=True, text=True, timeout=60, check=True).stdout


class BashCompletion(AgentCase):

    def complete(self, *words, agent=None):
        """What bash offers for the last word."""
        script = self.directory / 'completion.bash'
        script.write_text(script_for('bash'), encoding='utf-8')
        line = 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _hearsay; printf "%s\\n" "${COMPREPLY[@]}"'
        environment = {**os.environ, **({'HEARSAY_RPC_ADDR': agent.rpc_endpoint} if agent else {})}
        done = subprocess.run(['bash', '-euc', line, 'bash', script, HEARSAY, *words], capture_output=True, text=True,
                              timeout=60, env=environment, check=True)
        self.assertEqual(done.stderr, '')
        return done.stdout.split()

    def test_every_command_is_offered(self):
        told = subprocess.run([HEARSAY, '-h'], capture_output=True, text=True, timeout=60, check=True).stderr
        self.assertEqual(self.complete(''), re.findall(r'^    ([a-z-]+)\s+\S', told, re.MULTILINE))
        self.assertEqual(self.complete('mem'), ['members'])

    def test_every_flag_of_each_command_is_offered_with_one_dash_and_two(self):
        for command in self.complete(''):
            if command in ('keygen', 'version', 'completion'):
                continue
            told = subprocess.run([HEARSAY, command, '-h'], capture_output=True, text=True, timeout=60, check=True)
            flags = re.findall(r'^  (-[a-z0-9-]+)', told.stderr, re.MULTILINE)
            self.assertTrue(flags)
            self.assertEqual(self.complete(command, '-'), flags)
            self.assertEqual(self.complete(command, '--'), ['-' + flag for flag in flags])

    def test_values_of_flags_and_names_of_members_are_offered(self):
        self.assertEqual(self.complete('members', '-format', ''), ['text', 'json', 'tsv', 'addr', 'env', 'names'])
        self.assertEqual(self.complete('members', '-status', '=', 'l'), ['leaving', 'left'])
        self.assertEqual(self.complete('watch', '--sort', ''), ['name', 'addr', 'rtt'])
        agent = self.agent('hearsay', 'web-1').start()
        for command in ('doctor', 'rtt', 'force-leave'):
            self.assertEqual(self.complete(command, 'we', agent=agent), ['web-1'])


class OtherShells(unittest.TestCase):

    def assert_reads(self, shell):
        if shutil.which(shell) is None:
            self.skipTest(f'no {shell} here')
        done = subprocess.run([shell, '-n'], input=script_for(shell), capture_output=True, text=True, timeout=60,
                              check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ''))

    def test_zsh_reads_its_script(self):
        self.assert_reads('zsh')

    def test_fish_reads_its_script(self):
        self.assert_reads('fish')

    def test_another_shell_is_a_mistake_that_names_those_there_are(self):
        done = subprocess.run([HEARSAY, 'completion', 'ksh'], capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual((done.returncode, done.stderr),
                         (1, 'Error: Unknown shell "ksh": give bash, zsh or fish\n'))
