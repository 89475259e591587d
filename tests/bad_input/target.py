"""An agent under attack, beside a peer: what is sent to it, and what becomes of it."""
import collections
import contextlib
import pathlib
import select
import socket
import time


from tests.bad_input.attacks import NOBODY, PEER, VICTIM
from tests.harness import gossip
from tests.harness.resources import memory_kb
from tests.harness.rpc import Closed
from tests.harness.waiting import wait_until

# `counted`: counter -> by how much it went up. `growth_kb`: most memory of its own during the attack, less what was
# before. `delivered`: of `events`, to the victim itself and to its peer.
Outcome = collections.namedtuple('Outcome', 'survived counted growth_kb events delivered complaint')


def forget_peak(agent):
    pathlib.Path(f'/proc/{agent.process.pid}/clear_refs').write_text('5', encoding='ascii')


def figures(agent):
    """Every figure that is a number."""
    found = {}
    for name, value in agent.rpc.call('stats').get('hearsay', {}).items():
        with contextlib.suppress(ValueError):
            found[name] = int(value)
    return found


class Target:
    """What the rows of attacks.py may ask for."""

    def __init__(self, victim, peer, network):
        self.victim, self.peer = victim, peer
        self.nobody = network.address()
        self._here = network.address()
        self._open = []
        self._silent = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._silent.bind((self.nobody, 7946))
        self.complaint = ''

    def close(self):
        self._silent.close()
        for peer in self._open:
            peer.close()

    # ---- who is who --------------------------------------------------------------------------

    def name(self, who):
        return {VICTIM: self.victim.name, PEER: self.peer.name if self.peer else 'peer'}[who]

    def address(self, who):
        return {VICTIM: self.victim.address, PEER: self.peer.address if self.peer else self.nobody,
                NOBODY: self.nobody}[who]

    def packed_address(self, who):
        return socket.inet_aton(self.address(who))

    # ---- sending -----------------------------------------------------------------------------

    def datagrams(self, packets):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.bind((self._here, 0))
            for number, packet in enumerate(packets, 1):
                sender.sendto(packet, (self.victim.address, 7946))
                if number % 100 == 0:
                    self.settle()
        self.settle()

    def settle(self):
        """What came before has been handled: by datagram, as its queue in the kernel says."""
        wanted = f'{self._in_kernel(self.victim.address, 7946)} '

        def empty():
            if not self.victim.running:
                return True
            for line in pathlib.Path('/proc/net/udp').read_text(encoding='ascii').splitlines()[1:]:
                fields = line.split()
                if fields[1] + ' ' == wanted:
                    return fields[4].split(':')[1] == '00000000'
            return True
        wait_until(empty, 'datagrams to be read', limit=10, pause=0.001)

    @staticmethod
    def _in_kernel(address, port):
        return socket.inet_aton(address)[::-1].hex().upper() + f':{port:04X}'

    def streams(self, streams):
        """Each on a connection of its own, ended by us, and read to its end."""
        for data in streams:
            with contextlib.suppress(OSError), self._connect(7946) as peer:
                peer.sendall(data)
                peer.shutdown(socket.SHUT_WR)
                while peer.recv(1 << 16):
                    pass

    def _connect(self, port):
        peer = socket.create_connection((self.victim.address, port), 5, source_address=(self._here, 0))
        peer.settimeout(20)
        return peer

    def _hold(self, port):
        with contextlib.suppress(OSError):
            self._open.append(self._connect(port))
            return self._open[-1]
        return None

    def drip(self, port, start, count):
        """So many connections that send a byte now and then, for two seconds, and stay open."""
        peers = [peer for peer in (self._hold(port) for _ in range(count)) if peer]
        for at in range(4):
            for peer in peers:
                with contextlib.suppress(OSError):
                    peer.sendall(start[at:at + 1])
            time.sleep(0.5)

    def pour(self, head, count, size):
        """So many connections that send so much each, and stay open."""
        body = bytes(size)
        for _ in range(count):
            peer = self._hold(7946)
            with contextlib.suppress(OSError):
                if peer:
                    peer.sendall(head + body)

    def hold_open(self, streams):
        for data in streams:
            peer = self._hold(7946)
            with contextlib.suppress(OSError):
                if peer:
                    peer.sendall(data)

    def pipeline(self, port, start, data):
        """Sends without reading, as long as it is taken."""
        peer = self._hold(port)
        peer.sendall(start)
        peer.setblocking(False)
        view = memoryview(data)
        while view:
            if not select.select([], [peer], [], 1)[1]:
                return
            with contextlib.suppress(OSError):
                view = view[peer.send(view):]
                continue
            return

    def expect_silence_at_nobody(self):
        """What is answered for a stranger must not go to the stranger."""
        self._silent.settimeout(0.3)
        with contextlib.suppress(TimeoutError):
            self._silent.recv(2048)
            self.complaint = 'a stranger was pinged'


def answers(agent):
    """Its own status, as it says by RPC; nothing if it does not answer."""
    if not agent.running:
        return None
    try:
        with agent.client() as client:
            return client.statuses().get(agent.name)
    except (OSError, Closed):
        return None


def learn(victim, count, network):
    """`count` members, by one push/pull."""
    prefix = network.prefix
    states = [gossip.state(f'member-{number:05d}', f'{prefix}.{200 + number % 50}') for number in range(count)]
    with socket.create_connection((victim.address, 7946), 10) as peer:
        peer.settimeout(20)
        peer.sendall(gossip.push_pull(states))
        while peer.recv(1 << 16):
            pass


def send_events(agents, count):
    """Through the first. How many of them reach each."""
    streams = [(agent, agent.client()) for agent in agents]
    numbers = [client.stream(Type='user') for _, client in streams]
    for number in range(count):
        agents[0].rpc.call('event', {'Name': f'ordinary-{number}', 'Payload': b'', 'Coalesce': False})
    got = []
    for (_, client), stream in zip(streams, numbers):
        seen = set()
        deadline = time.monotonic() + 60  # among many made-up members gossip may miss the peer until a push/pull
        with contextlib.suppress(TimeoutError, Closed, OSError):
            while len(seen) < count and time.monotonic() < deadline:
                record = client.next_record(stream, max(0.001, deadline - time.monotonic()))
                if record['Name'].startswith('ordinary-'):
                    seen.add(record['Name'])
        got.append(len(seen))
        client.close()
    return got


def held_for(victim, peer, seconds):
    """What the victim calls its peer after that time; earlier, if it is gone."""
    end = time.monotonic() + seconds
    status = None
    while time.monotonic() < end and victim.running:
        status = victim.rpc.statuses().get(peer.name)
        time.sleep(0.1)
    return status


def run(attack, victim, peer, network):
    """The outcome of one attack on an agent that runs, beside another."""
    before = figures(victim)
    own = memory_kb(victim, 'RssAnon')
    code = memory_kb(victim, 'RssFile')
    forget_peak(victim)
    target = Target(victim, peer, network)
    try:
        attack.send(target)
        survived = wait_until(lambda: not victim.running or answers(victim), 'an answer over RPC', limit=20) == 'alive'
        # Code comes and goes with what runs; the peak is only known of both together.
        peak = memory_kb(victim, 'VmHWM') - max(code, memory_kb(victim, 'RssFile'))
        if attack.watched and held_for(victim, peer, attack.watched) != 'alive':
            target.complaint = 'its peer is evicted'
        delivered = send_events([victim, peer], attack.events) if survived and peer.running else []
        after = figures(victim) if survived else {}
    except (OSError, Closed, AssertionError) as error:
        return Outcome(False, {}, 0, attack.events, [], f'{type(error).__name__}: {error}')
    finally:
        target.close()
    counted = {name: after[name] - before[name] for name in after if after[name] > before.get(name, 0)}
    return Outcome(survived, counted, max(0, peak - own), attack.events, delivered, target.complaint)


