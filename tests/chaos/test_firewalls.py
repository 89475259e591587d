"""A member whose firewall lets one protocol pass, or some of the others. It can be reached, so it is not failed."""
from .bounds import spread
from .case import ChaosCase, scaled


class Firewalls(ChaosCase):

    def block(self, protocols, rejects, some=(ChaosCase.SIZE - 1,), others=ChaosCase.SIZE):
        """Between some members, the last one if not said, and the first so many."""
        agents = self.cluster_at_rest()
        self.ways.between(some, range(others), blocked=protocols, rejects=rejects)
        agents[-1].cli('join', agents[0].endpoint)  # so that TCP is wanted, too; it fails where that is blocked
        self.go_on(scaled(20, 120))
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

    def test_a_cluster_whose_udp_is_dropped_lives_by_tcp(self):
        self.block(['udp'], rejects=False, some=range(self.SIZE))

    def test_a_cluster_whose_udp_is_rejected_lives_by_tcp(self):
        self.block(['udp'], rejects=True, some=range(self.SIZE))
