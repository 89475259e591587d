"""Many agents on loopback: what each costs, and how fast news travels.

Every agent has an address 127.9.A.B and the standard ports, so any program that takes Serf's flags
and speaks its RPC does the same work.
"""
import asyncio
import dataclasses
import os
import shlex
import shutil
import signal
import statistics
import subprocess
import tempfile
import time

from process import cpu_s, memory_kb
from rpc import Rpc


@dataclasses.dataclass
class Options:
    agents: int = 100
    idle_s: float = 20
    events: int = 20
    kills: int = 3
    hangs: int = 1
    converge_limit_s: float = 180
    only_start: bool = False
    retry_join: bool = False  # else an agent ends that is refused: a seed takes 128 joins at once


def address(number):
    return f'127.9.{number // 250}.{number % 250 + 1}'


def udp_datagrams_in():
    with open('/proc/net/snmp', encoding='ascii') as snmp:
        rows = [line.split()[1:] for line in snmp if line.startswith('Udp:')]
    return int(dict(zip(*rows))['InDatagrams'])


class Swarm:

    def __init__(self, command, options):
        self._command, self._options = shlex.split(command), options
        self._processes, self._rpcs = [], []
        self._logs = tempfile.mkdtemp(prefix='bench-swarm-')
        self._samples = {}  # of the curves that plot.py draws
        self.figures = {'samples': self._samples}

    async def run(self):
        try:
            await self._start()
            if not self._options.only_start:
                await self._idle()
                await self._events()
                await self._tag_change()
                await self._filtered_calls()
                await self._failures('kill', signal.SIGKILL, self._options.kills)
                await self._failures('hang', signal.SIGSTOP, self._options.hangs)
        finally:
            for rpc in self._rpcs:
                rpc.close()
            for process in self._processes:
                process.kill()
            for process in self._processes:
                process.wait()
            shutil.rmtree(self._logs, ignore_errors=True)
        return self.figures

    def _launch(self, number):
        role = 'whoami' if number % 10 == 0 else 'other'
        arguments = [f'-node=n{number}', f'-bind={address(number)}:7946', f'-rpc-addr={address(number)}:7373',
                     '-tag', f'svc={role}', '-tag', f'port={8000 + number}', '-log-level=warn']
        if number > 0:
            seed = f'{address(0)}:7946'
            retried = self._options.retry_join
            arguments += [f'-retry-join={seed}', '-retry-interval=1s'] if retried else [f'-join={seed}']
        with open(os.path.join(self._logs, f'n{number}.log'), 'wb') as log:
            self._processes.append(subprocess.Popen(self._command + arguments, stdout=log, stderr=log))

    async def _start(self):
        """All at once, until each sees all alive."""
        began = time.monotonic()
        self._launch(0)
        (await Rpc(address(0)).open()).close()
        self.figures['ready_ms'] = 1000 * (time.monotonic() - began)
        for number in range(1, self._options.agents):
            self._launch(number)
        self._rpcs = [await Rpc(address(number)).open() for number in range(self._options.agents)]
        while time.monotonic() - began < self._options.converge_limit_s:
            counts = [await rpc.alive() for rpc in self._rpcs]
            share = statistics.mean(counts) / self._options.agents
            self._samples.setdefault('convergence', [[0, 0]]).append([time.monotonic() - began, share])
            if min(counts) == self._options.agents:
                self.figures['converge_s'] = time.monotonic() - began
                return
            await asyncio.sleep(0.2)
        self.figures['converge_s'] = None

    async def _idle(self):
        await asyncio.sleep(5)  # let the news of the start run out
        pids = [process.pid for process in self._processes]
        cpu_before, datagrams_before, began = [cpu_s(pid) for pid in pids], udp_datagrams_in(), time.monotonic()
        await asyncio.sleep(self._options.idle_s)
        elapsed = time.monotonic() - began
        spent = [cpu_s(pid) - before for pid, before in zip(pids, cpu_before)]
        memory = [memory_kb(pid) for pid in pids]
        for key in memory[0]:
            self.figures[key] = statistics.median(each[key] for each in memory)
        self.figures['idle_cpu_ms_per_s'] = 1000 * statistics.mean(spent) / elapsed
        self.figures['datagrams_per_s'] = (udp_datagrams_in() - datagrams_before) / elapsed / len(pids)

    async def _events(self):
        """From the sender's call until half, and all, of the agents have told their listeners."""
        listeners = [await Rpc(address(number)).open() for number in range(self._options.agents)]
        for listener in listeners:
            await listener.stream('user')
        halves, alls, missed = [], [], 0

        async def heard(listener, name):
            try:
                while True:
                    when, record = await listener.next_event(15)
                    if record[b'Name'] == name:
                        return when
            except asyncio.TimeoutError:
                return None
        for number in range(self._options.events):
            name, began = b'e%d' % number, time.monotonic()
            await self._rpcs[number % len(self._rpcs)].call(
                'event', {'Name': name, 'Payload': b'x' * 64, 'Coalesce': False}, has_body=False)
            times = await asyncio.gather(*(heard(listener, name) for listener in listeners))
            arrived = sorted(when - began for when in times if when is not None)
            missed += len(times) - len(arrived)
            halves.append(arrived[len(arrived) // 2])
            alls.append(arrived[-1])
            self._samples.setdefault('event', []).extend(arrived)
        for listener in listeners:
            listener.close()
        self.figures['event_half_ms'] = 1000 * statistics.median(halves)
        self.figures['event_all_ms'] = 1000 * statistics.median(alls)
        self.figures['events_missed'] = missed

    async def _seen(self, condition, watchers, limit_s, pause_s):
        """How long after now each of the watchers found the condition; None for never."""
        began = time.monotonic()

        async def one(rpc):
            while time.monotonic() - began < limit_s:
                if await condition(rpc):
                    return time.monotonic() - began
                await asyncio.sleep(pause_s)
            return None
        return await asyncio.gather(*(one(rpc) for rpc in watchers))

    async def _tag_change(self):
        tagger = await Rpc(address(1)).open()
        setting = asyncio.create_task(
            tagger.call('tags', {'Tags': {'svc': 'changed'}, 'DeleteTags': []}, has_body=False))
        # Ten watch: polling all of them would be the load.
        watchers = self._rpcs[::max(1, len(self._rpcs) // 10)]

        async def changed(rpc):
            return await rpc.matching(tags={'svc': 'changed'}) == 1
        times = await self._seen(changed, watchers, 60, 0.002)
        await setting
        tagger.close()
        self.figures['tag_all_ms'] = None if None in times else 1000 * max(times)

    async def _filtered_calls(self, calls=50):
        began = time.monotonic()
        for _ in range(calls):
            await self._rpcs[0].matching(tags={'svc': 'whoami'}, status='alive')
        self.figures['rpc_filtered_ms'] = 1000 * (time.monotonic() - began) / calls

    async def _failures(self, what, number, times):
        """From the signal until the first, and all, of the rest list the victim as failed."""
        firsts, lasts = [], []
        for _ in range(times):
            rest = len(self._rpcs) - 1
            self._rpcs.pop().close()
            self._processes[rest].send_signal(number)

            async def failed(rpc, name=f'n{rest}'):
                return await rpc.matching(status='failed', name=name) == 1
            seen = await self._seen(failed, self._rpcs, 90, 0.05)
            if None not in seen:
                firsts.append(min(seen))
                lasts.append(max(seen))
                if what == 'kill':
                    self._samples.setdefault('detection', []).extend(seen)
            self._processes[rest].kill()
        if lasts:
            self.figures[f'{what}_first_s'] = statistics.median(firsts)
            self.figures[f'{what}_all_s'] = statistics.median(lasts)


def measure(command, options):
    return asyncio.run(Swarm(command, options).run())
