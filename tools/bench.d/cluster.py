"""Draws how a cluster hears of a failure, as SVG.

usage: cluster.py FILE

What is drawn is worked out as the agents do it: who has heard tells three others that chance picks,
at once and again.
"""
import math
import random
import sys

from plot import STYLE

NAMES = ('web-1', 'web-2', 'web-3', 'web-4', 'db-1', 'db-2', 'mail-1', 'mail-2', 'proxy-1', 'proxy-2', 'cron-1',
         'logs-1')
FAILED, NOTICED = 'web-2', 'mail-1'
FANOUT, SEED = 3, 1
WIDTH, HEIGHT = 740, 400
CENTRE_X, CENTRE_Y, RADIUS, DOT = 215, 200, 142, 9

OWN_STYLE = """
.small { font-size: 12px } .code { font: 11px monospace; white-space: pre }
.agent { fill: #0969da } .gone { fill: none; stroke: #cf222e; stroke-width: 2 } .dead { fill: #cf222e }
.way { fill: none; stroke-width: 1.8 } .probe { stroke: #cf222e; stroke-dasharray: 3 4 }
.round1 { stroke: #0969da } .round2 { stroke: #1a7f37; stroke-dasharray: 8 3 }
.round3 { stroke: #8250df; stroke-dasharray: 2 3 }
.box { fill: none; stroke: #8c959f }
@media (prefers-color-scheme: dark) {
.agent { fill: #58a6ff } .gone { stroke: #f85149 } .dead { fill: #f85149 } .probe { stroke: #f85149 }
.round1 { stroke: #58a6ff } .round2 { stroke: #3fb950 } .round3 { stroke: #a371f7 }
}
"""
ROUNDS = ('round1', 'round2', 'round3')


def tellings():
    """(round, from, to) of each telling by which somebody hears it for the first time, until all have."""
    chance = random.Random(SEED)
    heard, told, number = [NOTICED], [], 0
    while len(heard) < len(NAMES) - 1:
        for teller in tuple(heard):
            others = [name for name in NAMES if name not in (teller, FAILED)]
            for hearer in chance.sample(others, FANOUT):
                if hearer not in heard:
                    heard.append(hearer)
                    told.append((number, teller, hearer))
        number += 1
    return told


def place(name, radius=RADIUS):
    angle = 2 * math.pi * NAMES.index(name) / len(NAMES) - math.pi / 2
    return CENTRE_X + radius * math.cos(angle), CENTRE_Y + radius * math.sin(angle)


def text(x, y, words, kind='', anchor='start'):
    attribute = f' class="{kind}"' if kind else ''
    return f'<text{attribute} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" xml:space="preserve">{words}</text>'


def arrow(kind, start, end, room=DOT + 5):
    """From the edge of one agent to that of the other."""
    (x1, y1), (x2, y2) = start, end
    length = math.hypot(x2 - x1, y2 - y1)
    dx, dy = (x2 - x1) / length * room, (y2 - y1) / length * room
    return (f'<line class="way {kind}" x1="{x1 + dx:.1f}" y1="{y1 + dy:.1f}" x2="{x2 - dx:.1f}" y2="{y2 - dy:.1f}" '
            f'marker-end="url(#{kind})"/>')


def agent(name):
    x, y = place(name)
    label_x, label_y = place(name, RADIUS + 20)
    anchor = 'middle' if abs(label_x - CENTRE_X) < 20 else 'start' if label_x > CENTRE_X else 'end'
    dot = f'<circle class="agent" cx="{x:.1f}" cy="{y:.1f}" r="{DOT}"/>'
    if name == FAILED:
        cross = f'M{x - 5:.1f} {y - 5:.1f}l10 10m0 -10l-10 10'
        dot = f'<circle class="gone" cx="{x:.1f}" cy="{y:.1f}" r="{DOT}"/><path class="gone" d="{cross}"/>'
    return [dot, text(label_x, label_y + 4, name, 'dead' if name == FAILED else '', anchor)]


def markers():
    """Arrow heads in the colours of their lines."""
    heads = (f'<marker id="{kind}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="5" markerHeight="5" orient="auto">'
             f'<path class="{kind}" style="fill: none; stroke-dasharray: none; stroke-width: 1.8" d="M1 1L7 4L1 7"/></marker>'
             for kind in ('probe', *ROUNDS))
    return f'<defs>{"".join(heads)}</defs>'


def legend(x, y):
    lines = (('probe', f'{NOTICED} gets no answer from {FAILED},', 'nor do those it asks to try'),
             (ROUNDS[0], 'it tells three others, as chance has it'),
             (ROUNDS[1], 'who hears it tells three others at once'),
             (ROUNDS[2], 'some milliseconds later everybody knows'))
    out = []
    for kind, *words in lines:
        out.append(arrow(kind, (x, y - 4), (x + 34, y - 4), room=0))
        for line in words:
            out.append(text(x + 46, y, line, 'small'))
            y += 17
        y += 7
    return out


def answer(x, y):
    """What any of them says when it is asked."""
    rows = [f'{name}  10.0.0.1{i}:7946  {"failed" if name == FAILED else "alive "}  svc=web'
            for i, name in enumerate(NAMES[:4], 1)]
    lines = ['$ hearsay members -tag svc=web', *rows]
    out = [f'<rect class="box" x="{x}" y="{y}" width="300" height="{19 * len(lines) + 14}" rx="6"/>']
    for i, line in enumerate(lines):
        out.append(text(x + 12, y + 22 + 19 * i, line, 'code' + (' dead' if 'failed' in line else '')))
    return [*out, text(x, y - 10, 'ask any agent, it asks nobody:', 'small')]


def draw():
    told = tellings()
    assert {number for number, _, _ in told} == set(range(len(ROUNDS))), 'a round has a line of its own'
    parts = [markers(), arrow('probe', place(NOTICED), place(FAILED))]
    parts += [arrow(ROUNDS[number], place(teller), place(hearer)) for number, teller, hearer in told]
    for name in NAMES:
        parts += agent(name)
    parts += [*legend(428, 48), *answer(428, 232)]
    title = f'A cluster of {len(NAMES)} agents hears that {FAILED} has failed'
    return '\n'.join((f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
                      f'<title>{title}</title><style>{STYLE}{OWN_STYLE}</style>', *parts, '</svg>', ''))


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__.strip())
    with open(sys.argv[1], 'w', encoding='utf-8') as out:
        out.write(draw())


if __name__ == '__main__':
    main()
