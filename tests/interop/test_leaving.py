"""Leaves that not everybody hears of at once: what each kind makes of them."""
import socket

import msgpack

from tests.harness.case import AgentCase
from tests.harness.impaired_network import ImpairedNetwork
from tests.harness.log import failures, missed_leave
from tests.harness.waiting import wait_until

LOSS = 0.10
DELAY = 0.002
EVENTUALLY = 120  # seconds: who missed it all has it from an exchange of states, made every half a minute
DEAD = b'\x05'


def farewell(name):
    """What the detector of a leaving agent says of it, and what comes after its intent (proto/memberlist.md)."""
    return DEAD + msgpack.packb({'From': name, 'Incarnation': 100, 'Node': name}, use_bin_type=False)


class MissedIntent(AgentCase):

    def told_farewell_alone(self, kind):
        """The log of an agent of that kind, which knows one of Serf's and gets its farewell without its intent."""
        hearer, leaver = self.agent(kind), self.agent('serf')
        hearer.start()
        leaver.start(f'-join={hearer.endpoint}')
        self.wait_alive([hearer, leaver])
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ours:
            ours.sendto(farewell(leaver.name), (hearer.address, hearer.port))
        wait_until(lambda: f'EventMemberFailed: {leaver.name} ' in hearer.log()
                   or f'EventMemberLeave: {leaver.name} ' in hearer.log(), 'the end of the member')
        self.wait_alive([hearer])  # it is not true, and the member says so
        return hearer.log(), leaver.name

    def wait_alive(self, agents, limit=None):
        wanted = {agent.name: 'alive' for agent in self.agents[-2:]}
        self.wait_view(agents, lambda rpc: rpc.statuses(), wanted, 'both alive', limit)

    def test_an_agent_of_serfs_calls_another_failed_whose_intent_to_leave_it_has_missed(self):
        log, leaver = self.told_farewell_alone('serf')
        self.assertTrue(missed_leave(log, leaver), log)

    def test_an_agent_of_ours_calls_it_left(self):
        log, leaver = self.told_farewell_alone('hearsay')
        self.assertEqual(failures(log), [])
        self.assertIn(f'EventMemberLeave: {leaver} ', log)


class LeavingUnderLoss(AgentCase):
    """Four agents of each kind, and a tenth of all packets is lost."""

    def setUp(self):
        super().setUp()
        self.ways = ImpairedNetwork(8)
        self.addCleanup(self.ways.close)
        self.addCleanup(self._end_agents)  # before their hosts go
        for number, host in enumerate(self.ways.hosts):
            agent = self.agent(('serf', 'hearsay')[number % 2], address=host.address, host=host)
            agent.launch()
        for agent in self.agents:
            agent.wait_ready()
        for agent in self.agents[1:]:
            agent.rpc.call('join', {'Existing': [self.agents[0].endpoint], 'Replay': False})
        self.wait_alive(self.agents, EVENTUALLY)
        for a in range(len(self.ways.hosts)):
            for b in range(a):
                self.ways.both_ways(a, b, loss=LOSS, delay=DELAY)

    def leave(self, leaver):
        """It leaves, and all that are there see it as left in the end. What each has logged meanwhile."""
        rest = [agent for agent in self.agents if agent.running and agent is not leaver]
        seen = {agent: len(agent.log()) for agent in rest}
        status = leaver.leave()
        self.wait_status(rest, leaver.name, 'left', EVENTUALLY)
        return status, {agent: agent.log()[seen[agent]:] for agent in rest}

    def test_an_agent_of_ours_that_leaves_is_failed_for_none_but_serfs_that_missed_its_intent(self):
        for leaver in [agent for agent in self.agents if agent.kind == 'hearsay'][:3]:
            status, news = self.leave(leaver)
            self.assertEqual(status, 0, leaver.log())
            for agent, log in news.items():
                if leaver.name in failures(log):
                    self.assertEqual(agent.kind, 'serf', f'{agent} says that {leaver} failed')
                    self.assertTrue(missed_leave(log, leaver.name), log)
