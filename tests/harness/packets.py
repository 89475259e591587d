"""IPv4 packets as a firewall or a bad cable treats them."""
import struct

ICMP, TCP, UDP = 1, 6, 17
FIN, SYN, RST, ACK = 0x01, 0x02, 0x04, 0x10
PROTOCOLS = {'tcp': TCP, 'udp': UDP, 'icmp': ICMP}
UDP_HEADER = 8
CHECKSUM_AT = {TCP: 16, UDP: 6}  # in the header of the transport
ICMP_QUOTE_MAX = 548  # of the packet that is refused: as Linux does it


def header_length(packet):
    return (packet[0] & 0x0F) * 4


def protocol(packet):
    return packet[9]


def checksum(data):
    """RFC 1071."""
    data += b'\0' * (len(data) % 2)
    total = sum(struct.unpack(f'!{len(data) // 2}H', data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def with_bit_flipped(packet, chance):
    """The packet with a bit of its payload flipped as chance wills. The checksum of UDP is mended, so that the
    program gets it, as after a fault of a switch's memory; that of TCP is not, so the kernel asks once more."""
    payload_at = header_length(packet) + (UDP_HEADER if protocol(packet) == UDP else 20)
    if payload_at >= len(packet):
        return packet
    data = bytearray(packet)
    data[chance.randrange(payload_at, len(packet))] ^= 1 << chance.randrange(8)
    if protocol(packet) == UDP:
        at = header_length(packet) + CHECKSUM_AT[UDP]
        data[at:at + 2] = b'\0\0'
        pseudo = bytes(data[12:20]) + struct.pack('!HH', UDP, len(data) - header_length(packet))
        total = checksum(pseudo + bytes(data[header_length(packet):])) or 0xFFFF
        struct.pack_into('!H', data, at, total)
    return bytes(data)


def _answer(packet, number, body):
    """From whom `packet` was sent to, to whom it came from."""
    header = struct.pack('!BBHHHBBH4s4s', 0x45, 0, 20 + len(body), 0, 0, 64, number, 0, packet[16:20], packet[12:16])
    return header[:10] + struct.pack('!H', checksum(header)) + header[12:] + body


def refusal(packet):
    """What a firewall that rejects says to the sender: an ICMP `port unreachable`, or for TCP a reset, just as a
    host does where nobody listens. None where there is nothing to say."""
    if protocol(packet) == UDP:
        body = struct.pack('!BBHI', 3, 3, 0, 0) + packet[:ICMP_QUOTE_MAX]
        return _answer(packet, ICMP, body[:2] + struct.pack('!H', checksum(body)) + body[4:])
    if protocol(packet) == TCP:
        return _reset(packet)
    return None


def _reset(packet):
    segment = packet[header_length(packet):]
    source, target, sequence, acknowledged, offset, flags = struct.unpack('!HHIIBB', segment[:14])
    if flags & RST:
        return None
    if flags & ACK:
        numbers, answer = (acknowledged, 0), RST
    else:
        length = len(segment) - (offset >> 4) * 4 + bool(flags & SYN) + bool(flags & FIN)
        numbers, answer = (0, (sequence + length) & 0xFFFFFFFF), RST | ACK
    body = struct.pack('!HHIIBBHHH', target, source, *numbers, 0x50, answer, 0, 0, 0)
    pseudo = packet[16:20] + packet[12:16] + struct.pack('!HH', TCP, len(body))
    return _answer(packet, TCP, body[:16] + struct.pack('!H', checksum(pseudo + body)) + body[18:])
