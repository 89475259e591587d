"""Agents as processes: the real serf and ours, started and asked alike."""
import base64
import contextlib
import os
import pathlib
import signal
import socket
import subprocess

from .rpc import RpcClient
from .waiting import wait_until

ROOT = pathlib.Path(__file__).resolve().parents[2]
HEARSAY = os.environ.get('HEARSAY', str(ROOT / 'build/test/src/cli/hearsay'))
SERF = os.environ.get('SERF', '/usr/bin/serf')
PROGRAMS = {'hearsay': HEARSAY, 'serf': SERF}


class Agent:
    """One agent. `kind` is 'hearsay' or 'serf'; address and port are where it gossips. `host`: a Host to run on,
    if not this one."""

    def __init__(self, kind, name, address, directory, *, port=7946, rpc_port=7373, rpc_auth=None, host=None):
        self.host = host
        self.kind, self.name, self.address, self.port = kind, name, address, port
        self.rpc_port, self.rpc_auth = rpc_port, rpc_auth
        self.log_path = pathlib.Path(directory) / f'{name}-{address}-{port}.log'
        self.process = None
        self.arguments = []
        self.always = ()  # arguments of every start
        self.environment = {}  # of every start, beside ours
        self._client = None

    def __repr__(self):
        return f'{self.name} ({self.kind} at {self.endpoint})'

    @property
    def endpoint(self):
        return self._joined(self.port)

    @property
    def rpc_endpoint(self):
        return self._joined(self.rpc_port)

    def _joined(self, port):
        return f'[{self.address}]:{port}' if ':' in self.address else f'{self.address}:{port}'

    def launch(self, *arguments, environment=None, program=None, stderr=subprocess.STDOUT, pass_fds=()):
        """Starts the process and does not wait for it. May be called again after its end. `stderr`: for what is
        not to be in the log. `pass_fds`: descriptors it inherits."""
        self.disconnect()
        self.arguments = arguments
        command = [program or PROGRAMS[self.kind], 'agent', f'-node={self.name}', f'-bind={self.endpoint}',
                   f'-rpc-addr={self.rpc_endpoint}', '-log-level=debug', *self.always, *arguments]
        if self.port != 7946:
            command.append(f'-advertise={self.endpoint}')
        with open(self.log_path, 'ab') as log, self.network():
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=stderr, pass_fds=pass_fds,
                                            env={**os.environ, **self.environment, **(environment or {})})
        return self

    def start(self, *arguments, **options):
        return self.launch(*arguments, **options).wait_ready()

    def wait_ready(self):
        """Until the RPC port answers."""
        def ready():
            assert self.process.poll() is None, f'{self} ended:\n{self.log()}'
            try:
                with self.network():
                    socket.create_connection((self.address, self.rpc_port), 1).close()
                return True
            except OSError:
                return False
        wait_until(ready, f'RPC of {self}')
        return self

    def wait_running(self):
        """Until it has joined what it was told to join and streams its log."""
        wait_until(lambda: 'Log data will now stream' in self.log(), f'start of {self}')
        return self

    def log(self):
        return self.log_path.read_text(errors='replace') if self.log_path.exists() else ''

    def network(self):
        """A context in which sockets, and processes that start, are on the agent's host."""
        return self.host.entered() if self.host else contextlib.nullcontext()

    # ---- asking ------------------------------------------------------------------------------

    def client(self):
        """A new connection; the caller closes it."""
        with self.network():
            return RpcClient(self.address, self.rpc_port, auth=self.rpc_auth)

    @property
    def rpc(self):
        """A connection kept while the process lives."""
        if self._client is None:
            self._client = self.client()
        return self._client

    def disconnect(self):
        if self._client is not None:
            self._client.close()
            self._client = None

    def cli(self, *arguments, program=None, environment=None):
        """A command of a CLI (ours, or `program`) asking this agent."""
        environment = {**os.environ, 'SERF_RPC_ADDR': self.rpc_endpoint, **(environment or {})}
        if self.rpc_auth is not None:
            environment['SERF_RPC_AUTH'] = self.rpc_auth
        with self.network():
            return subprocess.run([program or PROGRAMS[self.kind], *arguments], stdin=subprocess.DEVNULL,
                                  capture_output=True, text=True, timeout=60, env=environment, check=False)

    # ---- ending ------------------------------------------------------------------------------

    @property
    def running(self):
        return self.process is not None and self.process.poll() is None

    def signal(self, number):
        self.process.send_signal(number)

    def kill(self):
        """As a crash ends it: nothing is said to anybody."""
        self.disconnect()
        if self.running:
            self.signal(signal.SIGKILL)
        return self.wait_exit()

    def leave(self):
        """Ctrl-C."""
        self.disconnect()
        self.signal(signal.SIGINT)
        return self.wait_exit()

    def terminate(self):
        """An immediate stop without a leave, but an orderly one."""
        self.disconnect()
        self.signal(signal.SIGTERM)
        return self.wait_exit()

    def wait_exit(self):
        """Its exit status; negative for a signal."""
        if self.process is None:
            return None
        return wait_until(lambda: (self.process.poll(),) if self.process.poll() is not None else None,
                          f'end of {self}')[0]


def key_of(size):
    """The arguments for a gossip key of that many bytes."""
    return (f'-encrypt={base64.b64encode(bytes(range(size))).decode()}',)
