"""Connections to the gossip port on which nobody says anything."""
import contextlib
import select
import socket
import time

from tests.harness.case import AgentCase
from tests.harness.waiting import wait_until

STREAMS = 128  # that an agent serves at once
GIVEN_S = 10   # to each of them


class IdleConnections(AgentCase):

    def strangers(self, agent, count, stack):
        """That many connections, which say nothing."""
        held = [stack.enter_context(socket.create_connection((agent.address, agent.port), 10)) for _ in range(count)]
        for connection in held:
            connection.setblocking(False)
        return held

    def closed(self, connections):
        """How many of them the agent has closed."""
        poll = select.poll()
        for connection in connections:
            poll.register(connection, select.POLLIN | select.POLLHUP)
        return sum(1 for _ in poll.poll(0))

    def test_strangers_that_hold_every_stream_lose_them_and_members_get_through(self):
        agents = self.cluster('hearsay', 'hearsay', 'hearsay')
        self.wait_alive(agents)
        victim, newcomer = agents[0], self.agent('hearsay').start()
        with contextlib.ExitStack() as stack:
            held = self.strangers(victim, 2 * STREAMS, stack)
            begun = time.monotonic()
            # Members go on: what they tell each other goes by datagrams.
            agents[1].rpc.call('event', {'Name': 'while-held', 'Payload': b'', 'Coalesce': False})
            wait_until(lambda: 'while-held' in victim.log(), 'an event at the agent that is held')
            wait_until(lambda: newcomer.cli('join', victim.endpoint).returncode == 0, 'a join', 4 * GIVEN_S)
            wait_until(lambda: self.closed(held) == len(held), 'the end of all strangers', 4 * GIVEN_S)
            self.assertGreater(time.monotonic() - begun, GIVEN_S - 1)
        self.wait_alive([*agents, newcomer])
        for agent in agents:
            self.assertNotIn(' has failed', agent.log())
