"""Just enough of the gossip format to feed an agent (proto/memberlist.md)."""
import socket
import struct

import msgpack

VERSIONS = bytes([1, 5, 2, 2, 5, 5])


def pack(value):
    """The old dialect: text and bytes alike as raw, keys sorted."""
    if isinstance(value, str):
        value = value.encode()
    if isinstance(value, bytes):
        return sized(len(value), 0xa0, 32, b'\xda', b'\xdb') + value
    if isinstance(value, dict):
        return sized(len(value), 0x80, 16, b'\xde', b'\xdf') + b''.join(pack(k) + pack(value[k]) for k in sorted(value))
    if isinstance(value, list):
        return sized(len(value), 0x90, 16, b'\xdc', b'\xdd') + b''.join(map(pack, value))
    return msgpack.packb(value)


def sized(size, short, short_end, code16, code32):
    if size < short_end:
        return bytes([short | size])
    return code16 + struct.pack('>H', size) if size < 65536 else code32 + struct.pack('>I', size)


def state(name, address, port, tags):
    return pack({'Addr': socket.inet_aton(address), 'Incarnation': 1, 'Meta': b'\xff' + pack(tags), 'Name': name,
                 'Port': port, 'State': 0, 'Vsn': VERSIONS})


def ping(name):
    return b'\x00' + pack({'Node': name, 'SeqNo': 77})


def push_pull(address, states):
    """Gives an agent these members, and takes all that it answers."""
    user = b'\x02' + pack({'LTime': 1, 'StatusLTimes': {}, 'LeftMembers': [], 'EventLTime': 1, 'Events': [],
                           'QueryLTime': 1})
    header = b'\x06' + pack({'Nodes': len(states), 'UserStateLen': len(user), 'Join': False})
    with socket.create_connection((address, 7946), 10) as peer:
        peer.sendall(header + b''.join(states) + user)
        peer.settimeout(20)
        while peer.recv(1 << 16):
            pass
