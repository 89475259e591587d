"""Whatever arrives, the agent goes on: no crash, no growth, no change of what it knows."""
import json
import os
import random
import socket

import msgpack

from tests.bad_input.target import figures
from tests.harness import gossip
from tests.harness.case import AgentCase
from tests.harness.resources import rss_kb
from tests.harness.rpc import Closed, RpcError
from tests.harness.waiting import wait_until

# Sanitizers keep what was freed for a while: tools/test --long allows more.
GROWTH_KB = 20_000 * int(os.environ.get('HEARSAY_MEMORY_FACTOR', '1'))


def vectors(pattern):
    """(bytes, description) of each vector (proto/vectors/README.md)."""
    found = []
    for path in sorted(gossip.VECTORS.glob(pattern + '.hex')):
        found.append((gossip.vector(path.stem), json.loads(path.with_suffix('.json').read_text(encoding='utf-8'))))
    assert found, f'no vectors {pattern} in {gossip.VECTORS}'
    return found


def mutated(rng, packet):
    data = bytearray(packet or b'\0')
    for _ in range(rng.randrange(1, 6)):
        at = rng.randrange(len(data))
        action = rng.randrange(4)
        if action == 0:
            data[at] = rng.randrange(256)
        elif action == 1:
            data[at] ^= 1 << rng.randrange(8)
        elif action == 2:
            del data[at:at + rng.randrange(1, 8)]
        else:
            data[at:at] = rng.randbytes(rng.randrange(1, 8))
        data = data or bytearray(b'\0')
    return bytes(data)


class HostileInput(AgentCase):

    def setUp(self):
        super().setUp()
        self.rng = random.Random(20_240_607)  # failures can be repeated
        self.victim = self.agent('hearsay').start('-log-level=warn', '-tag', 'a=b')

    def assert_unharmed(self, before_kb):
        self.assertTrue(self.victim.running, self.victim.log())
        own = [member for member in wait_until(self.members, 'an answer over RPC')
               if member['Name'] == self.victim.name]
        self.assertEqual([(member['Status'], member['Tags']) for member in own], [('alive', {'a': 'b'})])
        self.assertLess(rss_kb(self.victim) - before_kb, GROWTH_KB)

    def members(self):
        """None while the agent refuses clients because there are too many."""
        try:
            with self.victim.client() as client:
                return client.members()
        except (ConnectionError, Closed):
            return None

    def wait_handled(self):
        """A ping sent last is answered, so everything before it was handled."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind((self.network.address(), 0))
            probe.settimeout(0.1)
            ping = gossip.message(gossip.PING, Node=self.victim.name, SeqNo=77)

            def answered():
                probe.sendto(ping, (self.victim.address, 7946))
                try:
                    return probe.recv(2048)
                except TimeoutError:
                    return False
            wait_until(answered, 'the answer to a ping')

    def counters(self):
        return figures(self.victim)

    def wait_streams_taken(self, number):
        """So many more connections have been met since the start than by members, who are none."""
        def taken():
            counters = self.counters()
            return counters['streams_accepted'] + counters['streams_refused'] >= number
        wait_until(taken, f'{number} connections')
        self.wait_handled()

    def test_datagrams_of_noise_and_of_mutated_packets(self):
        before = rss_kb(self.victim)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.bind((self.network.address(), 0))
            originals = [data for data, _ in vectors('*')]
            for number in range(6000):
                data = (self.rng.randbytes(self.rng.randrange(1, 1400)) if number % 4 == 0
                        else mutated(self.rng, self.rng.choice(originals)))
                sender.sendto(data[:60_000], (self.victim.address, 7946))
                if number % 200 == 0:
                    self.wait_handled()
        self.wait_handled()
        self.assert_unharmed(before)

    def test_connections_of_noise_half_messages_and_mutated_streams(self):
        before = rss_kb(self.victim)
        originals = [data for data, _ in vectors('*')]
        for number in range(400):
            with socket.create_connection((self.victim.address, 7946), 10) as peer:
                data = (self.rng.randbytes(self.rng.randrange(1, 5000)) if number % 4 == 0
                        else mutated(self.rng, self.rng.choice(originals)))
                try:
                    peer.sendall(data[:self.rng.randrange(1, len(data) + 1)])
                    peer.shutdown(socket.SHUT_WR)
                    while peer.recv(65536):  # to the end: all of it was read
                        pass
                except (BrokenPipeError, ConnectionResetError):
                    pass
        self.wait_streams_taken(400)
        self.assert_unharmed(before)

    def test_a_claim_of_gigabytes_costs_nothing(self):
        before = rss_kb(self.victim)
        huge = (b'\x06' + msgpack.packb({'Nodes': 2**31 - 1, 'UserStateLen': 2**31 - 1, 'Join': False}),
                b'\x09\x7f\xff\xff\xff' + b'x' * 100, b'\x0a\xff\xff\xff\xff', b'\x06\xdf\xff\xff\xff\xff',
                b'\x06\x83\xdb\xff\xff\xff\xff')
        peers = []
        for data in huge * 20:
            peer = socket.create_connection((self.victim.address, 7946), 10)
            peers.append(peer)
            try:
                peer.sendall(data)
            except (BrokenPipeError, ConnectionResetError):
                pass
        self.wait_streams_taken(len(peers))
        self.assert_unharmed(before)
        for peer in peers:
            peer.close()

    def test_rpc_clients_that_talk_nonsense_or_nothing(self):
        before = rss_kb(self.victim)
        request = msgpack.packb({'Command': 'handshake', 'Seq': 1}) + msgpack.packb({'Version': 1})
        request += msgpack.packb({'Command': 'members-filtered', 'Seq': 2})
        request += msgpack.packb({'Tags': {'a': 'b'}, 'Status': '.*', 'Name': ''})
        silent = [socket.create_connection((self.victim.address, 7373), 10) for _ in range(50)]
        for number in range(600):
            with socket.create_connection((self.victim.address, 7373), 10) as client:
                data = self.rng.randbytes(200) if number % 4 == 0 else mutated(self.rng, request)
                try:
                    client.sendall(data)
                except (BrokenPipeError, ConnectionResetError):
                    pass
        with socket.create_connection((self.victim.address, 7373), 10) as client:
            client.sendall(b'\x82\xa7Command\xdb\xff\xff\xff\xff' + b'x' * 1000)
            self.assert_unharmed(before)
        for client in silent:
            client.close()

    def test_an_rpc_client_that_does_not_read_costs_little(self):
        before = rss_kb(self.victim)
        with self.victim.client() as client:
            for _ in range(16):  # of what one event costs
                client.stream(Type='user')
            client.stream('monitor', LogLevel='DEBUG')
            sent = 0
            while not (self.counters()['rpc_events_dropped'] and self.counters()['rpc_log_lines_dropped']):
                self.assertLess(sent, 20_000, 'all of it waits somewhere')
                for sent in range(sent + 1, sent + 201):
                    self.victim.rpc.call('event', {'Name': f'e{sent}', 'Payload': b'x' * 400, 'Coalesce': False})
            self.assert_unharmed(before)

    def test_an_rpc_client_that_was_too_slow_is_told_how_much_it_missed(self):
        """An RPC client that was too slow is told how much it missed (serf#347)"""
        with self.victim.client() as client:
            stream = client.stream(Type='user')
            sent = 0
            while not int(self.counters()['rpc_events_dropped']):
                self.assertLess(sent, 60_000, 'all of it waits somewhere')
                for sent in range(sent + 1, sent + 201):
                    self.victim.rpc.call('event', {'Name': f'e{sent}', 'Payload': b'x' * 400, 'Coalesce': False})
            got = missed = 0
            while got + missed < sent:
                record = client.next_record(stream)
                missed += record.get('Count', 0)
                got += record['Event'] == 'user'
            self.assertEqual((got + missed, missed), (sent, int(self.counters()['rpc_events_dropped'])))

    def test_events_too_large_to_send_are_not_kept_in_the_log(self):
        before = rss_kb(self.victim)
        for _ in range(20):
            with self.assertRaises(RpcError):
                self.victim.rpc.call('event', {'Name': 'x', 'Payload': b'\0' * 1_000_000, 'Coalesce': False})
        self.victim.rpc.call('force-leave', {'Node': 'x' * 1_000_000})
        self.assert_unharmed(before)

    def test_silent_rpc_clients_lock_nobody_out(self):
        silent = [socket.create_connection((self.victim.address, 7373), 10) for _ in range(300)]
        with self.victim.client() as client:
            self.assertEqual(len(client.members()), 1)
        self.assertGreaterEqual(self.counters()['rpc_clients_silent'], 300 - 256)
        for client in silent:
            client.close()


class BesideSerf(AgentCase):

    def test_what_must_be_refused_does_not_reach_a_serf_agent_through_ours(self):
        agents = self.cluster('hearsay', 'hearsay', 'serf')
        self.wait_alive(agents)
        target, serf = agents[0], agents[2]
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.bind((self.network.address(), 0))
            for data, meaning in vectors('bad_*'):
                if meaning['transport'] == 'udp':
                    sender.sendto(data, (target.address, 7946))
                elif meaning['side'] == 'accepted':
                    with socket.create_connection((target.address, 7946), 10) as peer:
                        peer.sendall(data)
        # What goes out after them and has come round proves that they would have too.
        stream = serf.rpc.stream(Type='user')
        target.rpc.call('event', {'Name': 'after', 'Payload': b'', 'Coalesce': False})
        serf.rpc.next_matching(stream, lambda record: record['Name'] == 'after')
        self.wait_alive(agents)
