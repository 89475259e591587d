#!/usr/bin/python3
"""Works out coordinates.txt from proto/serf.md, "Coordinates", without any of our own code.

    coordinates.py            prints the table
    coordinates.py --check    says whether coordinates.txt is that, exit 1 if not

Only + - * / and square roots occur, which IEEE 754 defines exactly, and Python's floats are its doubles:
every number is to be met to the last bit.
"""
import math
import pathlib
import random
import sys

DIMENSIONS, WINDOW = 8, 20
ERROR_MAX, CE, CC = 1.5, 0.25, 0.25
HEIGHT_MIN, RHO, ZERO = 1e-5, 150.0, 1e-6
HEADER = """\
# Coordinates step by step, worked out by coordinates.py. Numbers are the shortest that give the double back.
#   run NAME: a new node at the start
#   peer NAME, then what it says in each of its acks: Vec (8), Error, Adjustment, Height
#   step PEER, round trip in ns, then what the node says of itself after it, and its distance to the peer"""


class Coordinate:
    def __init__(self, vec=(0.0,) * DIMENSIONS, error=ERROR_MAX, adjustment=0.0, height=HEIGHT_MIN):
        self.vec, self.error, self.adjustment, self.height = list(vec), error, adjustment, height

    def __str__(self):
        return ' '.join(map(repr, [*self.vec, self.error, self.adjustment, self.height]))


def norm(vec):
    total = 0.0
    for x in vec:
        total += x * x
    return math.sqrt(total)


def raw(a, b):
    return norm([x - y for x, y in zip(a.vec, b.vec)]) + a.height + b.height


def seconds(ns):
    """As Go's Duration.Seconds."""
    sign = -1 if ns < 0 else 1
    whole, rest = divmod(abs(ns), 10**9)
    return float(sign * whole) + float(sign * rest) / 1e9


def dist(a, b):
    plain = raw(a, b)
    adjusted = plain + a.adjustment + b.adjustment
    return seconds(int((adjusted if adjusted > 0.0 else plain) * 1e9))


def force(c, f, o):
    v = [x - y for x, y in zip(c.vec, o.vec)]
    m = norm(v)
    assert m > ZERO, 'a random direction has no place in a table'
    scale = 1.0 / m
    c.vec = [x + y * scale * f for x, y in zip(c.vec, v)]
    c.height = max(HEIGHT_MIN, (c.height + o.height) * f / m + c.height)


class Node:
    def __init__(self):
        self.me, self.trips = Coordinate(), {}
        self.adjustments, self.at = [0.0] * WINDOW, 0

    def step(self, name, o, ns):
        me = self.me
        self.trips[name] = [*self.trips.get(name, []), seconds(ns)][-3:]
        r = sorted(self.trips[name])[len(self.trips[name]) // 2]
        # Vivaldi
        t = max(r, ZERO)
        d = dist(me, o)
        w = me.error / max(me.error + o.error, ZERO)
        me.error = min(ERROR_MAX, CE * w * (abs(d - t) / t) + me.error * (1.0 - CE * w))
        force(me, CC * w * (t - d), o)
        # adjustment
        self.adjustments[self.at] = r - raw(me, o)
        self.at = (self.at + 1) % WINDOW
        total = 0.0
        for sample in self.adjustments:
            total += sample
        me.adjustment = total / (2.0 * WINDOW)
        # gravity
        origin = Coordinate()
        pull = dist(origin, me) / RHO
        force(me, -1.0 * (pull * pull), origin)


def somewhere(dice, spread):
    return Coordinate([dice.uniform(-spread, spread) for _ in range(DIMENSIONS)], dice.uniform(0.05, 1.5),
                      dice.uniform(-1e-3, 1e-3), dice.uniform(1e-5, 2e-3))


def run(name, peers, steps):
    yield f'run {name}'
    for peer, coordinate in peers.items():
        yield f'peer {peer} {coordinate}'
    node = Node()
    for peer, ns in steps:
        node.step(peer, peers[peer], ns)
        yield f'step {peer} {ns} {node.me} {dist(node.me, peers[peer])!r}'


def table():
    yield HEADER
    # More steps than the adjustment window has places.
    dice = random.Random(1)
    peers = {f'p{i}': somewhere(dice, 0.03) for i in range(4)}
    way = {peer: 40e6 * norm(at.vec) / 0.05 for peer, at in peers.items()}
    order = [dice.choice(list(peers)) for _ in range(26)]
    yield from run('a-steady-network', peers, [(p, int(way[p] * dice.uniform(0.95, 1.1))) for p in order])
    # Outliers in and past the median, no time at all, the longest time, and errors at their limits.
    dice = random.Random(2)
    peers = {'near': somewhere(dice, 1e-4), 'far': somewhere(dice, 2.0),
             'sure': Coordinate([0.01] * DIMENSIONS, error=0.0), 'deep': Coordinate([-0.02] * DIMENSIONS, 1.5, -0.9, 0.5)}
    times = [0, 1, 999, 1_000, 350_000, 12_345_678, 800_000_000, 9_999_999_999, 10_000_000_000]
    yield from run('a-wild-network', peers, [(dice.choice(list(peers)), dice.choice(times)) for _ in range(26)])


def main():
    text = '\n'.join(table()) + '\n'
    if sys.argv[1:] != ['--check']:
        print(text, end='')
        return 0
    if (pathlib.Path(__file__).parent / 'coordinates.txt').read_text(encoding='ascii') == text:
        return 0
    print('coordinates.txt is not what coordinates.py works out')
    return 1


if __name__ == '__main__':
    sys.exit(main())
