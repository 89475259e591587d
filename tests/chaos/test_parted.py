"""Members that cannot reach each other, and meet again."""
from .bounds import DETECTION, detection, reconnected, refuted, spread
from .case import ChaosCase, scaled


class Parted(ChaosCase):

    RECONNECT_S = scaled(3, None)  # reconnect_interval; None: the agents' own
    PARTED_S = scaled(20, 120)

    def cluster_that_parts(self):
        return self.cluster_at_rest(arguments=self.with_config(reconnect_interval=self.RECONNECT_S))

    def test_a_pair_that_is_cut_is_alive_for_each_other_by_the_word_of_the_rest(self):
        agents = self.cluster_at_rest()
        self.ways.both_ways(0, 1, cut=True)
        self.go_on(scaled(20, 120))
        self.assert_nobody_failed(agents)
        agents[0].cli('tags', '-set', 'news=all')
        self.wait_view(agents, lambda rpc: rpc.tags()[agents[0].name].get('news'), 'all', 'the tag at everybody',
                       spread(self.SIZE))
        self.ways.both_ways(0, 1, cut=False)
        self.wait_agreed(agents, spread(self.SIZE))
        self.wait_told(agents, {agents[0].name: ['member-update']})

    def test_who_sends_but_cannot_receive_is_failed_and_takes_nobody_along(self):
        agents = self.cluster_that_parts()
        deaf, rest = agents[-1], agents[:-1]
        for number in range(self.SIZE - 1):
            self.ways.way(number, self.SIZE - 1).cut = True
        self.wait_told(rest, {deaf.name: ['member-failed']}, DETECTION)
        self.go_on(scaled(10, 60))  # it now holds others for failed, and says so
        self.assert_nobody_failed(rest, except_for=[deaf.name])
        self.ways.everywhere(cut=False)
        self.wait_agreed(agents, refuted(self.SIZE) + reconnected(self.SIZE, scaled(20, 90), self.RECONNECT_S))
        self.wait_told(rest, {deaf.name: ['member-failed', 'member-join']})
        self.wait_hooks_alternate([deaf])
        self.assert_small(agents)

    def part(self, number):
        """Cuts the cluster into so many parts. Who is in which."""
        parts = [range(first, self.SIZE, number) for first in range(number)]
        for i, part in enumerate(parts):
            for other in parts[i + 1:]:
                self.ways.between(part, other, cut=True)
        return parts

    def meet_again(self, agents, parts, own=()):
        """`own`: what is heard of members of the same part meanwhile."""
        self.go_on(self.PARTED_S)
        self.assertTrue(any(self.failures(agent) for agent in agents), 'nobody is missed')
        self.ways.everywhere(cut=False)
        self.wait_agreed(agents, reconnected(self.SIZE, self.PARTED_S, self.RECONNECT_S))
        if self.PARTED_S > detection(self.SIZE, len(parts[-1])):
            self.wait_each_was_missed_once(agents, parts, dict(own))
        else:  # not all have got so far
            self.wait_hooks_alternate(agents, except_for=dict(own))
        self.assert_small(agents)

    def wait_each_was_missed_once(self, agents, parts, own):
        for part in parts:
            wanted = {agent.name: ['member-failed', 'member-join'] for i, agent in enumerate(agents) if i not in part}
            self.wait_told([agents[i] for i in part], {**own, **wanted})

    def test_halves_that_were_split_agree_again_and_hooks_hear_of_it_once(self):
        agents = self.cluster_that_parts()
        self.meet_again(agents, self.part(2))

    def test_tags_that_changed_in_three_parts_are_at_all_members_when_they_meet_again(self):
        agents = self.cluster_that_parts()
        parts = self.part(3)
        for i in range(3):
            agents[i].cli('tags', '-set', f'part={i}')
        self.meet_again(agents, parts, {agents[i].name: ['member-update'] for i in range(3)})
        wanted = {agents[i].name: str(i) for i in range(3)}
        self.wait_view(agents, lambda rpc: {name: tags['part'] for name, tags in rpc.tags().items() if 'part' in tags},
                       wanted, 'the new tags')
