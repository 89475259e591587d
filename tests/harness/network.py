"""Loopback networks that only one test uses at a time, on the whole machine."""
import fcntl
import os
import random
import socket
import tempfile

LOCKS = os.path.join(tempfile.gettempdir(), 'hearsay-test-networks')
SECOND_OCTETS = range(64, 128)


class Network:
    """A 127.x.y.0/24, held by a lock file until release() or the end of the process."""

    def __init__(self):
        os.makedirs(LOCKS, exist_ok=True)
        for _ in range(10_000):
            self.prefix = f'127.{random.choice(SECOND_OCTETS)}.{random.randrange(256)}'
            self._lock = open(os.path.join(LOCKS, self.prefix), 'w', encoding='ascii')
            try:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self._next = 1
                return
            except BlockingIOError:
                self._lock.close()
        raise RuntimeError(f'every loopback network is locked in {LOCKS}')

    def address(self):
        """The next address nobody has had."""
        self._next += 1
        assert self._next < 255, 'a test wants more than 253 addresses'
        return f'{self.prefix}.{self._next - 1}'

    def release(self):
        self._lock.close()


def free_port(address='::1'):
    """A port that is free for UDP and TCP, from below the range the kernel hands out."""
    family = socket.AF_INET6 if ':' in address else socket.AF_INET
    for _ in range(1000):
        port = random.randrange(20_000, 32_000)
        try:
            for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                with socket.socket(family, kind) as probe:
                    probe.bind((address, port))
            return port
        except OSError:
            continue
    raise RuntimeError(f'no free port on {address}')
