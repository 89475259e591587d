"""Serf's own client understands what an agent of ours tells one that was too slow.

Its library drops records, too, when thousands come at once, so it is told by a server of this test's that sends it
the record of tests/unit/agent/rpc/streams_test.cc, and not by an agent that it has really been too slow for.
"""
import socket
import subprocess
import threading

import msgpack

from tests.harness.agent import SERF
from tests.harness.case import AgentCase
from tests.harness.waiting import wait_until

MISSED = bytes.fromhex('82a5436f756e7403a54576656e74a66d6973736564')


class SlowMonitor(AgentCase):

    def serve(self, listener):
        """Answers all requests of one client; then come two records of its stream."""
        connection, _ = listener.accept()
        with connection:
            unpacker = msgpack.Unpacker(raw=False)
            while data := connection.recv(65536):
                unpacker.feed(data)
                for header in unpacker:
                    if 'Command' not in header:
                        continue
                    answer = msgpack.packb({'Error': '', 'Seq': header['Seq']})
                    connection.sendall(answer)
                    if header['Command'] == 'stream':
                        after = {'Event': 'user', 'Name': 'afterwards', 'LTime': 1, 'Coalesce': False, 'Payload': None}
                        connection.sendall(answer + MISSED + answer + msgpack.packb(after))

    def test_serfs_monitor_shows_that_it_missed_events_and_goes_on(self):
        listener = socket.create_server((self.network.address(), 7373))
        self.addCleanup(listener.close)
        threading.Thread(target=self.serve, args=(listener,), daemon=True).start()
        path = self.directory / 'monitor'
        with open(path, 'wb') as output:
            monitor = subprocess.Popen([SERF, 'monitor', f'-rpc-addr={listener.getsockname()[0]}:7373'],
                                       stdout=output, stderr=output)
        self.addCleanup(monitor.wait)
        self.addCleanup(monitor.kill)
        wait_until(lambda: 'Name: "afterwards"' in path.read_text(encoding='utf-8'), 'both records')
        shown = path.read_text(encoding='utf-8').splitlines()
        self.assertEqual(sorted(shown[:3]), ['\tCount: 3', '\tEvent: "missed"', 'Event Info:'])
        self.assertIsNone(monitor.poll())
