"""The network that tests of latency and loss run on does what they believe."""
import socket
import time
import unittest

from tests.harness.impaired_network import ImpairedNetwork, Way

DELAY = 0.030


class Impaired(unittest.TestCase):

    def setUp(self):
        self.network = ImpairedNetwork(2)
        self.addCleanup(self.network.close)
        self.sockets = []
        for host in self.network.hosts:
            with host.entered():
                self.sockets.append(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
            self.addCleanup(self.sockets[-1].close)
            self.sockets[-1].bind((host.address, 9))
            self.sockets[-1].settimeout(30)

    def send(self, text):
        self.sockets[0].sendto(text, (self.network.hosts[1].address, 9))

    def receive(self):
        return self.sockets[1].recv(100)

    def test_a_packet_arrives_after_its_delay_and_not_before(self):
        self.network.way(0, 1).delay = DELAY
        took = []
        for _ in range(20):
            start = time.monotonic()
            self.send(b'x')
            self.receive()
            took.append(time.monotonic() - start)
        self.assertGreaterEqual(min(took), DELAY)
        self.assertLess(min(took), 2 * DELAY)

    def test_packets_of_one_way_stay_in_order(self):
        self.network.way(0, 1).delay = DELAY
        sent = [str(i).encode() for i in range(50)]
        for text in sent:
            self.send(text)
        self.assertEqual([self.receive() for _ in sent], sent)

    def test_a_cut_holds_in_its_direction_until_it_is_mended(self):
        self.network.way(0, 1).cut = True
        self.send(b'lost')
        self.sockets[1].sendto(b'other way', (self.network.hosts[0].address, 9))
        self.assertEqual(self.sockets[0].recv(100), b'other way')
        self.network.way(0, 1).cut = False
        self.send(b'arrives')
        self.assertEqual(self.receive(), b'arrives')

    def test_what_is_doubled_arrives_twice_and_jitter_lets_packets_overtake(self):
        way = self.network.way(0, 1)
        way.doubled, way.delay, way.jitter = 1.0, DELAY, DELAY
        sent = [str(i).encode() for i in range(50)]
        for text in sent:
            self.send(text)
        received = [self.receive() for _ in range(2 * len(sent))]
        self.assertEqual(sorted(received), sorted(2 * sent))
        self.assertNotEqual(received, sorted(received, key=int))

    def test_a_corrupted_datagram_arrives_with_one_bit_wrong(self):
        self.network.way(0, 1).corrupted = 1.0
        sent = bytes(50)
        for _ in range(20):
            self.send(sent)
            self.assertEqual(sum(byte.bit_count() for byte in self.receive()), 1)

    def test_a_firewall_that_drops_udp_lets_tcp_pass(self):
        self.network.both_ways(0, 1, blocked=['udp'])
        self.send(b'dropped')
        with self.listener() as server, self.dialler() as client:
            client.connect(server.getsockname())
        self.network.both_ways(0, 1, blocked=())
        self.send(b'arrives')
        self.assertEqual(self.receive(), b'arrives')

    def test_a_firewall_that_rejects_answers_as_a_host_where_nobody_listens(self):
        self.network.both_ways(0, 1, blocked=['udp'], rejects=True)
        self.sockets[0].connect((self.network.hosts[1].address, 9))
        self.sockets[0].send(b'rejected')
        with self.assertRaises(ConnectionRefusedError):
            self.sockets[0].recv(100)
        self.network.both_ways(0, 1, blocked=['tcp'])
        with self.listener() as server, self.dialler() as client, self.assertRaises(ConnectionRefusedError):
            client.connect(server.getsockname())

    def test_a_connection_through_a_firewall_that_begins_to_reject_is_reset(self):
        with self.listener() as server, self.dialler() as client:
            client.connect(server.getsockname())
            self.network.both_ways(0, 1, blocked=['tcp'], rejects=True)
            client.send(b'rejected')
            with self.assertRaises(ConnectionResetError):
                client.recv(100)

    def listener(self):
        with self.network.hosts[1].entered():
            server = socket.create_server((self.network.hosts[1].address, 9))
        return server

    def dialler(self):
        with self.network.hosts[0].entered():
            client = socket.socket()
        client.settimeout(30)
        return client

    def test_loss_is_a_share_of_the_packets_and_the_same_for_the_same_seed(self):
        def lost(seed, cut_first=False):
            way = Way(seed)
            way.loss = 0.1
            outcome = []
            for i in range(10_000):
                way.cut = cut_first and i < 100
                outcome.append(not way.arrivals(b'', 0.0))
            return outcome
        self.assertEqual(lost(1), lost(1))
        self.assertNotEqual(lost(1), lost(2))
        self.assertEqual(lost(1)[100:], lost(1, cut_first=True)[100:])
        self.assertTrue(900 < sum(lost(1)) < 1100)
