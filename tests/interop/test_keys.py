"""Gossip keys keep strangers out."""
import base64
import itertools

from tests.harness.agent import key_of
from tests.harness.case import AgentCase


class Keys(AgentCase):

    def test_an_agent_with_another_key_stays_out_and_says_why(self):
        for seed, joiner in itertools.permutations(('serf', 'hearsay')):
            with self.subTest(seed=seed, joiner=joiner):
                first = self.agent(seed).start(*key_of(16))
                second = self.agent(joiner).launch(*key_of(32), f'-join={first.endpoint}')
                self.assertEqual(second.wait_exit(), 1)
                self.assertIn('==> ', second.log())
                self.assertEqual(first.rpc.statuses(), {first.name: 'alive'})

    def test_an_agent_without_a_key_stays_out(self):
        for seed, joiner in itertools.permutations(('serf', 'hearsay')):
            with self.subTest(seed=seed, joiner=joiner):
                first = self.agent(seed).start(*key_of(16))
                second = self.agent(joiner).launch(f'-join={first.endpoint}')
                self.assertEqual(second.wait_exit(), 1)
                self.assertEqual(first.rpc.statuses(), {first.name: 'alive'})

    def test_agents_with_one_keyring_in_another_order_understand_each_other(self):
        keys = [base64.b64encode(bytes([n]) * 16).decode() for n in (1, 2)]
        agents = []
        for kind, order in (('serf', keys), ('hearsay', keys[::-1])):
            ring = self.directory / f'{kind}.keyring'
            ring.write_text('["' + '","'.join(order) + '"]', encoding='ascii')
            joins = [f'-join={agents[0].endpoint}'] if agents else []
            agents.append(self.agent(kind).start(f'-keyring-file={ring}', *joins))
        self.wait_alive(agents)
