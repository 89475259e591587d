"""Agents of one link find each other by multicast DNS, Serf's among them."""
import itertools
import re
import time

from tests.harness.case import AgentCase
from tests.harness.hosts import Link, ip
from tests.harness.waiting import GENEROUS, wait_until

KINDS = ('serf', 'hearsay')


class Discovery(AgentCase):
    """Who starts last asks, and the one that is there answers: so the first is found by the second."""

    takes_long = True

    def setUp(self):
        super().setUp()
        link = Link(3)
        self.addCleanup(link.close)
        self.hosts = link.hosts

    def discovering(self, kind, host, *arguments, cluster='web', name=None, **options):
        agent = self.agent(kind, name, address=host.address, host=host, **options)
        return agent.start(f'-discover={cluster}', '-iface=eth0', *arguments).wait_running()

    def test_each_kind_finds_the_other_and_its_own(self):
        for found, finder in itertools.product(KINDS, KINDS):
            with self.subTest(found=found, finder=finder):
                first = self.discovering(found, self.hosts[0], name=f'{found}.first')
                second = self.discovering(finder, self.hosts[1], name='second')
                self.wait_alive([first, second])
                self.assertIn('agent.mdns: Joined ', second.log())
                self.assertIn('mDNS cluster: web', second.log())
                for agent in (first, second):
                    agent.kill()

    def test_each_kind_finds_the_other_over_ipv6(self):
        # Serf 0.9.4 cannot turn IPv4 off; that ours does is enough for only IPv6 to be left between them.
        for found, finder in (('serf', 'hearsay'), ('hearsay', 'serf'), ('hearsay', 'hearsay')):
            with self.subTest(found=found, finder=finder):
                agents = []
                for kind, host, name in ((found, self.hosts[0], 'first'), (finder, self.hosts[1], 'second')):
                    only = ('-mdns-disable-ipv4',) if kind == 'hearsay' else ()
                    agents.append(self.discovering(kind, host, f'-bind=[{host.address_v6}]', *only, name=name))
                self.wait_alive(agents)
                for agent in agents:
                    agent.kill()

    def test_what_came_while_an_agent_was_down_comes_with_the_agents_it_discovers(self):
        # The snapshot knows how far the agent had come, and nobody who could tell it of the rest.
        snapshot = self.directory / 'snapshot'
        snapshot.write_text('clock: 3\nevent-clock: 2\nquery-clock: 1\n', encoding='ascii')
        first = self.discovering('hearsay', self.hosts[0], name='first')
        second = self.discovering('hearsay', self.hosts[1], f'-snapshot={snapshot}', name='second')
        self.wait_alive([first, second])
        self.assertIn(f'joining: [{self.hosts[0].address}:7946] replay: true', second.log())
        third = self.discovering('hearsay', self.hosts[2], name='third')
        self.wait_alive([first, second, third])
        self.assertRegex(third.log(), r'agent: joining: \[.*\] replay: false')

    def test_a_family_that_cannot_be_had_is_told_and_the_other_finds_all_the_same(self):
        ip('-n', self.hosts[0].namespace, 'link', 'set', 'eth0', 'mtu', '1200')  # IPv6 needs 1280
        first = self.discovering('hearsay', self.hosts[0], name='first')
        second = self.discovering('hearsay', self.hosts[1], name='second')
        self.wait_alive([first, second])
        told = re.findall(r'\[WARN\] agent\.mdns: .*', first.log())
        self.assertEqual(len(told), 1, first.log())
        self.assertRegex(told[0], 'not looked for over ipv6: .*-mdns-iface.*-mdns-disable-ipv6$')
        self.assertNotIn('[WARN] agent.mdns', second.log())

    def test_a_question_that_could_not_be_asked_is_told_and_asked_again_a_minute_later(self):
        interface = ('-n', self.hosts[1].namespace, 'link', 'set', 'eth0')
        ip(*interface, 'down')
        asking = self.agent('hearsay', 'asking', address=self.hosts[1].address, host=self.hosts[1])
        began = time.monotonic()
        asking.launch('-discover=web', '-mdns-iface=eth0', '-mdns-disable-ipv6')
        wait_until(lambda: 'agent.mdns: Failed to poll for new hosts: ' in asking.log(), 'the failure')
        told = time.monotonic()
        # Its own first question is not heard, and its second comes after that of `asking`.
        asked = self.discovering('hearsay', self.hosts[0], name='asked')
        ip(*interface, 'up')
        wait_until(lambda: 'agent.mdns: Joined ' in asking.log(), 'the next question', 60 + GENEROUS)
        self.assertGreaterEqual(time.monotonic() - began, 60)
        self.assertLess(time.monotonic() - told, 60 + 20)
        self.wait_alive([asking, asked])

    def test_only_agents_that_look_for_the_same_name_are_joined(self):
        first = self.discovering('hearsay', self.hosts[0], name='first')
        other = self.discovering('hearsay', self.hosts[1], name='other', cluster='db')
        second = self.discovering('hearsay', self.hosts[2], name='second')
        self.wait_alive([first, second])
        self.assertEqual(other.rpc.statuses(), {'other': 'alive'})

    def test_agents_of_one_host_find_each_other(self):
        first = self.discovering('hearsay', self.hosts[0], name='first')
        second = self.discovering('hearsay', self.hosts[0], '-bind=eth0:8000', '-advertise=eth0:8000', name='second',
                                  port=8000, rpc_port=7374)
        self.wait_alive([first, second])

    def test_a_link_local_agent_found_by_another_interface_than_ours_is_left_out(self):
        first, second = self.hosts[:2]
        ip('-n', first.namespace, 'link', 'add', 'eth1', 'type', 'veth', 'peer', 'name', 'eth1', 'netns',
           second.namespace)
        for host, address in ((first, 'fe80::11'), (second, 'fe80::12')):
            ip('-n', host.namespace, 'link', 'set', 'eth1', 'up')
            ip('-n', host.namespace, 'address', 'add', f'{address}/64', 'dev', 'eth1', 'nodad')
        agents = [self.discovering('hearsay', host, f'-bind={host.link_local}', '-mdns-iface=eth1', '-mdns-disable-ipv4')
                  for host in (first, second)]
        wait_until(lambda: agents[1].rpc.call('stats')['hearsay']['mdns_found_off_link'] != '0', 'the answer')
        self.assertNotIn('agent: joining', agents[1].log())

    def test_agents_on_link_local_addresses_find_each_other(self):
        agents = [self.discovering('hearsay', host, f'-bind={host.link_local}') for host in self.hosts[:2]]
        self.wait_alive(agents)

    def test_an_interface_that_is_none_is_told_at_start(self):
        agent = self.agent('hearsay', address='127.0.0.1', host=self.hosts[0])
        agent.launch('-discover=web', '-mdns-iface=none')
        self.assertEqual(agent.wait_exit(), 1)
        self.assertIn('==> Invalid mDNS network interface "none" (-mdns-iface)', agent.log())
