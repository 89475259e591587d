"""A client of the RPC protocol (proto/rpc.md), as small as a test needs it."""
import collections
import socket
import time

import msgpack

from .waiting import GENEROUS


class RpcError(Exception):
    """The agent answered with an error text."""


class Closed(Exception):
    """The agent closed the connection."""


def text(value):
    """bytes to str all through: agents send names as raw."""
    if isinstance(value, bytes):
        return value.decode('utf-8', 'surrogateescape')
    if isinstance(value, dict):
        return {text(k): v if k in (b'Addr', b'Payload') else text(v) for k, v in value.items()}
    if isinstance(value, list):
        return [text(v) for v in value]
    return value


class RpcClient:
    """One connection; calls one after another, streams beside them."""

    WITH_BODY = {'members', 'members-filtered', 'join', 'stats', 'get-coordinate', 'install-key', 'use-key',
                 'remove-key', 'list-keys'}

    def __init__(self, address, port=7373, auth=None, handshake=True):
        family = socket.AF_INET6 if ':' in address else socket.AF_INET
        self._socket = socket.socket(family, socket.SOCK_STREAM)
        self._socket.connect((address, port))
        self._unpacker = msgpack.Unpacker(raw=True, strict_map_key=False)
        self._seq = 0
        self._streams = {}  # seq -> records not yet taken
        if handshake:
            self.call('handshake', {'Version': 1})
        if auth is not None:
            self.call('auth', {'AuthKey': auth})

    def close(self):
        self._socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _object(self, deadline):
        while True:
            for value in self._unpacker:
                return value
            self._socket.settimeout(max(0.001, deadline - time.monotonic()))
            data = self._socket.recv(65536)
            if not data:
                raise Closed
            self._unpacker.feed(data)

    def send(self, command, body=None):
        self._seq += 1
        out = msgpack.packb({'Command': command, 'Seq': self._seq}, use_bin_type=False)
        if body is not None:
            out += msgpack.packb(body, use_bin_type=False)
        self._socket.sendall(out)
        return self._seq

    def _read(self, deadline):
        """One answer: its header, and its body if it belongs to a stream."""
        header = text(self._object(deadline))
        stream = self._streams.get(header['Seq'])
        if stream is not None:
            stream.append(text(self._object(deadline)))
        return header

    def call(self, command, body=None, limit=GENEROUS):
        """The body of the answer, or None; raises RpcError."""
        seq = self.send(command, body)
        deadline = time.monotonic() + limit
        header = self._read(deadline)
        while header['Seq'] != seq:
            header = self._read(deadline)
        error = header['Error']
        has_body = command in self.WITH_BODY and error not in ('Authentication required', 'Handshake required')
        answer = text(self._object(deadline)) if has_body else None
        if error:
            raise RpcError(error)
        return answer

    def stream(self, command='stream', **body):
        """Starts a stream or monitor; its number is for next_record()."""
        self.call(command, body)
        seq = self._seq
        self._streams[seq] = collections.deque()
        if command != 'query':
            self.call('stats')  # serf answers first and listens then, but before it reads on
        return seq

    def next_record(self, stream, limit=GENEROUS):
        deadline = time.monotonic() + limit
        while not self._streams[stream]:
            self._read(deadline)
        return self._streams[stream].popleft()

    def next_matching(self, stream, condition, limit=GENEROUS):
        """Skips records until one fits."""
        deadline = time.monotonic() + limit
        while True:
            record = self.next_record(stream, max(0.001, deadline - time.monotonic()))
            if condition(record):
                return record

    def members(self, **filters):
        if not filters:
            return self.call('members')['Members'] or []
        body = {'Tags': {}, 'Status': '', 'Name': '', **filters}
        return self.call('members-filtered', body)['Members'] or []

    def statuses(self):
        """name -> status"""
        return {member['Name']: member['Status'] for member in self.members()}

    def tags(self):
        """name -> tags of the members alive"""
        return {member['Name']: member['Tags'] for member in self.members() if member['Status'] == 'alive'}
