"""A member whose firewall lets one protocol pass, or some of the others. It can be reached, so it is not failed."""
from .bounds import PUSH_PULL_INTERVAL, spread
from .case import ChaosCase, scaled


class Firewalls(ChaosCase):

    def block(self, protocols, rejects, others=ChaosCase.SIZE - 1):
        """Between the last member and so many others."""
        agents = self.cluster_at_rest()
        self.ways.between([self.SIZE - 1], range(others), blocked=protocols, rejects=rejects)
        self.go_on(scaled(PUSH_PULL_INTERVAL + 5, 120))  # so that TCP is wanted, too
        self.assertGreater(self.ways.blocked, 0)
        self.assert_nobody_failed(agents)
        self.ways.everywhere(blocked=(), rejects=False)
        self.wait_agreed(agents, spread(self.SIZE))
        self.wait_told(agents, {})
        self.assert_small(agents)

    def test_who_drops_udp_is_alive_by_tcp(self):
        self.block(['udp'], rejects=False)

    def test_who_rejects_udp_is_alive_by_tcp(self):
        self.block(['udp'], rejects=True)

    def test_who_drops_tcp_is_alive_by_udp(self):
        self.block(['tcp'], rejects=False)

    def test_who_rejects_tcp_is_alive_by_udp(self):
        self.block(['tcp'], rejects=True)

    def test_who_rejects_all_from_one_is_alive_by_the_word_of_the_rest(self):
        self.block(['udp', 'tcp'], rejects=True, others=1)

    def test_who_rejects_all_from_half_of_the_others_is_alive_by_the_word_of_the_rest(self):
        self.block(['udp', 'tcp'], rejects=True, others=self.SIZE // 2)
