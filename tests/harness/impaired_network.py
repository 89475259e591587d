"""Hosts on a network whose latency, loss, cuts and firewalls a test sets.

Each host is a network namespace with one TUN device. A thread reads what hosts send and hands it on as the way
there says, so nothing of the kernel is needed but TUN: no netem, no bridge. Chance comes from a seed, packet by
packet in the order in which they were sent.
"""
import contextlib
import fcntl
import heapq
import itertools
import os
import random
import select
import struct
import subprocess
import threading
import time
import unittest

from .hosts import Host, ip
from .packets import PROTOCOLS, protocol, refusal, with_bit_flipped

TUN = '/dev/net/tun'
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
MTU = 1500
COUNTER = itertools.count()
WAITING_MAX = 10_000  # packets on the way; beyond that they are lost, as in a full queue

class Way:
    """One direction between two hosts. May be changed at any time; holds for packets sent from then on."""

    def __init__(self, seed):
        self.delay = 0.0      # seconds, one way
        self.jitter = 0.0     # seconds: the delay is that much more or less, packet by packet, so they overtake
        self.loss = 0.0       # share of packets
        self.doubled = 0.0    # share of packets that arrive twice, each after a delay of its own
        self.corrupted = 0.0  # share of packets that arrive with one bit wrong
        self.cut = False
        self.blocked = ()     # 'udp', 'tcp'
        self.rejects = False  # what is blocked is refused, and not just dropped
        self._chance = random.Random(seed)

    def blocks(self, packet):
        return any(protocol(packet) == PROTOCOLS[name] for name in self.blocked)

    def arrivals(self, packet, now):
        """What of a packet arrives, and when: (time, bytes) pairs. Here belongs what else may befall one."""
        lost = self._chance.random() < self.loss  # drawn for every packet, so that a cut shifts nothing
        if lost or self.cut:
            return []
        copies = 2 if self.doubled and self._chance.random() < self.doubled else 1
        if self.corrupted and self._chance.random() < self.corrupted:
            packet = with_bit_flipped(packet, self._chance)
        return [(now + self._next_delay(), packet) for _ in range(copies)]

    def _next_delay(self):
        return self.delay + (self._chance.uniform(-self.jitter, self.jitter) if self.jitter else 0.0)


def open_tun(host):
    """The far end of a new `net0` in the host: what it sends can be read, and what is written reaches it."""
    with host.entered():
        tun = os.open(TUN, os.O_RDWR | os.O_CLOEXEC | os.O_NONBLOCK)
        fcntl.ioctl(tun, TUNSETIFF, struct.pack('16sH22x', b'net0', IFF_TUN | IFF_NO_PI))
    for words in (['link', 'set', 'lo', 'up'], ['address', 'add', f'{host.address}/24', 'dev', 'net0'],
                  ['link', 'set', 'net0', 'mtu', str(MTU), 'up']):
        ip('-n', host.namespace, *words)
    return tun


class ImpairedNetwork:
    """hosts[i] is at 10.99.0.(i + 1). Skips the test where namespaces or TUN are not allowed."""

    def __init__(self, hosts, seed=1):
        self.hosts, self._tuns = [], []
        try:
            for number in range(1, hosts + 1):
                namespace = f'hearsay-tun-{os.getpid()}-{next(COUNTER)}'
                ip('netns', 'add', namespace)
                self.hosts.append(Host(namespace, number))
                self._tuns.append(open_tun(self.hosts[-1]))
        except (OSError, subprocess.CalledProcessError) as error:
            self._delete_hosts()
            raise unittest.SkipTest(f'no network namespaces with TUN here: {error}') from error
        self._ways = {(a, b): Way(f'{seed}: {a} -> {b}') for a in range(hosts) for b in range(hosts) if a != b}
        self._by_address = {bytes(map(int, host.address.split('.'))): i for i, host in enumerate(self.hosts)}
        self._on_the_way = []  # heap of (time, number, host, bytes)
        self._number = 0
        self.late = 0.0   # seconds, at most, that a packet arrived after its time: a busy machine is a bad network
        self.blocked = 0  # packets, by firewalls
        self.dropped = 0  # for want of room, here or in a host: a test may want to know
        self._stop, self._wake = os.pipe()
        self._thread = threading.Thread(target=self._forward, name='network', daemon=True)
        self._thread.start()

    def way(self, a, b):
        return self._ways[a, b]

    def both_ways(self, a, b, **what):
        """both_ways(0, 1, delay=0.02, cut=False)"""
        for way in (self._ways[a, b], self._ways[b, a]):
            for name, value in what.items():
                assert hasattr(way, name), name
                setattr(way, name, value)

    def between(self, some, others, **what):
        """both_ways() of each of some with each of others; who is in both keeps the way to itself."""
        for a in some:
            for b in others:
                if a != b:
                    self.both_ways(a, b, **what)

    def everywhere(self, **what):
        self.between(range(len(self.hosts)), range(len(self.hosts)), **what)

    def close(self):
        os.write(self._wake, b'.')
        self._thread.join()
        os.close(self._stop)
        os.close(self._wake)
        self._delete_hosts()

    def _delete_hosts(self):
        for tun in self._tuns:
            os.close(tun)
        for host in self.hosts:
            ip('netns', 'delete', host.namespace)

    # ---- the thread --------------------------------------------------------------------------

    def _forward(self):
        with contextlib.suppress(PermissionError):  # of this thread only: the network goes before the agents
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), -10)
        senders = {tun: i for i, tun in enumerate(self._tuns)}
        while True:
            # select, because poll and epoll wait for whole milliseconds.
            ready, _, _ = select.select([self._stop, *senders], [], [], self._seconds_to_next())
            if self._stop in ready:
                return
            for file in ready:
                self._take(senders[file], file)
            self._deliver()

    def _seconds_to_next(self):
        return max(0.0, self._on_the_way[0][0] - time.monotonic()) if self._on_the_way else None

    def _take(self, sender, file):
        """All that the host has sent."""
        while True:
            try:
                packet = os.read(file, MTU + 100)
            except BlockingIOError:
                return
            receiver = self._by_address.get(packet[16:20]) if packet[0] >> 4 == 4 else None
            if receiver is None or receiver == sender:
                continue  # IPv6 discovery, multicast
            way, now = self._ways[sender, receiver], time.monotonic()
            if not way.blocks(packet):
                for when, arriving in way.arrivals(packet, now):
                    self._send(receiver, when, arriving)
            else:
                self.blocked += 1
                if way.rejects and (answer := refusal(packet)):
                    self._send(sender, now, answer)

    def _send(self, receiver, when, packet):
        self._number += 1
        if len(self._on_the_way) >= WAITING_MAX:
            self.dropped += 1
        else:
            heapq.heappush(self._on_the_way, (when, self._number, receiver, packet))

    def _deliver(self):
        now = time.monotonic()
        while self._on_the_way and self._on_the_way[0][0] <= now:
            due, _, receiver, packet = heapq.heappop(self._on_the_way)
            self.late = max(self.late, now - due)
            try:
                os.write(self._tuns[receiver], packet)
            except OSError:
                self.dropped += 1
