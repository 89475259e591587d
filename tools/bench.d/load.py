"""One agent under load, from outside: CPU for each ping, memory for each member, time of a cold CLI."""
import shlex
import socket
import statistics
import subprocess
import time

import gossip
from process import cpu_s, memory_kb

AGENT, PINGER = '127.8.0.1', '127.8.0.2'
BURST, IN_FLIGHT_MAX = 32, 64


class LoneAgent:
    """Starts with the block and is killed at its end."""

    def __init__(self, command):
        self._command = shlex.split(command)

    def __enter__(self):
        self.process = subprocess.Popen(
            [*self._command, '-node=a', f'-bind={AGENT}:7946', f'-rpc-addr={AGENT}:7373', '-log-level=err'],
            stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
        deadline = time.monotonic() + 10
        while True:
            try:
                socket.create_connection((AGENT, 7373), 1).close()
                break
            except OSError:
                if time.monotonic() > deadline:
                    self.__exit__()
                    raise RuntimeError(f'no RPC of {self._command[0]}') from None
                time.sleep(0.01)
        time.sleep(0.5)  # what a start allocates is allocated
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    @property
    def rss_kb(self):
        return memory_kb(self.process.pid)['rss_kb']

    @property
    def cpu_s(self):
        return cpu_s(self.process.pid)


def receive_all(ours):
    count = 0
    try:
        while True:
            ours.recv(2048)
            count += 1
    except BlockingIOError:
        return count


def measure_pings(command, pings):
    """From a member it knows, at most IN_FLIGHT_MAX of them unanswered at a time."""
    with LoneAgent(command) as agent, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ours:
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
        ours.bind((PINGER, 9999))
        ours.setblocking(False)
        gossip.push_pull(AGENT, [gossip.state('pinger', PINGER, 9999, {})])
        message = gossip.ping('a')
        sent = answered = 0
        cpu_before, began = agent.cpu_s, time.monotonic()
        while sent < pings:
            for _ in range(BURST):
                ours.sendto(message, (AGENT, 7946))
            sent += BURST
            waiting = time.monotonic()
            while answered < sent - IN_FLIGHT_MAX and time.monotonic() - waiting < 0.05:
                answered += receive_all(ours)
        time.sleep(0.3)
        answered += receive_all(ours)
        return {'ping_cpu_us': 1e6 * (agent.cpu_s - cpu_before) / max(1, answered),
                'pings_per_s': answered / (time.monotonic() - began - 0.3), 'pings_lost': max(0, sent - answered)}  # its own probes come in too


def members_of(count):
    return [gossip.state(f'host-{number:06d}.example', f'127.7.{number // 250 % 250}.{number % 250 + 1}', 7946,
                         {'svc': 'whoami' if number % 10 == 0 else 'other', 'port': str(8000 + number % 1000)})
            for number in range(count)]


def run_cli(cli, *arguments):
    return subprocess.run([*shlex.split(cli), 'members', f'-rpc-addr={AGENT}:7373', *arguments],
                          capture_output=True, text=True, check=True).stdout


def measure_members(command, cli, count):
    with LoneAgent(command) as agent:
        rss_before, cpu_before, began = agent.rss_kb, agent.cpu_s, time.monotonic()
        gossip.push_pull(AGENT, members_of(count))
        while run_cli(cli).count('\n') < count:
            time.sleep(0.05)
        merged_s, merge_cpu_s = time.monotonic() - began, agent.cpu_s - cpu_before
        # A moment later: the CLI's own answers are out of its buffers.
        growth = agent.rss_kb - rss_before
        times = []
        for _ in range(11):
            started = time.monotonic()
            run_cli(cli, '-tag', 'svc=whoami')
            times.append(time.monotonic() - started)
        return {'member_bytes': 1024 * growth / count, 'merge_cpu_s': merge_cpu_s, 'merge_s': merged_s,
                'cli_tag_ms': 1000 * statistics.median(times)}
