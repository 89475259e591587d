"""A member whose firewall lets one protocol pass. It can be reached, so it is not failed."""
from .bounds import spread
from .case import ChaosCase, scaled


class Firewalls(ChaosCase):

    def block(self, protocol, rejects):
        agents = self.cluster_at_rest()
        last = self.SIZE - 1
        self.ways.between([last], range(last), blocked=protocol, rejects=rejects)
        self.go_on(scaled(25, 120))
        self.assert_nobody_failed(agents)
        self.ways.everywhere(blocked=None, rejects=False)
        self.wait_agreed(agents, spread(self.SIZE))
        self.wait_told(agents, {})
        self.assert_small(agents)

    def test_who_drops_udp_is_alive_by_tcp(self):
        self.block('udp', rejects=False)

    def test_who_rejects_udp_is_alive_by_tcp(self):
        self.block('udp', rejects=True)

    def test_who_drops_tcp_is_alive_by_udp(self):
        self.block('tcp', rejects=False)

    def test_who_rejects_tcp_is_alive_by_udp(self):
        self.block('tcp', rejects=True)
