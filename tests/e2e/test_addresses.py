"""Every way to write an address works, on hosts of their own: loopback has neither zones nor strangers."""
from tests.harness.case import AgentCase
from tests.harness.hosts import Link
from tests.harness.rpc import RpcError


class Addresses(AgentCase):

    def setUp(self):
        super().setUp()
        link = Link(2)
        self.addCleanup(link.close)
        self.first, self.second = link.hosts

    def on(self, host, name, **options):
        return self.agent('hearsay', name, address=host.address, host=host, **options)

    def pair(self, first_bind, second_bind, seed):
        """Two agents bound as told, joined at the seed."""
        first = self.on(self.first, 'first').start(f'-bind={first_bind}')
        second = self.on(self.second, 'second').start(f'-bind={second_bind}', f'-join={seed}')
        self.wait_alive([first, second])

    def test_serf_684_agents_meet_on_link_local_addresses_that_name_an_interface(self):
        self.pair(f'[{self.first.link_local}%eth0]:7946', f'{self.second.link_local}%eth0',
                  f'first/{self.first.link_local}%eth0')

    def test_a_link_local_address_finds_its_own_interface(self):
        self.pair(self.first.link_local, self.second.link_local, f'[{self.first.link_local}]')

    def test_an_agent_on_every_address_joins_a_seed_by_its_zone(self):
        first = self.on(self.first, 'first').start(f'-bind={self.first.link_local}')
        second = self.on(self.second, 'second').start('-bind=[::]', f'-advertise={self.second.link_local}%eth0',
                                                      f'-join={self.first.link_local}%eth0')
        self.wait_alive([first, second])

    def test_serf_286_a_bare_ipv6_address_is_a_seed_with_or_without_brackets(self):
        first = self.on(self.first, 'first').start(f'-bind={self.first.address_v6}')
        second = self.on(self.second, 'second').start(f'-bind=[{self.second.address_v6}]')
        for seed in (self.first.address_v6, f'[{self.first.address_v6}]', f'[{self.first.address_v6}]:7946',
                     f'first/{self.first.address_v6}'):
            with self.subTest(seed=seed):
                self.assertEqual(second.rpc.call('join', {'Existing': [seed], 'Replay': False})['Num'], 1)
        self.wait_alive([first, second])

    def test_serf_62_bind_takes_an_interface_and_advertise_a_network(self):
        self.pair('eth0', 'eth0:7946', self.first.address)
        third = self.on(self.first, 'third', port=8000, rpc_port=7374)
        third.start('-bind=0.0.0.0:8000', '-advertise=10.99.0.0/16:8000', f'-join={self.second.address}:7946')
        self.wait_alive(self.agents)
        self.assertIn(f"Advertise addr: '{self.first.address}:8000'", third.log())


class OutOfReach(AgentCase):

    def setUp(self):
        super().setUp()
        link = Link(2)
        self.addCleanup(link.close)
        self.first, self.second = link.hosts
        self.far = self.agent('hearsay', 'far', address=self.first.address, host=self.first).start()

    def near(self):
        return self.agent('hearsay', 'near', address=self.second.address, host=self.second)

    def test_serf_469_an_agent_that_advertises_loopback_is_told_how_to_join_another_host(self):
        near = self.near().start('-bind=0.0.0.0', '-advertise=127.0.0.1')
        with self.assertRaises(RpcError) as refused:
            near.rpc.call('join', {'Existing': [self.first.address], 'Replay': False})
        self.assertEqual(str(refused.exception),
                         f'1 error occurred:\n\t* Failed to join {self.first.address}: this agent advertises '
                         '127.0.0.1, which other hosts cannot reach: give it an address of this host\'s network '
                         'with -advertise or -bind\n\n')
        self.assertEqual(self.far.rpc.statuses(), {'far': 'alive'})

    def test_the_same_ends_an_agent_that_was_to_join_at_start(self):
        near = self.near().launch('-bind=127.0.0.1', f'-join={self.first.address}')
        self.assertEqual(near.wait_exit(), 1)
        self.assertIn('with -advertise or -bind', near.log())

    def test_an_agent_on_loopback_joins_one_of_its_own_host_at_any_of_its_addresses(self):
        inner = self.agent('hearsay', 'inner', address='127.0.0.1', host=self.first)
        inner.start(f'-join={self.first.address}')
        self.wait_alive([self.far, inner])
