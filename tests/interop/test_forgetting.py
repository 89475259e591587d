"""Names that are given up: pruned ones stay forgotten, and free ones move (serf#359, serf#399, consul#4806)."""
import itertools
import json
import signal

from tests.harness.case import AgentCase

KINDS = ('serf', 'hearsay')


class GivenUp(AgentCase):

    def setUp(self):
        super().setUp()
        self.config = self.directory / 'reclaim.json'
        self.config.write_text(json.dumps({'dead_node_reclaim_time': '1s'}), encoding='ascii')

    def three_and(self, kind):
        """Two of ours and one of Serf's, and one more."""
        agents = self.cluster('hearsay', 'serf', 'hearsay', kind, arguments=('-profile=local',))
        self.wait_alive(agents)
        return agents[:3], agents[3]

    def wait_forgotten(self, agents, name, limit=None):
        self.wait_view(agents, lambda rpc: name in rpc.statuses(), False, f'{name} is forgotten', limit)

    def wait_at(self, agents, name, address):
        def where(rpc):
            return {member['Name']: ('.'.join(str(byte) for byte in bytes(member['Addr'])[-4:]), member['Status'])
                    for member in rpc.members()}.get(name)
        self.wait_view(agents, where, (address, 'alive'), f'{name} at {address}')

    def test_a_pruned_member_is_forgotten_by_agents_of_both_kinds_and_of_one_that_slept_meanwhile(self):
        for kind in KINDS:
            with self.subTest(pruned=kind):
                agents, victim = self.three_and(kind)
                sleeper = agents[1]
                sleeper.signal(signal.SIGSTOP)
                victim.kill()
                awake = [agents[0], agents[2]]
                self.wait_status(awake, victim.name, 'failed')
                result = agents[0].cli('force-leave', '-prune', victim.name)
                self.assertEqual(result.returncode, 0, result.stderr)
                self.wait_forgotten(awake, victim.name)
                sleeper.signal(signal.SIGCONT)
                self.wait_status(awake, sleeper.name, 'alive')
                # Told by one of ours that happens to choose it for an exchange, every 15 s, and only once it
                # has found out itself that the victim is dead.
                self.wait_forgotten(agents, victim.name, limit=400)
                for agent in awake:
                    self.assertEqual(agent.log().count(f'EventMemberJoin: {victim.name} '), 1)

    def test_a_pruned_member_that_is_started_again_is_back_everywhere(self):
        for kind in KINDS:
            with self.subTest(kind=kind):
                agents, victim = self.three_and(kind)
                victim.kill()
                self.wait_status(agents, victim.name, 'failed')
                agents[1].cli('force-leave', '-prune', victim.name)
                self.wait_forgotten(agents, victim.name)
                victim.start('-profile=local', f'-join={agents[0].endpoint}')
                self.wait_status(agents, victim.name, 'alive')

    def test_a_name_that_left_is_usable_from_another_address(self):
        for before, after in itertools.product(KINDS, KINDS):
            with self.subTest(before=before, after=after):
                agents, leaver = self.three_and(before)
                self.assertEqual(leaver.leave(), 0)
                self.wait_status(agents, leaver.name, 'left')
                heir = self.agent(after, leaver.name).start('-profile=local', f'-join={agents[0].endpoint}')
                self.wait_at(agents, leaver.name, heir.address)

    def test_a_failed_name_is_usable_from_another_address_after_its_time(self):
        first = self.agent('hearsay').start('-profile=local', f'-config-file={self.config}')
        second = self.agent('hearsay').start('-profile=local', f'-config-file={self.config}', f'-join={first.endpoint}')
        victim = self.agent('serf', 'moving').start('-profile=local', f'-join={first.endpoint}')
        self.wait_alive([first, second, victim])
        victim.kill()
        self.wait_status([first, second], 'moving', 'failed')
        heir = self.agent('serf', 'moving').start('-profile=local', f'-join={first.endpoint}')
        self.wait_at([first, second], 'moving', heir.address)

    def test_the_name_of_a_member_that_answers_is_not_given_away(self):
        agents, holder = self.three_and('serf')
        thief = self.agent('hearsay', holder.name).launch('-profile=local', '-retry-join=' + agents[0].endpoint)
        thief.wait_ready()
        self.wait_view([agents[0]], lambda _: 'Name conflict' in agents[0].log(), True, 'the conflict is seen')
        self.wait_at([agents[0], agents[2]], holder.name, holder.address)


class Seeds(AgentCase):

    def test_a_cluster_that_has_forgotten_its_failed_seed_finds_it_again_when_it_is_back(self):
        config = self.directory / 'forget.json'
        config.write_text(json.dumps({'reconnect_timeout': '1s'}), encoding='ascii')
        seed = self.agent('serf').start('-profile=local')
        agent = self.agent('hearsay').start('-profile=local', f'-config-file={config}', f'-join={seed.endpoint}')
        self.wait_alive([seed, agent])
        seed.kill()
        self.wait_view([agent], lambda rpc: seed.name in rpc.statuses(), False, 'the seed is forgotten')
        seed.start('-profile=local')  # and joins nobody
        self.wait_alive([seed, agent], limit=120)
