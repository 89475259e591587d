"""What documents show of command lines."""
import dataclasses
import re

from .agent import ROOT

FENCE = re.compile(r'^```(\w*)\n(.*?)^```$', re.MULTILINE | re.DOTALL)


def documents():
    """Those that a user reads, by their paths in the project."""
    found = [ROOT / 'README.md', ROOT / 'CONTRIBUTING.md', *ROOT.glob('docs/*.md'), *ROOT.glob('docs/commands/*.md'),
             *ROOT.glob('examples/**/*.md'), *ROOT.glob('packaging/**/*.md')]
    return sorted(str(path.relative_to(ROOT)) for path in found)


@dataclasses.dataclass
class Command:
    line: str
    output: str | None  # what the document says it prints; None: nothing about it


def blocks_in(text):
    """(language, text) of each fenced block."""
    return FENCE.findall(text)


def blocks(document):
    return blocks_in((ROOT / document).read_text(encoding='utf-8'))


def is_script(text):
    return text.startswith('#!')


def commands(language, text):
    """Of one block. One in `sh` is run as it stands; in `console` commands begin with `$ ` and their output follows."""
    if language == 'sh':
        return [Command(text, None)] if not is_script(text) else []
    if language != 'console':
        return []
    found = []
    for part in re.split(r'^\$ ', text, flags=re.MULTILINE)[1:]:
        lines = part.splitlines(keepends=True)
        length = next(n for n, line in enumerate(lines, 1) if not line.rstrip('\n').endswith('\\'))
        found.append(Command(''.join(lines[:length]), ''.join(lines[length:])))
    return found


def masked(text):
    """The lines, without what differs from one run to the next: numbers, times, hashes, widths of columns."""
    out = []
    for line in text.splitlines():
        line = re.sub(r'\b[0-9a-f]{16}\b', 'HASH', line)
        line = re.sub(r'\d+(?:[.:]\d+)*', 'N', line)
        line = ' '.join(line.split())
        if line and not line.startswith('Waiting for '):  # told on terminals only
            out.append(line)
    return out


def differs(shown, printed):
    """What is wrong with a document that shows this of what was printed; empty: nothing. Order does not count, as
    answers come in any. A line `...` stands for whatever there is."""
    expected, actual = masked(shown), masked(printed)
    wrong = []
    for line in expected:
        if line == '...':
            continue
        if line in actual:
            actual.remove(line)
        else:
            wrong.append(f'shown and not printed: {line}')
    if '...' not in expected:
        wrong += [f'printed and not shown: {line}' for line in actual]
    return '\n'.join(wrong)
