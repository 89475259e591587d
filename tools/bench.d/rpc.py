"""A client of Serf's RPC for many agents at once (proto/rpc.md)."""
import asyncio
import time

import msgpack


class Rpc:
    """One connection: calls one after another, or one stream."""

    def __init__(self, address):
        self._address, self._seq = address, 0
        self._unpacker = msgpack.Unpacker(raw=True, strict_map_key=False)
        self._objects = asyncio.Queue()  # (time of arrival, object), None at the end

    async def open(self, limit_s=60):
        deadline = time.monotonic() + limit_s
        while True:
            try:
                self._reader, self._writer = await asyncio.open_connection(self._address, 7373)
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise RuntimeError(f'no RPC at {self._address}') from None
                await asyncio.sleep(0.05)
        self._task = asyncio.create_task(self._read())
        await self.call('handshake', {'Version': 1}, has_body=False)
        return self

    async def _read(self):
        try:
            while data := await self._reader.read(65536):
                now = time.monotonic()
                self._unpacker.feed(data)
                for value in self._unpacker:
                    self._objects.put_nowait((now, value))
        except (OSError, asyncio.CancelledError):
            pass
        self._objects.put_nowait((time.monotonic(), None))

    def _send(self, command, body):
        self._seq += 1
        self._writer.write(msgpack.packb({'Command': command, 'Seq': self._seq}, use_bin_type=False))
        if body is not None:
            self._writer.write(msgpack.packb(body, use_bin_type=False))

    async def _next(self):
        when, value = await self._objects.get()
        if value is None:
            raise RuntimeError(f'{self._address} closed its RPC')
        return when, value

    async def call(self, command, body=None, has_body=True):
        self._send(command, body)
        _, header = await self._next()
        if header[b'Error']:
            raise RuntimeError(header[b'Error'].decode())
        return (await self._next())[1] if has_body else None

    async def stream(self, kind):
        await self.call('stream', {'Type': kind}, has_body=False)

    async def next_event(self, limit_s):
        """(time of arrival, record) of the next event of the stream."""
        while True:
            when, value = await asyncio.wait_for(self._next(), limit_s)
            if b'Event' in value:
                return when, value

    async def alive(self):
        """How many members are neither failed nor left; cheap, so that watching is no load."""
        counts = (await self.call('stats'))[b'serf']
        return int(counts[b'members']) - int(counts[b'failed']) - int(counts[b'left'])

    async def matching(self, *, tags=None, status='', name=''):
        """How many members fit."""
        body = {'Tags': tags or {}, 'Status': status, 'Name': name}
        return len((await self.call('members-filtered', body))[b'Members'] or [])

    def close(self):
        self._task.cancel()
        self._writer.close()
