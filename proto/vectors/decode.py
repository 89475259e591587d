#!/usr/bin/python3
"""Derives the decoded half of the vectors from their bytes, without any of our own code.

    decode.py NAME.json...          rewrites `layers` and `messages`
    decode.py --check NAME.json...  says where they differ, exit 1

Needs python3-msgpack, and python3-cryptography for the sealed ones. README.md describes the files.
"""
import json
import pathlib
import struct
import sys
import zlib

import msgpack

LABEL, ENCRYPT, CRC, COMPRESS, COMPOUND = 0xF4, 10, 12, 9, 7

# Fields in the order Go declares them, each with its kind: text, bytes, or what a missing one is. A tuple
# marks a field that is left out when empty.
SOURCE = {"SourceAddr": (bytes,), "SourcePort": (0,), "SourceNode": (str,)}
TYPES = {
    0: ("ping", {"SeqNo": 0, "Node": str, **SOURCE}),
    1: ("indirect_ping", {"SeqNo": 0, "Target": bytes, "Port": 0, "Node": str, "Nack": False, **SOURCE}),
    2: ("ack", {"SeqNo": 0, "Payload": bytes}),
    3: ("suspect", {"Incarnation": 0, "Node": str, "From": str}),
    4: ("alive", {"Incarnation": 0, "Node": str, "Addr": bytes, "Port": 0, "Meta": bytes, "Vsn": bytes}),
    5: ("dead", {"Incarnation": 0, "Node": str, "From": str}),
    11: ("nack", {"SeqNo": 0}),
    13: ("error", {"Error": str}),
}
HEADER = {"Nodes": 0, "UserStateLen": 0, "Join": False}
NODE = {"Name": str, "Addr": bytes, "Port": 0, "Meta": bytes, "Incarnation": 0, "State": 0, "Vsn": bytes}
SERF = {
    0: ("leave", {"LTime": 0, "Node": str, "Prune": False}),
    1: ("join", {"LTime": 0, "Node": str}),
    3: ("user_event", {"LTime": 0, "Name": str, "Payload": bytes, "CC": False}),
    4: ("query", {"LTime": 0, "ID": 0, "Addr": bytes, "Port": 0, "SourceNode": str, "Filters": list,
                  "Flags": 0, "RelayFactor": 0, "Timeout": 0, "Name": str, "Payload": bytes}),
    5: ("query_response", {"LTime": 0, "ID": 0, "From": str, "Flags": 0, "Payload": bytes}),
}

# Payloads of internal queries and of their answers; of the member in a vote, what an asker looks at.
INTERNAL = {
    6: ("ConflictVote", {"Addr": bytes, "Port": 0}),
    7: ("KeyRequest", {"Key": bytes}),
    8: ("KeyResponse", {"Result": False, "Message": str, "Keys": [str], "PrimaryKey": str}),
}


def unpack(data):
    """The first value of `data`, raw strings as bytes, and what follows it."""
    unpacker = msgpack.Unpacker(raw=True, strict_map_key=False, max_buffer_size=1 << 26)
    unpacker.feed(data)
    value = unpacker.unpack()
    return value, data[unpacker.tell():]


def text(value):
    """A byte above 7f becomes the code point of that number, so that any bytes have a text."""
    return value.decode("latin-1")


def convert(kind, value):
    if kind is str:
        return text(value or b"")
    if kind is bytes:
        return (value or b"").hex()
    if kind is list:
        return [query_filter(each) for each in value or []]
    if kind == [str]:
        return [text(each) for each in value or []]
    if kind is False:
        return bool(value)
    return kind if value is None else value


def fields(schema, value):
    """The fields of a struct by name; empty and missing ones as their zero."""
    if isinstance(value, list):
        value = {key.encode(): each for key, each in zip(schema, value)}
    out = {}
    for key, kind in schema.items():
        optional = isinstance(kind, tuple)
        read = convert(kind[0] if optional else kind, (value or {}).get(key.encode()))
        if read or not optional:
            out[key] = read
    return out


def tags(meta):
    if meta[:1] != b"\xff":
        return {"role": text(meta)}
    return {text(key): text(value) for key, value in unpack(meta[1:])[0].items()}


def query_filter(data):
    value, _ = unpack(data[1:])
    if data[0] == 0:
        return {"type": "node", "Nodes": [text(name) for name in value]}
    return {"type": "tag", **fields({"Tag": str, "Expr": str}, value)}


def serf_message(data):
    if data[0] == 9:
        header, inner = unpack(data[1:])
        to = fields({"IP": bytes, "Port": 0, "Zone": str}, header[b"DestAddr"])
        return {"type": "relay", "DestAddr": to, "DestName": text(header[b"DestName"]),
                "message": serf_message(inner)}
    name, schema = SERF[data[0]]
    value, _ = unpack(data[1:])
    out = {"type": name, **fields(schema, value)}
    payload = value.get(b"Payload") if isinstance(value, dict) else None
    if payload and payload[0] in INTERNAL:
        name, schema = INTERNAL[payload[0]]
        out[name] = fields(schema, unpack(payload[1:])[0])
    return out


def user_state(data):
    assert data[0] == 2
    value, _ = unpack(data[1:])
    events = [{"LTime": slot[b"LTime"], **fields({"Name": str, "Payload": bytes}, event)}
              for slot in value[b"Events"] if slot for event in slot[b"Events"]]
    return {
        "EventLTime": value[b"EventLTime"],
        "EventSlots": len(value[b"Events"]),
        "Events": events,
        "LTime": value[b"LTime"],
        "LeftMembers": [text(name) for name in value[b"LeftMembers"]],
        "QueryLTime": value[b"QueryLTime"],
        "StatusLTimes": {text(name): ltime for name, ltime in value[b"StatusLTimes"].items()},
    }


def push_pull(data):
    value, rest = unpack(data)
    header = fields(HEADER, value)
    nodes = []
    for _ in range(header["Nodes"]):
        value, rest = unpack(rest)
        nodes.append({**fields(NODE, value), "Tags": tags(value[b"Meta"])})
    assert len(rest) == header["UserStateLen"]
    return {"type": "push_pull", "Join": header["Join"], "Nodes": nodes, "UserState": user_state(rest)}


def message(data, transport):
    if data[0] == 8 and transport == "udp":
        return {"type": "user", "serf": serf_message(data[1:])}
    if data[0] == 8:
        value, rest = unpack(data[1:])
        return {"type": "user", "serf": serf_message(rest[:value[b"UserMsgLen"]])}
    if data[0] == 6:
        return push_pull(data[1:])
    name, schema = TYPES[data[0]]
    value, _ = unpack(data[1:])
    out = {"type": name, **fields(schema, value)}
    if name == "alive":
        out["Tags"] = tags(value[b"Meta"])
    if name == "ack" and out["Payload"]:
        assert value[b"Payload"][0] == 1
        out["Coordinate"] = {text(k): v for k, v in unpack(value[b"Payload"][1:])[0].items()}
    return out


def lzw(data):
    """LSB first, 9 to 12 bits, clear 256, end 257."""
    out, table, width, last = bytearray(), {}, 9, None
    bits = used = at = 0
    while True:
        while used < width:
            bits |= data[at] << used
            at, used = at + 1, used + 8
        code = bits & ((1 << width) - 1)
        bits, used = bits >> width, used - width
        if code == 257:
            return bytes(out)
        if code == 256:
            table, width, last = {}, 9, None
            continue
        if code < 256:
            entry = bytes([code])
        else:
            entry = table[code] if code in table else last + last[:1]
        out += entry
        if last is not None and len(table) < 4096 - 258:
            table[258 + len(table)] = last + entry[:1]
        last = entry
        if 258 + len(table) + 1 > (1 << width) and width < 12:
            width += 1


def unseal(data, key, aad):
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    plain = AESGCM(key).decrypt(data[1:13], data[13:], aad)
    return plain[:-plain[-1]] if data[0] == 0 else plain


def innermost(data, transport, layers):
    if data[0] == COMPRESS:
        layers.append("compress")
        value, _ = unpack(data[1:])
        return innermost(lzw(value[b"Buf"]), transport, layers)
    if data[0] == COMPOUND and transport == "udp":
        layers.append("compound")
        count = data[1]
        sizes = struct.unpack(f">{count}H", data[2:2 + 2 * count])
        at, out = 2 + 2 * count, []
        for size in sizes:
            out += innermost(data[at:at + size], transport, layers)
            at += size
        return out
    return [message(data, transport)]


def decode(data, vector):
    layers, label = [], b""
    if data[0] == LABEL:
        layers.append("label")
        label, data = data[2:2 + data[1]], data[2 + data[1]:]
    label = label or vector.get("label", "").encode()
    key = bytes.fromhex(vector.get("key", ""))
    if key:
        layers.append("seal")
        framed = vector["transport"] == "tcp"
        head = data[:5] if framed else b""
        data = unseal(data[len(head):], key, head + label)
    if data[0] == CRC:
        layers.append("crc")
        assert struct.unpack(">I", data[1:5])[0] == zlib.crc32(data[5:])
        data = data[5:]
    return layers, innermost(data, vector["transport"], layers)


def main(arguments):
    check = arguments[:1] == ["--check"]
    differs = False
    for name in arguments[check:]:
        path = pathlib.Path(name)
        vector = json.loads(path.read_text())
        if "errors" in vector:
            continue
        data = bytes.fromhex("".join(
            line for line in path.with_suffix(".hex").read_text().splitlines() if not line.startswith("#")))
        layers, messages = decode(data, vector)
        derived = {**vector, "layers": layers, "messages": messages}
        if check and derived != vector:
            differs = True
            print(f"{name}: differs from its bytes")
        if not check:
            path.write_text(json.dumps(derived, indent=2) + "\n")
    return differs


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
