"""Keys that change while packets are lost, agents restart, and some of them are Serf's."""
import base64
import json

from tests.harness.waiting import GENEROUS, wait_until

from .bounds import BUSY_MACHINE, spread
from .case import LONG, ChaosCase, scaled

OLD, NEW = (base64.b64encode(bytes([number]) * 32).decode() for number in (1, 2))
GONE = {'member-leave', 'member-failed'}  # whoever has missed a goodbye finds out
STEP_S = 5 * GENEROUS  # a step is repeated until the last has heard it


class KeyRotation(ChaosCase):

    KINDS = scaled(['hearsay'] * 6 + ['serf'] * 2, ['hearsay'] * 14 + ['serf'] * 6)

    def agent(self, *arguments, **options):
        agent = super().agent(*arguments, **options)
        agent.ring = self.directory / f'{agent.name}.keyring'
        agent.ring.write_text(json.dumps([OLD]), encoding='ascii')
        agent.ring.chmod(0o600)
        agent.always += (f'-keyring-file={agent.ring}',)
        return agent

    def rotate(self, action, key, rings):
        """Repeats a step until `rings(keys)` is so of each member's keyring file, which is written before the
        step is reported as done."""
        def done():
            self.agents[0].cli('keys', action, key)
            return all(rings(json.loads(agent.ring.read_text(encoding='ascii'))) for agent in self.agents)
        wait_until(done, f'{action} at everybody', STEP_S)

    def restart(self, agents):
        for agent in agents:
            agent.leave()
            joins = [f'-join={other.endpoint}' for other in self.agents[:3] if other is not agent]
            agent.start(*joins, '-tag', f'kind={agent.kind}', '-tag', f'id={agent.name}')

    def test_a_key_is_changed_at_a_fifth_of_all_packets_lost_while_members_restart(self):
        agents = self.cluster_at_rest(*self.KINDS)
        # One of each kind between two steps, or in the long form everybody in the end.
        batches = [agents[1:7] + agents[14:16], agents[7:14] + agents[16:18], agents[18:]] if LONG else [
            [agents[2], agents[6]], [agents[3]], [agents[7]]]
        self.ways.everywhere(loss=0.2)
        steps = (('-install', lambda keys: NEW in keys), ('-use', lambda keys: keys[0] == NEW),
                 ('-remove', lambda keys: keys == [NEW]))
        for (action, so), batch in zip(steps, batches):
            self.rotate(action, OLD if action == '-remove' else NEW, so)
            self.restart(batch)
        self.ways.everywhere(loss=0.0)
        self.wait_agreed(agents, 2 * spread(self.SIZE))
        restarted = [agent.name for batch in batches for agent in batch]
        steady = [agent for agent in agents if agent.name not in restarted]
        self.assert_nobody_failed([agent for agent in steady if agent.kind == 'hearsay'], except_for=restarted)
        self.wait_restarts_told(steady, restarted)
        self.assert_small(agents)

    def wait_restarts_told(self, agents, restarted):
        """Who came back so soon that hooks heard of neither is no change; or an update, if it is Serf's, which
        writes the same tags in another order each time."""
        def settled():
            for agent in agents:
                heard = self.hooks(agent)
                assert heard.keys() <= set(restarted), f'{agent}: {heard}'
                for name, all_events in heard.items():
                    events = [event for event in all_events if event != 'member-update']
                    assert len(events) % 2 == 0 and set(events[::2]) <= GONE and set(events[1::2]) <= {'member-join'}, (
                        f'{agent} of {name}: {events}')
            return True
        wait_until(settled, 'hooks of the restarts', BUSY_MACHINE)
