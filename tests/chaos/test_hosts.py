"""Hosts that are short of something, or wrong about the time."""
import contextlib
import errno
import os
import pathlib
import re
import resource
import socket
import subprocess
import unittest

from tests.harness.agent import HEARSAY, PROGRAMS
from tests.harness.waiting import wait_until

from .bounds import DETECTION, spread
from .case import KIND, ChaosCase, scaled
from .rationing import rationed

WALL_CLOCK = pathlib.Path(HEARSAY).resolve().parents[2] / 'tests/chaos/wall_clock.so'
DAY_S = 86_400
DECADE_S = 3652 * DAY_S
DISK_BYTES = 64 * 1024
DESCRIPTORS = 64
CONNECTIONS = 500


class ShortOfTime(ChaosCase):

    SLOW = scaled(2, 5)

    def test_members_with_a_fiftieth_of_a_processor_are_not_failed_and_miss_who_is(self):
        agents = self.cluster_at_rest()
        slow, victim, rest = agents[:self.SLOW], agents[-1], agents[:-1]
        with rationed(slow, 0.02):
            self.go_on(scaled(10, 120))
            self.assert_nobody_failed(agents)
            victim.kill()
            self.wait_told(rest, {victim.name: ['member-failed']}, DETECTION)
        self.wait_quiet(rest)
        self.assert_nobody_failed(rest, except_for=[victim.name])
        self.assert_small(rest)


class WallClock(ChaosCase):

    def agent(self, *arguments, **options):
        agent = super().agent(*arguments, **options)
        agent.clock = self.directory / f'{agent.name}.clock'
        agent.environment = {
            'LD_PRELOAD': str(WALL_CLOCK), 'WALL_CLOCK_OFFSET': str(agent.clock),
            'ASAN_OPTIONS': os.environ.get('ASAN_OPTIONS', '') + ':verify_asan_link_order=0'}
        return agent

    @unittest.skipUnless(WALL_CLOCK.exists(), f'{WALL_CLOCK} is not built')
    def test_clocks_a_day_and_ten_years_off_change_nothing(self):
        agents = self.cluster_at_rest()
        victim, rest = agents[-1], agents[:-1]
        for agent, seconds in zip(rest, (DAY_S, -DAY_S, DECADE_S, -DECADE_S)):
            agent.clock.write_text(str(seconds))
        self.go_on(scaled(10, 60))
        self.assert_nobody_failed(agents)
        victim.kill()
        self.wait_told(rest, {victim.name: ['member-failed']}, DETECTION)
        self.assert_nobody_failed(rest, except_for=[victim.name])
        years = [int(re.findall(r'^ *(\d{4})/', agent.log(), re.MULTILINE)[-1]) for agent in rest]
        self.assertEqual(max(years) - min(years), 20, 'the clocks were not off')
        self.assert_small(rest)


class FullDisk(ChaosCase):

    def disk(self):
        """A small file system, and the file that fills it."""
        disk = self.directory / 'disk'
        disk.mkdir()
        try:
            subprocess.run(['mount', '-t', 'tmpfs', '-o', f'size={DISK_BYTES}', 'tmpfs', disk], check=True,
                           capture_output=True)
        except (OSError, subprocess.CalledProcessError) as error:
            self.skipTest(f'no mounts here: {error}')
        self.addCleanup(subprocess.run, ['umount', '--lazy', disk], check=False)
        filler = disk / 'filler'
        with self.assertRaises(OSError) as full:
            filler.write_bytes(bytes(DISK_BYTES + 1))
        self.assertEqual(full.exception.errno, errno.ENOSPC)
        return filler

    def test_an_agent_whose_snapshot_finds_no_room_goes_on_and_writes_it_when_there_is(self):
        agents = self.cluster_at_rest(*[KIND] * (self.SIZE - 1))
        filler = self.disk()
        snapshot = filler.parent / 'snapshot'
        agent = self.agent(KIND).start(f'-snapshot={snapshot}', f'-join={agents[0].endpoint}')
        everybody = [*agents, agent]
        self.wait_agreed(everybody, spread(self.SIZE))
        if KIND == 'hearsay':
            wait_until(lambda: int(agent.rpc.call('stats')['hearsay']['snapshot_write_errors']) > 0, 'a failed write')
        self.assertEqual(snapshot.read_text(), '')
        self.go_on(scaled(5, 60))
        filler.unlink()
        names = [f'alive: {other.name} ' for other in agents]
        wait_until(lambda: all(name in snapshot.read_text() for name in names), 'the snapshot')
        agent.kill()
        agent.start(f'-snapshot={snapshot}')
        self.wait_agreed(everybody, spread(self.SIZE))
        self.assert_small(everybody)


class FewDescriptors(ChaosCase):

    def start_short_of_descriptors(self, *arguments):
        program = self.directory / 'short'
        program.write_text(f'#!/bin/sh\nulimit -n {DESCRIPTORS}\nexec {PROGRAMS[KIND]} "$@"\n')
        program.chmod(0o755)
        return self.agent(KIND).start(*arguments, program=str(program))

    def connect_often(self, agent, stack):
        """To its gossip and its RPC by turns; what is refused is refused."""
        with self.ways.hosts[0].entered():
            for number in range(CONNECTIONS):
                client = stack.enter_context(socket.socket())
                client.setblocking(False)
                client.connect_ex((agent.address, agent.rpc_port if number % 2 else agent.port))

    def test_an_agent_with_64_descriptors_and_500_connections_stays_a_member(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 2 * CONNECTIONS)), hard))
        agents = self.cluster_at_rest(*[KIND] * (self.SIZE - 1))
        agent = self.start_short_of_descriptors(f'-join={agents[0].endpoint}')
        everybody = [*agents, agent]
        self.wait_agreed(everybody, spread(self.SIZE))
        self.wait_told([agent], {other.name: ['member-join'] for other in everybody})
        self.wait_told(agents, {agent.name: ['member-join']})
        self.mark(everybody)
        victim, rest = agents[-1], [*agents[:-1], agent]
        with contextlib.ExitStack() as stack:
            self.connect_often(agent, stack)
            self.go_on(scaled(15, 60))
            self.assert_nobody_failed(everybody)
            victim.kill()
            self.wait_status(rest, victim.name, 'failed', DETECTION)
        self.wait_told(rest, {victim.name: ['member-failed']}, DETECTION)
        self.assert_nobody_failed(rest, except_for=[victim.name])
        with agent.client() as client:
            self.assertEqual(len(client.members()), self.SIZE)
        self.assert_small(rest)
