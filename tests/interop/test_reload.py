"""What changes while an agent runs changes as in Serf: by SIGHUP, and by tags over RPC."""
import json
import signal

from tests.harness.case import AgentCase
from tests.harness.rpc import RpcError
from tests.harness.waiting import wait_until

KINDS = ('serf', 'hearsay')


class ReloadCase(AgentCase):

    def start(self, kind, **config):
        """An agent whose log level is that of its file: the harness asks for debug otherwise."""
        agent = self.agent(kind)
        self.configure(agent, **config)
        return agent.start(f'-config-file={self.config_of(agent)}', '-log-level=').wait_running()

    def config_of(self, agent):
        return self.directory / f'{agent.name}.json'

    def configure(self, agent, **config):
        self.config_of(agent).write_text(json.dumps(config), encoding='utf-8')

    def hang_up(self, agent, wanted=None, **config):
        self.configure(agent, **config)
        agent.signal(signal.SIGHUP)
        wait_until(lambda: agent.rpc.tags()[agent.name] == (wanted or config['tags']), 'the new tags')

    def send(self, agent, name):
        agent.rpc.call('event', {'Name': name, 'Payload': b'', 'Coalesce': False})


class Reload(ReloadCase):

    def test_a_new_log_level_shows_what_the_old_one_hid(self):
        for kind in KINDS:
            with self.subTest(kind=kind):
                agent = self.start(kind, log_level='err')
                events = agent.rpc.stream(Type='user')
                self.send(agent, 'before')
                agent.rpc.next_record(events)  # what there was to log of it is logged
                self.hang_up(agent, log_level='debug', tags={'a': '1'})
                self.send(agent, 'after')
                wait_until(lambda a=agent: '[DEBUG] agent: Requesting user event send: after' in a.log(), 'the event')
                self.assertNotIn('before', agent.log())

    def test_a_log_level_that_is_none_is_told_and_the_rest_is_taken(self):
        for kind in KINDS:
            with self.subTest(kind=kind):
                agent = self.start(kind, log_level='err')
                trace = self.directory / f'{kind}.trace'
                self.hang_up(agent, log_level='loud', tags={'a': '1'}, event_handlers=[f'user=touch {trace}'])
                self.assertIn('==> Invalid log level: LOUD. Valid log levels are: [TRACE DEBUG INFO WARN ERR]\n',
                              agent.log())
                self.send(agent, 'after')
                wait_until(trace.exists, 'the new handler')
                self.assertNotIn('Requesting user event send', agent.log())

    def test_tags_that_cannot_be_saved_are_refused_with_the_same_words(self):
        path = self.directory / 'none' / 'tags'
        texts = {}
        for kind in KINDS:
            agent = self.agent(kind).start(f'-tags-file={path}')
            with self.assertRaises(RpcError) as refused:
                agent.rpc.call('tags', {'Tags': {'a': '1'}, 'DeleteTags': []})
            texts[kind] = str(refused.exception)
            self.assertEqual(agent.rpc.tags()[agent.name], {})
        self.assertEqual(texts['hearsay'], texts['serf'])


class Tags(ReloadCase):
    """What Serf loses (serf#445): tags that were set while the agent ran."""

    def set_tags(self, agent, **tags):
        agent.rpc.call('tags', {'Tags': tags, 'DeleteTags': []})

    def test_serf_445_a_reload_keeps_tags_set_at_run_time_and_takes_what_changed_in_the_file(self):
        agent = self.start('hearsay', tags={'a': '1', 'b': '1', 'c': '1'})
        self.set_tags(agent, a='rpc', c='rpc', r='rpc')
        self.configure(agent, tags={'a': '1', 'b': '2', 'c': '2', 'd': '1'})
        agent.signal(signal.SIGHUP)
        wanted = {'a': 'rpc', 'b': '2', 'c': '2', 'd': '1', 'r': 'rpc'}
        wait_until(lambda: agent.rpc.tags()[agent.name] == wanted, 'the tags of both')
        self.configure(agent, tags={'a': '1', 'b': '2', 'd': '2'})
        agent.signal(signal.SIGHUP)
        wanted = {'a': 'rpc', 'b': '2', 'd': '2', 'r': 'rpc'}
        wait_until(lambda: agent.rpc.tags()[agent.name] == wanted, 'c to go')

    def test_serf_445_a_reload_keeps_the_tags_file_and_takes_what_an_editor_changed_in_it(self):
        path = self.directory / 'tags'
        agent = self.agent('hearsay').start(f'-tags-file={path}').wait_running()
        self.set_tags(agent, a='1', b='1')
        self.assertEqual(json.loads(path.read_text(encoding='utf-8')), {'a': '1', 'b': '1'})
        path.write_text('{"a": "2", "b": "1"}', encoding='utf-8')
        agent.signal(signal.SIGHUP)
        wait_until(lambda: agent.rpc.tags()[agent.name] == {'a': '2', 'b': '1'}, 'the tags of the file')
        self.assertEqual(json.loads(path.read_text(encoding='utf-8')), {'a': '2', 'b': '1'})

    def test_tags_that_do_not_fit_beside_those_of_run_time_are_refused_and_taken_when_there_is_room(self):
        agent = self.start('hearsay')
        self.set_tags(agent, r='x' * 400)
        self.configure(agent, tags={'a': 'y' * 200})
        agent.signal(signal.SIGHUP)
        wait_until(lambda: 'Failed to update tags: Encoded length of tags exceeds limit' in agent.log(), 'the refusal')
        self.assertEqual(agent.rpc.tags()[agent.name], {'r': 'x' * 400})
        self.set_tags(agent, r='x')
        self.hang_up(agent, tags={'a': 'y' * 200}, wanted={'a': 'y' * 200, 'r': 'x'})

    def test_serf_392_each_key_that_needs_a_restart_is_named(self):
        agent = self.start('hearsay', tags={'a': '1'}, leave_on_terminate=True)
        self.hang_up(agent, tags={'a': '2'}, profile='wan', leave_on_terminate=True)
        place = self.config_of(agent)
        wait_until(lambda: f'==> Warning: profile in {place} has changed: restart the agent' in agent.log(), 'the name')
        self.assertEqual(agent.log().count('has changed: restart'), 1)
        self.hang_up(agent, tags={'a': '3'})
        wait_until(lambda: '==> Warning: leave_on_terminate has changed: restart the agent' in agent.log(), 'the name')
        self.assertEqual(agent.log().count('has changed: restart'), 2)


class WhileLeaving(AgentCase):

    def test_an_agent_that_leaves_does_not_reload(self):
        pid = self.directory / 'pid'
        config = self.directory / 'config.json'
        config.write_text('{"tags": {"a": "1"}}', encoding='utf-8')
        agent = self.agent('hearsay').start(f'-config-file={config}', '-event-handler',
                                            f'user=echo $$ > {pid}; exec sleep 1000').wait_running()
        agent.rpc.call('event', {'Name': 'hang', 'Payload': b'', 'Coalesce': False})
        wait_until(pid.exists, 'the script that keeps the agent from ending at once')
        config.write_text('{"tags": {"a": "2"}}', encoding='utf-8')
        agent.signal(signal.SIGINT)
        wait_until(lambda: 'Gracefully shutting down' in agent.log(), 'the leave')
        agent.signal(signal.SIGHUP)
        self.assertEqual(agent.wait_exit(), 0)
        self.assertIn('==> Failed to reload configs: the agent is leaving\n', agent.log())
