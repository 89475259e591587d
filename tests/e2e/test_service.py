"""The agent as a service: what its manager hears, and how it is restarted without anybody noticing."""
import os
import pathlib
import signal
import socket

import msgpack

from tests.harness.agent import HEARSAY
from tests.harness.case import AgentCase
from tests.harness.gossip import ACK, PING, message
from tests.harness.network import free_port
from tests.harness.service_manager import ServiceManager
from tests.harness.waiting import wait_until


def number_of(ack):
    assert ack[0] == ACK, ack
    return msgpack.unpackb(ack[1:], raw=True)[b'SeqNo']


def place_of(fd):
    with socket.socket(fileno=os.dup(fd)) as copy:
        return copy.getsockname()[:2]


class ServiceCase(AgentCase):

    def managed(self, *arguments, **options):
        """An agent under a manager, running."""
        manager = ServiceManager(self.agent('hearsay'), HEARSAY, self.directory, **options)
        self.addCleanup(manager.close)
        return manager.start(*arguments)


class Notifications(ServiceCase):

    def test_the_manager_hears_of_readiness_members_reloads_and_the_end(self):
        config = pathlib.Path(self.directory) / 'agent.json'
        config.write_text('{}', encoding='ascii')
        manager = self.managed(f'-config-file={config}', watchdog_usec=200_000)
        agent = manager.agent.wait_ready()
        self.assertIn('STATUS=1 members alive, 0 failed, 0 left', manager.wait_told('STATUS='))
        manager.wait_told('WATCHDOG=1', times=3)
        agent.signal(signal.SIGHUP)
        lines = manager.wait_told('RELOADING=1')
        self.assertTrue(lines[1].startswith('MONOTONIC_USEC='), lines)
        manager.wait_told('READY=1', times=2)
        self.assertEqual(agent.terminate(), 0)
        manager.wait_told('STOPPING=1')

    def test_a_configuration_that_does_not_check_ends_the_reload_too(self):
        config = pathlib.Path(self.directory) / 'agent.json'
        config.write_text('{}', encoding='ascii')
        manager = self.managed(f'-config-file={config}')
        config.write_text('{', encoding='ascii')
        manager.agent.wait_ready().signal(signal.SIGHUP)
        manager.wait_told('READY=1', times=2)
        self.assertIn('Failed to reload configs', manager.agent.log())

    def test_event_handlers_are_not_the_service(self):
        seen = pathlib.Path(self.directory) / 'environment'
        self.managed(f'-event-handler=member-join=env > {seen}.new && mv {seen}.new {seen}', watchdog_usec=60_000_000)
        wait_until(seen.exists, 'the handler')
        for name in ('NOTIFY_SOCKET', 'WATCHDOG_', 'LISTEN_'):
            self.assertNotIn(name, seen.read_text(encoding='utf-8'))


class KeptSockets(ServiceCase):

    def client(self):
        client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(client.close)
        client.bind((self.network.address(), 0))
        return client

    def ping(self, agent, client, numbers):
        for number in numbers:
            client.sendto(message(PING, SeqNo=number, Node=agent.name), (agent.address, agent.port))

    def acks(self, client, count):
        """The numbers of so many answers."""
        client.settimeout(10)
        return sorted(number_of(client.recv(2048)) for _ in range(count))

    def test_what_arrives_while_the_agent_restarts_is_answered_afterwards(self):
        manager = self.managed()
        agent = manager.agent.wait_ready()
        manager.wait_told('STATUS=')
        self.assertEqual([name for name, _ in manager.kept], ['gossip-udp', 'gossip-tcp'])
        agent.terminate()
        client = self.client()
        self.ping(agent, client, range(1, 1001))
        stream = socket.create_connection((agent.address, agent.port), 5)  # nobody is there to take it
        self.addCleanup(stream.close)
        manager.start()
        answered = 8  # of what a stranger asks at once
        self.assertEqual(self.acks(client, answered), list(range(1, answered + 1)))
        wait_until(lambda: agent.rpc.call('stats')['hearsay']['datagrams_received'] == '1000', 'all pings')
        stream.sendall(message(PING, SeqNo=7, Node=agent.name))
        stream.settimeout(10)
        self.assertTrue(stream.recv(2048), 'an answer')
        self.assertEqual(len(manager.kept), 2)  # it did not have them kept twice

    def test_no_peer_sees_a_restart(self):
        peers = self.cluster('hearsay', 'serf')
        manager = self.managed(f'-join={peers[0].endpoint}', f'-snapshot={self.directory}/snapshot')
        agents = [*peers, manager.agent.wait_ready()]
        self.wait_alive(agents)
        manager.wait_told('STATUS=')
        for _ in range(3):
            manager.agent.terminate()
            manager.start(f'-snapshot={self.directory}/snapshot')
        manager.agent.wait_ready()
        manager.agent.cli('event', 'after')
        for peer in peers:
            wait_until(lambda peer=peer: 'Received event: user-event: after' in peer.log(), f'the event at {peer}')
            for kind in ('member-failed', 'member-leave'):
                self.assertNotIn(kind, peer.log())
        self.wait_alive(agents)

    def test_after_a_crash_too(self):
        peer = self.agent('hearsay').start()
        manager = self.managed(f'-join={peer.endpoint}')
        self.wait_alive([peer, manager.agent.wait_ready()])
        manager.wait_told('STATUS=')
        manager.agent.kill()
        manager.start(f'-join={peer.endpoint}')
        self.wait_alive([peer, manager.agent.wait_ready()])
        self.assertNotIn('member-failed', peer.log())

    def test_a_socket_of_another_address_is_closed_with_a_warning_and_forgotten(self):
        manager = self.managed()
        manager.wait_told('STATUS=')
        agent = manager.agent
        agent.wait_ready().terminate()
        old, agent.address = agent.endpoint, self.network.address()
        manager.start()
        agent.wait_ready()
        for kind in ('UDP', 'TCP'):
            self.assertIn(f'Warning: the service manager gave a {kind} socket of {old}', agent.log())
        manager.wait_told('FDNAME=gossip-tcp', times=2)
        self.assertEqual([place_of(fd) for _, fd in manager.kept], [(agent.address, agent.port)] * 2)

    def test_sockets_of_every_address_are_not_in_the_way_of_one_address_nor_the_other_way_round(self):
        agent = self.agent('hearsay', port=free_port('::'))
        manager = ServiceManager(agent, HEARSAY, self.directory)
        self.addCleanup(manager.close)
        for number, address in enumerate(('::', agent.address, '::')):
            manager.start(*([f'-bind=[::]:{agent.port}'] if address == '::' else []))
            manager.wait_told('STATUS=')
            self.assertEqual([place_of(fd) for _, fd in manager.kept], [(address, agent.port)] * 2)
            client = self.client()
            self.ping(agent, client, [number])
            self.assertEqual(self.acks(client, 1), [number])
            socket.create_connection((agent.address, agent.port), 5).close()
            agent.terminate()

    def test_sockets_of_a_socket_unit_are_used(self):
        manager = ServiceManager(self.agent('hearsay'), HEARSAY, self.directory)
        self.addCleanup(manager.close)
        place = (manager.agent.address, manager.agent.port)
        bound = [socket.socket(type=socket.SOCK_STREAM), socket.socket(type=socket.SOCK_DGRAM)]
        for unit in bound:
            unit.bind(place)
        bound[0].listen()
        manager.kept = [('hearsay.socket', unit.detach()) for unit in bound]
        manager.start()
        manager.wait_told('STATUS=')
        self.assertEqual(len(manager.kept), 2)
        peer = self.agent('hearsay').start(f'-join={manager.agent.endpoint}')
        self.wait_alive([peer, manager.agent.wait_ready()])
