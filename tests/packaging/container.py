"""A Debian of its own, with its own systemd, as a container on a host (harness/hosts.py) of the test."""
import contextlib
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from tests.harness.agent import ROOT
from tests.harness.waiting import wait_until

INSIDE = ['dbus', 'procps', 'systemd', 'systemd-sysv']
CGROUPS = pathlib.Path('/sys/fs/cgroup')


def debian():
    """A Debian 12 to copy: HEARSAY_DEBIAN, or one that is made once."""
    made = pathlib.Path(os.environ.get('HEARSAY_DEBIAN', ROOT / 'build/packaging/debian'))
    if not (made / 'usr/bin/systemctl').exists():
        made.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(['debootstrap', '--variant=minbase', f'--include={",".join(INSIDE)}', 'bookworm', str(made)],
                       check=True, stdout=subprocess.DEVNULL)
    return made


class Container:
    """Booted when it is there, gone with all that is in it at close(). Skips the test where none can be started."""

    def __init__(self, host):
        if os.geteuid() != 0 or not shutil.which('systemd-nspawn'):
            raise unittest.SkipTest('containers need root, and systemd-nspawn: tools/setup package')
        self.root = pathlib.Path(tempfile.mkdtemp(prefix='hearsay-container-'))
        subprocess.run(['cp', '-a', '--reflink=auto', f'{debian()}/.', str(self.root)], check=True)
        self.cgroup = (CGROUPS / 'systemd' if (CGROUPS / 'systemd').is_dir() else CGROUPS) / self.root.name
        self.cgroup.mkdir()
        self.console = open(self.root.with_suffix('.console'), 'wb+')
        with host.entered():
            self.process = subprocess.Popen(
                ['systemd-nspawn', '--quiet', '--register=no', '--keep-unit', '--boot', f'--directory={self.root}',
                 f'--network-namespace-path=/run/netns/{host.namespace}'],
                stdin=subprocess.DEVNULL, stdout=self.console, stderr=subprocess.STDOUT, preexec_fn=self._enter_cgroup)
        wait_until(self._is_up, f'the container in {self.root}', limit=120)

    def _enter_cgroup(self):
        (self.cgroup / 'cgroup.procs').write_text('0', encoding='ascii')

    @property
    def leader(self):
        """Its first process, as seen from here."""
        path = pathlib.Path(f'/proc/{self.process.pid}/task/{self.process.pid}/children')
        children = path.read_text(encoding='ascii').split()
        return children[0] if children else None

    def _is_up(self):
        assert self.process.poll() is None, f'it ended: {pathlib.Path(self.console.name).read_text(errors="replace")}'
        if self.leader is None:
            return False
        return self.run('systemctl', 'is-system-running', check=False).strip() in ('running', 'degraded')

    def run(self, *command, check=True):
        """What it prints, on either stream."""
        done = subprocess.run(['nsenter', f'--target={self.leader}', '--mount', '--uts', '--ipc', '--net', '--pid',
                               '--root', '--wd', *command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=120, check=False,
                              env={'PATH': '/usr/sbin:/usr/bin:/sbin:/bin', 'DEBIAN_FRONTEND': 'noninteractive'})
        assert done.returncode == 0 or not check, f'{command} ended with {done.returncode}: {done.stdout}'
        return done.stdout

    def shows(self, unit, key):
        """A property of a unit."""
        return self.run('systemctl', 'show', '--value', f'--property={key}', unit).strip()

    def close(self):
        if self.process.poll() is None:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(20)
            self.process.kill()
            self.process.wait()
        self.console.close()
        os.unlink(self.console.name)
        shutil.rmtree(self.root, ignore_errors=True)
        with contextlib.suppress(OSError):
            self.cgroup.rmdir()
