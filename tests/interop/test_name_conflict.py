"""Two agents under one name, in clusters of both kinds. Who had it first keeps it."""
import itertools

from tests.harness.case import AgentCase
from tests.harness.waiting import wait_until

CONFLICT = 'conflict resolution'


class NameConflicts(AgentCase):

    def clash(self, members, holder, kind):
        """An agent of that kind joins under the name of one that is there."""
        newcomer = self.agent(kind, holder.name)
        newcomer.launch(*[f'-join={member.endpoint}' for member in members])
        return newcomer

    def assert_undisturbed(self, members, holder):
        """All still run, and know the name where it was."""
        for member in members:
            self.assertTrue(member.running, member)
            where = {seen['Name']: '.'.join(map(str, seen['Addr'][-4:])) for seen in member.rpc.members()}
            self.assertEqual(where[holder.name], holder.address, member)
        self.wait_alive(members)

    def test_in_a_mixed_cluster_the_newcomer_goes_and_the_holder_stays_whatever_their_kinds(self):
        members = self.cluster('serf', 'hearsay', 'serf', 'hearsay', 'serf')
        self.wait_alive(members)
        for holder, kind in itertools.product(members[:2], ('serf', 'hearsay')):
            with self.subTest(holder=holder, newcomer=kind):
                newcomer = self.clash(members, holder, kind)
                self.assertEqual(newcomer.wait_exit(), 0)
                self.assertIn('Node name conflicts with another node', newcomer.log())
                self.assertIn(f'minority in name {CONFLICT}, quitting [0 / 4]', newcomer.log())
                self.assertIn('agent: Serf shutdown detected, quitting', newcomer.log())
                self.assert_undisturbed(members, holder)

    def test_two_votes_end_an_agent_of_serfs_but_none_of_ours_and_it_says_so(self):
        members = self.cluster('serf', 'hearsay', 'serf')
        self.wait_alive(members)
        holder = members[0]
        serf = self.clash(members, holder, 'serf')
        self.assertEqual(serf.wait_exit(), 0)
        self.assertIn(f'minority in name {CONFLICT}, quitting [0 / 2]', serf.log())
        hearsay = self.clash(members, holder, 'hearsay')
        wait_until(lambda: f'no decision in name {CONFLICT} [0 / 2], staying' in hearsay.log(), f'a verdict at {hearsay}')
        self.assertTrue(hearsay.running)
        self.assert_undisturbed(members, holder)

    def test_alone_with_a_namesake_serf_goes_on_no_votes_and_hearsay_does_not(self):
        for kind in ('serf', 'hearsay'):
            holder = self.agent('hearsay', f'same-{kind}').start()
            newcomer = self.clash([holder], holder, kind)
            if kind == 'serf':
                self.assertEqual(newcomer.wait_exit(), 0)
            else:
                for agent in (holder, newcomer):
                    wait_until(lambda a=agent: f'no decision in name {CONFLICT} [0 / 0], staying' in a.log(),
                               f'a verdict at {agent}')
                self.assertTrue(newcomer.running)
            self.assertTrue(holder.running)
