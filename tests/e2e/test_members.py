"""`members` for scripts: formats, order, limits and exit statuses."""
import json
import os
import pty
import subprocess

from tests.harness.agent import HEARSAY
from tests.harness.case import AgentCase
from tests.harness.waiting import wait_until


class MembersForScripts(AgentCase):

    def start_two(self):
        first = self.agent('hearsay', 'web-1').start('-profile=local', '-tag', 'svc=web', '-tag', "note=it's $HOME")
        second = self.agent('hearsay', 'db-1').start('-profile=local', '-tag', 'svc=db', f'-join={first.endpoint}')
        self.wait_alive([first, second])
        return first, second

    def test_each_format_is_what_its_reader_expects(self):
        first, second = self.start_two()
        self.assertEqual(first.cli('members', '--format', 'names').stdout, 'db-1\nweb-1\n')
        self.assertEqual(first.cli('members', '--format', 'addr', '-tag', 'svc=db').stdout, f'{second.endpoint}\n')
        self.assertEqual(first.cli('members', '--format=tsv', '--fields=name,status,tag:svc').stdout,
                         'db-1\talive\tdb\nweb-1\talive\tweb\n')
        told = json.loads(first.cli('members', '--format=json', '--fields=name,port,tags', '-tag', 'svc=web').stdout)
        self.assertEqual(told, {'members': [{'name': 'web-1', 'port': 7946,
                                             'tags': {'svc': 'web', 'note': "it's $HOME"}}]})
        self.assertEqual(json.loads(first.cli('members', '--format=json', '-name=nobody').stdout), {'members': []})
        self.assertEqual(first.cli('members', '-name=nobody').stdout, '')

    def test_a_shell_evaluates_env_to_the_values_there_are(self):
        first, _ = self.start_two()
        script = f'eval "$({HEARSAY} members -format env)"; echo "$HEARSAY_COUNT $HEARSAY_2_NAME $HEARSAY_2_TAG_NOTE"'
        told = subprocess.run(['sh', '-c', script], capture_output=True, text=True, timeout=60, check=True,
                              env={**os.environ, 'HEARSAY_RPC_ADDR': first.rpc_endpoint})
        self.assertEqual(told.stdout, "2 web-1 it's $HOME\n")

    def test_the_nearest_come_first_and_a_limit_keeps_them(self):
        first, _ = self.start_two()

        def sorted_by_rtt():
            told = first.cli('members', '--format=json', '--fields=name,rtt', '--sort=rtt')
            members = json.loads(told.stdout)['members']
            assert all(member['rtt_ms'] is not None for member in members), members
            return members
        members = wait_until(sorted_by_rtt, 'round trip times of both')
        times = [member['rtt_ms'] for member in members]
        self.assertEqual(times, sorted(times))
        self.assertEqual(len(first.cli('members', '--sort=rtt', '--limit=1', '--format=names').stdout.split()), 1)

    def test_fewer_than_required_is_status_3_and_no_agent_status_2(self):
        first, _ = self.start_two()
        for arguments, status in ((['--require=2'], 0), (['--require=3'], 3), (['-tag', 'svc=db', '--require=2'], 3),
                                  (['--limit=1', '--require=2'], 0)):
            told = first.cli('members', '--format=names', *arguments)
            self.assertEqual(told.returncode, status, arguments)
            self.assertTrue(told.stdout)
            self.assertEqual(bool(told.stderr), status != 0)
            quiet = first.cli('members', '--quiet', *arguments)
            self.assertEqual((quiet.returncode, quiet.stdout, quiet.stderr), (status, '', ''))
        nobody = first.cli('members', '--require=1', '-rpc-addr=127.0.0.1:1')
        self.assertEqual((nobody.returncode, nobody.stdout), (2, ''))

    def test_what_is_unknown_is_one_line_that_names_what_is_allowed(self):
        first = self.agent('hearsay').start()
        for arguments, allowed in ((['-format=yaml'], 'text, json, tsv, addr, env or names'),
                                   (['-fields=age'], 'name, addr, ip, port, status, tags, rtt, protocol or tag:KEY'),
                                   (['-sort=age'], 'name, addr or rtt'),
                                   (['-status=aliev'], 'alive, leaving, left or failed')):
            told = first.cli('members', *arguments)
            self.assertEqual((told.returncode, told.stdout), (1, ''))
            self.assertEqual(len(told.stderr.splitlines()), 1)
            self.assertIn(allowed, told.stderr)

    def coloured(self, agent, program=HEARSAY, **environment):
        """What `members` prints to a terminal."""
        ours, theirs = pty.openpty()
        environment = {**os.environ, 'TERM': 'xterm', 'SERF_RPC_ADDR': agent.rpc_endpoint, **environment}
        with os.fdopen(ours, 'rb', buffering=0) as terminal:
            subprocess.run([program, 'members'], stdin=theirs, stdout=theirs, stderr=theirs, env=environment,
                           timeout=60, check=True)
            os.close(theirs)
            return terminal.read(65536).decode()

    def test_colours_are_for_terminals_without_no_color_and_never_for_serf(self):
        first, second = self.start_two()
        second.kill()
        self.wait_status([first], second.name, 'failed')
        self.assertIn('\x1b[31mdb-1', self.coloured(first))
        self.assertNotIn('\x1b', self.coloured(first, NO_COLOR='1'))
        self.assertNotIn('\x1b', first.cli('members', environment={'TERM': 'xterm'}).stdout)
        link = self.directory / 'serf'
        link.symlink_to(HEARSAY)
        self.assertNotIn('\x1b', self.coloured(first, program=str(link)))
