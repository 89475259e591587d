"""Makes the source of a man page, for scdoc, of a page of docs/: so that every page is written once.

usage: scdoc_of.py PAGE.md NAME SECTION [COMMANDS.md]
  NAME      of the man page, such as hearsay-wait
  COMMANDS  the page whose table has a line on what each command does

What it understands is what docs/ uses: headings, paragraphs, lists, tables, blocks of code, links, bold and code.
Anything else is an error rather than a page that reads wrong. Tables become lists of terms, because a man page
has no room for columns.
"""
import pathlib
import re
import sys

COMMANDS = pathlib.Path(__file__).resolve().parents[2] / 'docs/commands'
PAGES = {'configuration.md': 'hearsay-config(5)', 'hooks.md': 'hearsay-hooks(7)'}
SPAN = re.compile(r'`(?P<code>[^`]+)`|\*\*(?P<bold>.+?)\*\*|\[(?P<text>[^\]]+)\]\((?P<link>[^)\s]+)\)')
MARKS = re.compile(r'([\\*_~])')
SUBJECTS = {5: 'configuration files', 7: 'event hooks'}


class Mistake(Exception):
    """What this script cannot render."""


def escaped(text):
    return MARKS.sub(r'\\\1', text)


def page_of(link):
    """The man page that a link leads to, or None."""
    path = link.partition('#')[0]
    name = pathlib.PurePath(path).name
    if name in PAGES:
        return PAGES[name]
    if name == 'README.md' and 'commands' in path:
        return 'hearsay(1)'
    return f'hearsay-{name.removesuffix(".md")}(1)' if name and (COMMANDS / name).exists() else None


def span(match):
    if match['code']:
        return f'*{escaped(match["code"])}*'
    if match['bold']:
        return f'*{escaped(match["bold"].replace("`", ""))}*'
    text, page = inline(match['text']), page_of(match['link'])
    if page:
        shown = f'_{escaped(page)}_'
        return shown if page.startswith(f'hearsay-{match["text"]}(') else f'{text} ({shown})'
    return f'{text} <{escaped(match["link"])}>' if '://' in match['link'] else text


def inline(text):
    """A line of Markdown as one of scdoc."""
    out, at = [], 0
    for match in SPAN.finditer(text):
        out += [escaped(text[at:match.start()]), span(match)]
        at = match.end()
    return ''.join(out) + escaped(text[at:])


def paragraph(lines, indent=''):
    """One line, and an empty one after it."""
    text = inline(' '.join(line.strip() for line in lines))
    if text[0] in '#[|].-`+':
        text = '\\' + text
    if text.endswith('++'):
        text = text[:-1] + '\\+'
    return [indent + text, '']


def cells(row):
    return [cell.strip().replace(r'\|', '|') for cell in re.split(r'(?<!\\)\|', row.strip().strip('|'))]


def table(rows):
    """Each row is a term, its first cell, and what is said of it."""
    head, out = cells(rows[0]), []
    for row in rows[2:]:
        (_, term), *rest = [(name, cell) for name, cell in zip(head, cells(row)) if cell]
        out += paragraph([term])[:1]
        if rest:
            said = [f'{name}: {cell}' if name and len(head) > 2 else cell for name, cell in rest]
            out += paragraph(['; '.join(said)], '\t')[:1]
        out.append('')
    return out


def code(lines):
    return ['```', *lines, '```', '']


def items(lines):
    out = []
    for line in lines:
        if line.startswith('- '):
            out.append([line[2:]])
        else:
            out[-1].append(line)
    return [f'- {inline(" ".join(part.strip() for part in item))}' for item in out] + ['']


def blocks(lines):
    """(kind, lines) of each block: heading, code, table, items or paragraph."""
    at = 0
    while at < len(lines):
        start = at
        if not lines[at].strip() or re.fullmatch(r'<!--.*-->', lines[at].strip()):
            at += 1
            continue
        if lines[at].startswith('```'):
            at += 1
            while not lines[at].startswith('```'):
                at += 1
            yield 'code', lines[start + 1:at]
            at += 1
        elif lines[at].startswith('#'):
            at += 1
            yield 'heading', [lines[start]]
        else:
            kind = {'|': 'table', '-': 'items'}.get(lines[at][0], 'paragraph')
            if re.match(r'(\d+\.|>|\*|!\[|<)\s', lines[at]):
                raise Mistake(f'what is this: {lines[at]}')
            at += 1
            while at < len(lines) and lines[at].strip() and not lines[at].startswith(('```', '#', '<!--')):
                at += 1
            yield kind, lines[start:at]


def heading(line):
    level, _, title = line.partition(' ')
    title = inline(title).replace('*', '')
    return [f'## {title}' if len(level) > 2 else f'# {title.upper()}', '']


def described(commands, name):
    """What the table of commands says of one."""
    for line in commands.splitlines():
        match = re.match(rf'\| \[{re.escape(name)}\]\(.*?\) \| (.*) \|$', line)
        if match:
            return inline(match[1])
    raise Mistake(f'{name} is not in the table of commands')


def head(title, name, section, commands):
    """Sections NAME and SYNOPSIS."""
    if section != 1:
        return ['# NAME', '', f'{name} - {SUBJECTS[section]} of the Hearsay agent', '']
    if name == 'hearsay':
        return ['# NAME', '', 'hearsay - a registry of hosts and services made of gossip', '',
                '# SYNOPSIS', '', '*hearsay* _COMMAND_ [flags] [arguments]', '']
    command = name.removeprefix('hearsay-')
    arguments = title.removeprefix(f'hearsay {command}').strip()
    return ['# NAME', '', f'{name} - {described(commands, command)}', '',
            '# SYNOPSIS', '', f'*hearsay {escaped(command)}* [flags] {inline(arguments)}'.rstrip(), '']


def see_also(name):
    others = [page for page in ('hearsay(1)', 'hearsay-config(5)', 'hearsay-hooks(7)')
              if not page.startswith(f'{name}(')]
    return ['# SEE ALSO', '', ', '.join(f'_{escaped(page)}_' for page in others)]


RENDER = {'code': code, 'table': table, 'items': items, 'paragraph': paragraph,
          'heading': lambda lines: heading(lines[0])}


def man_page(markdown, name, section, commands):
    title, *lines = markdown.splitlines()
    out = [f'{name}({section})', '', *head(title.lstrip('# '), name, section, commands), '# DESCRIPTION', '']
    for kind, block in blocks(lines):
        out += RENDER[kind](block)
    return '\n'.join(out + see_also(name)) + '\n'


def main():
    page, name, section, *commands = sys.argv[1:]
    read = lambda path: pathlib.Path(path).read_text(encoding='utf-8')
    try:
        sys.stdout.write(man_page(read(page), name, int(section), read(commands[0]) if commands else ''))
    except Mistake as mistake:
        sys.exit(f'{page}: {mistake}')


if __name__ == '__main__':
    main()
