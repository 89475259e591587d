"""Four hosts as in docs/walkthrough.md, and what that page tells to type on them."""
import re

from tests.harness.agent import ROOT
from tests.harness.case import AgentCase
from tests.harness.documents import blocks_in
from tests.harness.hosts import Link
from tests.harness.machine import Machine
from tests.harness.waiting import wait_until

PAGE = ROOT / 'docs/walkthrough.md'
NAMES = ('web-1', 'web-2', 'web-3', 'client')
# These only look, so they may look until they see it.
LOOKS = ('hearsay members', 'hearsay wait', 'curl', 'for i in', 'examples/load')
PATIENCE = 40.0
NOT_HERE = 'apt-get install'  # tools/setup has done it
PROMPT = re.compile(r'([a-z0-9-]+)# (.*)')


def sections(text):
    """Title -> (host or 'all', command, lines it prints) of each command, in the order of the page."""
    out = {}
    for part in text.split('\n## ')[1:]:
        title, _, body = part.partition('\n')
        out[title] = []
        shown = ''.join(block for language, block in blocks_in(body) if language == 'console')
        for line in shown.splitlines():
            if match := PROMPT.fullmatch(line):
                out[title].append((match[1], match[2], []))
            else:
                out[title][-1][2].append(line)
    return out


def is_as_told(printed, told):
    """`...` stands for any lines, and within a line for whatever stands there."""
    pattern = '\n'.join('(?:.*\n)*?.*' if line == '...' else '.*'.join(map(re.escape, line.split('...')))
                        for line in told)
    return re.fullmatch(pattern, printed.rstrip('\n')) is not None


class FourHosts(AgentCase):
    """self.machines, by name, on which nothing runs yet."""

    PAGE = sections(PAGE.read_text(encoding='utf-8'))

    def setUp(self):
        super().setUp()
        self.link = Link(len(NAMES), '10.0.0')
        self.addCleanup(self.link.close)
        self.machines = {}
        for host, name in zip(self.link.hosts, NAMES):
            self.machines[name] = Machine(host, name)
            self.addCleanup(self.machines[name].close)

    def on(self, name, command, **options):
        """What it prints, on that host."""
        return self.machines[name].run(command, **options).stdout

    def walk(self, *titles):
        """Does what these sections of the page tell, and sees that it prints what they tell."""
        for title in titles:
            for host, command, told in self.PAGE[title]:
                for name in NAMES if host == 'all' else [host]:
                    if not command.startswith(NOT_HERE):
                        self._type(name, command, told)

    def _type(self, name, command, told):
        def typed():
            printed = self.on(name, command, check=False)
            assert is_as_told(printed, told), f'{name}# {command}\nprints\n{printed}\nand not\n' + '\n'.join(told)
            return True
        if command.startswith(LOOKS):
            wait_until(typed, f'what {PAGE.name} tells', PATIENCE, pause=0.2)
        else:
            typed()
