"""Messages of gossip made by hand, good and bad (proto/memberlist.md, proto/serf.md)."""
import pathlib
import socket
import struct

import msgpack

PING, INDIRECT_PING, ACK, SUSPECT, ALIVE, DEAD, PUSH_PULL, COMPOUND, USER, COMPRESS = range(10)
LEAVE, JOIN, SERF_PUSH_PULL, USER_EVENT, QUERY, QUERY_RESPONSE = range(6)
VERSIONS = bytes([1, 5, 2, 2, 5, 5])
VECTORS = pathlib.Path(__file__).resolve().parents[2] / 'proto/vectors'


def message(kind, **fields):
    """Text and bytes alike as raw, the old dialect."""
    return bytes([kind]) + msgpack.packb(fields, use_bin_type=False)


def serf(kind, **fields):
    return bytes([USER]) + message(kind, **fields)


def alive(name, address, incarnation=1, *, meta=b'\xff\x80', versions=VERSIONS, port=7946):
    return message(ALIVE, Node=name, Addr=socket.inet_aton(address), Port=port, Incarnation=incarnation, Meta=meta,
                   Vsn=versions)


def accusation(kind, name, incarnation, by):
    """SUSPECT or DEAD."""
    return message(kind, Node=name, Incarnation=incarnation, From=by)


def state(name, address, *, incarnation=1, meta=b'\xff\x80', versions=VERSIONS):
    """A member in a push/pull."""
    return msgpack.packb({'Name': name, 'Addr': socket.inet_aton(address), 'Port': 7946, 'Meta': meta,
                          'Incarnation': incarnation, 'State': 0, 'Vsn': versions}, use_bin_type=False)


def push_pull(states, *, nodes=None, user_len=None, user=None):
    """`nodes` and `user_len`: what is claimed, if that is not the truth."""
    if user is None:
        user = message(SERF_PUSH_PULL, LTime=1, StatusLTimes={}, LeftMembers=[], EventLTime=1, Events=[], QueryLTime=1)
    head = message(PUSH_PULL, Nodes=len(states) if nodes is None else nodes,
                   UserStateLen=len(user) if user_len is None else user_len, Join=False)
    return head + b''.join(states) + user


def compound(*parts):
    return bytes([COMPOUND, len(parts)]) + b''.join(struct.pack('>H', len(part)) for part in parts) + b''.join(parts)


def compressed(packed):
    return message(COMPRESS, Algo=0, Buf=packed)


class _Codes:
    """Codes of LZW as compress/lzw of Go packs them: the least significant bit first, a clear in front."""

    def __init__(self):
        self._out, self._bits, self._used, self.width = bytearray(), 0, 0, 9
        self.put(256)

    def put(self, code):
        self._bits |= code << self._used
        self._used += self.width
        while self._used >= 8:
            self._out.append(self._bits & 255)
            self._bits >>= 8
            self._used -= 8

    def end(self):
        self.put(257)
        return bytes(self._out) + bytes([self._bits & 255])


def lzw(plain):
    """Longer than what it packs: codes of single bytes, cleared before they get wider."""
    codes = _Codes()
    for at, byte in enumerate(plain, 1):
        codes.put(byte)
        if at % 200 == 0:
            codes.put(256)
    return codes.end()


def bomb(size):
    """At least so many zeros: each code stands for one more than the one before, up to the end of the table."""
    codes = _Codes()
    code, length, covered, entries = 0, 1, 0, 257
    while covered < size:
        codes.put(code)
        covered += length
        entries = min(entries + 1, 4095)
        codes.width = min(12, max(9, entries.bit_length()))
        if code < 4094:
            code, length = max(code + 1, 258), length + 1
    return codes.end()


def vector(name):
    lines = (VECTORS / f'{name}.hex').read_text(encoding='ascii').splitlines()
    return bytes.fromhex(''.join(''.join(line for line in lines if not line.startswith('#')).split()))
