"""Members that are killed, stopped, and come back."""
import signal
import time

from .bounds import DETECTION, refuted, spread
from .case import ChaosCase, scaled

A_RESTART_S = 1.0
SUSPICION_MIN_S = 3.0  # three intervals for a suspect to refute (src/swim/members/suspicion_timeout.cc)


class Gone(ChaosCase):

    def kill(self, number):
        agents = self.cluster_at_rest()
        victims, rest = agents[-number:], agents[:-number]
        for victim in victims:
            victim.kill()
        self.wait_told(rest, {victim.name: ['member-failed'] for victim in victims}, DETECTION)
        self.wait_quiet(rest)
        self.assert_nobody_failed(rest, except_for=[victim.name for victim in victims])
        self.assert_small(rest)

    def test_one_that_is_killed_is_failed_at_all_others_and_nobody_else_is(self):
        self.kill(1)

    def test_a_third_that_is_killed_at_once_is_failed_at_all_others_and_nobody_else_is(self):
        self.kill(scaled(3, 7))

    def test_who_is_killed_and_back_within_a_second_was_never_failed(self):
        agents = self.cluster_at_rest()
        victim, rest = agents[-1], agents[:-1]
        for _ in range(20):  # a machine that is too busy to start a process in time shows nothing
            self.mark(agents)
            began = time.monotonic()
            victim.kill()
            victim.start(f'-join={rest[0].endpoint}', '-tag', 'kind=hearsay', '-tag', f'id={victim.name}')
            if time.monotonic() - began < A_RESTART_S:
                break
        else:
            self.skipTest('a start takes more than a second here')
        self.wait_agreed(agents, spread(self.SIZE))
        self.assert_nobody_failed(agents)
        self.wait_told(rest, {})
        self.wait_told([victim], {agent.name: ['member-join'] for agent in agents})
        self.assert_small(agents)

    def stop(self, victim, seconds):
        victim.disconnect()
        victim.signal(signal.SIGSTOP)
        self.go_on(seconds)
        victim.signal(signal.SIGCONT)

    def test_who_is_stopped_for_less_than_a_suspicion_lasts_is_not_failed_nor_fails_anybody(self):
        agents = self.cluster_at_rest()
        self.stop(agents[-1], SUSPICION_MIN_S)
        self.wait_agreed(agents, spread(self.SIZE))
        self.assert_nobody_failed(agents)
        self.wait_told(agents, {})

    def test_who_is_stopped_for_long_is_failed_once_and_back_once_and_blames_nobody(self):
        agents = self.cluster_at_rest()
        victim, rest = agents[-1], agents[:-1]
        self.stop(victim, scaled(15, 60))
        self.wait_agreed(agents, refuted(self.SIZE))
        self.wait_told(rest, {victim.name: ['member-failed', 'member-join']})
        self.assert_nobody_failed(rest, except_for=[victim.name])
        self.assert_nobody_failed([victim])
        self.wait_told([victim], {})
        self.assert_small(agents)
