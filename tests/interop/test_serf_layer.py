"""Intents, queries and coordinates between the kinds."""
from tests.harness.case import AgentCase
from tests.harness.waiting import wait_until


class Intents(AgentCase):
    # Not in profile local: its rumors are sent twice, and one that goes to the dead agent and one
    # that goes back may be all.

    def test_a_failed_agent_forced_to_leave_by_either_kind_is_left_everywhere(self):
        for forcing in ('serf', 'hearsay'):
            with self.subTest(forcing=forcing):
                agents = self.cluster('serf', 'hearsay', 'serf', 'hearsay')
                self.wait_alive(agents)
                victim, rest = agents[3], agents[:3]
                victim.kill()
                self.wait_status(rest, victim.name, 'failed')
                by = next(agent for agent in rest if agent.kind == forcing)
                self.assertEqual(by.cli('force-leave', victim.name).returncode, 0)
                self.wait_status(rest, victim.name, 'left')

    def test_a_pruned_agent_is_gone_everywhere(self):
        for forcing in ('serf', 'hearsay'):
            with self.subTest(forcing=forcing):
                agents = self.cluster('serf', 'hearsay', 'serf', 'hearsay')
                self.wait_alive(agents)
                victim, rest = agents[3], agents[:3]
                victim.kill()
                self.wait_status(rest, victim.name, 'failed')
                by = next(agent for agent in rest if agent.kind == forcing)
                self.assertEqual(by.cli('force-leave', '-prune', victim.name).returncode, 0)
                self.wait_status(rest, victim.name, None)

    def test_member_events_of_a_join_and_a_leave_reach_streams_of_both_kinds(self):
        agents = self.cluster('serf', 'hearsay')
        self.wait_alive(agents)
        for kind in ('serf', 'hearsay'):
            streams = {agent: agent.rpc.stream(Type='member-join,member-leave') for agent in agents}
            comer = self.agent(kind).start(f'-join={agents[0].endpoint}')
            for agent, stream in streams.items():
                self.expect_member_event(agent, stream, 'member-join', comer.name)
            comer.leave()
            for agent, stream in streams.items():
                self.expect_member_event(agent, stream, 'member-leave', comer.name)

    def expect_member_event(self, agent, stream, event, name):
        agent.rpc.next_matching(
            stream, lambda record: record['Event'] == event and name in [m['Name'] for m in record['Members']])


class Queries(AgentCase):
    """Ours does not answer yet; it acknowledges and passes on."""

    def test_a_query_from_serf_is_acknowledged_by_every_agent(self):
        agents = self.cluster('serf', 'hearsay', 'serf', 'hearsay')
        self.wait_alive(agents)
        result = agents[0].cli('query', '-timeout=3s', 'uptime')
        self.assertEqual(result.returncode, 0, result.stdout)
        acks = sorted(line for line in result.stdout.splitlines() if line.startswith('Ack from'))
        self.assertEqual(acks, sorted(f"Ack from '{agent.name}'" for agent in agents))

    def test_serf_finds_every_agent_reachable(self):
        agents = self.cluster('serf', 'hearsay', 'serf', 'hearsay')
        self.wait_alive(agents)
        result = agents[0].cli('reachability')
        self.assertEqual(result.returncode, 0, result.stdout)

    def test_a_query_reaches_the_streams_of_agents_that_its_filters_name(self):
        agents = self.cluster('serf', 'hearsay', 'hearsay')
        self.wait_alive(agents)
        named, other = agents[1], agents[2]
        streams = {agent: agent.rpc.stream(Type='query') for agent in (named, other)}
        self.assertEqual(agents[0].cli('query', f'-node={named.name}', '-timeout=1s', 'only-one').returncode, 0)
        self.assertEqual(agents[0].cli('query', '-timeout=1s', 'everybody').returncode, 0)
        self.assertEqual(named.rpc.next_record(streams[named])['Name'], 'only-one')
        self.assertEqual(other.rpc.next_record(streams[other])['Name'], 'everybody')


class Coordinates(AgentCase):

    def test_serf_estimates_the_round_trip_to_an_agent_of_ours(self):
        agents = self.cluster('serf', 'hearsay', arguments=['-profile=local'])
        self.wait_alive(agents)
        serf, hearsay = agents

        def estimated():
            result = serf.cli('rtt', hearsay.name)
            return result.returncode == 0 and ' rtt: ' in result.stdout
        wait_until(estimated, f'an estimate from {serf} to {hearsay}')

        def known():
            answer = hearsay.rpc.call('get-coordinate', {'Node': serf.name})
            return answer['Ok'] and len(answer['Coord']['Vec']) == 8
        wait_until(known, f'a coordinate of {serf} at {hearsay}')
