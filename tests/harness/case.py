"""The test case that owns a network, a directory and agents, and ends them all."""
import pathlib
import shutil
import tempfile
import unittest

from .agent import Agent
from .network import Network
from .waiting import wait_until


class AgentCase(unittest.TestCase):
    """Each test has a network of its own, so tests may run side by side."""

    maxDiff = None

    def setUp(self):
        self.network = Network()
        self.addCleanup(self.network.release)
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix='hearsay-test-'))
        self.addCleanup(shutil.rmtree, self.directory, ignore_errors=True)
        self.agents = []
        self.addCleanup(self._end_agents)

    def _end_agents(self):
        result = self._outcome.result
        failed = any(getattr(case, 'test_case', case) is self for case, _ in result.failures + result.errors)
        for agent in self.agents:
            agent.kill()
        if failed:
            for agent in self.agents:
                print(f'---- the last of the log of {agent}\n' + '\n'.join(agent.log().splitlines()[-25:]))

    def agent(self, kind, name=None, **options):
        """A new agent, not yet started."""
        name = name or f'{kind}-{len(self.agents) + 1}'
        address = options.pop('address', None) or self.network.address()
        agent = Agent(kind, name, address, self.directory, **options)
        self.agents.append(agent)
        return agent

    def cluster(self, *kinds, arguments=(), tags=True):
        """Agents of these kinds, started at once, each with tags of its own. Each joins all others
        that listen by then, so that every two have met: news of ten that join one seed at once may
        miss one of them, with Serf alone too, until the next exchange half a minute later."""
        agents = [self.agent(kind) for kind in kinds]
        for agent in agents:
            others = [f'-join={other.endpoint}' for other in agents if other is not agent]
            own_tags = ['-tag', f'kind={agent.kind}', '-tag', f'id={agent.name}'] if tags else []
            if agent is agents[0]:
                agent.start(*own_tags, *arguments)
            else:
                agent.launch(*own_tags, *others, *arguments)
        for agent in agents:
            agent.wait_ready()
        return agents

    def wait_alive(self, agents, limit=None):
        """Until each of `agents` sees all of them alive, and nobody else."""
        wanted = {agent.name: 'alive' for agent in agents}
        self.wait_view(agents, lambda rpc: rpc.statuses(), wanted, 'all alive', limit)

    def wait_view(self, agents, view, wanted, what, limit=None):
        """Until `view(rpc)` is `wanted` at each of `agents`."""
        pending = list(agents)

        def settled():
            while pending:
                seen = view(pending[0].rpc)
                assert seen == wanted, f'{pending[0]} sees {seen}, not {wanted}'
                pending.pop(0)
            return True
        wait_until(settled, what, **({} if limit is None else {'limit': limit}))

    def wait_status(self, agents, name, status, limit=None):
        """Until each of `agents` lists the member as that."""
        self.wait_view(agents, lambda rpc: rpc.statuses().get(name), status, f'{name} {status}', limit)
