"""What an agent shows of itself: every figure is documented, and Serf's users see only Serf's."""
import os
import pathlib
import re
import signal

from tests.harness.agent import HEARSAY
from tests.harness.case import AgentCase
from tests.harness.waiting import wait_until

PAGE = pathlib.Path(__file__).resolve().parents[2] / 'docs/commands/info.md'


def documented():
    """The names in the first column of the tables of docs/commands/info.md."""
    rows = re.findall(r'^\| (`[^|]*) \|', PAGE.read_text(encoding='utf-8'), re.MULTILINE)
    return [name for row in rows for name in re.findall(r'`([a-z_]+)`', row)]


class Figures(AgentCase):

    def test_every_figure_is_documented_once_and_none_that_there_is_not(self):
        shown = self.agent('hearsay').start().rpc.call('stats')['hearsay']
        self.assertEqual(sorted(documented()), sorted(shown))

    def test_info_shows_them_and_the_signal_too(self):
        agent = self.agent('hearsay').start()
        text = agent.cli('info').stdout
        for name in documented():
            self.assertRegex(text, rf'\t{name} = \d+\n')
        agent.signal(signal.SIGUSR1)
        wait_until(lambda: all(f'\n{name}: ' in agent.log() for name in documented()), 'the dump')

    def test_under_the_name_serf_there_are_only_the_sections_of_serf(self):
        link = self.directory / 'serf'
        os.symlink(HEARSAY, link)
        sections = {}
        for kind, program in (('serf', None), ('hearsay', str(link))):
            sections[kind] = set(self.agent(kind).start(program=program).rpc.call('stats'))
        self.assertEqual(sections['hearsay'], sections['serf'])
