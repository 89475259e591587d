"""User events over a restart with a snapshot, and over a join."""
from tests.harness.case import AgentCase
from tests.harness.waiting import wait_until

KINDS = ('serf', 'hearsay')


class EventsOverARestart(AgentCase):

    def setUp(self):
        super().setUp()
        self.arguments = {}

    def pair(self, kind, *more):
        """One that stays and sends, and one that stops and keeps a trace."""
        sender = self.agent('serf').start()
        agent = self.agent(kind)
        self.arguments[agent] = (f'-snapshot={self.directory}/{agent.name}.snapshot', '-rejoin', '-event-handler',
                                 f'user=echo $SERF_USER_EVENT >> {self.trace(agent)}',
                                 *(argument.format(seed=sender.endpoint) for argument in more))
        agent.start(*self.arguments[agent])
        agent.rpc.call('join', {'Existing': [sender.endpoint], 'Replay': False})
        self.wait_alive([sender, agent])
        return sender, agent

    def trace(self, agent):
        return self.directory / f'{agent.name}.events'

    def events(self, agent):
        return self.trace(agent).read_text(encoding='ascii').split() if self.trace(agent).exists() else []

    @staticmethod
    def send(sender, name):
        sender.rpc.call('event', {'Name': name, 'Payload': b'', 'Coalesce': False})

    def send_and_wait(self, sender, agent, name):
        self.send(sender, name)
        wait_until(lambda: name in self.events(agent), f'{name} at {agent}')

    def miss_one(self, sender, agent, stop):
        self.send_and_wait(sender, agent, 'before')
        stop(agent)
        self.send(sender, 'missed')
        agent.start(*self.arguments[agent])
        self.wait_alive([sender, agent])
        self.send_and_wait(sender, agent, 'after')
        self.assertEqual(self.events(agent), ['before', 'missed', 'after'])

    def test_an_event_sent_while_an_agent_was_down_reaches_it_when_it_rejoins(self):
        for kind in KINDS:
            for stop in (lambda agent: agent.terminate(), lambda agent: agent.leave()):
                with self.subTest(kind=kind):
                    sender, agent = self.pair(kind)
                    self.miss_one(sender, agent, stop)

    def test_a_join_beside_the_rejoin_skips_nothing_that_came_since_the_snapshot(self):
        for join in ('-join={seed}', '-retry-join={seed}'):
            with self.subTest(join=join):
                sender, agent = self.pair('hearsay', join)
                self.miss_one(sender, agent, lambda agent: agent.terminate())

    def test_an_event_that_comes_during_a_leave_is_not_delivered_again(self):
        sender, agent = self.pair('hearsay')
        self.send_and_wait(sender, agent, 'before')
        leaving = agent.log().count('Gracefully shutting down')
        agent.disconnect()
        agent.signal(2)
        wait_until(lambda: agent.log().count('Gracefully shutting down') > leaving, 'the leave')
        self.send(sender, 'during')
        self.assertEqual(agent.wait_exit(), 0)
        self.assertEqual(self.events(agent), ['before', 'during'])
        agent.start(*self.arguments[agent])
        self.wait_alive([sender, agent])
        self.send_and_wait(sender, agent, 'after')
        self.assertEqual(self.events(agent), ['before', 'during', 'after'])

    def test_an_event_that_was_delivered_is_not_delivered_again_after_a_crash(self):
        sender, agent = self.pair('hearsay')
        for number in range(5):
            self.send_and_wait(sender, agent, f'event-{number}')
            agent.kill()
            agent.start(*self.arguments[agent])
            self.wait_alive([sender, agent])
        self.send_and_wait(sender, agent, 'last')
        self.assertEqual(self.events(agent), [f'event-{number}' for number in range(5)] + ['last'])


class Replay(AgentCase):

    def joiner(self, kind, seed, *arguments):
        trace = self.directory / f'{kind}-{len(self.agents)}.events'
        agent = self.agent(kind).start('-event-handler', f'user=echo $SERF_USER_EVENT >> {trace}', *arguments)
        if arguments:
            self.wait_status([seed], agent.name, 'alive')
        return agent, trace

    def seed_with_an_old_event(self, kind):
        """The event is no rumor any more: those of an agent alone wait for somebody to come."""
        seed = self.agent(kind).start()
        hearer = self.agent('hearsay').start(f'-join={seed.endpoint}')
        self.wait_alive([seed, hearer])
        seed.rpc.call('event', {'Name': 'old', 'Payload': b'', 'Coalesce': False})

        def silent(agent):
            stats = agent.rpc.call('stats')['serf']
            return (stats['event_time'], stats['event_queue']) == ('2', '0')
        wait_until(lambda: silent(seed) and silent(hearer), 'the end of the rumor')
        return seed

    @staticmethod
    def told_until_now(seed, trace):
        """What the trace says once a new event has come."""
        def events():
            seed.rpc.call('event', {'Name': 'now', 'Payload': b'', 'Coalesce': False})
            return trace.exists() and trace.read_text(encoding='ascii').split()
        return wait_until(events, 'a new event', pause=0.5)

    def test_a_join_delivers_old_events_if_it_is_to_replay_them_and_not_otherwise(self):
        for kind in KINDS:
            seed = self.seed_with_an_old_event('serf' if kind == 'hearsay' else 'hearsay')
            config = self.directory / 'replay.json'
            config.write_text('{"replay_on_join": true}', encoding='ascii')
            join = f'-join={seed.endpoint}'
            for arguments, replays in (((join,), False), ((join, '-replay'), True),
                                       ((join, f'-config-file={config}'), True)):
                with self.subTest(kind=kind, arguments=arguments):
                    agent, trace = self.joiner(kind, seed, *arguments)
                    self.assertEqual('old' in self.told_until_now(seed, trace), replays, agent)
                    agent.leave()
                    self.wait_status([seed], agent.name, 'left')
            for arguments, replays in (((), False), (('-replay',), True)):
                with self.subTest(kind=kind, command=arguments):
                    agent, trace = self.joiner(kind, seed)
                    self.assertEqual(agent.cli('join', *arguments, seed.endpoint).returncode, 0)
                    self.assertEqual('old' in self.told_until_now(seed, trace), replays, agent)
