"""Where the gossip key may come from, and where it is not to be seen afterwards."""
import base64
import os
import pathlib
import signal
import subprocess

from tests.harness.agent import HEARSAY
from tests.harness.case import AgentCase
from tests.harness.waiting import wait_until

KEY = base64.b64encode(bytes(range(32))).decode()


class Secrets(AgentCase):

    def start(self, *arguments, **options):
        agent = self.agent('hearsay').launch(f'-rpc-addr=unix://{self.directory}/rpc.sock', *arguments, **options)
        return agent.wait_running()

    def keys(self):
        return subprocess.run([HEARSAY, 'keys', '-list', f'-rpc-addr=unix://{self.directory}/rpc.sock'],
                              capture_output=True, text=True, timeout=60, check=False).stdout

    def seen(self, agent, what):
        return KEY.encode() in pathlib.Path(f'/proc/{agent.process.pid}/{what}').read_bytes()

    def key_file(self, mode=0o600):
        path = self.directory / 'gossip.key'
        path.write_text(KEY + '\n', encoding='ascii')
        path.chmod(mode)
        return path

    def test_the_key_of_a_flag_is_wiped_from_the_command_line(self):
        for form in ([f'-encrypt={KEY}'], ['-encrypt', KEY]):
            agent = self.start(*form)
            self.assertFalse(self.seen(agent, 'cmdline'))
            self.assertIn(KEY, self.keys())
            agent.signal(signal.SIGHUP)
            wait_until(lambda agent=agent: 'Reloading configuration' in agent.log(), 'the reload')
            self.assertIn(KEY, self.keys())  # answered after it
            self.assertNotIn('encrypt', agent.log().split('Reloading configuration')[1])
            agent.terminate()

    def test_a_file_gives_the_key(self):
        self.start(f'-encrypt=file:{self.key_file()}')
        self.assertIn(KEY, self.keys())

    def test_a_variable_gives_the_key_and_is_gone_for_handlers_too(self):
        told = self.directory / 'told'
        agent = self.start('-encrypt=env:GOSSIP_KEY', f'-event-handler=env > {told}.part; mv {told}.part {told}',
                           environment={'GOSSIP_KEY': KEY})
        self.assertIn(KEY, self.keys())
        self.assertFalse(self.seen(agent, 'environ'))
        wait_until(told.exists, 'a handler')
        self.assertNotIn('GOSSIP_KEY', told.read_text())

    def test_a_descriptor_gives_the_key(self):
        with open(self.key_file(), 'rb') as file:
            agent = self.agent('hearsay')
            with open(agent.log_path, 'ab') as log:
                agent.process = subprocess.Popen(
                    [HEARSAY, 'agent', f'-node={agent.name}', f'-bind={agent.endpoint}', f'-encrypt=fd:{file.fileno()}',
                     f'-rpc-addr=unix://{self.directory}/rpc.sock'],
                    stdin=subprocess.DEVNULL, stdout=log, stderr=log, pass_fds=[file.fileno()])
            agent.wait_running()
        self.assertIn(KEY, self.keys())

    def refusal(self, *arguments):
        agent = self.agent('hearsay').launch(*arguments)
        self.assertEqual(agent.wait_exit(), 1)
        return agent.log()

    def test_what_is_wrong_is_told_without_the_key(self):
        link = self.directory / 'link'
        link.symlink_to(self.key_file())
        for form, why in ((f'file:{self.directory}/none', 'no such file'), (f'file:{link}', 'symbolic link'),
                          ('fd:99', 'bad file descriptor'), ('fd:x', 'number of an open descriptor'),
                          ('env:NO_SUCH', 'there is no variable NO_SUCH')):
            self.assertIn(why, self.refusal(f'-encrypt={form}'))
        self.assertIn('every user can write to it', self.refusal(f'-encrypt=file:{self.key_file(0o606)}'))
        (self.directory / 'gossip.key').write_text('  \n', encoding='ascii')
        os.chmod(self.directory / 'gossip.key', 0o600)
        self.assertIn('there is none in it', self.refusal(f'-encrypt=file:{self.directory}/gossip.key'))
