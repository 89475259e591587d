"""Counts branches in what `llvm-cov export` says (on standard input), for tools/coverage.

A branch has two sides. Each place in the source counts once, whatever template or inline function it was compiled
into. Left out are HEARSAY_INVARIANT's, of which no test can take the side that ends the process, and those of
comparisons that the compiler writes (`= default;`).
"""
import collections
import json
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
WANTED = 95.0


def sides_taken(export):
    """(file, line, column) -> [was true, was false]."""
    sides = collections.defaultdict(lambda: [False, False])
    for function in export['data'][0]['functions']:
        for line, column, _, _, times_true, times_false, file_id, _, _ in function['branches']:
            side = sides[function['filenames'][file_id], line, column]
            side[0] |= times_true > 0
            side[1] |= times_false > 0
    return sides


def is_left_out(path, line, lines={}):  # noqa: B006 (a cache)
    if path not in lines:
        lines[path] = pathlib.Path(path).read_text(encoding='utf-8').splitlines()
    text = lines[path][line - 1]
    return 'HEARSAY_INVARIANT' in text or text.endswith('= default;')


def main():
    taken, missing = collections.defaultdict(lambda: [0, 0]), []
    for (path, line, column), side in sorted(sides_taken(json.load(sys.stdin)).items()):
        place = pathlib.Path(path).resolve().relative_to(ROOT)
        if place.parts[:2] != ('src', 'swim') or len(place.parts) < 4 or is_left_out(path, line):
            continue
        taken[place.parts[2]][0] += sum(side)
        taken[place.parts[2]][1] += 2
        missing += [f'{place}:{line}:{column}: never {name}' for name, was in zip(('true', 'false'), side) if not was]
    if '--lines' in sys.argv[1:]:
        print(*missing, sep='\n')
    shares = {room: 100 * some / all_ for room, (some, all_) in taken.items()}
    for room in ('wire', 'members', 'gossip'):
        print(f'{room}: {taken[room][0]} of {taken[room][1]} sides of branches taken, {shares[room]:.1f} %')
    return 0 if min(shares.values()) >= WANTED else 1


if __name__ == '__main__':
    sys.exit(main())
