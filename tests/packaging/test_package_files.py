"""What a package has beside the program: man pages, completions, the unit and the configuration file."""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

from tests.harness.agent import HEARSAY, ROOT

BUILD = pathlib.Path(HEARSAY).parents[2]
UNITS = ROOT / 'packaging/systemd'
EXPOSURE_MAX = 2.0


def run(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, **options)


class ManPages(unittest.TestCase):

    @staticmethod
    def pages():
        return sorted(path for path in (BUILD / 'packaging/man').glob('*.[157]'))

    def test_every_command_has_one(self):
        commands = {path.stem for path in (ROOT / 'docs/commands').glob('*.md')} - {'README'}
        wanted = {f'hearsay-{command}.1' for command in commands}
        self.assertEqual({path.name for path in self.pages()},
                         wanted | {'hearsay.1', 'hearsay-config.5', 'hearsay-hooks.7'})
        listed = re.findall(r'^    ([a-z-]+) ', run(HEARSAY).stderr, re.MULTILINE)
        self.assertTrue(listed and commands.issuperset(listed), f'{listed} of the program, {commands} of docs/')

    def test_none_renders_with_a_warning(self):
        environment = {**os.environ, 'LC_ALL': 'C.UTF-8', 'MANROFFSEQ': '', 'MANWIDTH': '80'}
        for page in self.pages():
            done = run('man', '--warnings', '-E', 'UTF-8', '-l', '-Tutf8', '-Z', str(page), env=environment)
            self.assertEqual((done.returncode, done.stderr), (0, ''), page.name)
            self.assertIn('DESCRIPTION', done.stdout)

    def test_nothing_of_markdown_is_left(self):
        for page in self.pages():
            done = run('man', '-l', str(page), env={**os.environ, 'LC_ALL': 'C.UTF-8', 'MANWIDTH': '200'})
            for line in done.stdout.splitlines():
                if not line.startswith('           '):  # inside a block of code
                    self.assertNotRegex(line, r'\]\(|\*\*|\|--|^\s*```|<!--', page.name)

    def test_pages_name_only_pages_that_are_there(self):
        there = {f'{page.stem}({page.suffix[1:]})' for page in self.pages()}
        named = set()
        for source in (BUILD / 'packaging/man').glob('*.scd'):
            named |= set(re.findall(r'_(hearsay[a-z-]*\(\d\))_', source.read_text(encoding='utf-8')))
        self.assertIn('hearsay-config(5)', named)
        self.assertEqual(named - there, set())

    def test_what_the_generator_does_not_know_is_refused(self):
        with tempfile.TemporaryDirectory() as directory:
            page = pathlib.Path(directory) / 'odd.md'
            page.write_text('# hearsay odd\n\n1. first\n', encoding='ascii')
            done = run(sys.executable, str(ROOT / 'packaging/man/scdoc_of.py'), str(page), 'hearsay-odd', '7')
        self.assertEqual((done.returncode, done.stdout), (1, ''))
        self.assertIn('what is this: 1. first', done.stderr)


class Completions(unittest.TestCase):

    def test_shells_take_what_is_installed(self):
        script = BUILD / 'packaging/completions/hearsay'
        done = run('bash', '-c', f'. {script} && complete -p hearsay')
        self.assertEqual((done.returncode, done.stderr), (0, ''))
        for other in ('_hearsay', 'hearsay.fish'):
            self.assertIn('members', (BUILD / 'packaging/completions' / other).read_text(encoding='utf-8'))


class Unit(unittest.TestCase):

    def test_its_exposure_is_low(self):
        done = run('systemd-analyze', 'security', '--offline=true', '--no-pager', str(UNITS / 'hearsay.service'))
        exposure = re.search(r'Overall exposure level for hearsay.service: ([0-9.]+)', done.stdout)
        self.assertIsNotNone(exposure, done.stdout + done.stderr)
        self.assertLess(float(exposure[1]), EXPOSURE_MAX)

    def test_systemd_finds_no_mistake_in_it(self):
        with tempfile.TemporaryDirectory() as directory:
            text = (UNITS / 'hearsay.service').read_text(encoding='utf-8')
            unit = pathlib.Path(directory) / 'hearsay.service'
            unit.write_text(text.replace('/usr/bin/hearsay', HEARSAY), encoding='utf-8')
            done = run('systemd-analyze', 'verify', '--man=no', '--recursive-errors=no', str(unit))
        self.assertEqual((done.returncode, done.stderr), (0, ''))


class Configuration(unittest.TestCase):

    def try_start(self, text):
        """What an agent says that starts with this, but cannot gossip."""
        with tempfile.TemporaryDirectory() as directory:
            path = pathlib.Path(directory) / 'agent.json'
            path.write_text(text, encoding='utf-8')
            return run(HEARSAY, 'agent', f'-config-file={path}', '-bind=192.0.2.1', '-snapshot=')

    def test_the_file_that_is_installed_is_taken_as_it_is_and_with_every_example(self):
        text = (ROOT / 'packaging/agent.json').read_text(encoding='utf-8').replace('/var/lib/hearsay', tempfile.gettempdir())
        examples = re.sub(r'^  // (".*)$', r'  \1', text, flags=re.MULTILINE)
        self.assertGreater(examples.count('\n  "'), 6)
        self.assertIn('Cannot listen on 192.0.2.1:7946', self.try_start(text).stdout)
        said = self.try_start(examples.replace('"file:/etc/hearsay/gossip.key"', '"MDEyMzQ1Njc4OWFiY2RlZg=="')
                              .replace('"rpc_socket_group": "hearsay"', '"rpc_socket_group": "root"')).stdout
        self.assertIn('Cannot listen on 192.0.2.1:7946', said)


class Versions(unittest.TestCase):

    def test_package_and_program_are_of_one_version(self):
        project = re.search(r"^  version: '(.*)',$", (ROOT / 'meson.build').read_text(encoding='utf-8'), re.MULTILINE)
        changelog = (ROOT / 'packaging/debian/changelog').read_text(encoding='utf-8')
        self.assertRegex(changelog, rf'^hearsay \({re.escape(project[1])}\) ')
