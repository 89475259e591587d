"""The RPC on a local socket, and who is shown the keys."""
import base64
import grp
import hashlib
import json
import os
import pathlib
import socket
import stat
import subprocess

from tests.harness.agent import HEARSAY
from tests.harness.case import AgentCase
from tests.harness.rights import AS_NOBODY, needs_mounts, needs_root

KEY = base64.b64encode(bytes(range(32))).decode()
FINGERPRINT = 'sha256:' + hashlib.sha256(KEY.encode()).hexdigest()[:16]


class LocalCase(AgentCase):

    def setUp(self):
        super().setUp()
        self.path = pathlib.Path(self.directory) / 'rpc.sock'

    def config(self, **keys):
        path = pathlib.Path(self.directory) / f'config-{len(keys)}-{"-".join(keys)}.json'
        path.write_text(json.dumps(keys), encoding='ascii')
        return f'-config-file={path}'

    def start(self, *arguments, path=None):
        """An agent whose RPC is on the socket."""
        return self.agent('hearsay').launch(f'-rpc-addr=unix://{path or self.path}', *arguments).wait_running()

    def refusal(self, *arguments, path=None, **options):
        """What an agent says that does not start."""
        agent = self.agent('hearsay').launch(f'-rpc-addr=unix://{path or self.path}', *arguments, **options)
        self.assertEqual(agent.wait_exit(), 1)
        return agent.log()

    def ask(self, *arguments, before=()):
        environment = {**os.environ, 'HEARSAY_RPC_ADDR': f'unix://{self.path}'}
        return subprocess.run([*before, HEARSAY, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=60, env=environment, check=False)


class LocalRpc(LocalCase):

    def mode(self):
        return stat.S_IMODE(os.stat(self.path).st_mode)

    def test_commands_reach_the_agent_by_flag_and_by_either_variable(self):
        agent = self.start()
        self.assertIn(agent.name, self.ask('members').stdout)
        address = f'unix://{self.path}'
        self.assertIn(agent.name, agent.cli('members', f'-rpc-addr={address}').stdout)
        self.assertIn(agent.name, agent.cli('members', environment={'SERF_RPC_ADDR': address}).stdout)
        self.assertIn('Accepted client: uid ', agent.log())

    def test_only_the_owner_may_connect_unless_a_mode_or_a_group_is_given(self):
        agent = self.start()
        self.assertEqual(self.mode(), 0o600)
        agent.terminate()
        agent = self.start(self.config(rpc_socket_mode='0666'))
        self.assertEqual(self.mode(), 0o666)
        agent.terminate()
        self.start(self.config(rpc_socket_group=grp.getgrgid(os.getegid()).gr_name))
        self.assertEqual(self.mode(), 0o660)

    def test_the_socket_goes_with_the_agent(self):
        self.start().terminate()
        self.assertFalse(self.path.exists())

    def test_a_socket_that_a_killed_agent_left_is_replaced(self):
        self.start().kill()
        self.assertTrue(self.path.exists())
        agent = self.start()
        self.assertIn(agent.name, self.ask('members').stdout)

    def test_what_else_has_the_name_is_left_alone(self):
        self.start()
        self.assertIn('another agent listens there', self.refusal())
        other = pathlib.Path(self.directory) / 'precious'
        other.write_text('data', encoding='ascii')
        self.assertIn('something else of that name', self.refusal(path=other))
        self.assertEqual(other.read_text(encoding='ascii'), 'data')
        link = pathlib.Path(self.directory) / 'link'
        link.symlink_to(self.path)
        self.assertIn('something else of that name', self.refusal(path=link))

    def test_mistakes_are_one_line_each(self):
        self.assertIn('the path must be absolute and shorter than 108 bytes', self.refusal(path='rpc.sock'))
        self.assertIn('the path must be absolute and shorter than 108 bytes', self.refusal(path='/' + 'x' * 107))
        self.assertIn('three octal digits', self.refusal(self.config(rpc_socket_mode='rw')))
        self.assertIn('There is no group "no-such"', self.refusal(self.config(rpc_socket_group='no-such')))
        agent = self.agent('hearsay').launch(self.config(rpc_socket_mode='0660'))
        self.assertEqual(agent.wait_exit(), 1)
        self.assertIn('is for a local socket', agent.log())

    def test_where_no_socket_can_be_made_one_line_says_why(self):
        self.assert_one_line(self.refusal(path=f'{self.directory}/no-such/rpc.sock'), 'no such file or directory')

    @needs_root
    def test_in_a_directory_of_somebody_else_one_line_says_so(self):
        os.chmod(self.directory, 0o755)
        somebody = self.program(f'exec {" ".join(AS_NOBODY)} {HEARSAY} "$@"')
        self.assert_one_line(self.refusal(program=somebody), 'permission denied')

    @needs_mounts
    def test_on_a_full_disk_one_line_says_so(self):
        full = pathlib.Path(self.directory) / 'full'
        full.mkdir()
        mounting = self.program('[ -n "$APART" ] || APART=1 exec unshare -m "$0" "$@"',
                                f'mount -t tmpfs -o nr_inodes=1 none {full} && exec {HEARSAY} "$@"')
        self.assert_one_line(self.refusal(path=full / 'rpc.sock', program=mounting), 'no space left on device')

    def program(self, *lines):
        """A script that runs these."""
        path = pathlib.Path(self.directory) / 'program'
        path.write_text('\n'.join(['#!/bin/sh', *lines, '']), encoding='ascii')
        path.chmod(0o755)
        return str(path)

    def assert_one_line(self, log, why):
        wrong = [line for line in log.splitlines() if line != '==> Starting Serf agent...']
        self.assertEqual(len(wrong), 1, log)
        self.assertIn(f'(-rpc-addr): {why}', wrong[0])

    def test_a_command_without_an_agent_says_what_failed(self):
        result = self.ask('members')
        self.assertEqual((result.returncode, result.stdout), (2, ''))
        self.assertEqual(result.stderr, f'Error connecting to the agent: dial unix {self.path}: connect: '
                                        'no such file or directory. Start one with `hearsay agent`, or say where '
                                        'it is with -rpc-addr\n')


class ShownKeys(LocalCase):

    def keys_over_tcp(self, *arguments, **options):
        agent = self.agent('hearsay', **options).start(f'-encrypt={KEY}', *arguments)
        return agent.rpc.call('list-keys')['Keys'], agent

    def test_a_client_by_tcp_that_did_not_authenticate_gets_fingerprints(self):
        keys, agent = self.keys_over_tcp()
        self.assertEqual(keys, {FINGERPRINT: 1})
        self.assertNotIn(KEY, agent.cli('keys', '-list').stdout)

    def test_a_client_by_tcp_that_authenticated_gets_keys(self):
        keys, _ = self.keys_over_tcp(self.config(rpc_auth='secret'), rpc_auth='secret')
        self.assertEqual(keys, {KEY: 1})

    def test_one_key_of_the_configuration_restores_serfs_way(self):
        keys, _ = self.keys_over_tcp(self.config(rpc_shows_keys=True))
        self.assertEqual(keys, {KEY: 1})

    def test_an_agent_that_was_started_as_serf_shows_keys_as_serf_does(self):
        link = pathlib.Path(self.directory) / 'serf'
        link.symlink_to(HEARSAY)
        agent = self.agent('hearsay').start(f'-encrypt={KEY}', program=str(link))
        self.assertEqual(agent.rpc.call('list-keys')['Keys'], {KEY: 1})

    def test_the_agents_owner_gets_keys_over_the_local_socket(self):
        self.start(f'-encrypt={KEY}')
        self.assertIn(KEY, self.ask('keys', '-list').stdout)

    @needs_root
    def test_another_user_gets_fingerprints_over_the_local_socket(self):
        self.start(f'-encrypt={KEY}', self.config(rpc_socket_mode='0666'))
        os.chmod(self.directory, 0o755)  # so that others find the socket
        with socket.socket(socket.AF_UNIX) as probe:
            probe.connect(str(self.path))
        result = self.ask('keys', '-list', before=AS_NOBODY)
        self.assertIn(FINGERPRINT, result.stdout)
        self.assertNotIn(KEY, result.stdout)
