"""The life of the Debian package, under a real systemd: from its installation until it is purged. With --long only."""
import json
import os
import pathlib
import shutil
import subprocess
import unittest

from tests.harness.agent import ROOT
from tests.harness.case import AgentCase
from tests.harness.hosts import Link
from tests.harness.waiting import wait_until
from tests.packaging.container import Container

UNIT = 'hearsay.service'
NAME = 'packaged'
# What the next version of the package calls itself: the same files.
NEXT = '0.1.0+next'


def packages(directory):
    """Both packages, built unless HEARSAY_DEBS says where they are: [hearsay, hearsay-serf]."""
    given = os.environ.get('HEARSAY_DEBS')
    if not given:
        subprocess.run([str(ROOT / 'tools/package'), 'deb', str(directory)], check=True, stdout=subprocess.DEVNULL)
    found = pathlib.Path(given or directory)
    return [next(found.glob('hearsay_*.deb')), next(found.glob('hearsay-serf_*.deb'))]


def as_next_version(package, directory):
    tree = pathlib.Path(directory) / 'next'
    subprocess.run(['dpkg-deb', '-R', str(package), str(tree)], check=True)
    control = tree / 'DEBIAN/control'
    lines = [f'Version: {NEXT}' if line.startswith('Version:') else line
             for line in control.read_text(encoding='utf-8').splitlines()]
    control.write_text('\n'.join(lines) + '\n', encoding='utf-8')
    out = pathlib.Path(directory) / 'next.deb'
    subprocess.run(['dpkg-deb', '--root-owner-group', '-b', str(tree), str(out)], check=True, capture_output=True)
    return out


@unittest.skipUnless(os.environ.get('HEARSAY_LONG'), 'minutes: with --long only')
class PackageLife(AgentCase):
    takes_long = True

    def setUp(self):
        super().setUp()
        self.link = Link(3)
        self.addCleanup(self.link.close)
        self.package, self.serf_package = packages(self.directory)
        self.container = Container(self.link.hosts[0])
        self.addCleanup(self.container.close)

    def install(self, *files):
        for file in files:
            shutil.copy(file, self.container.root / 'srv')
        return self.container.run('dpkg', '-i', *(f'/srv/{pathlib.Path(file).name}' for file in files))

    def configure(self, **keys):
        text = json.dumps({'node_name': NAME, 'bind': self.link.hosts[0].address,
                           'retry_join': [self.link.hosts[1].address],
                           'event_handlers': ['member-join=/etc/hearsay/hook'], **keys})
        self.write('/etc/hearsay/local.json', text)

    def write(self, path, text, mode=0o644):
        file = pathlib.Path(f'{self.container.root}{path}')
        file.write_text(text, encoding='utf-8')
        file.chmod(mode)

    def assert_unnoticed(self):
        """No peer has taken it for gone or failed, not even for a moment."""
        for peer in self.agents:
            for event in ('EventMemberFailed', 'EventMemberLeave'):
                self.assertNotIn(f'{event}: {NAME}', peer.log(), peer)

    def pid(self):
        return self.container.shows(UNIT, 'MainPID')

    def wait_active(self, not_pid='0'):
        wait_until(lambda: self.container.shows(UNIT, 'ActiveState') == 'active' and self.pid() not in ('0', not_pid),
                   'the service')

    def test_from_installation_to_purge(self):
        run = self.container.run
        ours, serf = [self.agent(kind, host=host, address=host.address).start()
                      for kind, host in zip(('hearsay', 'serf'), self.link.hosts[1:])]
        serf.rpc.call('join', {'Existing': [ours.address], 'Replay': False})

        self.install(self.package, self.serf_package)
        self.assertEqual(self.container.shows(UNIT, 'ActiveState'), 'inactive')  # nobody has said where to gossip
        self.assertEqual(run('stat', '-c', '%U:%G %a', '/etc/hearsay').strip(), 'root:hearsay 750')
        self.assertIn('0.8.2-dev', run('serf', 'version'))

        self.configure()
        self.write('/etc/hearsay/hook', '#!/bin/sh\ncat >>/var/lib/hearsay/heard\n'
                                        'touch /etc/hearsay/own /home/own /usr/own 2>>/var/lib/hearsay/refused\n', 0o755)
        run('systemctl', 'enable', '--now', UNIT)
        wait_until(lambda: len(run('hearsay', 'members', '-status=alive', '-format=names').split()) == 3, 'members')
        wait_until(lambda: self.container.shows(UNIT, 'StatusText').startswith('3 members alive'), 'the status')
        wait_until(lambda: serf.name in run('cat', '/var/lib/hearsay/heard', check=False), 'the hook')
        self.assertEqual(run('sh', '-c', 'grep -c "Read-only\\|ermission" /var/lib/hearsay/refused').strip()[:1], '3')
        self.assertEqual(self.container.shows(UNIT, 'NFileDescriptorStore'), '2')
        self.assertEqual(run('ps', '-o', 'user=', '-p', self.pid()).strip(), 'hearsay')

        self.configure(tags={'svc': 'whoami'})
        run('systemctl', 'reload', UNIT)
        for peer in (ours, serf):
            self.wait_view([peer], lambda rpc: rpc.call('members-filtered', {'Name': NAME})['Members'][0]['Tags'],
                           {'svc': 'whoami'}, 'the tag')

        before = self.pid()
        self.install(as_next_version(self.package, self.directory))
        self.wait_active(not_pid=before)
        self.assertIn(NEXT, run('dpkg-query', '-W', 'hearsay'))
        self.wait_alive_everywhere(ours, serf)
        self.assert_unnoticed()

        before = self.pid()
        run('systemctl', 'kill', '--kill-who=main', '--signal=KILL', UNIT)
        self.wait_active(not_pid=before)
        self.wait_alive_everywhere(ours, serf)
        self.assert_unnoticed()

        run('dpkg', '-r', 'hearsay-serf', 'hearsay')
        for peer in (ours, serf):
            self.wait_status([peer], NAME, 'left')
        self.assertTrue((self.container.root / 'etc/hearsay/agent.json').exists())
        run('dpkg', '-P', 'hearsay')
        self.assertFalse((self.container.root / 'etc/hearsay/agent.json').exists())
        self.assertFalse((self.container.root / 'var/lib/hearsay').exists())

    def wait_alive_everywhere(self, *peers):
        """Also to those that the packaged agent tells of it by an event, sent after all it went through."""
        before = {peer: peer.log().count('user-event: still-here') for peer in peers}
        self.container.run('hearsay', 'event', '-coalesce=false', 'still-here')
        for peer in peers:
            wait_until(lambda peer=peer: peer.log().count('user-event: still-here') > before[peer], f'news at {peer}')
            self.wait_status([peer], NAME, 'alive')
