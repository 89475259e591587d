"""Every attack of attacks.py on a real agent, that has a peer: it goes on, it counts, it holds little, events arrive."""
import os
import re

from tests.bad_input.attacks import ATTACKS
from tests.bad_input.target import figures, learn, run
from tests.harness.case import AgentCase
from tests.harness.resources import peak_kb
from tests.harness.waiting import wait_until

# Sanitizers keep what was freed for a while: tools/test --long allows more.
FACTOR = int(os.environ.get('HEARSAY_MEMORY_FACTOR', '1'))
DATAGRAM_KB = 1024 * FACTOR
STREAMS_KB = 33 * 1024 * FACTOR  # the budget of streams, and 1 MiB
PEAK_KB = 48 * 1024 * FACTOR     # over all attacks, at 1,000 members


class BadInput(AgentCase):

    def pair(self, arguments):
        victim, peer = self.agent('hearsay', 'victim'), self.agent('hearsay', 'peer')
        victim.start('-log-level=warn', *arguments)
        peer.start('-log-level=warn', f'-join={victim.endpoint}', *arguments)
        self.wait_alive([victim, peer])
        return victim, peer

    def check(self, attack):
        victim, peer = self.pair(attack.arguments)
        outcome = run(attack, victim, peer, self.network)
        self.assertTrue(outcome.survived, f'{outcome.complaint}\n{victim.log()[-2000:]}')
        self.assertTrue(peer.running, peer.log())
        self.assertEqual(outcome.complaint, '')
        self.assertEqual(outcome.delivered, [attack.events, attack.events])
        if attack.counted:
            self.assertTrue(set(attack.counted) & set(outcome.counted), outcome.counted)
        self.assertLess(outcome.growth_kb, STREAMS_KB if attack.over_tcp else DATAGRAM_KB)
        wait_until(lambda: {'victim': 'alive', 'peer': 'alive'}.items() <= victim.rpc.statuses().items(),
                   'both alive, as the victim sees it')


def case_of(attack):
    def case(self):
        self.check(attack)
    case.__doc__ = attack.name
    return case


for number, each in enumerate(ATTACKS):
    setattr(BadInput, f'test_{number:02d}_{re.sub("[^a-z0-9]+", "_", each.name.lower())}', case_of(each))


class AllTogether(AgentCase):

    def test_all_attacks_one_after_another_at_a_thousand_members_within_48_mib(self):
        """All attacks one after another at 1,000 members, within 48 MiB"""
        victim = self.agent('hearsay', 'victim').start('-log-level=warn')
        learn(victim, 1000, self.network)
        self.assertEqual(figures(victim)['members_held'], 1001)
        for attack in (attack for attack in ATTACKS if not attack.arguments):
            outcome = run(attack._replace(events=0, watched=0), victim, victim, self.network)
            self.assertTrue(outcome.survived, f'{attack.name}: {victim.log()[-2000:]}')
            self.assertLess(peak_kb(victim), PEAK_KB, attack.name)  # since the attack began
