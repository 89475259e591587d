"""`rtt` says the same on both CLIs, whichever kind of agent answers."""
from tests.harness.agent import SERF
from tests.harness.waiting import wait_until
from tests.interop.test_cli_equality import KINDS, CliCase


class Rtt(CliCase):

    def assert_same_estimate(self, agent, *names):
        """Estimates move with every probe: ours is asked for between two of theirs that are equal."""
        def answers():
            outcome = [(result.returncode, result.stdout, result.stderr)
                       for program in (SERF, str(self.link), SERF)
                       for result in [agent.cli('rtt', *names, program=program)]]
            return outcome if outcome[0] == outcome[2] else None
        theirs, ours, _ = wait_until(answers, f'an estimate of {agent} that stands still')
        self.assertEqual(ours, theirs)
        return ours

    def test_both_clis_print_the_same_estimate_of_any_two_members(self):
        agents = self.cluster('serf', 'hearsay', 'serf', arguments=['-profile=local'])
        self.wait_alive(agents)
        names = [agent.name for agent in agents]
        for agent in agents:
            with self.subTest(agent=agent):
                for name in names:
                    wait_until(lambda a=agent, n=name: a.cli('rtt', n).returncode == 0,
                               f'a coordinate of {name} at {agent}')
                for asked in ([names[0]], [names[1]], [names[2]], names[:2], names[:0:-1], [agent.name, agent.name]):
                    status, printed, _ = self.assert_same_estimate(agent, *asked)
                    self.assertEqual(status, 0)
                    second = asked[1] if len(asked) == 2 else agent.name
                    self.assertRegex(printed, rf'^Estimated {asked[0]} <-> {second} rtt: \d+\.\d{{3}} ms\n$')

    def test_a_member_whose_place_is_unknown_is_reported_the_same(self):
        for kind in KINDS:
            agent = self.agent(kind).start('-profile=local')
            for names in (['nobody'], [agent.name, 'nobody'], ['nobody', agent.name], ['quo"te\n\u00fc']):
                self.assertEqual(self.assert_same(agent, 'rtt', *names).returncode, 1)

    def test_an_agent_with_coordinates_turned_off_has_no_place_and_knows_none(self):
        # Serf's agent takes the key and goes on as before; its library means what is shown here.
        config = self.directory / 'off.json'
        config.write_text('{"disable_coordinates": true}', encoding='ascii')
        serf = self.agent('serf').start('-profile=local')
        other = self.agent('serf').start('-profile=local', f'-join={serf.endpoint}')
        off = self.agent('hearsay').start('-profile=local', f'-config-file={config}', f'-join={serf.endpoint}')
        self.wait_alive(self.agents)
        wait_until(lambda: serf.cli('rtt', other.name).returncode == 0, f'a coordinate of {other}')
        def heard():
            return int(off.rpc.call('stats')['hearsay']['datagrams_received'])
        settled = heard()
        wait_until(lambda: heard() > settled + 10, f'{off} and the others to have probed each other')
        for agent, name in ((off, off.name), (off, serf.name), (serf, off.name)):
            result = self.assert_same(agent, 'rtt', name)
            self.assertEqual(result.stdout, f'Could not find a coordinate for node "{name}"\n')

    def test_wrong_usage_of_rtt_is_refused_the_same(self):
        agent = self.agent('serf')
        self.assert_same(agent, 'rtt')  # nobody listens: this is said before the arguments are looked at
        agent.start()
        self.assert_same_refusal(agent, 'rtt')
        self.assert_same_refusal(agent, 'rtt', 'one', 'two', 'three')
        self.assert_same_refusal(agent, 'rtt', '-no-such-flag')
