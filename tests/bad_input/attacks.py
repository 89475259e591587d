"""The attacks, one a row: what is sent, how, and what counts it. The same rows go to ours and to Serf's agent."""
import collections
import random

import msgpack

from tests.harness import gossip
from tests.harness.gossip import (ALIVE, DEAD, INDIRECT_PING, JOIN, LEAVE, PING, PUSH_PULL, QUERY, QUERY_RESPONSE,
                                  SUSPECT, USER, USER_EVENT, VERSIONS, VECTORS)

SEED = 20_240_607
LARGEST = 2**32 - 1
# In names and addresses of the rows: of the agent under attack, of its peer, and of nobody.
VICTIM, PEER, NOBODY = '<victim>', '<peer>', '<nobody>'

# `send` is called with a Target (target.py). `counted`: counters of ours of which one must go up; none: it is legal, or
# counted elsewhere. `arguments`: of both agents. `events`: ordinary ones sent through the victim afterwards.
# `over_tcp`: memory may grow by the budget of streams meanwhile, instead of 1 MiB. `watched`: seconds in which a
# suspicion would have ended; after them the victim must hold its peer alive.
Attack = collections.namedtuple('Attack', 'name send counted arguments events over_tcp watched',
                                defaults=((), (), 20, False, 0))
HELLO = msgpack.packb({'Command': 'handshake', 'Seq': 1}) + msgpack.packb({'Version': 1})
KEY = ('-encrypt=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=',)  # of the vectors


def udp(*packets):
    """Packets may be functions of the target, which knows names and addresses."""
    return lambda target: target.datagrams(packet(target) if callable(packet) else packet for packet in packets)


def tcp(*streams):
    return lambda target: target.streams(stream(target) if callable(stream) else stream for stream in streams)


def accuses(kind, incarnation):
    """Of either agent, so that one of them has to answer for itself and one for the other."""
    return udp(*(lambda target, who=who: gossip.accusation(kind, target.name(who), incarnation, target.name(PEER))
                 for who in (VICTIM, PEER)))


def lives(incarnation):
    return udp(*(lambda target, who=who: gossip.alive(target.name(who), target.address(who), incarnation)
                 for who in (VICTIM, PEER)))


def named(name, meta=b'\xff\x80'):
    return udp(lambda target: gossip.alive(name, target.address(NOBODY), meta=meta))


def tagged(tags):
    return named('tagged', b'\xff' + msgpack.packb(tags, use_bin_type=False))


def at_time(ltime):
    def send(target):
        target.datagrams([
            gossip.serf(USER_EVENT, LTime=ltime, Name='far', Payload=b'', CC=False),
            gossip.serf(JOIN, LTime=ltime, Node=target.name(PEER)),
            gossip.serf(LEAVE, LTime=ltime, Node='nobody', Prune=False),
            gossip.serf(QUERY, LTime=ltime, ID=1, Addr=target.packed_address(PEER), Port=7946,
                        SourceNode=target.name(PEER), Filters=[], Flags=0, RelayFactor=0, Timeout=10**9, Name='far',
                        Payload=b'')])
    return send


def headers_of(size_byte):
    """Every message, with a body that announces 2^32-1 elements or bytes."""
    claim = bytes([size_byte]) + b'\xff\xff\xff\xff'
    return [bytes([kind]) + claim for kind in range(14)] + [bytes([USER, kind]) + claim for kind in range(10)]


def deep(levels):
    return b'\x91' * levels + b'\xc0'


def datagram_vectors():
    return [gossip.vector(path.stem) for path in sorted(VECTORS.glob('*.hex'))]


def every_cut_and_flip(sample):
    rng = random.Random(SEED)
    whole = [data for data in datagram_vectors() if 0 < len(data) < 1400]
    spoilt = []
    for _ in range(sample):
        data = bytearray(rng.choice(whole))
        if rng.random() < 0.5:
            del data[rng.randrange(len(data)):]
        else:
            data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        spoilt.append(bytes(data))
    return spoilt


def indirect_pings(target):
    target.datagrams(gossip.message(INDIRECT_PING, SeqNo=number, Target=target.packed_address(NOBODY), Port=7946,
                                    Node=f'stranger-{number}', Nack=True, SourceAddr=target.packed_address(NOBODY),
                                    SourcePort=7946, SourceNode='stranger') for number in range(255))
    target.expect_silence_at_nobody()


def states(count):
    def stream(target):
        return gossip.push_pull([gossip.state(f'made-up-{number:06d}', target.address(NOBODY))
                                 for number in range(count)])
    return stream


def slow_gossip(target):
    target.drip(7946, gossip.message(PUSH_PULL, Nodes=3, UserStateLen=0, Join=False), 200)


def slow_rpc(target):
    target.drip(7373, b'\x82\xa7Command', 300)


def greedy_streams(target):
    """Forty peers that announce 19 MiB each, and send on as long as they are let."""
    target.pour(gossip.message(USER, UserMsgLen=19 << 20), 40, 4 << 20)


def unread_rpc(target):
    """Requests for the members without end, and not a byte of an answer taken."""
    target.pipeline(7373, HELLO, b''.join(msgpack.packb({'Command': 'members', 'Seq': number})
                                          for number in range(2, 20_000)))


def filters_rpc(target):
    """Streams with as many filters as a request has room for, then as many as a stream may have."""
    for kind in ('*', 'user:a'):
        target.pipeline(7373, HELLO, b''.join(
            msgpack.packb({'Command': 'stream', 'Seq': number}) + msgpack.packb(
                {'Type': ','.join([kind] * ((2**20 - 200) // (len(kind) + 1)))}) for number in range(2, 10)))
    longest = ','.join(f'user:{number:058}' for number in range(64))[:4096]
    for _ in range(32):
        target.pipeline(7373, HELLO, b''.join(msgpack.packb({'Command': 'stream', 'Seq': number}) + msgpack.packb(
            {'Type': longest}) for number in range(2, 66)))


def unfinished_rpc(target):
    """Clients that each begin a request of almost a mebibyte, and never end it."""
    for _ in range(100):
        target.pipeline(7373, HELLO, b'\x82\xa7Command\xdb' + (2**20 - 100).to_bytes(4, 'big') + bytes(2**20 - 200))


def unread_gossip(target):
    """Asks for the state of the cluster by many connections, and takes none of the answers."""
    target.hold_open([gossip.push_pull([]) for _ in range(128)])


def foreign_answers(target):
    target.datagrams(gossip.serf(QUERY_RESPONSE, LTime=number, ID=number, From=target.name(PEER), Flags=0,
                                 Payload=b'x' * 400) for number in range(200))


ODD_NAME = '$(touch /tmp/pwned)`id`;"\'\n\t\0\x1b[2J'
CLAIMS, MESSAGES, PACKETS = ('claims_rejected',), ('messages_rejected',), ('packets_rejected',)
STREAMS = ('streams_rejected',)
REFUTED = ('refutations', 'claims_rejected')

ATTACKS = [
    Attack('suspect, incarnation 2^32-1', accuses(SUSPECT, LARGEST), REFUTED, watched=7),
    Attack('suspect, incarnation 2^32-2', accuses(SUSPECT, LARGEST - 1), REFUTED, watched=7),
    Attack('suspect, incarnation 0', accuses(SUSPECT, 0), watched=7),
    Attack('dead, incarnation 2^32-1', accuses(DEAD, LARGEST), REFUTED, watched=7),
    Attack('dead, incarnation 2^32-2', accuses(DEAD, LARGEST - 1), REFUTED, watched=7),
    Attack('dead, incarnation 0', accuses(DEAD, 0), watched=7),
    Attack('alive, incarnation 2^32-1', lives(LARGEST)),
    Attack('alive, incarnation 2^32-2', lives(LARGEST - 1)),
    Attack('alive, incarnation 0', lives(0), CLAIMS),
    *(Attack(f'alive, version array of {size} bytes',
             udp(lambda target, size=size: gossip.alive('short', target.address(NOBODY), versions=VERSIONS[:size])),
             CLAIMS) for size in range(6)),
    *(Attack(f'push/pull, version array of {size} bytes',
             tcp(lambda target, size=size: gossip.push_pull([gossip.state('short', target.address(NOBODY),
                                                                          versions=VERSIONS[:size])])),
             CLAIMS + MESSAGES + STREAMS + ('merges_refused',)) for size in range(6)),
    Attack('LZW bomb by UDP', udp(gossip.compressed(gossip.bomb(20 << 20))), PACKETS),
    Attack('LZW bomb by TCP', tcp(gossip.compressed(gossip.bomb(200 << 20))), STREAMS, over_tcp=True),
    Attack('push/pull packed 2000 to 1', tcp(gossip.compressed(gossip.bomb(19 << 20))), STREAMS, over_tcp=True),
    Attack('compress inside compress', udp(gossip.compressed(gossip.lzw(gossip.compressed(gossip.bomb(20 << 20))))),
           PACKETS),
    Attack('compress inside compress by TCP',
           tcp(gossip.compressed(gossip.lzw(gossip.compressed(gossip.bomb(20 << 20))))), STREAMS, over_tcp=True),
    Attack('array headers of 2^32-1', udp(*headers_of(0xdd)), MESSAGES),
    Attack('map headers of 2^32-1', udp(*headers_of(0xdf)), MESSAGES),
    Attack('string headers of 2^32-1', udp(*headers_of(0xdb)), MESSAGES),
    Attack('headers of 2^32-1 by TCP',
           tcp(*(head for size in (0xdb, 0xdd, 0xdf) for head in headers_of(size))), STREAMS, over_tcp=True),
    Attack('depth 60,000 by UDP', udp(*(bytes([kind]) + deep(60_000) for kind in (PING, ALIVE)),
                                      bytes([USER, USER_EVENT]) + deep(60_000)), MESSAGES),
    Attack('depth 200,000 by TCP', tcp(bytes([PUSH_PULL]) + deep(200_000), bytes([USER]) + deep(200_000)), STREAMS),
    Attack('stream, negative counts', tcp(gossip.push_pull([], nodes=-1), gossip.push_pull([], user_len=-1),
                                          gossip.message(USER, UserMsgLen=-1)), STREAMS),
    Attack('stream, counts of 2^31', tcp(gossip.push_pull([], nodes=2**31), gossip.push_pull([], user_len=2**31),
                                         gossip.message(USER, UserMsgLen=2**31)), STREAMS),
    Attack('stream, four headers of a gigabyte', tcp(*[gossip.push_pull([], nodes=0, user_len=1 << 30)] * 4), STREAMS),
    Attack('stream, short body', tcp(gossip.push_pull([], nodes=3)[:-5], gossip.push_pull([], user_len=5000),
                                     gossip.message(USER, UserMsgLen=100) + b'x' * 50)),
    Attack('user message length lies', tcp(gossip.message(USER, UserMsgLen=0) + b'\x03x',
                                           gossip.message(USER, UserMsgLen=1) + b'\x03\x80',
                                           gossip.message(USER, UserMsgLen=2**63 - 1) + b'\x03'), STREAMS + MESSAGES),
    Attack('vectors, cut and with bits flipped', udp(*every_cut_and_flip(2000)), MESSAGES),
    Attack('vectors, cut and with bits flipped, by TCP', tcp(*every_cut_and_flip(200)), STREAMS, over_tcp=True),
    *(Attack(f'sealed: {what}', udp(gossip.vector(f'bad_sealed_{name}')), PACKETS, KEY)
      for what, name in (('bad padding', 'v0_padding'), ('bad version', 'version'), ('another key', 'other_key'),
                         ('another label', 'other_label'), ('a bit flipped', 'flipped'), ('cut', 'short'))),
    Attack('two labels', udp(gossip.vector('bad_label_inside_crc'), b'\xf4\x01a\xf4\x01b' + gossip.message(
        PING, SeqNo=1, Node='x')), PACKETS),
    Attack('one event 20,000 times', udp(*[gossip.serf(USER_EVENT, LTime=1, Name='old', Payload=b'x' * 200,
                                                       CC=False)] * 20_000), ('user_events_duplicate',)),
    Attack('the name of the victim at another address',
           udp(lambda target: gossip.alive(target.name(VICTIM), target.address(NOBODY), 77)), ('name_conflicts',)),
    Attack('a name for shells and terminals', named(ODD_NAME)),
    Attack('a name of 10 KB', named('x' * 10_240), CLAIMS + MESSAGES),
    Attack('an empty name', named(''), CLAIMS + MESSAGES),
    Attack('tags for shells and terminals', tagged({ODD_NAME: ODD_NAME, 'role': ODD_NAME})),
    Attack('tags of 10 KB', tagged({'a': 'x' * 10_240}), CLAIMS + MESSAGES),
    Attack('Lamport time 2^64-1', at_time(2**64 - 1), ('lamport_refused',), events=100),
    Attack('Lamport time 2^64-2', at_time(2**64 - 2), ('lamport_refused',), events=100),
    Attack('Lamport time 2^63', at_time(2**63), ('lamport_refused',), events=100),
    Attack('Lamport time +2^40', at_time(2**40), events=100),
    Attack('slow senders of gossip', slow_gossip, ('streams_refused', 'streams_timed_out')),
    Attack('slow senders of requests', slow_rpc, ('rpc_clients_silent',)),
    Attack('streams of 19 MiB each', greedy_streams, STREAMS, over_tcp=True),
    Attack('255 indirect pings to strangers', indirect_pings, ('indirect_probes_dropped',)),
    Attack('answers to queries that nobody asked', foreign_answers, ('query_answers_late',)),
    Attack('200,000 unknown names in one push/pull', tcp(states(200_000)), ('members_refused', 'streams_rejected'),
           over_tcp=True),
    Attack('an RPC client that pipelines and never reads', unread_rpc, over_tcp=True),
    Attack('100 RPC clients that begin a mebibyte each', unfinished_rpc, ('rpc_clients_greedy',), over_tcp=True),
    Attack('RPC streams with filters without end', filters_rpc, ('rpc_filters_refused',), over_tcp=True),
    Attack('push/pulls whose answers nobody takes', unread_gossip, over_tcp=True),
]
