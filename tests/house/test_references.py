"""docs/SECURITY.md and docs/TESTING.md name tests in the last column of their tables: each exists."""
import re
import unittest

from tests.bad_input.attacks import ATTACKS
from tests.harness.agent import ROOT

TESTS = ROOT / 'tests'
PAGES = {'SECURITY.md': 20, 'TESTING.md': 25}  # and how many rows with tests each has at least
# `FILE`, and after a colon sentences between semicolons, up to the next in backquotes.
REFERENCE = re.compile(r'`([a-z_/]+(?:\.py|\.cc|/))`(?:: ([^`]*))?')


def rows(text):
    """The last cells of tables with a column `test` or `held by`."""
    named = False
    for line in text.splitlines():
        if not line.startswith('|'):
            named = False
        elif line.endswith((' test |', ' held by |')):
            named = True
        elif named and not line.startswith('|---'):
            yield line.strip('|').split(' | ')[-1].strip()


def file_of(name, beside):
    """Below tests/, in the directory of the one named before, or the only one of its name."""
    for path in (TESTS / name, *([beside.parent / name] if beside else [])):
        if path.exists():
            return path
    found = [path for path in TESTS.rglob(name) if path.is_file()] if '/' not in name else []
    return found[0] if len(found) == 1 else None


def names_in(path):
    """What the tests of a file are called, in one spelling."""
    if path.name == 'attacks.py':
        return [spelt(attack.name) for attack in ATTACKS]
    pattern = r'TEST_CASE\(\s*"((?:[^"\\]|\\.)*)"' if path.suffix == '.cc' else r'def test_(\w+)'
    return [spelt(name) for name in re.findall(pattern, path.read_text(encoding='utf-8'))]


def spelt(name):
    return re.sub(r'[^a-z0-9]+', ' ', name.replace("'", '').lower()).strip()


def missing(cell):
    """What a cell names and there is not. A sentence may be the beginning of a test's name."""
    path, lacking = None, []
    for name, sentences in REFERENCE.findall(cell):
        path = file_of(name, path)
        if path is None:
            lacking.append(name)
            continue
        there = names_in(path) if path.is_file() else []
        for sentence in re.split(r'; |\. ', sentences):
            if spelt(sentence) and not any(each.startswith(spelt(sentence)) for each in there):
                lacking.append(f'{name}: {sentence}')
    return lacking


class References(unittest.TestCase):

    def test_every_test_that_a_page_names_exists(self):
        for page, least in PAGES.items():
            cells = [cell for cell in rows((ROOT / 'docs' / page).read_text(encoding='utf-8'))
                     if REFERENCE.search(cell)]
            self.assertGreaterEqual(len(cells), least, page)
            for cell in cells:
                with self.subTest(page=page):
                    self.assertEqual(missing(cell), [])

    def test_every_attack_is_in_the_table(self):
        text = (ROOT / 'docs/TESTING.md').read_text(encoding='utf-8')
        self.assertEqual([attack.name for attack in ATTACKS if f'\n| {attack.name} |' not in text], [])

    def test_what_does_not_exist_is_noticed(self):
        here = '`unit/swim/node/limits_test.cc`'
        self.assertEqual(missing(f'{here}: an accuser with a name longer than any member\'s accuses nobody'), [])
        self.assertEqual(missing('`attacks.py`: two labels. `wire/spoilt_vectors_test.cc`; `limits_test.cc`'), [])
        self.assertEqual(len(missing(f'{here}: an accuser accuses; nobody')), 2)
        self.assertEqual(len(missing('`attacks.py`: three labels. `none_test.cc`')), 2)


if __name__ == '__main__':
    unittest.main()
