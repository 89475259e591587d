"""`wait` and `watch`: what they wait for, and what they outlive."""
import json
import os
import queue
import signal
import subprocess
import threading

from tests.harness.agent import HEARSAY
from tests.harness.case import AgentCase
from tests.harness.waiting import GENEROUS, wait_until


class Running:
    """A command that runs, and its lines as they come."""

    def __init__(self, agent, *arguments, **options):
        self.process = subprocess.Popen([HEARSAY, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True,
                                        env={**os.environ, 'HEARSAY_RPC_ADDR': agent.rpc_endpoint}, **options)
        self.lines, self.told = queue.Queue(), []
        self._readers = [threading.Thread(target=self._read, args=(self.process.stdout, self.lines.put)),
                         threading.Thread(target=self._read, args=(self.process.stderr, self.told.append))]
        for reader in self._readers:
            reader.start()

    @staticmethod
    def _read(stream, take):
        for line in stream:
            take(line.rstrip('\n'))

    def line(self):
        return self.lines.get(timeout=GENEROUS)

    def block(self):
        """Lines up to an empty one."""
        return list(iter(self.line, ''))

    def heard(self, text):
        return wait_until(lambda: any(text in line for line in self.told), f'{text!r} on standard error')

    def status(self):
        return self.process.wait(GENEROUS)

    def end(self):
        self.process.kill()
        self.process.wait()
        for reader in self._readers:
            reader.join()
        self.process.stdout.close()
        self.process.stderr.close()


class FollowingCase(AgentCase):

    def run_command(self, agent, *arguments, **options):
        running = Running(agent, *arguments, **options)
        self.addCleanup(running.end)
        return running

    def member(self, name, seed=None, *arguments):
        join = [f'-join={seed.endpoint}'] if seed else []
        return self.agent('hearsay', name).start('-profile=local', *join, *arguments)


class Wait(FollowingCase):

    def test_it_ends_when_enough_match_and_shows_them_if_asked(self):
        seed = self.member('seed')
        waiting = self.run_command(seed, 'wait', '-tag', 'svc=db', '-min=2', '-verbose', '-format=names')
        waiting.heard('Waiting for 2 alive members with svc=db: now 0')
        self.member('db-1', seed, '-tag', 'svc=db')
        waiting.heard('now 1')
        self.assertIsNone(waiting.process.poll())
        self.member('db-2', seed, '-tag', 'svc=db')
        self.assertEqual(waiting.status(), 0)
        self.assertEqual([waiting.line(), waiting.line()], ['db-1', 'db-2'])

    def test_what_is_there_already_is_not_waited_for(self):
        seed = self.member('seed')
        done = seed.cli('wait', '-name=seed')
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, '', ''))

    def test_it_ends_with_124_when_the_time_is_up_and_says_what_was_missing(self):
        seed = self.member('seed')
        done = seed.cli('wait', '-tag', 'svc=db', '-min=2', '-timeout=100ms')
        self.assertEqual((done.returncode, done.stdout), (124, ''))
        self.assertEqual(done.stderr, 'Not within 100ms: 2 alive members with svc=db; the last count was 0\n')
        self.assertEqual(seed.cli('wait', '-name=none', '-timeout=100ms', '-quiet').stderr, '')
        nobody = seed.cli('wait', '-timeout=100ms', '-rpc-addr=127.0.0.1:1')
        self.assertEqual(nobody.returncode, 124)
        self.assertIn('no agent answered', nobody.stderr)

    def test_gone_is_when_no_live_member_matches(self):
        seed = self.member('seed')
        leaving = self.member('db-1', seed, '-tag', 'svc=db')
        self.wait_alive([seed, leaving])
        waiting = self.run_command(seed, 'wait', '-gone', '-tag', 'svc=db', '-verbose')
        waiting.heard('Waiting for no alive members with svc=db: now 1')
        leaving.leave()
        self.assertEqual(waiting.status(), 0)

    def test_it_outlives_the_agent_and_does_not_take_an_ignorant_one_for_an_empty_cluster(self):
        seed, other = self.member('seed'), self.member('db-1', None, '-tag', 'svc=db')
        other.rpc.call('join', {'Existing': [seed.endpoint], 'Replay': False})
        self.wait_alive([seed, other])
        waiting = self.run_command(seed, 'wait', '-gone', '-tag', 'svc=db', '-verbose')
        waiting.heard('now 1')
        seed.kill()
        waiting.heard('is gone: waiting for it to come back')
        seed.start('-profile=local')
        waiting.heard('is back')
        seed.rpc.call('join', {'Existing': [other.endpoint], 'Replay': False})
        self.wait_alive([seed, other])
        self.assertIsNone(waiting.process.poll())
        other.leave()
        self.assertEqual(waiting.status(), 0)

    def test_it_waits_for_an_agent_that_is_still_to_come(self):
        seed = self.agent('hearsay', 'seed')
        waiting = self.run_command(seed, 'wait', '-name=seed')
        waiting.heard(f'No agent at {seed.rpc_endpoint}: waiting for one')
        seed.start()
        self.assertEqual(waiting.status(), 0)

    def test_mistakes_are_one_line_and_do_not_wait(self):
        seed = self.agent('hearsay', 'seed', rpc_auth='secret')
        config = self.directory / 'auth.json'
        config.write_text('{"rpc_auth": "secret"}', encoding='ascii')
        seed.start(f'-config-file={config}')
        for arguments, words in ((['-timeout=5'], '500ms, 60s or 2m'), (['-min=0'], 'from 1'),
                                 (['-gone', '-min=2'], 'Leave one of them out'), (['-tag=svc=['], 'regular expression'),
                                 (['-status=ded'], 'alive, leaving, left or failed')):
            done = seed.cli('wait', *arguments)
            self.assertEqual(done.returncode, 1)
            self.assertEqual(len(done.stderr.splitlines()), 1)
            self.assertIn(words, done.stderr)
        refused = seed.cli('wait', '-rpc-auth=wrong')
        self.assertEqual((refused.returncode, refused.stderr), (2, 'Error: Invalid authentication token\n'))


class Watch(FollowingCase):

    def test_it_prints_the_list_now_and_after_each_change(self):
        seed = self.member('seed')
        watching = self.run_command(seed, 'watch', '-tag', 'svc=web', '-format=names')
        self.assertEqual(watching.block(), [])
        first = self.member('web-1', seed, '-tag', 'svc=web')
        self.assertEqual(watching.block(), ['web-1'])
        self.member('web-2', seed, '-tag', 'svc=web')
        self.assertEqual(watching.block(), ['web-1', 'web-2'])
        first.leave()
        self.assertEqual(watching.block(), ['web-2'])

    def test_a_change_is_a_line_of_json(self):
        seed = self.member('seed')
        watching = self.run_command(seed, 'watch', '-format=json', '-fields=name,tags')
        self.assertEqual(json.loads(watching.line()), {'added': ['seed'], 'removed': [], 'changed': [],
                                                       'members': [{'name': 'seed', 'tags': {}}]})
        seed.rpc.call('tags', {'Tags': {'svc': 'x'}, 'DeleteTags': []})
        self.assertEqual(json.loads(watching.line()), {'added': [], 'removed': [], 'changed': ['seed'],
                                                       'members': [{'name': 'seed', 'tags': {'svc': 'x'}}]})

    def test_it_outlives_the_agent_and_prints_no_list_of_one_that_knows_nobody_yet(self):
        seed, other = self.member('seed'), self.member('web-1', None, '-tag', 'svc=web')
        other.rpc.call('join', {'Existing': [seed.endpoint], 'Replay': False})
        self.wait_alive([seed, other])
        watching = self.run_command(seed, 'watch', '-tag', 'svc=web', '-format=names')
        self.assertEqual(watching.block(), ['web-1'])
        seed.kill()
        watching.heard('is gone: waiting for it to come back')
        seed.start('-profile=local')
        watching.heard('is back')
        seed.rpc.call('join', {'Existing': [other.endpoint], 'Replay': False})
        self.member('web-2', seed, '-tag', 'svc=web')
        # Nothing was printed in between: the next is a list of both, or first again of the one.
        block = watching.block()
        self.assertTrue(block, 'an empty list')
        self.assertEqual(block if len(block) == 2 else watching.block(), ['web-1', 'web-2'])

    def test_a_command_gets_each_list_on_its_standard_input_never_two_at_once(self):
        seed = self.member('seed')
        out, gate = self.directory / 'out', self.directory / 'gate'
        watching = self.run_command(
            seed, 'watch', '-format=names', '-verbose', '-exec',
            f'echo "start $(paste -sd,)" >> {out}; while [ ! -e {gate} ]; do sleep 0.02; done; echo end >> {out}')

        def lines():
            return out.read_text().splitlines() if out.exists() else []
        wait_until(lambda: lines() == ['start seed'], 'the first run')
        for number in (1, 2, 3):
            self.member(f'web-{number}', seed)
        self.wait_alive(self.agents)
        self.assertEqual(lines(), ['start seed'])
        gate.touch()
        wait_until(lambda: lines()[-2:] == ['start seed,web-1,web-2,web-3', 'end'], 'the run with all three')
        for start, end in zip(lines()[::2], lines()[1::2]):
            self.assertTrue(start.startswith('start ') and end == 'end', lines())
        watching.heard('Done. Waiting for a change of alive members')

    def test_a_command_that_fails_or_hangs_is_told_and_runs_again(self):
        seed = self.member('seed')
        watching = self.run_command(seed, 'watch', '-exec', 'exit 3', '-retry=0')
        watching.heard('The command "exit 3" ended with status 3. It runs again at the next change')
        hanging = self.run_command(seed, 'watch', '-exec', 'sleep 1000', '-exec-timeout=100ms', '-retry=0')
        hanging.heard('was ended after 100ms')
        self.member('other', seed)
        for running in (watching, hanging):
            wait_until(lambda r=running: len(r.told) == 2, 'the second failure')

    def test_a_command_that_fails_runs_again_with_the_same_list_until_it_does_not(self):
        seed, trace = self.member('seed'), self.directory / 'trace'
        watching = self.run_command(
            seed, 'watch', '-format=names', '-exec', f'cat >> {trace}; [ $(wc -l < {trace}) -ge 3 ]', '-retry=100ms')
        wait_until(lambda: trace.exists() and len(trace.read_text().splitlines()) == 3, 'the third attempt')
        self.member('other', seed)
        wait_until(lambda: trace.read_text().endswith('other\nseed\n'), 'the next change')
        self.assertEqual(trace.read_text().splitlines(), ['seed'] * 3 + ['other', 'seed'])
        self.assertEqual(len(watching.told), 2)
        watching.heard('It runs again at the next change, or after 100ms')

    def test_who_ends_it_ends_the_command_too(self):
        seed = self.member('seed')
        pid_file = self.directory / 'pid'
        watching = self.run_command(seed, 'watch', '-exec', f'echo $$ > {pid_file}; exec sleep 1000')
        pid = int(wait_until(lambda: pid_file.exists() and pid_file.read_text(), 'the command'))
        watching.process.send_signal(signal.SIGTERM)
        self.assertEqual(watching.status(), 128 + signal.SIGTERM)

        def gone():
            try:
                os.kill(pid, 0)
            except ProcessLookupError:
                return True
            return ' Z ' in open(f'/proc/{pid}/stat', encoding='ascii').read()
        wait_until(gone, 'the end of the command')

    def test_mistakes_are_one_line(self):
        seed = self.member('seed')
        for arguments, words in ((['-debounce=2s:1s'], 'MOST no less than QUIET'), (['-debounce=x'], '500ms, 60s or 2m'),
                                 (['-exec-timeout=1'], '500ms, 60s or 2m'), (['-format=yaml'], 'text, json, tsv')):
            done = seed.cli('watch', *arguments)
            self.assertEqual((done.returncode, len(done.stderr.splitlines())), (1, 1))
            self.assertIn(words, done.stderr)
