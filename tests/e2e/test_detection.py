"""Who is gone is missed soon, and who is only away for a moment is not."""
import signal
import time

from tests.harness.case import AgentCase

REFUSED = 'its host says that nobody listens'
A_RESTART_S = 1.0  # so long a process may be away
NOTHING_PENDING = {'suspicions_open': '0', 'extra_probes_waiting': '0'}


def pending(rpc):
    figures = rpc.call('stats')['hearsay']
    return {name: figures[name] for name in NOTHING_PENDING}


class Detection(AgentCase):

    def five(self):
        agents = self.cluster(*['hearsay'] * 5)
        self.wait_alive(agents)
        return agents

    def test_a_killed_agent_is_failed_everywhere_by_its_hosts_own_word(self):
        agents = self.five()
        victim, rest = agents[-1], agents[:-1]
        victim.kill()
        self.wait_status(rest, victim.name, 'failed')
        told = [agent for agent in rest if f'Marking {victim.name} as failed, {REFUSED}' in agent.log()]
        self.assertTrue(told, 'nobody has it from a refusal')

    def test_a_stopped_agent_is_failed_everywhere_though_its_host_says_nothing(self):
        agents = self.five()
        victim, rest = agents[-1], agents[:-1]
        victim.disconnect()
        victim.signal(signal.SIGSTOP)
        self.wait_status(rest, victim.name, 'failed')
        self.assertFalse([agent for agent in rest if REFUSED in agent.log()])
        victim.signal(signal.SIGCONT)
        self.wait_status(agents, victim.name, 'alive')

    def test_an_agent_that_is_back_within_a_second_was_never_failed(self):
        agents = self.five()
        victim, rest = agents[-1], agents[:-1]
        for _ in range(20):  # a machine that is too busy to start a process in time shows nothing
            streams = {agent: agent.rpc.stream(Type='member-failed,user:over') for agent in rest}
            began = time.monotonic()
            victim.kill()
            victim.start(f'-join={rest[0].endpoint}')
            if time.monotonic() - began < A_RESTART_S:
                break
        else:
            self.skipTest('a start takes more than a second here')
        # Whoever was refused meanwhile suspects at once, and asks again: when all that is over, so is the danger.
        self.wait_view(rest, pending, NOTHING_PENDING, 'no suspicion open')
        rest[0].cli('event', 'over')
        for agent, stream in streams.items():
            self.assertEqual(agent.rpc.next_record(stream)['Event'], 'user', f'{agent} has missed somebody')
