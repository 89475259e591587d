"""A user's mistake gets one line that names it, and exit status 1."""
import itertools
import json
import re

from tests.harness.case import AgentCase

# What an agent says on its way up is no complaint.
PROGRESS = re.compile(r'==> (Starting Serf agent( RPC)?\.\.\.|Serf agent running!|Joining cluster\.\.\..*)$')


class Mistakes(AgentCase):

    def complaint(self, *arguments, agent=None):
        """The one line with which an agent refuses to start."""
        agent = agent or self.agent('hearsay')
        agent.launch(*arguments)
        self.assertEqual(agent.wait_exit(), 1, agent.log())
        lines = [line for line in agent.log().splitlines() if line.startswith('==> ') and not PROGRESS.match(line)]
        self.assertEqual(len(lines), 1, agent.log())
        return lines[0]

    def test_a_wrong_flag_or_value_is_named(self):
        for arguments, words in (
                (['-no-such-flag'], ['no-such-flag']),
                (['-tag', 'novalue'], ['novalue']),
                (['-tag', '=value'], ['=value']),
                (['-profile=moon'], ['moon', 'lan']),
                (['-protocol=9'], ['9', '2', '5']),
                (['-protocol=x'], ['protocol', 'x']),
                (['-log-level=loud'], ['loud', 'DEBUG'], ),
                (['-encrypt=short'], ['encrypt']),
                (['-encrypt=AAAA'], ['3', '16', '24', '32']),
                (['-bind=127.0.0.1:port'], ['bind', 'port']),
                (['-bind=a:b:c'], ['bind', 'a:b:c']),
                (['-advertise=a:b:c'], ['advertise', 'a:b:c']),
                (['-rpc-addr=127.0.0.1:port'], ['rpc', 'port']),
                (['-iface=no-such-interface'], ['no-such-interface']),
                (['-retry-interval=soon'], ['retry-interval', 'soon']),
                (['-broadcast-timeout=1'], ['broadcast-timeout', '1']),
                (['-event-handler=member-jion=x.sh'], ["Invalid event script: Event 'member-jion' invoking 'x.sh'"]),
                (['-keyring-file=/no/such/file'], ['/no/such/file']),
                (['-snapshot=/no/such/directory/snapshot'], ['/no/such/directory']),
                (['-config-file=/no/such/file'], ['/no/such/file']),
                (['-config-dir=/no/such/directory'], ['/no/such/directory'])):
            with self.subTest(arguments=arguments):
                complaint = self.complaint(*arguments)
                for word in words:
                    self.assertIn(word.lower(), complaint.lower())

    def test_a_wrong_configuration_file_is_named_with_the_key(self):
        for number, (content, words) in enumerate((
                ('no JSON', []), ('{"tags": ', []), ('[]', []), ('{"node_nane": "x"}', ['node_nane']),
                ('{"tags": []}', ['tags']), ('{"log_level": 5}', ['log_level']), ('{"protocol": "5"}', ['protocol']),
                ('{"reconnect_interval": "soon"}', ['reconnect_interval', 'soon']),
                ('{"user_event_size_limit": 99999}', ['user_event_size_limit', '9216']),
                ('{"event_handlers": ["nonsense=x"]}', ['nonsense']))):
            with self.subTest(content=content):
                path = self.directory / f'{number}.json'
                path.write_text(content, encoding='ascii')
                complaint = self.complaint(f'-config-file={path}')
                for word in words:
                    self.assertIn(word, complaint)
                if 'event_handlers' not in content and 'user_event' not in content:
                    self.assertIn(str(path), complaint)

    def test_an_address_in_use_is_named(self):
        first = self.agent('hearsay').start()
        gossip = self.complaint(agent=self.agent('hearsay', address=first.address, rpc_port=7374))
        self.assertIn(first.endpoint, gossip)
        self.assertIn('address already in use', gossip)
        rpc = self.complaint(f'-rpc-addr={first.rpc_endpoint}')
        self.assertIn(first.rpc_endpoint, rpc)
        self.assertIn('address already in use', rpc)

    def test_tags_that_do_not_fit_are_told_with_their_size_and_the_limit(self):
        complaint = self.complaint('-tag', 'long=' + 'x' * 600)
        self.assertIn('512 bytes', complaint)
        self.assertRegex(complaint, r'\b6\d\d\b')

    def test_keyring_file_and_encrypt_exclude_each_other(self):
        ring = self.directory / 'keyring'
        ring.write_text('["AAAAAAAAAAAAAAAAAAAAAA=="]', encoding='ascii')
        self.complaint(f'-keyring-file={ring}', '-encrypt=AAAAAAAAAAAAAAAAAAAAAA==')

    def test_a_broken_keyring_is_named(self):
        for number, content in enumerate(('[]', '["short"]', '{}', '["AAAA"]')):
            with self.subTest(content=content):
                ring = self.directory / f'keyring-{number}'
                ring.write_text(content, encoding='ascii')
                self.assertIn(str(ring), self.complaint(f'-keyring-file={ring}'))

    def test_an_event_that_no_packet_can_carry_is_refused_with_sizes(self):
        config = self.directory / 'big.json'
        config.write_text(json.dumps({'user_event_size_limit': 9216}), encoding='ascii')
        for arguments, allowed in (((), '1395'), (('-encrypt=AAAAAAAAAAAAAAAAAAAAAA==',), '1366')):
            with self.subTest(allowed=allowed):
                agent = self.agent('hearsay').start(f'-config-file={config}', *arguments)
                self.assertEqual(agent.cli('event', 'fits', 'x' * 1200).returncode, 0)
                refused = agent.cli('event', 'large', 'x' * 2000)
                self.assertEqual(refused.returncode, 1)
                self.assertEqual(len(refused.stderr.strip().splitlines()), 1)
                self.assertRegex(refused.stderr, rf'\b20\d\d\b.*\b{allowed}\b')

    def test_an_agent_that_takes_a_name_in_use_is_voted_out(self):
        # Three must vote, which are neither the agent that asks nor the one whose name it is.
        agents = self.cluster(*['hearsay'] * 5, tags=False)
        self.wait_alive(agents)
        clash = self.agent('hearsay', agents[1].name).start(f'-retry-join={agents[0].endpoint}')
        self.assertEqual(clash.wait_exit(), 0)
        self.wait_alive(agents)


class CommandMistakes(AgentCase):

    def test_a_command_that_fails_says_so_in_one_line(self):
        agent = self.agent('hearsay').start()
        for arguments, words in (
                (['members', '-tag', 'novalue'], ['novalue']),
                (['members', '-format=yaml'], ['yaml']),
                (['tags', '-set', 'novalue'], ['novalue']),
                (['tags', '-set', 'long=' + 'x' * 600], ['512']),
                (['event', 'x' * 600], ['512']),
                (['query', '-tag', 'role=[', 'x'], ['-tag role=[', 'missing ]', 'regular expression']),
                (['members', '-rpc-addr=127.0.0.1'], ['127.0.0.1']),
                (['monitor', '-log-level=loud'], ['LOUD'])):
            with self.subTest(arguments=arguments):
                result = agent.cli(*arguments)
                self.assertEqual(result.returncode, 2 if arguments[1].startswith('-rpc-addr') else 1)
                self.assertEqual(result.stdout, '')
                lines = result.stderr.strip().splitlines()
                self.assertEqual(len(lines), 1, lines)
                for word in words:
                    self.assertIn(word, lines[0])

    def test_flags_work_with_one_dash_and_with_two(self):
        agent = self.agent('hearsay').start('--tag', 'svc=whoami', '--tag=port=8080')
        expected = agent.cli('members', '-tag', 'svc=whoami', '-format=json').stdout
        self.assertIn('"port": "8080"', expected)
        for form in itertools.product(('-', '--'), ('=', ' ')):
            words = [f'{form[0]}tag{form[1]}svc=whoami', f'{form[0]}tag{form[1]}port=80..',
                     f'{form[0]}status{form[1]}alive', f'{form[0]}format{form[1]}json']
            arguments = [part for word in words for part in word.split(' ')]
            self.assertEqual(agent.cli('members', *arguments).stdout, expected)
