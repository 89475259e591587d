"""Hosts on one link, each with a network of its own: for what loopback cannot show."""
import contextlib
import ctypes
import itertools
import os
import subprocess
import unittest

CLONE_NEWNET = 0x40000000
LIBC = ctypes.CDLL(None, use_errno=True)
COUNTER = itertools.count()


def ip(*words):
    subprocess.run(['ip', *words], check=True, capture_output=True, text=True)


class Host:
    """A network namespace with an `eth0` on the link: 10.99.0.N, or in another /24, fd99::N and fe80::N."""

    def __init__(self, namespace, number, network='10.99.0'):
        self.namespace = namespace
        self.address = f'{network}.{number}'
        self.address_v6 = f'fd99::{number}'
        self.link_local = f'fe80::{number}'

    @contextlib.contextmanager
    def entered(self):
        """Sockets made and processes started inside belong to this host."""
        with open('/proc/thread-self/ns/net', 'rb') as ours, open(f'/run/netns/{self.namespace}', 'rb') as theirs:
            set_namespace(theirs)
            try:
                yield
            finally:
                set_namespace(ours)


def set_namespace(namespace):
    if LIBC.setns(namespace.fileno(), CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), 'setns')


class Link:
    """A switch and the hosts on it, gone at close(). Skips the test where namespaces are not allowed."""

    def __init__(self, count, network='10.99.0'):
        self.name = f'hearsay-{os.getpid()}-{next(COUNTER)}'
        self._network = network
        self._namespaces = []
        try:
            self._add_namespace(self.name)
            ip('-n', self.name, 'link', 'show', 'lo')
        except (OSError, subprocess.CalledProcessError) as error:
            self.close()
            raise unittest.SkipTest(f'no network namespaces here: {error}') from error
        ip('-n', self.name, 'link', 'add', 'switch', 'type', 'bridge', 'mcast_snooping', '0')
        ip('-n', self.name, 'link', 'set', 'switch', 'up')
        self.hosts = [self._add_host(number) for number in range(1, count + 1)]

    def _add_namespace(self, name):
        ip('netns', 'add', name)
        self._namespaces.append(name)

    def _add_host(self, number):
        name, port = f'{self.name}-{number}', f'port{number}'
        self._add_namespace(name)
        ip('-n', self.name, 'link', 'add', port, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name)
        ip('-n', self.name, 'link', 'set', port, 'master', 'switch', 'up')
        ip('-n', name, 'link', 'set', 'lo', 'up')
        ip('-n', name, 'link', 'set', 'eth0', 'addrgenmode', 'none')
        ip('-n', name, 'link', 'set', 'eth0', 'up')
        host = Host(name, number, self._network)
        ip('-n', name, 'address', 'add', f'{host.address}/24', 'dev', 'eth0')
        for address in (host.address_v6, host.link_local):  # nodad: usable at once
            ip('-n', name, 'address', 'add', f'{address}/64', 'dev', 'eth0', 'nodad')
        ip('-n', name, 'route', 'add', 'default', 'dev', 'eth0')
        return host

    def plug(self, number, state):
        """Pulls the plug of hosts[number] ('down'), or puts it back ('up')."""
        ip('-n', self.name, 'link', 'set', f'port{number + 1}', state)

    def close(self):
        for name in reversed(self._namespaces):
            ip('netns', 'delete', name)
