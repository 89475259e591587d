"""Hosts with processes and files of their own, on which commands run as an administrator types them."""
import os
import pathlib
import subprocess
import unittest

from .agent import HEARSAY, ROOT

SYSTEMCTL = pathlib.Path(__file__).with_name('systemctl')
PATH = '/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

# What a command may write to is a copy, or empty. /mnt only is where the copies are made.
SET_UP = '''
set -eu
hostname "$1"
private() { mount -t tmpfs -o mode=755 tmpfs /mnt; }
private && cp -a /etc/. /mnt/ && mount --move /mnt /etc
private && mkdir /mnt/hearsay && for name in haproxy nginx; do
  [ ! -e "/var/lib/$name" ] || cp -a "/var/lib/$name" /mnt/
done && mount --move /mnt /var/lib
private && mkdir /mnt/nginx && mount --move /mnt /var/log
private && ln -s "$2" /mnt/hearsay && ln -s "$3" /mnt/systemctl && mount --move /mnt /usr/local/bin
mount -t tmpfs tmpfs /run && mkdir /run/haproxy
echo ready
exec >/dev/null
while sleep 1; do :; done # the first process, to which orphans fall
'''


class Machine:
    """A Host with a name, processes, /etc, /run, /var/lib, /var/log and /usr/local/bin of its own. The programs
    `hearsay` and `systemctl` are there; the latter is ours. All processes end at close()."""

    def __init__(self, host, name):
        self.host, self.name = host, name
        with host.entered():
            self._first = subprocess.Popen(
                ['unshare', '--mount', '--uts', '--pid', '--fork', '--kill-child', '--mount-proc', 'sh', '-c', SET_UP,
                 'first', name, os.path.realpath(HEARSAY), SYSTEMCTL],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if (line := self._first.stdout.readline()) != 'ready\n':
            self.close()
            raise unittest.SkipTest(f'no namespaces here: {line.strip()}')
        children = f'/proc/{self._first.pid}/task/{self._first.pid}/children'
        self._pid = pathlib.Path(children).read_text(encoding='ascii').strip()

    def run(self, command, check=True, text=''):
        """What `sh -c` makes of the command in the root of the source, with that text on its standard input."""
        done = subprocess.run(
            ['nsenter', '--target', self._pid, '--root', '--wd', '--mount', '--uts', '--net', '--pid', '--', 'sh', '-c',
             f"cd '{ROOT}'; {command}"], input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, timeout=60, check=False, env={**os.environ, 'PATH': PATH})
        if check and done.returncode != 0:
            raise AssertionError(f'{self.name}: {command}: status {done.returncode}: {done.stdout}')
        return done

    def read(self, path):
        """What is in a file, and nothing if there is none."""
        return self.run(f'! test -e {path} || cat {path}').stdout

    def kill(self, command, signal='KILL'):
        """The signal to whatever runs there with a command line that begins so."""
        self.run(f"""for process in /proc/[0-9]*; do
            case $(tr '\\0' ' ' <"$process/cmdline") in '{command}'*) kill -{signal} "${{process#/proc/}}" ;; esac
        done""")

    def close(self):
        self._first.kill()
        self._first.wait()
        self._first.stdout.close()
