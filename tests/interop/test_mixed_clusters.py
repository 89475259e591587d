"""Five agents of each kind in one cluster see the same things."""
from tests.harness.agent import key_of
from tests.harness.case import AgentCase

FIVE_AND_FIVE = ['serf', 'hearsay'] * 5
CONVERGENCE_S = 5.0


class MixedClusters:
    """The cases; below they run without a key and with one of each size."""

    arguments = ()

    def five_and_five(self):
        agents = self.cluster(*FIVE_AND_FIVE, arguments=self.arguments)
        self.wait_alive(agents)
        return agents

    @staticmethod
    def first_of(agents, kind):
        return next(agent for agent in agents[1:] if agent.kind == kind)

    def test_ten_agents_see_each_other_alive_with_equal_tags_within_five_seconds(self):
        agents = self.cluster(*FIVE_AND_FIVE, arguments=self.arguments)
        tags = {agent.name: {'kind': agent.kind, 'id': agent.name} for agent in agents}
        self.wait_view(agents, lambda rpc: rpc.tags(), tags, 'equal tags everywhere', limit=CONVERGENCE_S)

    def test_a_killed_agent_of_each_kind_is_failed_everywhere_and_nobody_else(self):
        agents = self.five_and_five()
        victims = [self.first_of(agents, kind) for kind in ('serf', 'hearsay')]
        rest = [agent for agent in agents if agent not in victims]
        for victim in victims:
            victim.kill()
        wanted = {agent.name: 'failed' if agent in victims else 'alive' for agent in agents}
        self.wait_view(rest, lambda rpc: rpc.statuses(), wanted, 'two failed, the others alive')

    def test_an_agent_of_each_kind_that_leaves_is_left_everywhere(self):
        agents = self.five_and_five()
        leavers = [self.first_of(agents, kind) for kind in ('serf', 'hearsay')]
        rest = [agent for agent in agents if agent not in leavers]
        for leaver in leavers:
            result = leaver.cli('leave')
            if leaver.kind == 'hearsay':  # one of Serf's may be gone before its answer is
                self.assertEqual((result.returncode, result.stdout), (0, 'Graceful leave complete\n'))
            self.assertEqual(leaver.wait_exit(), 0)
        wanted = {agent.name: 'left' if agent in leavers else 'alive' for agent in agents}
        self.wait_view(rest, lambda rpc: rpc.statuses(), wanted, 'two left, the others alive')

    def test_a_tag_change_at_an_agent_of_each_kind_reaches_every_agent(self):
        agents = self.five_and_five()
        wanted = {agent.name: {'kind': agent.kind, 'id': agent.name} for agent in agents}
        for kind in ('serf', 'hearsay'):
            agent = self.first_of(agents, kind)
            agent.rpc.call('tags', {'Tags': {'changed': 'by ' + kind}, 'DeleteTags': ['id']})
            wanted[agent.name] = {'kind': kind, 'changed': 'by ' + kind}
        self.wait_view(agents, lambda rpc: rpc.tags(), wanted, 'changed tags everywhere')

    def test_a_user_event_from_an_agent_of_each_kind_reaches_every_agent_once(self):
        agents = self.five_and_five()
        streams = {agent: agent.rpc.stream(Type='user') for agent in agents}
        for kind in ('serf', 'hearsay'):
            sender = self.first_of(agents, kind)
            with sender.client() as client:
                client.call('event', {'Name': 'from-' + kind, 'Payload': b'\x00payload\xff', 'Coalesce': False})
            for agent, stream in streams.items():
                record = agent.rpc.next_record(stream)
                self.assertEqual((record['Event'], record['Name'], record['Payload'], record['Coalesce']),
                                 ('user', 'from-' + kind, b'\x00payload\xff', False), agent)

    def test_a_killed_agent_that_starts_again_with_new_tags_is_seen_with_them(self):
        agents = self.five_and_five()
        wanted = {agent.name: {'kind': agent.kind, 'id': agent.name} for agent in agents}
        for kind in ('serf', 'hearsay'):
            agent = self.first_of(agents, kind)
            agent.kill()
            agent.start('-tag', f'reborn={kind}', f'-join={agents[0].endpoint}', *self.arguments)
            wanted[agent.name] = {'reborn': kind}
        self.wait_view(agents, lambda rpc: rpc.tags(), wanted, 'the tags of the second life everywhere')


class WithoutKey(MixedClusters, AgentCase):
    pass


class WithKeyOf16Bytes(MixedClusters, AgentCase):
    arguments = key_of(16)


class WithKeyOf24Bytes(MixedClusters, AgentCase):
    arguments = key_of(24)


class WithKeyOf32Bytes(MixedClusters, AgentCase):
    arguments = key_of(32)
