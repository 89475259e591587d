"""A service manager, as far as an agent can tell: it hears, keeps and gives (sd_notify(3), sd_listen_fds(3))."""
import array
import fcntl
import os
import pathlib
import socket

from .waiting import wait_until

# Puts the descriptors that are named where they belong, and says for whom they are.
STARTER = '''#!/bin/bash
number=3
for given in $GIVEN; do
  eval "exec $number<&$given $given<&-"
  number=$((number + 1))
done
[ -z "$GIVEN" ] || export LISTEN_PID=$$ LISTEN_FDS=$((number - 3))
unset GIVEN
exec "$PROGRAM" "$@"
'''


class ServiceManager:
    """Starts an agent (harness/agent.py) and keeps what it asks to keep."""

    def __init__(self, agent, program, directory, *, watchdog_usec=None):
        self.agent, self.program, self.watchdog_usec = agent, program, watchdog_usec
        self.told = []  # of this life of the agent: lists of assignments
        self.kept = []  # (name, descriptor)
        self.path = pathlib.Path(directory) / f'notify-{agent.name}'
        self.starter = pathlib.Path(directory) / f'start-{agent.name}'
        self.starter.write_text(STARTER, encoding='ascii')
        self.starter.chmod(0o755)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(self.path))

    def close(self):
        self.socket.close()
        for _, fd in self.kept:
            os.close(fd)

    def start(self, *arguments):
        self.told = []
        environment = {'NOTIFY_SOCKET': str(self.path), 'PROGRAM': self.program,
                       'GIVEN': ' '.join(str(fd) for _, fd in self.kept),
                       'LISTEN_FDNAMES': ':'.join(name for name, _ in self.kept)}
        if self.watchdog_usec is not None:
            environment['WATCHDOG_USEC'] = str(self.watchdog_usec)
        self.agent.launch(*arguments, environment=environment, program=str(self.starter),
                          pass_fds=[fd for _, fd in self.kept])
        self.wait_told('READY=1')
        return self

    def wait_told(self, assignment, times=1):
        """Until it has heard that, so often in this life; the assignments that came with the last."""
        def heard():
            self._hear()
            found = [lines for lines in self.told if any(line.startswith(assignment) for line in lines)]
            assert len(found) >= times, f'{self.agent} told only {self.told}:\n{self.agent.log()}'
            return found[-1]
        return wait_until(heard, f'{assignment} of {self.agent}')

    def _hear(self):
        while True:
            try:
                text, ancillary, _, _ = self.socket.recvmsg(4096, socket.CMSG_SPACE(16), socket.MSG_DONTWAIT)
            except BlockingIOError:
                return
            lines = text.decode().split('\n')
            self.told.append(lines)
            fds = array.array('i')
            for _, _, data in ancillary:
                fds.frombytes(data)
            for fd in fds:
                # Out of the way of the numbers that the agent is to find them at.
                self.kept.append((self._name(lines), fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 100)))
                os.close(fd)
            if 'FDSTOREREMOVE=1' in lines:
                for name, fd in [kept for kept in self.kept if kept[0] == self._name(lines)]:
                    os.close(fd)
                    self.kept.remove((name, fd))

    @staticmethod
    def _name(lines):
        return next(line.removeprefix('FDNAME=') for line in lines if line.startswith('FDNAME='))
