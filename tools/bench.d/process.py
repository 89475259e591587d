"""What the kernel counts of a process."""
import os


def memory_kb(pid):
    """rss, pss and private memory."""
    fields = {}
    with open(f'/proc/{pid}/smaps_rollup', encoding='ascii') as rollup:
        for line in rollup:
            key, _, value = line.partition(':')
            if value.strip().endswith('kB'):
                fields[key] = int(value.split()[0])
    return {'rss_kb': fields['Rss'], 'pss_kb': fields['Pss'],
            'private_kb': fields['Private_Clean'] + fields['Private_Dirty']}


def cpu_s(pid):
    """Time on a CPU, to the nanosecond: /proc/PID/stat counts only ticks."""
    total = 0
    for task in os.listdir(f'/proc/{pid}/task'):
        with open(f'/proc/{pid}/task/{task}/schedstat', encoding='ascii') as schedstat:
            total += int(schedstat.read().split()[0])
    return total / 1e9
