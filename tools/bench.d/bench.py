"""Runs our agent and Serf's by turns on the same work, and prints one table.

usage: bench.py --ours PROGRAM --theirs PROGRAM [--agents N] [--members N] [--json FILE] [--plot DIRECTORY]
                [--quick]
"""
import argparse
import json
import statistics
import sys

import load
import plot
import swarm

SMALL_CROWD = 200

# figure, its name, unit, decimals, the ratio to reach
FIGURES = (
    ('rss_kb', 'RSS of an agent', 'kB', 0, 0.20),
    ('private_kb', 'private memory of an agent', 'kB', 0, 0.25),
    ('idle_cpu_ms_per_s', 'CPU of an idle agent', 'ms/s', 3, 0.25),
    ('datagrams_per_s', 'datagrams to an idle agent', '/s', 1, None),
    ('ready_ms', 'from start to RPC', 'ms', 1, None),
    ('converge_s', 'all see all, from start', 's', 2, None),
    ('event_half_ms', 'user event at half of the agents', 'ms', 1, None),
    ('event_all_ms', 'user event at all', 'ms', 1, None),
    ('tag_all_ms', 'tag change at all', 'ms', 1, None),
    ('rpc_filtered_ms', 'members-filtered over RPC', 'ms', 3, None),
    ('kill_first_s', 'killed agent failed at the first', 's', 2, None),
    ('kill_all_s', 'killed agent failed at all', 's', 2, None),
    ('hang_all_s', 'stopped agent failed at all', 's', 2, None),
    ('ping_cpu_us', 'CPU for an answered ping', 'us', 2, 0.10),
    ('pings_per_s', 'pings answered', '/s', 0, None),
    ('member_bytes', 'RSS for a member', 'B', 0, 0.10),
    ('merge_cpu_s', 'CPU to learn all members', 's', 3, None),
    ('cli_tag_ms', 'members --tag, cold CLI', 'ms', 1, 0.35),
    ('crowd_converge_s', '200 started at once converge', 's', 2, None),
    ('large_crowd_converge_s', 'a crowd started at once converges', 's', 2, None),
)


def say(text):
    print(f'==> {text}', flush=True)


def medians(runs):
    """Figure by figure; None where any run has none."""
    out = {}
    for key in {key for run in runs for key in run}:
        values = [run.get(key) for run in runs]
        if key == 'samples':
            out[key] = values[-1]
        else:
            out[key] = None if None in values else statistics.median(values)
    return out


def by_turns(programs, rounds, what, measure):
    """Each program in turn, so that a busy moment of the machine does not fall on one of them."""
    runs = {name: [] for name in programs}
    for turn in range(rounds):
        for name, program in programs.items():
            say(f'{what}, {name}' + (f' (turn {turn + 1} of {rounds})' if rounds > 1 else ''))
            runs[name].append(measure(program))
    return {name: medians(each) for name, each in runs.items()}


def measure_crowds(programs, large):
    """Both kinds as many as Serf's agents can be on one machine, and then ours alone."""
    def converge_s(program, agents):
        crowd = swarm.Options(agents=agents, only_start=True, retry_join=True)
        return swarm.measure(f'{program} agent', crowd)['converge_s']
    figures = by_turns(programs, 1, f'{SMALL_CROWD} agents started at once (at most 3 minutes)',
                       lambda program: {'crowd_converge_s': converge_s(program, SMALL_CROWD)})
    say(f'{large} agents started at once, hearsay')
    figures['hearsay']['large_crowd_converge_s'] = converge_s(programs['hearsay'], large)
    return figures


def shown(value, decimals):
    return 'never' if value is None else f'{value:,.{decimals}f}'


def print_table(figures, options):
    ours, theirs = figures['hearsay'], figures['serf']
    print(f'\n{options.agents} agents; {options.members} members; a crowd of {options.crowd}\n')
    print(f'| {"figure":34} | {"hearsay":>10} | {"serf":>10} | {"unit":4} | {"ratio":>6} | {"goal":>5} |')
    print(f'|{"-" * 36}|{"-" * 12}|{"-" * 12}|{"-" * 6}|{"-" * 8}|{"-" * 7}|')
    for key, name, unit, decimals, goal in FIGURES:
        if key not in ours:
            continue
        peer = theirs.get(key)
        ratio = f'{ours[key] / peer:.3f}' if ours[key] is not None and peer else ''
        beside = shown(peer, decimals) if key in theirs else ''
        print(f'| {name:34} | {shown(ours[key], decimals):>10} | {beside:>10} | {unit:4} '
              f'| {ratio:>6} | {"" if goal is None else f"{goal:.2f}":>5} |')
    for name, each in figures.items():
        lost = {key: each[key] for key in ('events_missed', 'pings_lost') if each.get(key)}
        if lost:
            print(f'{name}: {lost}')


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--ours', required=True)
    parser.add_argument('--theirs', required=True)
    parser.add_argument('--agents', type=int, default=100)
    parser.add_argument('--crowd', type=int, default=1000)
    parser.add_argument('--members', type=int, default=10_000)
    parser.add_argument('--json', help='append the figures to this file')
    parser.add_argument('--plot', metavar='DIRECTORY', help='draw convergence, events and detection as SVG')
    parser.add_argument('--quick', action='store_true', help='fewer agents, members and turns')
    options = parser.parse_args()
    if options.quick:
        options.agents, options.crowd, options.members = min(options.agents, 20), 0, min(options.members, 1000)
    programs = {'hearsay': options.ours, 'serf': options.theirs}
    rounds, pings = (1, 20_000) if options.quick else (3, 100_000)
    small = swarm.Options(agents=options.agents, idle_s=5, events=5, kills=1) if options.quick else swarm.Options(
        agents=options.agents)
    parts = [
        by_turns(programs, rounds, f'{pings} pings to one agent',
                 lambda program: load.measure_pings(f'{program} agent', pings)),
        by_turns(programs, rounds, f'{options.members} members in one agent',
                 lambda program: load.measure_members(f'{program} agent', program, options.members)),
        by_turns(programs, 1, f'{options.agents} agents (minutes: failures take their time)',
                 lambda program: swarm.measure(f'{program} agent', small)),
    ]
    if options.crowd:
        parts.append(measure_crowds(programs, options.crowd))
    figures = {name: {key: value for part in parts for key, value in part[name].items()} for name in programs}
    print_table(figures, options)
    if options.plot:
        plot.draw_all(figures, options.plot)
    if options.json:
        with open(options.json, 'a', encoding='utf-8') as out:
            out.write(json.dumps({'agents': options.agents, 'members': options.members, **figures}) + '\n')


if __name__ == '__main__':
    sys.exit(main())
