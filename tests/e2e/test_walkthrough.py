"""docs/walkthrough.md as it stands, and haproxy's answers while services and hosts come and go."""
import collections
import contextlib
import http.client
import threading
import time

from tests.harness.waiting import wait_until

from .walkthrough import FourHosts

CONFIG = '/etc/haproxy/haproxy.cfg'
SEEN = '/var/log/haproxy-seen'
# Stands before haproxy, to keep each file that is about to become its configuration.
WITNESS = f'''#!/bin/sh
[ "$1" != -c ] || cp "$3" {SEEN}/$(date +%s.%N)
exec /usr/sbin/haproxy "$@"
'''
Answer = collections.namedtuple('Answer', 'began body failure')  # failure: why there is no body


class Asker(threading.Thread):
    """Asks the host's haproxy all the time, one request after another."""

    def __init__(self, host):
        super().__init__(daemon=True)
        self.answers = []
        self._host = host
        self._ended = threading.Event()
        self.start()

    def run(self):
        with self._host.entered():
            while not self._ended.wait(0.01):
                self.answers.append(Answer(time.monotonic(), *self._ask()))

    @staticmethod
    def _ask():
        with contextlib.closing(http.client.HTTPConnection('127.0.0.1', 8080, timeout=3)) as connection:
            try:
                connection.request('GET', '/')
                response = connection.getresponse()
                body = response.read().decode().strip()
                return (body, None) if response.status == 200 else (None, response.status)
            except (OSError, http.client.HTTPException) as error:
                return None, error

    def failures(self):
        return [answer for answer in self.answers if answer.body is None]

    def stop(self):
        self._ended.set()
        self.join()


def ports_of(*names):
    return sorted(f'{name}:{port}' for name in names for port in (8000, 8001))


class WalkThrough(FourHosts):

    takes_long = True

    def test_everything_on_the_page_goes_as_it_is_told(self):
        self.assertGreater(sum(map(len, self.PAGE.values())), 30, 'the page has commands')
        self.walk(*self.PAGE)


class HaproxyFollows(FourHosts):

    takes_long = True

    def setUp(self):
        super().setUp()
        self._excused = []
        self.walk('An agent on every host', 'haproxy')
        for name in ('web-1', 'web-2', 'web-3'):
            self.on(name, 'install examples/whoami/whoami /usr/local/bin/;'
                          'cp examples/whoami/whoami.service /etc/systemd/system/')

    def ask(self, *names):
        """All the time from now on, as these hosts answer by turns."""
        self.wait_config('the servers', *names)
        wait_until(lambda: self.on('client', 'curl -sf http://127.0.0.1:8080/', check=False), 'the first answer')
        asker = Asker(self.machines['client'].host)
        self.addCleanup(asker.stop)
        self.wait_round_robin(asker, *names)
        return asker

    def wait_round_robin(self, asker, *names):
        """Until requests have gone for three rounds to all ports of these hosts by turns and to nobody else. (It is
        a new turn when haproxy reloads.)"""
        wanted = ports_of(*names)
        first, rounds = len(asker.answers), 3 * len(wanted)

        def by_turns():
            counts = collections.Counter(str(answer.body) for answer in asker.answers[first:][-rounds:])
            assert sorted(counts) == wanted and max(counts.values()) - min(counts.values()) <= 2, counts
            return True
        wait_until(by_turns, 'answers by turns')

    @contextlib.contextmanager
    def gap(self, asker):
        """Requests may fail inside."""
        self.assert_no_failures(asker)
        yield
        self._excused = asker.failures()

    def assert_no_failures(self, asker):
        """None but those in gaps."""
        self.assertEqual(asker.failures(), self._excused, 'requests failed while all was well')

    def wait_config(self, told, *names):
        """Until haproxy's file has the servers of these hosts and no other."""
        def servers():
            lines = self.machines['client'].read(CONFIG).splitlines()
            seen = sorted(line.split()[1].replace('-80', ':80') for line in lines if line.startswith('    server '))
            assert seen == ports_of(*names), f'servers {seen}'
            return True
        wait_until(servers, told)

    def test_every_answer_comes_from_a_live_service_whatever_starts_stops_hangs_or_is_cut_off(self):
        self.on('web-1', 'systemctl start whoami')
        self.on('web-2', 'systemctl start whoami')
        asker = self.ask('web-1', 'web-2')

        for _ in range(2):
            self.on('web-3', 'systemctl start whoami')
            self.wait_round_robin(asker, 'web-1', 'web-2', 'web-3')
            self.on('web-3', 'systemctl stop whoami')
            self.wait_round_robin(asker, 'web-1', 'web-2')
        self.on('web-3', 'systemctl start whoami')
        self.wait_round_robin(asker, 'web-1', 'web-2', 'web-3')

        with self.gap(asker):
            self.on('web-1', 'kill -KILL $(cat /run/units/whoami.pid)')
            self.wait_config('the tag of the killed service gone', 'web-2', 'web-3')
            self.wait_round_robin(asker, 'web-2', 'web-3')
        self.on('web-1', 'systemctl start whoami')
        self.wait_round_robin(asker, 'web-1', 'web-2', 'web-3')

        with self.gap(asker):  # only haproxy's check can see this one
            self.on('web-3', 'kill -STOP $(cat /run/units/whoami.pid)')
            self.wait_round_robin(asker, 'web-1', 'web-2')
        self.on('web-3', 'kill -CONT $(cat /run/units/whoami.pid)')
        self.wait_round_robin(asker, 'web-1', 'web-2', 'web-3')

        with self.gap(asker):
            self.link.plug(1, 'down')
            self.wait_config('the host that is cut off missed', 'web-1', 'web-3')
            self.wait_round_robin(asker, 'web-1', 'web-3')
        self.link.plug(1, 'up')
        self.on('client', 'hearsay join 10.0.0.2')
        self.wait_round_robin(asker, 'web-1', 'web-2', 'web-3')
        self.assert_no_failures(asker)

    def test_no_restart_and_no_bad_template_ever_takes_a_server_away(self):
        client, log = self.machines['client'], '/run/units/hearsay-haproxy.log'
        client.run(f'mkdir {SEEN}; cat >/usr/local/bin/haproxy; chmod +x /usr/local/bin/haproxy', text=WITNESS)
        self.on('web-1', 'systemctl start whoami')
        asker = self.ask('web-1')

        client.kill('hearsay agent')  # and comes back knowing nobody
        wait_until(lambda: 'waiting for it to come back' in client.read(log), 'watch without an agent')
        client.run('rm /var/lib/hearsay/snapshot')
        (command,) = (words for _, words, _ in self.PAGE['An agent on every host'] if words.startswith('hearsay agent'))
        client.run(command)
        self.on('web-2', 'systemctl start whoami')
        self.wait_round_robin(asker, 'web-1', 'web-2')

        client.run(f'cp {CONFIG}.template {CONFIG}.good; echo a slip of the pen >>{CONFIG}.template')
        before = client.read(CONFIG)
        self.on('web-3', 'systemctl start whoami')
        wait_until(lambda: 'does not pass' in client.read(log), 'the check that fails')
        self.assertEqual(client.read(CONFIG), before)
        self.wait_round_robin(asker, 'web-1', 'web-2')
        client.run(f'mv {CONFIG}.good {CONFIG}.template')  # and nobody has to do more: it is tried again
        self.wait_round_robin(asker, 'web-1', 'web-2', 'web-3')
        self.assert_no_failures(asker)

        self.assertEqual(client.run(f'grep -L " server web-1-8000 " {SEEN}/*', check=False).stdout, '')
        self.assertGreater(int(client.run(f'ls {SEEN} | wc -l').stdout), 2, 'the witness saw something')

        for name in ('web-1', 'web-2', 'web-3'):
            self.on(name, 'systemctl stop whoami')
        self.wait_config('a backend without servers')
        self.assertIn('\nbackend whoami\n', client.read(CONFIG))
        self.assertEqual(self.on('client', "curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:8080/"), '503')
