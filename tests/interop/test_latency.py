"""Two sites, 20 ms within each and 50 ms between them, one way, with an agent of each kind at both."""
import itertools
import re

from tests.harness.agent import SERF
from tests.harness.case import AgentCase
from tests.harness.impaired_network import ImpairedNetwork
from tests.harness.waiting import wait_until

SITES = (0, 0, 1, 1)
WITHIN, BETWEEN = 0.020, 0.050
NEAR_ENOUGH = 0.15  # of the truth; from there on it gets better


class Latency(AgentCase):

    def setUp(self):
        super().setUp()
        sites = self.ways = ImpairedNetwork(len(SITES))
        self.addCleanup(sites.close)
        self.addCleanup(self._end_agents)  # before their hosts go
        self.round_trips = {}
        for pair in itertools.combinations(range(len(SITES)), 2):
            delay = WITHIN if SITES[pair[0]] == SITES[pair[1]] else BETWEEN
            sites.both_ways(*pair, delay=delay)
            self.round_trips[pair] = 2000 * delay

    def estimates(self, asked):
        """What an agent says of every pair, in ms."""
        found = {}
        for a, b in self.round_trips:
            printed = asked.cli('rtt', self.agents[a].name, self.agents[b].name, program=SERF).stdout
            match = re.search(r'rtt: ([\d.]+) ms', printed)
            assert match, f'{asked}: {printed}'
            found[a, b] = float(match[1])
        return found

    def unsettled(self):
        """What agents estimate of the pairs that one of them has not placed yet, or on which they do not agree."""
        views = [self.estimates(agent) for agent in self.agents]
        found = {}
        for pair, truth in self.round_trips.items():
            told = [view[pair] for view in views]
            spread = max(told) - min(told)
            if max(abs(estimate - truth) for estimate in told) > NEAR_ENOUGH * truth or spread > NEAR_ENOUGH * truth:
                found[pair] = (truth, told)
        return found

    def test_both_kinds_learn_the_round_trips_of_a_mixed_cluster_and_agree_on_them(self):
        for kind, host in zip(('serf', 'hearsay', 'serf', 'hearsay'), self.ways.hosts):
            agent = self.agent(kind, address=host.address, host=host)
            # Probes each second, for a sample each.
            agent.launch('-profile=local', *[f'-join={other.endpoint}' for other in self.agents[:-1]])
            agent.wait_ready()
        self.wait_alive(self.agents)

        # A coordinate moves with every probe, and who has not probed a member since knows its older one: that they
        # agree is waited for, as that they are right is.
        def settled():
            unsettled = self.unsettled()
            assert not unsettled, f'round trip and estimates of pairs: {unsettled}'
            return True
        wait_until(settled, f'estimates of all within {NEAR_ENOUGH:.0%}', limit=300, pause=1)
        self.assertEqual(self.ways.dropped, 0)
