"""An agent sends the metrics that Serf's sends, by the same names and types."""
import json
import re
import select
import socket

from tests.harness.agent import SERF
from tests.harness.case import AgentCase
from tests.harness.waiting import wait_until

LINE = re.compile(r'serf-agent\.(?P<name>[^:|\n]+):(?P<value>-?\d+\.\d{6})\|(?P<type>c|g|ms)\n')
# Figures of Go's memory that a process without its runtime does not have.
ONLY_GO = {('HOST.runtime.free_count', 'g'), ('HOST.runtime.heap_objects', 'g'), ('HOST.runtime.malloc_count', 'g'),
           ('runtime.gc_pause_ns', 'ms')}


class Collector:
    """Listens as statsd (UDP) and statsite (TCP) do."""

    def __init__(self, address):
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind((address, 0))
        self.tcp = socket.socket()
        self.tcp.bind((address, 0))
        self.tcp.listen()
        self.streams = []
        self.packets = []  # of statsd
        self.text = b''  # of statsite

    def close(self):
        for each in (self.udp, self.tcp, *self.streams):
            each.close()

    def config(self):
        return {'statsd_addr': '%s:%d' % self.udp.getsockname(), 'statsite_addr': '%s:%d' % self.tcp.getsockname()}

    def read(self):
        while True:
            ready = select.select([self.udp, self.tcp, *self.streams], [], [], 0)[0]
            if not ready:
                return
            for each in ready:
                if each is self.udp:
                    self.packets.append(each.recv(65536))
                elif each is self.tcp:
                    self.streams.append(each.accept()[0])
                else:
                    data = each.recv(65536)
                    self.text += data
                    if not data:
                        self.streams.remove(each)
                        each.close()

    @staticmethod
    def parsed(text):
        """(name, type) -> values; the host's name in gauges is HOST."""
        lines = text.decode().splitlines(keepends=True)
        found = {}
        for line in lines:
            match = LINE.fullmatch(line)
            assert match, f'not a metric: {line!r}'
            name = match['name']
            if match['type'] == 'g':
                name = name.replace(re.sub(r'[ :]', '_', socket.gethostname()), 'HOST', 1)
            found.setdefault((name, match['type']), []).append(float(match['value']))
        return found

    def metrics(self):
        self.read()
        return self.parsed(b''.join(self.packets))


class Metrics(AgentCase):

    def watched(self, kind):
        collector = Collector(self.network.address())
        self.addCleanup(collector.close)
        file = self.directory / f'{kind}.json'
        file.write_text(json.dumps(collector.config()), encoding='utf-8')
        agent = self.agent(kind).start(f'-config-file={file}', f'-snapshot={self.directory / kind}.snapshot',
                                       '-event-handler', 'user:deploy=cat >/dev/null').wait_running()
        return agent, collector

    def live(self, kind):
        """What an agent of that kind sends while it joins, tells, asks, changes, loses a member and leaves."""
        agent, collector = self.watched(kind)
        peer = self.agent('serf').start(f'-join={agent.endpoint}', '-event-handler', 'query=cat').wait_running()
        agent.rpc.call('event', {'Name': 'deploy', 'Payload': b'v1', 'Coalesce': False})
        agent.cli('query', 'load', 'x', program=SERF)
        peer.rpc.call('tags', {'Tags': {'a': '1'}, 'DeleteTags': []})
        self.wait_view([agent], lambda rpc: rpc.tags().get(peer.name), {'a': '1'}, 'the new tag')
        wait_until(lambda: ('serf.coordinate.adjustment-ms', 'ms') in collector.metrics(), 'a coordinate learnt')
        agent.cli('join', peer.endpoint)
        peer.kill()
        self.wait_status([agent], peer.name, 'failed')
        wait_until(lambda: ('memberlist.degraded.probe', 'c') in collector.metrics(), 'a degraded probe')
        agent.leave()
        wait_until(lambda: ('serf.member.left', 'c') in collector.metrics(), 'the own leave')
        return collector

    def test_a_life_is_told_by_the_same_names_and_types(self):
        theirs, ours = self.live('serf'), self.live('hearsay')
        names = {name for name in ours.metrics() if 'hearsay.' not in name[0]}
        self.assertEqual(names, set(theirs.metrics()) - ONLY_GO)
        self.assertIn(('serf.queries.load', 'c'), names)
        self.assertIn(('serf.query_responses', 'c'), names)
        self.assertIn(('memberlist.pushPullNode', 'ms'), names)
        wait_until(lambda: ours.metrics() == Collector.parsed(ours.text), 'the same at statsite as at statsd')
        for collector in (theirs, ours):
            self.assertLessEqual(max(map(len, collector.packets)), 1400)

    def test_an_agent_without_a_collector_says_so_once_and_runs(self):
        agent, collector = self.watched('hearsay')
        collector.close()
        wait_until(lambda: 'Cannot send metrics to statsd' in agent.log(), 'the line in the log')
        wait_until(lambda: int(agent.rpc.call('stats')['hearsay']['metrics_dropped']) > 0, 'metrics dropped')
        self.assertEqual(agent.log().count('Cannot send metrics to statsd'), 1)

    def test_a_metrics_address_without_a_port_ends_the_start(self):
        for key in ('statsd_addr', 'statsite_addr'):
            with self.subTest(key=key):
                file = self.directory / 'config.json'
                file.write_text(json.dumps({key: 'collector'}), encoding='utf-8')
                agent = self.agent('hearsay').launch(f'-config-file={file}')
                self.assertEqual(agent.wait_exit(), 1)
                self.assertEqual(agent.log(), f'==> Invalid metrics address "collector" ({key} in {file}): '
                                              'it must be HOST:PORT\n')
