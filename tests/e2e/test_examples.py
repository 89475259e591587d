"""What stands in examples/, beside what the walk-through does with it."""
import os
import pathlib
import shutil
import signal
import stat
import subprocess
import tempfile
import unittest

from tests.harness.agent import ROOT
from tests.harness.rights import needs_mounts
from tests.harness.waiting import wait_until

from .walkthrough import FourHosts

EXAMPLES = ROOT / 'examples'
TEMPLATE = """\
head
@whoami@ server {name}-{port} {endpoint}
\t@api@at {address}:{port}
@!api@ no api
  @!whoami@ no whoami
@*@ {address} {name}
tail @whoami@
"""
LIST = 'whoami\tweb-1\t10.0.0.1\t8000,8001\nwhoami\tweb-2\tfd00::2\t8000\n\tclient\t10.0.0.4\t\n'
RENDERED = """\
head
server web-1-8000 10.0.0.1:8000
server web-1-8001 10.0.0.1:8001
server web-2-8000 [fd00::2]:8000
no api
10.0.0.1 web-1
fd00::2 web-2
10.0.0.4 client
tail @whoami@
"""
RENDERED_COLUMNS = """\
head
server web-1-8000 10.0.0.1:8000
server web-2-8000 10.0.0.2:8000
server web-2-8001 10.0.0.2:8001
\tat 10.0.0.2:9000
10.0.0.1 web-1
10.0.0.2 web-2
10.0.0.2 web-2
tail @whoami@
"""


class Render(unittest.TestCase):

    def setUp(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix='hearsay-test-'))
        self.addCleanup(shutil.rmtree, self.directory)
        self.template, self.file, self.trace = (self.directory / name for name in ('template', 'file', 'trace'))
        self.template.write_text(TEMPLATE)

    def render(self, servers=LIST, *options, template=None, status=0):
        """What it says."""
        done = subprocess.run([EXAMPLES / 'hearsay-render', *options, template or self.template, self.file],
                              input=servers, capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, status, done.stderr)
        self.assertEqual(done.stdout, '')
        return done.stderr

    def end_during(self, *options):
        """Ends one with these options while it runs a command that has left its trace."""
        running = subprocess.Popen([EXAMPLES / 'hearsay-render', *options, self.template, self.file],
                                   stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        wait_until(self.trace.exists, 'the command')
        os.killpg(running.pid, signal.SIGTERM)
        self.assertEqual(running.wait(60), 1)

    def files(self):
        return sorted(path.name for path in self.directory.iterdir())

    def test_a_line_of_the_template_becomes_one_for_each_server_or_port(self):
        self.assertEqual(self.render(), '')
        self.assertEqual(self.file.read_text(), RENDERED)

    def test_a_host_may_have_a_column_for_each_of_its_services(self):
        self.render('web-1\t10.0.0.1\t8000\t\nweb-2\t10.0.0.2\t8000,8001\t9000\nx y\t10.0.0.3\t1\t\n',
                    '-s', 'whoami,api')
        self.assertEqual(self.file.read_text(), RENDERED_COLUMNS)

    def test_without_servers_only_what_is_for_that_remains(self):
        self.render('\n')
        self.assertEqual(self.file.read_text(), 'head\nno api\n  no whoami\ntail @whoami@\n')

    def test_what_is_no_name_address_or_port_stays_out(self):
        self.render('')
        nothing = self.file.read_text()
        for row in ('x y\t10.0.0.1\t80', 'a\\nb\t10.0.0.1\t80', '\t10.0.0.1\t80', 'a&b\t10.0.0.1\t80',
                    '$(reboot)\t10.0.0.1\t80', 'web\t10.0.0.1 backup\t80', 'web\texample.org\t80', 'web\t\t80', 'web'):
            with self.subTest(row):
                self.assertIn('left out: whoami\t', self.render(f'whoami\t{row}\n'))
                self.assertEqual(self.file.read_text(), nothing)
        for ports in ('', '0', '65536', 'http', '80 backup', '-1', '1e3', '80;', '8000\\n@api@'):
            with self.subTest(ports):
                self.render(f'whoami\tweb\t10.0.0.1\t{ports}\n')
                self.assertNotIn('server', self.file.read_text())

    def test_a_template_without_a_line_for_servers_is_refused(self):
        self.file.write_text('good')
        self.template.write_text('head\n')
        self.assertIn('has no line that begins with @SERVICE@', self.render(status=1))
        self.template.unlink()
        self.render(status=1)
        self.assertEqual(self.file.read_text(), 'good')
        self.assertEqual(self.files(), ['file'])

    def test_what_does_not_pass_the_check_changes_nothing_and_leaves_nothing_behind(self):
        self.file.write_text('good')
        said = self.render(LIST, '-c', 'echo no good; grep -q nonsense', '-r', f'touch {self.trace}', status=1)
        self.assertIn("does not pass 'echo no good; grep -q nonsense'", said)
        self.assertIn('no good\n', said)
        self.assertEqual(self.file.read_text(), 'good')
        self.assertEqual(self.files(), ['file', 'template'])

    def test_after_a_reload_that_fails_the_old_file_is_there_and_the_next_run_tries_again(self):
        for before in (None, 'good'):
            with self.subTest(before):
                if before:
                    self.file.write_text(before)
                self.assertIn('failed', self.render(LIST, '-r', 'exit 1', status=1))
                self.assertEqual(self.file.read_text() if self.file.exists() else None, before)
        self.render(LIST, '-r', f'echo reloaded >{self.trace}')
        self.assertEqual(self.file.read_text(), RENDERED)
        self.assertEqual((self.directory / 'file.last').read_text(), 'good')
        self.assertEqual(self.trace.read_text(), 'reloaded\n')

    def test_what_has_not_changed_is_not_reloaded(self):
        for _ in range(3):
            self.render(LIST, '-r', f'echo reloaded >>{self.trace}')
        self.assertEqual(self.trace.read_text(), 'reloaded\n')

    def test_the_mode_of_the_file_stays(self):
        self.render('')
        self.assertEqual(stat.S_IMODE(self.file.stat().st_mode), 0o644)
        self.file.chmod(0o640)
        self.render()
        self.assertEqual(stat.S_IMODE(self.file.stat().st_mode), 0o640)

    def test_one_that_is_ended_leaves_nothing_behind(self):
        self.file.write_text('good')
        self.end_during('-c', f'touch {self.trace}; exec sleep 1000 #')
        self.assertEqual(self.file.read_text(), 'good')
        self.assertEqual(self.files(), ['file', 'template', 'trace'])

    def test_one_that_is_ended_while_it_reloads_leaves_the_old_file_and_the_next_run_tries_again(self):
        self.file.write_text('good')
        self.end_during('-r', f'touch {self.trace}; exec sleep 1000')
        self.assertEqual(self.file.read_text(), 'good')
        self.render(LIST, '-r', f'echo reloaded >{self.trace}')
        self.assertEqual((self.file.read_text(), self.trace.read_text()), (RENDERED, 'reloaded\n'))

    @needs_mounts
    def test_on_a_full_disk_the_old_file_stays(self):
        script = 'mount -t tmpfs -o "size=$1" full "$2" && cd "$2" && echo good >file && "$3" "$4" file; ' \
                 'echo "status $?"; cat file; ls'
        full = self.directory / 'full'
        full.mkdir()
        servers = ''.join(f'whoami\tweb-{number}\t10.0.0.1\t8000\n' for number in range(1000))
        for size in ('4k', '8k'):  # room for the old file only, and for a copy of it
            with self.subTest(size):
                done = subprocess.run(['unshare', '--mount', 'sh', '-c', script, 'sh', size, full,
                                       EXAMPLES / 'hearsay-render', self.template],
                                      input=servers, capture_output=True, text=True, timeout=60, check=False)
                self.assertRegex(done.stderr, '^hearsay-render: .*: file stays\n$')
                self.assertEqual(done.stdout, 'status 1\ngood\nfile\n')

    def test_a_port_that_a_host_names_twice_is_one_server(self):
        self.render('whoami\tweb-1\t10.0.0.1\t8000,8000,08000,8001,0,65536\nwhoami\tweb-2\tfd00::2\t8000\n'
                    '\tclient\t10.0.0.4\t\n')
        self.assertEqual(self.file.read_text(), RENDERED)

    def test_the_templates_pass_their_checks_with_servers_and_without(self):
        for template, check in (('haproxy/haproxy.cfg', 'haproxy -c -f'), ('nginx/nginx.conf', 'nginx -t -c')):
            for servers in (LIST, ''):
                with self.subTest(template=template, servers=servers):
                    self.render(servers, '-c', check, template=EXAMPLES / f'{template}.template')
                    self.assertEqual('10.0.0.1:8001' in self.file.read_text(), servers == LIST)
                    self.file.unlink()

    def test_a_host_cannot_take_the_name_of_another_site(self):
        self.render('\tdeb.debian.org\t10.0.0.66\n', template=EXAMPLES / 'hosts/hosts.template')
        self.assertIn('10.0.0.66 deb.debian.org.hearsay\n', self.file.read_text())


class Deploy(unittest.TestCase):

    def test_only_a_release_that_is_there_is_taken(self):
        directory = pathlib.Path(tempfile.mkdtemp(prefix='hearsay-test-'))
        self.addCleanup(shutil.rmtree, directory)
        (directory / 'releases/v1').mkdir(parents=True)
        for version in ('v2', '', '..', '../../etc', 'v1/..', 'v1 v2', '$(reboot)'):
            done = subprocess.run([EXAMPLES / 'deploy/deploy', directory], input=version + '\n', capture_output=True,
                                  text=True, timeout=60, check=False)
            self.assertEqual(done.returncode, 1, version)
            self.assertRegex(done.stderr, '^deploy: .*\n$')
            self.assertEqual([path.name for path in directory.iterdir()], ['releases'], version)


class Examples(FourHosts):

    takes_long = True

    def start_agents(self, **arguments):
        """As the page does it, on the hosts named (web_1='' ...), with these arguments more."""
        for name, more in arguments.items():
            self.on(name.replace('_', '-'),
                    'mkdir -p /etc/hearsay; cp examples/agent.json /etc/hearsay/; install examples/hearsay-render '
                    'examples/*/hearsay-haproxy-hook examples/*/whoami examples/*/announce /usr/local/bin/; '
                    'cp examples/*/*.service /etc/systemd/system/; cp examples/hosts/hosts.template /etc/;'
                    'for name in haproxy nginx; do cp examples/$name/*.template /etc/$name/; done;'
                    f'hearsay agent -config-file /etc/hearsay/agent.json {more} >/var/log/hearsay.log 2>&1 &')
        self.on('web-1', f'hearsay wait -min {len(arguments)}')

    def wait_printed(self, name, command, wanted):
        def printed():
            seen = self.on(name, command, check=False)
            assert seen == wanted, f'{name}# {command}\n{seen}'
            return True
        wait_until(printed, f'{wanted!r}')

    def announced(self):
        return self.on('web-1', 'hearsay members -name web-1 -format tsv -fields tag:svc,tag:port')

    def test_nginx_and_the_hosts_file_follow_as_haproxy_does(self):
        self.start_agents(web_1='', client='')
        self.on('client', 'systemctl start nginx; systemctl start hearsay-nginx; systemctl start hearsay-hosts')
        status = "curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:8081/"
        self.wait_printed('client', status, '502')
        self.on('web-1', 'systemctl start whoami')
        self.wait_printed('client', 'for i in 1 2; do curl -s http://127.0.0.1:8081/; done | sort',
                          'web-1:8000\nweb-1:8001\n')
        self.wait_printed('client', 'grep hearsay$ /etc/hosts', '10.0.0.4 client.hearsay\n10.0.0.1 web-1.hearsay\n')
        self.assertIn('10.0.0.1 ', self.on('client', 'getent ahostsv4 web-1.hearsay'))
        self.on('web-1', 'systemctl stop whoami')
        self.wait_printed('client', status, '502')
        self.on('client', 'nginx -t')
        self.on('web-1', 'hearsay leave')
        self.wait_printed('client', 'grep -c hearsay$ /etc/hosts', '1\n')

    def test_the_hook_renders_and_an_agent_that_does_not_answer_empties_nothing(self):
        events = 'member-join,member-leave,member-failed,member-update,member-reap'
        self.start_agents(
            web_1='-event-handler "user:deploy=exit 0"',
            client=f'-event-handler "{events}=HAPROXY_RELOAD=true /usr/local/bin/hearsay-haproxy-hook"')
        self.on('web-1', 'systemctl start whoami')
        servers = 'grep -o "web-1:800.\\|10.*$" /etc/haproxy/haproxy.cfg'
        self.wait_printed('client', servers, '10.0.0.1:8000\n10.0.0.1:8001\n')
        self.machines['client'].kill('hearsay agent')
        done = self.machines['client'].run('HAPROXY_RELOAD=true hearsay-haproxy-hook', check=False)
        self.assertEqual(done.returncode, 2, done.stdout)
        self.assertEqual(self.on('client', servers), '10.0.0.1:8000\n10.0.0.1:8001\n')

    def test_announce_holds_the_tag_for_as_long_as_the_service_runs(self):
        self.start_agents(web_1='')
        start = '{ announce whoami 8000,8001 -- whoami 8000 8001 2>/run/stderr; echo "status $?"; } >/run/said 2>&1 &'
        for program, number, status in (('/bin/sh /usr/local/bin/announce', 'TERM', 143),
                                        ('/usr/bin/python3 /usr/local/bin/whoami', 'KILL', 137)):
            self.on('web-1', start)
            wait_until(lambda: self.announced() == 'whoami\t8000,8001\n', 'the tags')
            wait_until(lambda: self.on('web-1', 'curl -s http://127.0.0.1:8001/', check=False), 'the service')
            self.machines['web-1'].kill(program, number)
            self.wait_printed('web-1', 'cat /run/said', f'status {status}\n')
            self.assertEqual(self.announced(), '\t\n')

    def test_load_averages_fail_without_an_agent(self):
        done = self.machines['client'].run('examples/load/load-averages 2>/dev/null', check=False)
        self.assertEqual((done.returncode, done.stdout), (2, ''))

    @unittest.skipUnless(shutil.which('systemd-analyze'), 'no systemd-analyze here')
    def test_systemd_finds_nothing_wrong_with_the_units(self):
        self.start_agents(web_1='')
        units = ' '.join(f'/etc/systemd/system/{path.name}' for path in EXAMPLES.glob('*/*.service'))
        self.assertEqual(self.on('web-1', f'systemd-analyze verify --man=no {units}'), '')
