"""Networks that lose, delay, reorder, double and corrupt."""
from tests.harness.agent import key_of

from .bounds import DETECTION, reconnected, spread
from .case import KIND, ChaosCase, scaled


class Loss(ChaosCase):

    RECONNECT_S = scaled(5, None)  # reconnect_interval; None: the agents' own

    def lose(self, share, seconds):
        self.ways.everywhere(loss=share)
        self.go_on(seconds)

    def test_a_tenth_of_all_packets_lost_makes_nobody_fail(self):
        agents = self.cluster_at_rest()
        self.lose(0.10, scaled(20, 600))
        self.assert_nobody_failed(agents)
        self.ways.everywhere(loss=0.0)
        self.wait_agreed(agents, spread(self.SIZE))
        self.wait_told(agents, {})
        self.assert_small(agents)

    def test_who_dies_while_a_tenth_of_all_packets_is_lost_is_failed_in_time(self):
        agents = self.cluster_at_rest()
        self.ways.everywhere(loss=0.10)
        victim, rest = agents[-1], agents[:-1]
        victim.kill()
        self.wait_told(rest, {victim.name: ['member-failed']}, DETECTION)
        self.assert_nobody_failed(rest, except_for=[victim.name])

    def test_all_agree_again_after_two_fifths_of_all_packets_were_lost(self):
        seconds = scaled(20, 300)
        agents = self.cluster_at_rest(arguments=self.with_config(reconnect_interval=self.RECONNECT_S))
        self.lose(0.40, seconds)
        self.ways.everywhere(loss=0.0)
        self.wait_agreed(agents, DETECTION + reconnected(self.SIZE, seconds, self.RECONNECT_S))
        self.wait_hooks_alternate(agents)
        self.assert_small(agents)


class Disorder(ChaosCase):

    def test_200_to_600_ms_each_way_with_reorder_and_doubles_make_nobody_fail(self):
        agents = self.cluster_at_rest()
        self.ways.everywhere(delay=0.4, jitter=0.2, doubled=0.1)
        self.go_on(scaled(20, 300))
        self.assert_nobody_failed(agents)
        self.ways.everywhere(delay=0.0, jitter=0.0, doubled=0.0)
        self.wait_agreed(agents, spread(self.SIZE))
        self.wait_told(agents, {})
        self.assert_small(agents)


class Corruption(ChaosCase):

    def corrupt(self, arguments=()):
        agents = self.cluster_at_rest(arguments=arguments)
        self.ways.everywhere(corrupted=0.01)
        for number in range(scaled(10, 100)):  # so that there is more to corrupt than pings
            agents[number % self.SIZE].rpc.call('event', {'Name': f'e{number}', 'Payload': b'x' * 300, 'Coalesce': False})
            self.go_on(scaled(1.5, 3.0))
        self.assert_nobody_failed(agents)
        if KIND == 'hearsay':
            refused = sum(int(agent.rpc.call('stats')['hearsay']['packets_rejected']) for agent in agents)
            self.assertGreater(refused, 0, 'no corrupted packet has reached an agent')
        self.ways.everywhere(corrupted=0.0)
        self.wait_agreed(agents, spread(self.SIZE))
        self.wait_told(agents, {})
        self.assert_small(agents)

    def test_a_bit_flipped_in_a_hundredth_of_all_packets_is_caught_by_the_checksum(self):
        self.corrupt()

    def test_a_bit_flipped_in_a_hundredth_of_all_packets_is_caught_by_the_seal(self):
        self.corrupt(key_of(32))
