"""docs/serf-compatibility.md names everything Serf has, and a test for each."""
import ast
import re
import subprocess
import unittest

from tests.harness.agent import HEARSAY, ROOT, SERF

PAGE = ROOT / 'docs/serf-compatibility.md'
COMMANDS = ('agent', 'event', 'force-leave', 'info', 'join', 'keygen', 'keys', 'leave', 'members', 'monitor', 'query',
            'reachability', 'rtt', 'tags', 'version')
OURS = ('completion', 'doctor', 'top', 'wait', 'watch')  # which Serf has not
FLAG_IN_HELP = re.compile(r'^\s+(-[a-z][a-z0-9-]*)', re.MULTILINE)
HELP_FLAGS = {'-h', '-help'}


def rows(title=None):
    """(what, here, test) of each row, of one section or of all."""
    for section in re.split(r'^## ', PAGE.read_text(encoding='utf-8'), flags=re.MULTILINE)[1:]:
        if title is None or section.startswith(title + '\n'):
            for line in section.splitlines():
                cells = [cell.strip() for cell in line.strip('|').split(' | ')]
                if line.startswith('| ') and not cells[-1] == 'test':
                    yield cells


def named(title):
    """What stands in backquotes in the first column of a section."""
    return {name for what, *_ in rows(title) for name in re.findall(r'`([^`]+)`', what)}


def source(path):
    return (ROOT / path).read_text(encoding='utf-8')


def flags_of(program, command):
    done = subprocess.run([program, command, '-help'], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=60, check=False)
    assert done.returncode == 0 and 'Usage' in done.stdout + done.stderr, (program, command)
    return set(FLAG_IN_HELP.findall(done.stdout + done.stderr)) - HELP_FLAGS


def exists(reference):
    """A reference is `FILE`: `Class.test_case`, or `FILE`: the name of a doctest case."""
    match = re.fullmatch(r'`([^`]+)`: `?([^`]+)`?', reference)
    path = ROOT / 'tests' / match[1] if match else None
    if path is None or not path.is_file():
        return False
    text = path.read_text(encoding='utf-8')
    if path.suffix == '.cc':
        return re.search(r'TEST_CASE\(\s*"' + re.escape(match[2]) + r'"\)', text) is not None
    class_name, _, case = match[2].partition('.')
    return case.startswith('test_') and any(
        isinstance(node, ast.ClassDef) and node.name == class_name and
        any(isinstance(item, ast.FunctionDef) and item.name == case for item in node.body)
        for node in ast.parse(text).body)


class Compatibility(unittest.TestCase):

    def assert_rows(self, wanted, title):
        self.assertTrue(wanted, title)
        self.assertEqual(sorted(wanted - named(title)), [], f'no row in "{title}" of {PAGE.name}')

    def test_every_row_says_what_is_done_and_names_a_test_that_exists(self):
        self.assertGreater(len(list(rows())), 100)
        for row in rows():
            with self.subTest(row=row[0]):
                self.assertEqual(len(row), 3, row)
                self.assertTrue(row[1], 'nothing said')
                self.assertTrue(exists(row[2]), row[2])

    def test_a_test_that_does_not_exist_is_noticed(self):
        path = 'house/test_compatibility.py'
        self.assertTrue(exists(f'`{path}`: `Compatibility.test_a_test_that_does_not_exist_is_noticed`'))
        for wrong in (f'`{path}`: `Compatibility.test_no_such`', f'`{path}`: `Other.test_a_test_that_does_not_exist`',
                      '`house/none.py`: `A.test_b`', '`unit/agent/flags_test.cc`: a flag', '', 'later'):
            self.assertFalse(exists(wrong), wrong)

    def test_every_flag_of_the_agent_of_either_program_has_a_row(self):
        for program in (SERF, HEARSAY):
            self.assert_rows(flags_of(program, 'agent'), 'Agent: flags and keys')

    def test_every_flag_and_key_of_our_table_of_options_has_a_row(self):
        table = re.findall(r'^    \{"([^"]*)", "([^"]*)", ', source('src/agent/config/options.cc'), re.MULTILINE)
        wanted = {f'-{flag}' for flag, _ in table if flag} | {key for _, key in table if key}
        self.assertGreater(len(wanted), 60)
        self.assert_rows(wanted, 'Agent: flags and keys')

    def test_every_command_and_its_flags_of_either_program_have_a_row(self):
        everywhere = {'-rpc-addr', '-rpc-auth'}
        self.assert_rows(everywhere | set(COMMANDS), 'Commands')
        for program, commands in ((SERF, COMMANDS), (HEARSAY, COMMANDS + OURS)):
            for command in commands[1:]:
                flags = flags_of(program, command) - everywhere if command not in ('completion', 'keygen', 'version') else set()
                self.assert_rows({command} | {f'{command} {flag}' for flag in flags}, 'Commands')

    def test_every_command_that_serf_or_we_list_is_known_here(self):
        for program, commands in ((SERF, COMMANDS), (HEARSAY, COMMANDS + OURS)):
            done = subprocess.run([program], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
            listed = re.findall(r'^    ([a-z-]+)\s+\S', done.stderr, re.MULTILINE)
            self.assertEqual(sorted(listed), sorted(commands), program)

    def test_every_rpc_command_has_a_row(self):
        self.assert_rows(set(re.findall(r'Command\{"([^"]+)"', source('src/agent/rpc/commands.cc'))), 'RPC commands')

    def test_every_variable_and_signal_has_a_row(self):
        hooks = {name.rstrip('_') for name in re.findall(r'"(SERF_\w+)"', source('src/agent/hooks/environment.cc'))}
        known = {name.rstrip('_') for name in named('Event handlers')}
        self.assertGreater(len(hooks), 6)
        self.assertEqual(sorted(hooks - known), [])
        self.assert_rows(set(re.findall(r'"(SERF_\w+)"', source('src/cli/rpc_options.cc'))), 'Signals and environment')
        self.assert_rows(set(re.findall(r'\b(SIG[A-Z0-9]+)\b', source('src/agent/run.cc'))), 'Signals and environment')
