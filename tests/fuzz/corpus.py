"""What the fuzzers start from, and what is kept of what they found.

usage: corpus.py unpack TARGET DIRECTORY   seeds made from proto/vectors and the checked-in corpus, a file each
       corpus.py pack TARGET DIRECTORY     the files, smallest first, into the corpus, as far as there is room
       corpus.py line FILE                 a finding as the line to add to a corpus

A corpus is a text, corpus/TARGET.hex: an input a line. Above the line `# found by coverage` stand those that
somebody chose, bugs once found among them, each below a comment that says what it is. What is below that line
is written by `pack`.
"""
import hashlib
import itertools
import json
import pathlib
import struct
import sys

import cryptography  # noqa: F401  without it the sealed vectors would not open, and count as broken ones

HERE = pathlib.Path(__file__).resolve().parent
VECTORS = HERE.parents[1] / 'proto/vectors'
FOUND = '# found by coverage'
INPUT_BYTES_MAX = 4096  # tools/fuzz makes none longer
CORPUS_BYTES_MAX = 9_000  # of the inputs that `pack` takes for one target

sys.path.insert(0, str(VECTORS))
import decode  # noqa: E402  the independent reading of the vectors


def read_hex(path):
    lines = path.read_text(encoding='ascii').splitlines()
    return bytes.fromhex(''.join(line for line in lines if not line.startswith('#')))


def vectors(transport):
    """(bytes, description) of each."""
    for path in sorted(VECTORS.glob('*.hex')):
        meaning = json.loads(path.with_suffix('.json').read_text(encoding='utf-8'))
        data = read_hex(path)
        if meaning['transport'] == transport and 0 < len(data) < INPUT_BYTES_MAX:
            yield data, meaning


def plain(data, meaning):
    """The packet inside label, seal and CRC; nothing if it does not open."""
    try:
        label = b''
        if data[0] == decode.LABEL:
            label, data = data[2:2 + data[1]], data[2 + data[1]:]
        if 'key' in meaning:
            head = data[:5] if meaning['transport'] == 'tcp' else b''
            data = decode.unseal(data[len(head):], bytes.fromhex(meaning['key']), head + label)
        return data[5:] if data[0] == decode.CRC else data
    except Exception:  # a vector of what is broken
        return b''


def messages(data):
    """The innermost messages of a packet."""
    try:
        if data[0] == decode.COMPRESS:
            yield from messages(decode.lzw(decode.unpack(data[1:])[0][b'Buf']))
        elif data[0] == decode.COMPOUND:
            sizes = struct.unpack(f'>{data[1]}H', data[2:2 + 2 * data[1]])
            at = 2 + 2 * data[1]
            for size in sizes[:8]:
                yield from messages(data[at:at + size])
                at += size
        elif len(data) < INPUT_BYTES_MAX:
            yield data
    except Exception:  # as above
        return


def all_messages():
    for data, meaning in itertools.chain(vectors('udp'), vectors('tcp')):
        yield from messages(plain(data, meaning))


def piece(data):
    return struct.pack('<H', len(data)) + data


def how(meaning, key_bits, label_bit):
    return (key_bits if 'key' in meaning else 0) | (label_bit if 'label' in meaning else 0)


def compound_seeds():
    return [data[1:] for data, meaning in vectors('udp') if plain(data, meaning)[:1] == b'\x07']


def config_seeds():
    yield b'{}'
    yield json.dumps({
        'node_name': 'n1', 'bind': '10.0.0.1:7946', 'interface': 'eth0', 'advertise': 'x', 'encrypt_key': 'AAAA',
        'rpc_addr': '127.0.0.1:7373', 'rpc_auth': 's', 'tags': {'role': 'web', 'dc': 'east'}, 'protocol': 5,
        'start_join': ['a', 'b:1'], 'event_handlers': ['user:deploy=./x.sh', 'y'], 'log_level': 'debug',
        'leave_on_terminate': True, 'retry_interval': '30s', 'replay_on_join': False}).encode()


def datagram_seeds():
    for data, meaning in vectors('udp'):
        packet = plain(data, meaning)
        yield bytes([1 if 'key' in meaning else 4]) + piece(packet or data)
    together = list(all_messages())[:64:4]
    yield b'\4' + b''.join(piece(data) for data in together[:16])


def filters_seeds():
    node, tag = b'\x00\x92\xa1a\xa1b', b'\x01\x82\xa4Expr\xa5^web$\xa3Tag\xa4role'
    yield b'\0' + piece(b'web') + piece(node) + piece(tag)
    for expression in (b'a|b', b'^(web|db)-[0-9]+$', b'(?i)x{2,5}.*', b'\\pL+[[:alpha:]]', b'(((((a*)*)*)*)*)'):
        yield b'\1' + piece(b'web-1') + expression


def keyring_seeds():
    yield b'["AAECAwQFBgcICQoLDA0ODw==","AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"]'
    yield b'AAECAwQFBgcICQoLDA0ODw=='


def lzw_seeds():
    for data, meaning in itertools.chain(vectors('udp'), vectors('tcp')):
        packet = plain(data, meaning)
        if packet[:1] == b'\x09':
            try:
                yield decode.unpack(packet[1:])[0][b'Buf']
            except Exception:  # a vector of what is broken
                pass


def dns(labels):
    return b''.join(bytes([len(label)]) + label for label in labels) + b'\0'


def mdns_seeds():
    service, host = [b'_serf_web', b'_tcp', b'local'], [b'n1', b'local']
    instance = [b'n1', *service]
    question = dns(service) + struct.pack('>HH', 12, 1)
    yield struct.pack('>6H', 7, 0, 1, 0, 0, 0) + question
    records = b''.join(
        dns(name) + struct.pack('>HHIH', kind, 1, 120, len(value)) + value for name, kind, value in (
            (service, 12, dns(instance)),
            (instance, 33, struct.pack('>HHH', 10, 1, 7946) + dns(host)),
            (host, 1, bytes([10, 0, 0, 2])), (host, 28, bytes(16)), (instance, 16, b'\1x')))
    yield struct.pack('>6H', 7, 0x8400, 1, 5, 0, 0) + question + records


def messages_seeds():
    for message in all_messages():
        if message[0] != 8:
            yield message


def operations_seeds():
    yield bytes(range(0, 64))
    yield bytes([1, 0, 1, 28, 50, 6, 1, 97, 1, 98, 28, 50, 20, 30, 5, 14, 0, 22, 24, 3, 1, 1, 30, 90])
    yield bytes([2, 1, 0, 9, 113, 1, 1, 200, 26, 28, 100, 12, 30, 40, 14, 1, 0, 30, 60, 2, 30, 60])


def packet_seeds():
    sizes = {32: 1, 48: 2, 64: 3}  # hexadecimal digits of the key -> choice
    for data, meaning in vectors('udp'):
        yield bytes([how(meaning, sizes.get(len(meaning.get('key', '')), 0), 4)]) + data
        yield bytes([3 | 8 | (4 if 'label' in meaning else 0)]) + plain(data, meaning)


def push_pull_seeds():
    for data, meaning in vectors('tcp'):
        packet = plain(data, meaning)
        if packet:
            yield bytes([meaning['side'] == 'dialled', 255]) + packet


def rpc_seeds():
    session = b''
    for line in (VECTORS / 'rpc/session.txt').read_text(encoding='ascii').splitlines():
        if line.startswith('> '):
            session += piece(bytes.fromhex(line[2:]))
            yield b'\4' + session[:2000]


def serf_messages_seeds():
    for message in all_messages():
        if message[0] == 8 and len(message) > 1:
            yield message[1:]
        elif message[0] == 4:
            yield b'\x0d' + (decode.unpack(message[1:])[0] or {}).get(b'Meta', b'')
        elif message[0] == 2:
            yield b'\x0c' + ((decode.unpack(message[1:])[0] or {}).get(b'Payload') or b'')
        elif message[0] == 6 and b'\x02\x86' in message:
            yield message[message.index(b'\x02\x86'):]
    yield b'\x0a\x92\xa1a\xa1b'
    yield b'\x0b\x82\xa4Expr\xa5^web$\xa3Tag\xa4role'


def snapshot_seeds():
    yield (b'\1# comment\nalive: a 10.0.0.1:7946\nalive: b c [fe80::1]:1\nclock: 7\nevent-clock: 8\n'
           b'query-clock: 9\nnot-alive: a\ncoordinate: {}\nleave\nclock: 11\nalive: d 1.2.3.4:5\ntorn')


def stream_seeds():
    for data, meaning in vectors('tcp'):
        key = 2 if len(meaning.get('key', '')) == 64 else 0
        yield bytes([(meaning['side'] == 'dialled') | key | (4 if 'label' in meaning else 0), 6]) + data


SEEDS = {name.removesuffix('_seeds'): make for name, make in list(globals().items()) if name.endswith('_seeds')}


def corpus_path(target):
    return HERE / 'corpus' / f'{target}.hex'


def unpack(target, directory):
    directory.mkdir(parents=True, exist_ok=True)
    inputs = list(SEEDS[target]())
    if corpus_path(target).exists():
        lines = corpus_path(target).read_text(encoding='ascii').splitlines()
        inputs += [bytes.fromhex(line) for line in lines if not line.startswith('#')]
    for data in filter(None, inputs):
        (directory / hashlib.sha1(data).hexdigest()).write_bytes(data)


def pack(target, directory):
    path = corpus_path(target)
    chosen = []
    if path.exists():
        chosen = list(itertools.takewhile(lambda line: line != FOUND, path.read_text(encoding='ascii').splitlines()))
    found = sorted((file.read_bytes() for file in directory.iterdir()), key=lambda data: (len(data), data))
    total, kept = 0, []
    for data in found:
        total += len(data)
        if total > CORPUS_BYTES_MAX:
            break
        if data and data.hex() not in chosen:
            kept.append(data.hex())
    path.write_text('\n'.join([*chosen, FOUND, *kept]) + '\n', encoding='ascii')
    print(f'{path.name}: {len(kept)} of {len(found)} inputs')


def main():
    match sys.argv[1:]:
        case ['unpack', target, directory]:
            unpack(target, pathlib.Path(directory))
        case ['pack', target, directory]:
            pack(target, pathlib.Path(directory))
        case ['line', file]:
            print(pathlib.Path(file).read_bytes().hex())
        case _:
            sys.exit(__doc__)


if __name__ == '__main__':
    main()
