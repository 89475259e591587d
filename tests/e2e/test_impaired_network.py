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
