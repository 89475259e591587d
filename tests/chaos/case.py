"""What the cases of chaos have in common: hosts on an impaired network, and what agents said of whom."""
import json
import os
import re
import time

from tests.harness.case import AgentCase
from tests.harness.impaired_network import ImpairedNetwork
from tests.harness.resources import peak_kb, waited_s
from tests.harness.waiting import wait_until

from .bounds import BUSY_MACHINE, COALESCING

LONG = os.environ.get('HEARSAY_LONG') == '1'
SEED = os.environ.get('HEARSAY_SEED', '1')
KIND = os.environ.get('HEARSAY_KIND', 'hearsay')  # serf: to see what the peer makes of it
HOOKED = 'member-join,member-failed,member-leave,member-update,member-reap'
FAILED = re.compile(r'(\S+) \[INFO\] serf: EventMemberFailed: (\S+)')
QUIET = {'suspicions_open': '0', 'extra_probes_waiting': '0'}
PEAK_KB_MAX = 8_000  # of a debug build, which takes 6.1 MB in the worst of cases
SANITIZED = 'HEARSAY_MEMORY_FACTOR' in os.environ  # a multiple of that, whatever the agent does


def scaled(short, long):
    """A number of the short form, which tools/test runs, or of the long one of tools/test --long."""
    return long if LONG else short


class ChaosCase(AgentCase):
    """Each agent is on a host of its own, at the place in `agents` that its host has in `ways.hosts`."""

    SIZE = scaled(8, 20)

    def setUp(self):
        # Before all else, so that it is closed last: agents end on hosts that still exist.
        self.seed = f'{SEED}: {self.id()}'
        print(f'{"long" if LONG else "short"} form with HEARSAY_SEED={SEED}')
        self.ways = ImpairedNetwork(self.SIZE, self.seed)
        self.addCleanup(self.ways.close)
        super().setUp()
        self.addCleanup(self._tell_of_machine)
        self._marks = {}

    def _tell_of_machine(self):
        """A machine that is too busy is a fault that no case is about."""
        print(f'packets arrived up to {self.ways.late:.3f} s late, {self.ways.dropped} were dropped for want of room')
        running = [agent for agent in self.agents if agent.running]
        waited = max(map(waited_s, running), default=0.0)
        print(f'an agent waited {waited:.1f} s for a processor, and had {max(map(peak_kb, running), default=0)} kB')

    def agent(self, kind, name=None, **options):
        host = self.ways.hosts[len(self.agents)]
        agent = super().agent(kind, name, address=host.address, host=host, **options)
        agent.trace = self.directory / f'{agent.name}.trace'
        agent.always = ('-event-handler',
                        f'{HOOKED}=while read -r name rest; do echo "$SERF_EVENT $name"; done >> {agent.trace}')
        return agent

    def cluster_at_rest(self, *kinds, arguments=()):
        """All know all, and every hook has been told of everybody."""
        agents = self.cluster(*(kinds or [KIND] * self.SIZE), arguments=arguments)
        self.wait_alive(agents)
        self.wait_told(agents, {agent.name: ['member-join'] for agent in agents})
        self.mark(agents)
        return agents

    def with_config(self, **settings):
        """Arguments that make agents use these settings; those that are None are left as they are."""
        path = self.directory / 'chaos.json'
        path.write_text(json.dumps({name: f'{value}s' for name, value in settings.items() if value is not None}))
        return ('-config-file', str(path))

    # ---- what was said -----------------------------------------------------------------------

    def mark(self, agents):
        """hooks() and failures() tell of what comes after."""
        for agent in agents:
            self._marks[agent] = (len(self._lines(agent)), len(agent.log()))

    @staticmethod
    def _lines(agent):
        return agent.trace.read_text(encoding='utf-8').splitlines() if agent.trace.exists() else []

    def hooks(self, agent):
        """name -> what the agent's hook was told of it since the mark, in order."""
        heard = {}
        for line in self._lines(agent)[self._marks.get(agent, (0, 0))[0]:]:
            event, _, name = line.partition(' ')
            heard.setdefault(name, []).append(event)
        return heard

    def failures(self, agent):
        """(time, name) of each member that the agent has called failed since the mark, from its log: hooks do not
        hear of one that is back within the second."""
        return FAILED.findall(agent.log()[self._marks.get(agent, (0, 0))[1]:])

    # ---- what must be so ---------------------------------------------------------------------

    def wait_told(self, agents, wanted, limit=COALESCING):
        """Until the hook of each has been told exactly this."""
        began = time.monotonic()

        def settled():
            for agent in agents:
                heard = self.hooks(agent)
                assert heard == wanted, f'{agent}: {heard}, not {wanted}'
            return True
        wait_until(settled, 'hooks', limit + BUSY_MACHINE, pause=0.1)
        print(f'all hooks had been told after {time.monotonic() - began:.1f} s of {limit:.0f}')

    def wait_agreed(self, agents, bound):
        """Until each of them sees each of them alive, and nobody suspects anybody."""
        began = time.monotonic()
        self.wait_alive(agents, bound + BUSY_MACHINE)
        print(f'all agreed after {time.monotonic() - began:.1f} s of {bound:.0f}')
        self.wait_quiet(agents)

    def wait_quiet(self, agents):
        """Nothing is pending that could become a failure."""
        def pending(rpc):
            figures = rpc.call('stats')['hearsay']
            return {name: figures[name] for name in QUIET}
        self.wait_view([agent for agent in agents if agent.kind == 'hearsay'], pending, QUIET, 'no suspicion open')

    def assert_nobody_failed(self, agents, except_for=()):
        for agent in agents:
            blamed = [(when, name) for when, name in self.failures(agent) if name not in except_for]
            self.assertEqual(blamed, [], f'{agent} has called failed who was not')

    def wait_hooks_alternate(self, agents, except_for=()):
        """Each change is told once: who failed is not failed again before it was back, and all are back."""
        def settled():
            for agent in agents:
                for name in self.hooks(agent).keys() - set(except_for):
                    heard = self.hooks(agent)[name]
                    whole = ['member-failed', 'member-join'] * ((len(heard) + 1) // 2)
                    assert heard == whole, f'{agent} of {name}: {heard}'
            return True
        wait_until(settled, 'hooks that heard of each change once', COALESCING + BUSY_MACHINE, pause=0.1)

    def assert_small(self, agents):
        for agent in agents:
            if agent.kind == 'hearsay' and not SANITIZED:
                self.assertLess(peak_kb(agent), PEAK_KB_MAX, f'memory of {agent}')

    def go_on(self, seconds):
        """The fault lasts so long, whatever the agents do meanwhile: the one wait that is for a time."""
        time.sleep(seconds)
