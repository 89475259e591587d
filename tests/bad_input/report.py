"""The attacks on ours and on Serf's agent, as a table. usage: report.py [--only TEXT]"""
import argparse
import concurrent.futures
import contextlib
import multiprocessing
import os
import pathlib
import shutil
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.bad_input.attacks import ATTACKS
from tests.bad_input.target import Outcome, learn, run
from tests.harness.agent import Agent
from tests.harness.network import Network
from tests.harness.resources import peak_kb


class Pair:
    """An agent and its peer, of one kind."""

    def __init__(self, kind, arguments):
        self.network, self.directory = Network(), tempfile.mkdtemp(prefix='hearsay-attack-')
        self.victim, self.peer = (Agent(kind, name, self.network.address(), self.directory)
                                  for name in ('victim', 'peer'))
        self.victim.start('-log-level=warn', *arguments)
        self.peer.start('-log-level=warn', f'-join={self.victim.endpoint}', *arguments)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for agent in (self.victim, self.peer):
            agent.kill()
        self.network.release()
        shutil.rmtree(self.directory, ignore_errors=True)


def outcome_of(kind, number):
    attack = ATTACKS[number]
    with Pair(kind, attack.arguments) as pair:
        try:
            return run(attack, pair.victim, pair.peer, pair.network), pair.peer.running
        except Exception as error:  # a row that breaks is a row of the table
            return Outcome(False, {}, 0, 0, [], str(error)), pair.peer.running


def verdict(outcome, peer_runs):
    if not outcome.survived:
        return 'down'
    if not peer_runs:
        return 'its peer is down'
    if outcome.complaint:
        return outcome.complaint
    lost = [outcome.events - got for got in outcome.delivered]
    return 'up' if not any(lost) else f'up, {max(lost)} of {outcome.events} events lost'


def counted_by(attack, outcome):
    names = [name for name in attack.counted if name in outcome.counted]
    return ', '.join(f'`{name}`' for name in names[:2])


def peak_of_all(count):
    """Of one of ours that knows so many members, over all attacks, in MiB; and how many it survived."""
    network, directory = Network(), tempfile.mkdtemp(prefix='hearsay-attack-')
    victim = Agent('hearsay', 'victim', network.address(), directory).start('-log-level=warn')
    try:
        learn(victim, count, network)
        attacks = [attack for attack in ATTACKS if not attack.arguments]
        survived = 0
        peak = 0
        for attack in attacks:
            survived += run(attack._replace(events=0, watched=0), victim, victim, network).survived
            peak = max(peak, peak_kb(victim))
        return peak / 1024, survived, len(attacks)
    finally:
        victim.kill()
        network.release()
        shutil.rmtree(directory, ignore_errors=True)


def show(attack, ours, theirs):
    print(f'| {attack.name} | {verdict(*ours)} | {counted_by(attack, ours[0])} | {ours[0].growth_kb / 1024:.1f} | '
          f'{verdict(*theirs)} | {theirs[0].growth_kb / 1024:.1f} |', flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--only', default='', metavar='TEXT')
    options = parser.parse_args()
    wanted = [number for number, attack in enumerate(ATTACKS) if options.only.lower() in attack.name.lower()]
    print('| attack | Hearsay | counted by | MiB more | Serf | MiB more |\n|---|---|---|---|---|---|')
    context = multiprocessing.get_context('fork')
    with concurrent.futures.ProcessPoolExecutor(2 * (os.cpu_count() or 1), mp_context=context) as pool:
        both = [(pool.submit(outcome_of, 'hearsay', number), pool.submit(outcome_of, 'serf', number))
                for number in wanted]
        results = []
        for number, (ours, theirs) in zip(wanted, both):
            results.append((ours.result(), theirs.result()))
            show(ATTACKS[number], *results[-1])
    up = [sum(verdict(*result[kind]) == 'up' for result in results) for kind in (0, 1)]
    print(f'\n{len(wanted)} attacks. Hearsay stood {up[0]} of them unharmed, Serf {up[1]}.')
    with contextlib.suppress(KeyboardInterrupt):
        peak, survived, count = peak_of_all(1000)
        print(f'{survived} of {count} survived one after another by one agent with 1,000 members; most memory '
              f'{peak:.1f} MiB.')
    return 0 if up[0] == len(wanted) else 1


if __name__ == '__main__':
    sys.exit(main())
