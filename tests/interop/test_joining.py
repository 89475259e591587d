"""Who can join whom."""
import itertools

from tests.harness.case import AgentCase
from tests.harness.network import free_port


class WithoutCompression(AgentCase):

    def test_agents_that_do_not_compress_live_with_agents_that_do(self):
        first = self.agent('serf').start('-disable-compression')
        second = self.agent('hearsay').start('-disable-compression', f'-join={first.endpoint}')
        third = self.agent('hearsay').start(f'-join={second.endpoint}')
        fourth = self.agent('serf').start(f'-join={third.endpoint}')
        self.wait_alive([first, second, third, fourth])


class JoinedByEitherKind(AgentCase):
    """A cluster of two, both ways round and in every protocol profile."""

    def test_each_kind_joins_the_other_in_every_profile(self):
        for seed, joiner in itertools.permutations(('serf', 'hearsay')):
            for profile in ('lan', 'wan', 'local'):
                with self.subTest(seed=seed, joiner=joiner, profile=profile):
                    first = self.agent(seed).start(f'-profile={profile}')
                    second = self.agent(joiner).start(f'-profile={profile}', f'-join={first.endpoint}')
                    self.wait_alive([first, second])
                    self.assertEqual(len(second.rpc.members(Name=first.name)), 1)

    def test_a_rejoining_agent_heals_a_cluster_of_two(self):
        for survivor, victim in itertools.permutations(('serf', 'hearsay')):
            with self.subTest(survivor=survivor):
                first = self.agent(survivor).start('-profile=local')
                second = self.agent(victim).start('-profile=local', f'-join={first.endpoint}')
                self.wait_alive([first, second])
                second.kill()
                self.wait_status([first], second.name, 'failed')
                second.start('-profile=local', f'-retry-join={first.endpoint}')
                self.wait_alive([first, second])


class Ipv6(AgentCase):

    def test_agents_of_both_kinds_cluster_over_ipv6(self):
        agents = [self.agent(kind, address='::1', port=free_port(), rpc_port=free_port())
                  for kind in ('serf', 'hearsay', 'serf', 'hearsay')]
        for agent in agents:
            agent.start(*([] if agent is agents[0] else [f'-join={agents[0].endpoint}']))
        self.wait_alive(agents)
        addresses = {member['Name']: (bytes(member['Addr'])[-1], member['Port']) for member in agents[1].rpc.members()}
        self.assertEqual(addresses, {agent.name: (1, agent.port) for agent in agents})
        agents[1].kill()
        self.wait_status([agents[0], agents[2], agents[3]], agents[1].name, 'failed')
