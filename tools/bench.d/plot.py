"""Draws curves as SVG: how large a share of the agents had got there, and when.

usage: plot.py FILE DIRECTORY    FILE as `tools/bench --json` writes it; its last run is drawn
"""
import dataclasses
import json
import math
import os
import sys
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 640, 320
LEFT, RIGHT, TOP, BOTTOM = 56, 16, 40, 48
# Readable on white and on black: the page behind shows through, so text follows what its reader prefers.
STYLE = """
text { font: 13px sans-serif; fill: #24292f } .title { font-weight: bold }
.grid { stroke: #8c959f; stroke-opacity: .35 } .axis { stroke: #57606a }
.curve { fill: none; stroke-width: 2.5 }
.hearsay { stroke: #0969da } .serf { stroke: #bc4c00; stroke-dasharray: 7 4 }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 } .axis { stroke: #8b949e } .hearsay { stroke: #58a6ff } .serf { stroke: #f0883e }
}
"""


@dataclasses.dataclass
class Figure:
    name: str  # of the samples, and of the file
    title: str
    unit: str
    unit_in_s: float
    y_label: str


FIGURES = (
    Figure('convergence', 'All agents started at once', 's', 1, 'members known'),
    Figure('event', 'A user event', 'ms', 0.001, 'agents that told it'),
    Figure('detection', 'An agent killed', 's', 1, 'agents that call it failed'),
)


def nice_step(span, most=8):
    """1, 2 or 5 times a power of ten, so that at most so many fit."""
    rough = span / most
    power = 10.0 ** math.floor(math.log10(rough))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= rough * (1 - 1e-9))


def arrivals(times):
    """The curve of what has come by when: its share before and after each."""
    ordered = sorted(times)
    points = [(0.0, 0.0)]
    for i, time in enumerate(ordered):
        points += [(time, i / len(ordered)), (time, (i + 1) / len(ordered))]
    return points


def thinned(points):
    """Without those that nobody could tell from the one before; the last stays."""
    kept = points[:1]
    for x, y in points[1:-1]:
        if x - kept[-1][0] >= 1 or abs(y - kept[-1][1]) >= 1:
            kept.append((x, y))
    return kept + points[-1:]


class Canvas:

    def __init__(self, figure, x_max):
        self._figure = figure
        self._step = nice_step(x_max)
        self._x_max = self._step * math.ceil(x_max / self._step - 1e-9)
        self._parts = []

    def _x(self, value):
        return LEFT + (WIDTH - LEFT - RIGHT) * value / self._x_max

    def _y(self, share):
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share

    def _line(self, kind, x1, y1, x2, y2):
        self._parts.append(f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>')

    def _text(self, x, y, text, anchor='middle', kind=''):
        attribute = f' class="{kind}"' if kind else ''
        self._parts.append(f'<text{attribute} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>')

    def axes(self):
        for percent in range(0, 101, 25):
            y = self._y(percent / 100)
            self._line('grid' if percent else 'axis', LEFT, y, WIDTH - RIGHT, y)
            self._text(LEFT - 8, y + 4, f'{percent} %', 'end')
        for i in range(round(self._x_max / self._step) + 1):
            x = self._x(i * self._step)
            self._line('grid' if i else 'axis', x, self._y(0), x, self._y(1))
            self._text(x, HEIGHT - BOTTOM + 18, f'{i * self._step:g}')
        self._text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, f'time, {self._figure.unit}')
        self._text(LEFT, 22, f'{self._figure.title}: {self._figure.y_label}', 'start', 'title')

    def curve(self, name, points):
        """From its last point on it stays where it is."""
        points = [*points, (self._x_max, points[-1][1])]
        path = ' '.join(f'{x:.1f},{y:.1f}' for x, y in thinned([(self._x(x), self._y(y)) for x, y in points]))
        self._parts.append(f'<polyline class="curve {name}" points="{path}"/>')

    def legend(self, names):
        for i, name in enumerate(names):
            x = WIDTH - RIGHT - 104 * (len(names) - i)
            self._line(f'curve {name}', x, 18, x + 28, 18)
            self._text(x + 34, 22, name, 'start')

    def svg(self):
        return '\n'.join((f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
                          f'<title>{escape(self._figure.title)}</title><style>{STYLE}</style>',
                          *self._parts, '</svg>', ''))


def draw(figure, samples):
    """`samples`: program -> times in seconds at which each got there, or [time, share] points."""
    curves = {}
    for program, values in samples.items():
        points = [tuple(value) for value in values] if isinstance(values[0], list) else arrivals(values)
        curves[program] = [(x / figure.unit_in_s, y) for x, y in points]
    canvas = Canvas(figure, max(points[-1][0] for points in curves.values()) * 1.05)
    canvas.axes()
    for program, points in curves.items():
        canvas.curve(program, points)
    canvas.legend(list(curves))
    return canvas.svg()


def draw_all(run, directory):
    """`run`: program -> figures, among them `samples`. What no program has samples of is left out."""
    os.makedirs(directory, exist_ok=True)
    for figure in FIGURES:
        samples = {program: figures['samples'][figure.name] for program, figures in run.items()
                   if isinstance(figures, dict) and figures.get('samples', {}).get(figure.name)}
        if samples:
            with open(os.path.join(directory, f'{figure.name}.svg'), 'w', encoding='utf-8') as out:
                out.write(draw(figure, samples))


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__.strip())
    with open(sys.argv[1], encoding='utf-8') as lines:
        draw_all(json.loads(lines.readlines()[-1]), sys.argv[2])


if __name__ == '__main__':
    main()
