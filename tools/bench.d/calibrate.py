"""How real agents detect and spread, by the same definitions as the simulator (tests/sim/calibration).

It runs itself once more in a network namespace of its own: the kernel counts nobody else's datagrams there.
"""
import argparse
import asyncio
import json
import random
import signal
import statistics
import subprocess
import sys
import time

import swarm
from rpc import Rpc

WATCHED_S = 4   # from a piece of news on; by then it is over
WATCHERS = 25   # of a change of tags; to ask all would be the load
KILL_PAUSE_S = 0.1
LAUNCH_S = 0.08  # from one to the next, at most: an agent's beats are those of its start


def say(text):
    print(f'==> {text}', file=sys.stderr, flush=True)


class Calibration(swarm.Swarm):
    """Every figure is a median, over pieces of news or kills; datagrams are those of one agent."""

    def __init__(self, command, options):
        super().__init__(command, options)
        self._size = options.agents

    def _launch(self, number):
        super()._launch(number)
        time.sleep(random.uniform(0, LAUNCH_S))

    def _datagrams(self):
        return swarm.udp_datagrams_in() / self._size

    async def _idle(self):
        say('at rest')
        await asyncio.sleep(15)
        before, began = self._datagrams(), time.monotonic()
        await asyncio.sleep(self._options.idle_s)
        self.figures['idle_datagrams_per_s'] = (self._datagrams() - before) / (time.monotonic() - began)

    async def _watched(self, kind, times):
        """`times` yields (half, last) in seconds for each piece of news, while it runs."""
        halves, lasts, sent = [], [], []
        for number in range(self._options.events):
            before, began = self._datagrams(), time.monotonic()
            half, last = await times(number)
            await asyncio.sleep(max(0, began + WATCHED_S - time.monotonic()))
            sent.append(self._datagrams() - before)
            halves.append(half)
            lasts.append(last)
            await asyncio.sleep(0.137)  # the next falls on another part of a beat
        self.figures |= {f'{kind}_half_ms': 1000 * statistics.median(halves),
                         f'{kind}_last_ms': 1000 * statistics.median(lasts),
                         f'{kind}_datagrams': statistics.median(sent)}

    async def _events(self):
        say('events')
        listeners = [await Rpc(swarm.address(number)).open() for number in range(self._size)]
        for listener in listeners:
            await listener.stream('user')

        async def heard(listener, name):
            while True:
                when, record = await listener.next_event(15)
                if record[b'Name'] == name:
                    return when

        async def send(number):
            name, began = b'e%d' % number, time.monotonic()
            await self._rpcs[number % self._size].call(
                'event', {'Name': name, 'Payload': b'x' * 64, 'Coalesce': False}, has_body=False)
            arrived = sorted(await asyncio.gather(*(heard(listener, name) for listener in listeners)))
            return arrived[self._size // 2] - began, arrived[-1] - began
        await self._watched('event', send)
        for listener in listeners:
            listener.close()

    async def _tag_change(self):
        say('tags')
        tagger = await Rpc(swarm.address(1)).open()
        watchers = self._rpcs[::max(1, self._size // WATCHERS)]

        async def change(number):
            value = f'v{number}'
            setting = asyncio.create_task(
                tagger.call('tags', {'Tags': {'svc': value}, 'DeleteTags': []}, has_body=False))

            async def changed(rpc):
                return await rpc.matching(tags={'svc': value}, name='n1') == 1
            times = sorted(await self._seen(changed, watchers, 15, 0.01))
            await setting
            return times[len(times) // 2], times[-1]
        await self._watched('tags', change)
        tagger.close()

    async def _filtered_calls(self, calls=0):
        pass

    async def _failures(self, what, number, times):
        if what != 'kill':
            return
        firsts, lasts = [], []
        for turn in range(times):
            self._rpcs.pop().close()
            self._processes[len(self._rpcs)].send_signal(signal.SIGKILL)
            before = turn  # failed so far

            async def failed(rpc, before=before):
                return int((await rpc.call('stats'))[b'serf'][b'failed']) > before
            seen = await self._seen(failed, self._rpcs, 90, KILL_PAUSE_S)
            firsts.append(min(seen))
            lasts.append(max(seen))
            say(f'kill {turn + 1}: {firsts[-1]:.2f} {lasts[-1]:.2f}')
        self.figures |= {'kill_first_s': statistics.median(firsts), 'kill_last_s': statistics.median(lasts)}


def measure_here(options):
    """Within the namespace."""
    subprocess.run(['ip', 'link', 'set', 'lo', 'up'], check=True)
    wanted = swarm.Options(agents=options.agents, idle_s=options.idle, events=options.events, kills=options.kills)
    print(json.dumps(asyncio.run(Calibration(options.agent, wanted).run())))


def measure_real():
    return json.loads(subprocess.run(['unshare', '--net', '/usr/bin/python3', __file__, '--here', *sys.argv[1:]],
                                     stdout=subprocess.PIPE, check=True).stdout)


def measure_simulated(options):
    """The figures of Serf's mode."""
    table = subprocess.run([options.sim, 'calibrate', '--members', str(options.agents), '--seeds', str(options.seeds),
                            '--news', str(options.events), '--kills', str(options.kills)],
                           stdout=subprocess.PIPE, check=True, text=True).stdout
    rows = [[cell.strip() for cell in line.split('|')] for line in table.splitlines() if line.startswith('| ')]
    return {row[1]: float(row[2]) for row in rows[1:]}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--agent', default='serf agent')
    parser.add_argument('--agents', type=int, default=32)
    parser.add_argument('--events', type=int, default=20)
    parser.add_argument('--kills', type=int, default=8)
    parser.add_argument('--idle', type=float, default=30, help='seconds at rest')
    parser.add_argument('--seeds', type=int, default=5)
    parser.add_argument('--sim', default='tools/sim')
    parser.add_argument('--here', action='store_true', help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.here:
        return measure_here(options)
    real, simulated = measure_real(), measure_simulated(options)
    print(f'{options.agents} agents: {options.agent}\n')
    print('| figure | real | simulated | ratio |\n|---|---|---|---|')
    for name, value in simulated.items():
        print(f'| {name} | {real[name]:.2f} | {value:.2f} | {value / real[name]:.2f} |')
    return 0


if __name__ == '__main__':
    sys.exit(main())
