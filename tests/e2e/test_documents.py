"""Every command line that the documents show is run, and prints what they say."""
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import tempfile
import unittest

from tests.harness.agent import HEARSAY, ROOT
from tests.harness.documents import blocks, commands, differs, documents, is_script

HERE = pathlib.Path(__file__).resolve().parent / 'documents'

# Not run, but looked at by other tests: name -> why.
CANNOT_RUN = {
    'install': 'the program is there already',
    'meson': 'builds',
    'nft': 'the firewall is not the document\'s',
    'ninja': 'builds',
    'tools/bench': 'takes minutes',
    'tools/demo': 'builds a release; run by hand and by CI',
    'tools/setup': 'installs',
    'tools/sim': 'takes minutes',
    'tools/test': 'runs this',
}

# What is there before the first command line of a document, in the words of documents/stage.sh.
WEB = """
member web-1 11 -tag svc=whoami -tag port=8001
member web-2 12 -tag svc=whoami -tag port=8002
settled 2
"""
THREE = 'member a 1; member b 2; member c 3; settled 3'
STAGES = {
    'README.md': """
        for name in my-service render-haproxy deploy; do script /usr/local/bin/$name 'cat >/dev/null'; done""",
    'docs/commands/completion.md': 'mkdir -p ~/.zfunc ~/.config/fish/completions',
    'docs/commands/doctor.md': WEB + 'ended web-2',
    'docs/commands/event.md': THREE,
    'docs/commands/force-leave.md': THREE + '; member web-3 13; settled 4; ended web-3',
    'docs/commands/info.md': 'member web-1 11; member web-2 12; member web-3 13; settled 3',
    'docs/commands/join.md': """
        start_agent hearsay agent -node one -bind 10.0.0.1 -rpc-addr unix://$STAGE/one.rpc
        start_agent hearsay agent -node two -bind 10.0.0.2 -rpc-addr unix://$STAGE/two.rpc
        start_agent hearsay agent -node web-1 -bind 10.0.0.11""",
    'docs/commands/keys.md': """
        old=$(hearsay keygen)
        member web-1 11 -encrypt "$old"; member web-2 12 -encrypt "$old"; member db-1 21 -encrypt "$old"; settled 3""",
    'docs/commands/leave.md': THREE,
    'docs/commands/members.md': WEB + 'member web-3 13 -tag svc=whoami -tag port=8003; settled 3; ended web-3',
    'docs/commands/monitor.md': 'member web-1 11; member web-3 13',
    'docs/commands/query.md': """
        load='query:load=cut -d" " -f1 /proc/loadavg'
        member web-1 11 -tag role=web -event-handler "$load"; member web-2 12 -tag role=web -event-handler "$load"
        member db-1 21; settled 3""",
    'docs/commands/reachability.md': THREE,
    'docs/commands/rtt.md': """
        member web-1 11; member db-1 21
        until hearsay rtt web-1 db-1 >/dev/null; do sleep 0.1; done""",
    'docs/commands/tags.md': 'member web-1 11 -tag old=1',
    'docs/commands/top.md': WEB + 'member web-3 13; settled 3; ended web-2',
    'docs/commands/wait.md': """
        script /usr/local/bin/my-service true
        member db-1 11 -tag svc=db; member db-2 12 -tag svc=db""",
    'docs/commands/watch.md': """
        script /usr/local/bin/render-haproxy 'cat >/dev/null'
        member web-1 11 -tag svc=whoami
        after_line 1 member web-2 12 -tag svc=whoami""",
    'docs/migration-from-serf.md': """
        mkdir /etc/serf
        echo '{"node_name": "web-1", "bind": "10.0.0.11", "tags": {"role": "web"}}' >/etc/serf/agent.json
        start_agent /usr/bin/serf agent -node db-1 -bind 10.0.0.1 -rpc-addr 10.0.0.1:7373 -role db""",
    'docs/operations.md': """
        old=$(hearsay keygen)
        member web-1 11 -encrypt "$old"; member web-2 12 -encrypt "$old"; settled 2
        before_3() { end_agents; members=0; member web-1 11; member web-2 12; settled 2; ended web-2; }""",
}

# Files that a document shows, as the number of its block in `json`, and where it says they are.
FILES = {'docs/getting-started.md': (0, '/etc/hearsay/agent.json')}

# Outputs that are not compared: (document, beginning of the line) -> why.
NOT_COMPARED = {
    ('docs/commands/top.md', 'hearsay top'): 'its last events are of a view that has been there for a while',
}

# What may be printed besides: (document, beginning of the line) -> why.
MORE_PRINTED = {
    ('docs/commands/doctor.md', 'hearsay doctor'): 'that this machine is busy, if it is',
    ('docs/operations.md', 'hearsay doctor'): 'the same',
}

# Of lines that show a fault: (document, beginning of the line) -> status. All others end with 0.
EXIT_STATUS = {
    ('docs/commands/README.md', 'hearsay members'): 2,
    ('docs/commands/doctor.md', 'hearsay doctor web-2'): 3,
    ('docs/operations.md', 'hearsay doctor web-2'): 3,
}

# Documents whose command lines have a test of their own.
ELSEWHERE = {'docs/packaging.md': 'tests/packaging'}


NAMESPACES = ['unshare', '--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc']


def run_on_stage(script, stage):
    environment = {**os.environ, 'HEARSAY': HEARSAY, 'STAGE': str(stage), 'CANNOT_RUN': ' '.join(CANNOT_RUN)}
    return subprocess.run([*NAMESPACES, 'bash', '-c', script], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=120, env=environment, check=False)


def exception(table, document, line, default):
    found = [value for (which, beginning), value in table.items() if which == document and line.startswith(beginning)]
    return found[0] if found else default


def script_of(document, shown):
    """Runs them one after the other in one shell; a line's output goes into a file of its own. All lines of a block
    in `sh` must succeed, or the shell ends there."""
    out = [f'source {HERE}/stage.sh', STAGES.get(document, '')]
    if document in FILES:
        block, path = FILES[document]
        text = [text for language, text in blocks(document) if language == 'json'][block]
        out.append(f'echo {shlex.quote(text)} >{path}')
    for number, command in enumerate(shown):
        strict = 'set -e\n' if command.output is None else 'set +e\n'
        wanted = exception(EXIT_STATUS, document, command.line, 0)
        out.append(f'if declare -F before_{number} >/dev/null; then before_{number}; fi')
        out.append(f'{{ eval {shlex.quote(strict + command.line)}\n}} >"$STAGE/{number}" 2>&1\n'
                   f'status=$?; ((status == {wanted})) || {{ echo "status $status, not {wanted}"; exit 1; }}')
    return '\n'.join(out)


class Documents(unittest.TestCase):

    maxDiff = None

    def setUp(self):
        if subprocess.run([*NAMESPACES, 'true'], capture_output=True, timeout=60, check=False).returncode != 0:
            raise unittest.SkipTest('no namespaces here')

    def run_document(self, document):
        shown = [command for block in blocks(document) for command in commands(*block)]
        stage = pathlib.Path(tempfile.mkdtemp(prefix='hearsay-test-'))
        self.addCleanup(shutil.rmtree, stage, ignore_errors=True)
        done = run_on_stage(script_of(document, shown), stage)
        printed = [path.read_text(errors='replace') for path in map(stage.joinpath, map(str, range(len(shown))))
                   if path.exists()]
        last = shown[len(printed) - 1].line + printed[-1] if printed else 'what is there before it\n'
        self.assertEqual(done.returncode, 0, f'{document}: this failed:\n{last}{done.stdout}{done.stderr}')
        for command, text in zip(shown, printed, strict=True):
            if command.output and not exception(NOT_COMPARED, document, command.line, ''):
                more = '...\n' if exception(MORE_PRINTED, document, command.line, '') else ''
                self.assertEqual(differs(command.output + more, text), '', f'{document}: {command.line}{text}')


def add_case(document):
    def case(self):
        self.run_document(document)
    slug = re.sub(r'\W+', '_', document.removesuffix('.md')).lower()
    setattr(Documents, f'test_the_command_lines_of_{slug}_run_as_shown', case)


for shown_in in documents():
    if shown_in not in ELSEWHERE and any(commands(*block) for block in blocks(shown_in)):
        add_case(shown_in)


class CommandLines(unittest.TestCase):

    def test_a_block_with_command_lines_says_so(self):
        for document in documents():
            for language, text in blocks(document):
                if language not in ('sh', 'console'):
                    with self.subTest(document):
                        self.assertNotRegex(text, r'(?m)^(\$|hearsay|tools/\w+|sudo) ')

    def test_scripts_that_are_shown_are_scripts(self):
        shown = [text for document in documents() for language, text in blocks(document)
                 if language == 'sh' and is_script(text)]
        self.assertTrue(shown)
        for text in shown:
            done = subprocess.run(['sh', '-n'], input=text, capture_output=True, text=True, timeout=60, check=False)
            self.assertEqual(done.stderr, '', text)

    def test_json_that_is_shown_is_json(self):
        shown = [text for document in documents() for language, text in blocks(document) if language == 'json']
        self.assertTrue(shown)
        for text in shown:
            json.loads(text)

    def test_links_lead_somewhere(self):
        for document in documents():
            text = (ROOT / document).read_text(encoding='utf-8')
            for target in re.findall(r'\]\((?!https?:)([^)]+)\)', text):
                with self.subTest(f'{document}: {target}'):
                    path, _, anchor = target.partition('#')
                    page = (ROOT / document).parent / path if path else ROOT / document
                    self.assertTrue(page.exists(), f'{document}: {target}')
                    if anchor:
                        titles = re.findall(r'^#+ (.*)$', page.read_text(encoding='utf-8'), re.MULTILINE)
                        self.assertIn(anchor, [re.sub(r'[^a-z0-9 _-]', '', t.lower()).replace(' ', '-') for t in titles])

    def test_every_command_has_a_page_that_names_its_flags(self):
        listed = subprocess.run([HEARSAY, '-h'], capture_output=True, text=True, timeout=60, check=True).stderr
        index = (ROOT / 'docs/commands/README.md').read_text(encoding='utf-8')
        for command in re.findall(r'^    ([a-z-]+) ', listed, re.MULTILINE):
            page = (ROOT / f'docs/commands/{command}.md').read_text(encoding='utf-8')
            self.assertRegex(page, rf'^# hearsay {command}\b')
            self.assertIn(f'[{command}]({command}.md)', index)
            told = subprocess.run([HEARSAY, command, '-h'], capture_output=True, text=True, timeout=60, check=True).stderr
            if command != 'agent':  # whose flags are settings
                for flag in set(re.findall(r'^  (-[a-z0-9-]+)', told, re.MULTILINE)) - {'-rpc-addr', '-rpc-auth'}:
                    self.assertRegex(page, rf'`{flag}\b', f'{command} {flag}')

    def test_commands_and_flags_named_in_the_text_exist(self):
        helps = {}
        for document in documents():
            prose = re.sub(r'(?ms)^```.*?^```$', '', (ROOT / document).read_text(encoding='utf-8'))
            for command, rest in re.findall(r'`hearsay ([a-z-]+)([^`]*)`', prose):
                if command not in helps:
                    told = subprocess.run([HEARSAY, command, '-h'], capture_output=True, text=True, timeout=60, check=False)
                    self.assertEqual(told.returncode, 0, f'{document}: hearsay {command}')
                    helps[command] = re.findall(r'^\s+(-[a-z0-9-]+)', told.stderr, re.MULTILINE)
                for flag in re.findall(r'(?<= )-?(-[a-z][a-z0-9-]+)', rest):
                    self.assertIn(flag, helps[command], f'{document}: hearsay {command}{rest}')

    def test_what_is_not_run_is_there_at_least(self):
        shown = [command.line for document in documents() for block in blocks(document) for command in commands(*block)]
        for name in CANNOT_RUN:
            lines = [line for text in shown for line in text.splitlines() if re.search(rf'(^|\s){name}\b', line)]
            self.assertTrue(lines, f'no document shows {name}')
            if name.startswith('tools/'):
                sources = [ROOT / name, *ROOT.glob(f'{name}.d/*.py'), *ROOT.glob('tests/sim/**/*.cc')]
                text = ''.join(path.read_text(encoding='utf-8') for path in sources)
                for line in lines:
                    for flag in re.findall(r' --([a-z-]+)', line.split('#')[0]):
                        self.assertIn(flag, text, line)

    def test_each_exception_is_needed(self):
        known = set(documents())
        lines = {(document, command.line) for document in known for block in blocks(document)
                 for command in commands(*block)}
        self.assertEqual((set(STAGES) | set(ELSEWHERE)) - known, set())
        for which, beginning in [*NOT_COMPARED, *MORE_PRINTED, *EXIT_STATUS]:
            self.assertTrue(any(which == document and line.startswith(beginning) for document, line in lines), beginning)
