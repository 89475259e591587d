"""`doctor` finds the cause of faults that are staged on real agents, and none where there is none."""
import base64
import json
import signal
import socket
import threading

from tests.harness import gossip
from tests.harness.case import AgentCase
from tests.harness.hosts import Link
from tests.harness.impaired_network import ImpairedNetwork
from tests.harness.waiting import wait_until

KEYS = [base64.b64encode(bytes([number] * 32)).decode() for number in (1, 2)]


class DoctorCase(AgentCase):
    takes_long = True  # some cases wait for a failure to be certain

    def examined(self, agent, *arguments):
        """The findings, by id."""
        done = agent.cli('doctor', '-format=json', *arguments)
        self.assertIn(done.returncode, (0, 3), done.stdout + done.stderr)
        findings = {finding['id']: finding for finding in json.loads(done.stdout)['findings']}
        self.assertEqual(done.returncode, 3 if findings else 0)
        return findings

    def wait_found(self, agent, wanted, *arguments):
        def found():
            findings = self.examined(agent, *arguments)
            assert wanted in findings, findings
            return findings[wanted]
        finding = wait_until(found, wanted)
        self.assertTrue(finding['evidence'] and finding['remedy'])
        return finding

    def start(self, name, seed=None, *arguments, **options):
        join = [f'-join={seed.endpoint}'] if seed else []
        return self.agent('hearsay', name, **options).start('-profile=local', *join, *arguments)


class DoctorOfOneHost(DoctorCase):

    def test_a_healthy_cluster_is_called_healthy(self):
        seed = self.start('seed')
        others = [self.start(f'web-{number}', seed) for number in (1, 2)]
        self.wait_alive([seed, *others])
        wait_until(lambda: self.examined(seed) == {}, 'nothing found')
        wait_until(lambda: self.examined(seed, 'web-1') == {}, 'nothing found of one')
        wait_until(lambda: seed.cli('doctor').stdout == 'Healthy: 2 examined, nothing found\n', 'the words')

    def test_an_encrypted_cluster_is_healthy_too(self):
        seed = self.start('seed', None, f'-encrypt={KEYS[0]}')
        other = self.start('web-1', seed, f'-encrypt={KEYS[0]}')
        self.wait_alive([seed, other])
        wait_until(lambda: self.examined(seed) == {}, 'nothing found')

    def test_an_agent_that_was_killed_is_not_running(self):
        seed = self.start('seed')
        victim = self.start('web-1', seed)
        self.wait_alive([seed, victim])
        victim.kill()
        self.wait_status([seed], 'web-1', 'failed')
        finding = self.wait_found(seed, 'not-running', 'web-1')
        self.assertIn('TCP: refused', finding['evidence'])
        self.assertIn('web-1: not-running', seed.cli('doctor').stdout)

    def test_one_that_left_is_said_to_have_left(self):
        seed = self.start('seed')
        leaver = self.start('web-1', seed)
        self.wait_alive([seed, leaver])
        leaver.leave()
        self.wait_status([seed], 'web-1', 'left')
        self.wait_found(seed, 'left', 'web-1')

    def test_another_key_is_a_key_mismatch(self):
        victims = []
        for ours, theirs in (([f'-encrypt={KEYS[0]}'], [f'-encrypt={KEYS[1]}']), ([], [f'-encrypt={KEYS[1]}']),
                             ([f'-encrypt={KEYS[0]}'], [])):
            seed = self.start(f'seed-{len(self.agents)}', None, *ours)
            other = self.start(f'web-{len(self.agents)}', seed, *ours)
            self.wait_alive([seed, other])
            other.kill()
            victims.append((seed, other, theirs))
        for seed, other, theirs in victims:  # they are found failed side by side
            self.wait_status([seed], other.name, 'failed')
            other.start('-profile=local', *theirs)
            self.wait_found(seed, 'key-mismatch', other.name)

    def send_garbage(self, *agents):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            for agent in agents:
                stranger.sendto(b'\xff garbage', (agent.address, agent.port))

    @staticmethod
    def rejected(agent):
        return int(agent.rpc.call('stats')['hearsay']['packets_rejected'])

    def test_garbage_that_is_over_is_no_key_mismatch_be_the_agent_encrypted_or_not(self):
        agents = [self.start('plain'), self.start('sealed', None, f'-encrypt={KEYS[0]}')]
        self.send_garbage(*agents)
        for agent in agents:
            wait_until(lambda: self.rejected(agent) == 1, 'the garbage counted')
            self.assertEqual(self.examined(agent), {})

    def test_packets_that_keep_coming_unreadable_are_a_key_mismatch_where_there_are_keys(self):
        plain, sealed = self.start('plain'), self.start('sealed', None, f'-encrypt={KEYS[0]}')
        is_over = threading.Event()

        def send():
            while not is_over.wait(0.05):
                self.send_garbage(plain, sealed)
        sender = threading.Thread(target=send)
        sender.start()
        try:
            self.assertIn('packets_rejected', self.wait_found(sealed, 'key-mismatch')['evidence'])
            self.assertEqual(self.examined(plain), {})
            self.assertGreater(self.rejected(plain), 0)
        finally:
            is_over.set()
            sender.join()

    def test_a_stopped_agent_is_hung_though_its_kernel_accepts_for_it(self):
        pairs = []
        for keys in ([f'-encrypt={KEYS[0]}'], []):
            seed = self.start(f'seed-{len(self.agents)}', None, *keys)
            victim = self.start(f'web-{len(self.agents)}', seed, *keys)
            self.wait_alive([seed, victim])
            pairs.append((seed, victim))
        for _, victim in pairs:
            victim.disconnect()
            victim.signal(signal.SIGSTOP)
        for seed, victim in pairs:
            self.wait_status([seed], victim.name, 'failed')
            found = self.examined(seed, victim.name)
            self.assertIn('TCP: accepted', found['hung']['evidence'])
            self.assertNotIn('false-failure', found)

    def test_two_agents_of_one_name_are_a_name_clash(self):
        seed = self.start('seed')
        holder = self.start('web-1', seed)
        self.wait_alive([seed, holder])
        self.start('web-1', seed)
        finding = self.wait_found(seed, 'name-clash')
        self.assertIn('name_conflicts', finding['evidence'])

    def test_a_hook_that_hangs_is_a_queue_that_overflows(self):
        seed = self.start('seed', None, '-event-handler', 'user=exec sleep 1000')
        for number in range(100):
            seed.rpc.call('event', {'Name': f'e{number}', 'Payload': b'', 'Coalesce': False})
        self.assertIn('hook_events_dropped', self.wait_found(seed, 'queue-overflow')['evidence'])

    def test_somebody_whose_lamport_times_are_impossible_is_a_matter_of_clocks(self):
        seed = self.start('seed')
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.sendto(gossip.serf(gossip.USER_EVENT, LTime=2**64 - 1, Name='e', Payload=b'', CC=False),
                            (seed.address, seed.port))
        self.assertIn('lamport_refused = 1', self.wait_found(seed, 'clock')['evidence'])

    def test_mistakes_are_one_line(self):
        seed = self.start('seed')
        for arguments, words in ((['nobody'], 'there is no member "nobody"'), (['a', 'b'], 'one NODE'),
                                 (['-format=yaml'], 'text or json')):
            done = seed.cli('doctor', *arguments)
            self.assertEqual((done.returncode, done.stdout, len(done.stderr.splitlines())), (1, '', 1))
            self.assertIn(words, done.stderr)
        self.assertEqual(seed.cli('doctor', '-rpc-addr=127.0.0.1:1').returncode, 2)


class DoctorOfANetwork(DoctorCase):

    def setUp(self):
        super().setUp()
        self.ways = ImpairedNetwork(3)
        self.addCleanup(self.ways.close)

    def start_all(self):
        agents = []
        for number, host in enumerate(self.ways.hosts):
            agents.append(self.start(f'host-{number}', agents[0] if agents else None, address=host.address, host=host))
        self.wait_alive(agents)
        return agents

    def test_udp_that_is_lost_one_way_is_told_with_the_direction(self):
        agents = self.start_all()
        self.ways.way(0, 1).blocked = ('udp',)
        self.assertIn('from here to it', self.wait_found(agents[0], 'udp-one-way', 'host-1')['what'])
        self.ways.way(0, 1).blocked = ()
        self.ways.way(1, 0).blocked = ('udp',)
        wait_until(lambda: 'from it to here' in self.examined(agents[0], 'host-1').get('udp-one-way', {'what': ''})['what'],
                   'the other direction')

    def test_tcp_that_is_blocked_is_told_apart_from_a_dead_host(self):
        agents = self.start_all()
        self.ways.both_ways(0, 1, blocked=('tcp',))
        self.wait_found(agents[0], 'tcp-blocked', 'host-1')

    def test_a_host_that_is_cut_off_is_unreachable(self):
        agents = self.start_all()
        self.ways.both_ways(0, 1, cut=True)
        self.ways.both_ways(2, 1, cut=True)
        self.wait_status([agents[0]], 'host-1', 'failed')
        self.wait_found(agents[0], 'unreachable', 'host-1')

    def test_a_link_that_loses_large_packets_is_a_matter_of_its_mtu(self):
        agents = self.start_all()
        way = self.ways.way(0, 1)
        whole = way.arrivals
        way.arrivals = lambda packet, now: [] if len(packet) > 1000 else whole(packet, now)
        self.wait_found(agents[0], 'mtu', 'host-1')

    def test_an_agent_that_hears_nobody_is_told_to_look_at_itself(self):
        agents = self.start_all()
        for other in (1, 2):
            self.ways.both_ways(0, other, cut=True)
        self.assertIn('health_score', self.wait_found(agents[0], 'overloaded')['evidence'])

    def test_a_loopback_address_that_is_advertised_is_named(self):
        host, other = self.ways.hosts[:2]
        seed = self.start('seed', address=host.address, host=host)
        self.agent('serf', 'astray', address=other.address, host=other).start(
            '-profile=local', '-advertise=127.0.0.1', f'-join={seed.endpoint}')
        wait_until(lambda: 'astray' in seed.rpc.statuses(), 'the member')
        self.assertIn('127.0.0.1:7946', self.wait_found(seed, 'advertised-address', 'astray')['evidence'])


class DoctorOfALink(DoctorCase):

    def test_members_on_link_local_addresses_are_dialled_by_the_agents_own_interface(self):
        link = Link(2)
        self.addCleanup(link.close)
        seed, other = (self.agent('hearsay', name, address=host.address, host=host).start(
            '-profile=local', f'-bind={host.link_local}%eth0', f'-join={link.hosts[0].link_local}%eth0')
            for name, host in zip(('seed', 'other'), link.hosts))
        self.wait_alive([seed, other])
        wait_until(lambda: 'other: TCP: answered; UDP: answered' in seed.cli('doctor', '-verbose').stdout, 'answers')
        self.assertEqual(self.examined(seed), {})
