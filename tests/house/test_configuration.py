"""docs/configuration.md says of each setting what the agent's own table says."""
import pathlib
import re
import subprocess
import unittest

from tests.harness.agent import HEARSAY, ROOT

TABLE = pathlib.Path(HEARSAY).parents[2] / 'tests/house/settings-table'
PAGE = ROOT / 'docs/configuration.md'


class Configuration(unittest.TestCase):

    def test_the_page_has_the_table_of_the_code(self):
        table = subprocess.run([TABLE], capture_output=True, text=True, timeout=60, check=True).stdout
        text = PAGE.read_text(encoding='utf-8')
        shown = re.search(r'^<!-- settings: .* -->\n(.*)^<!-- end of settings -->$', text, re.MULTILINE | re.DOTALL)
        self.assertEqual(shown[1], table, 'tools/docs writes it anew')

    def test_what_is_added_by_hand_is_about_settings_that_exist(self):
        table = subprocess.run([TABLE], capture_output=True, text=True, timeout=60, check=True).stdout
        known = set(re.findall(r'^\| `([a-z0-9_.]+)`', table, re.MULTILINE))
        section = PAGE.read_text(encoding='utf-8').split('\n## More about some of them\n')[1].split('\n## ')[0]
        first_cells = re.findall(r'^\| (`.*?) \|', section, re.MULTILINE)
        named = {name for cell in first_cells for name in re.findall(r'`([^`]+)`', cell)}
        self.assertGreater(len(named), 15)
        self.assertEqual(named - known, set())
