"""What a process takes, and what it is denied."""
import pathlib


def memory_kb(agent, field):
    """A line of /proc/PID/status: VmRSS, VmHWM, RssAnon, RssFile."""
    for line in pathlib.Path(f'/proc/{agent.process.pid}/status').read_text(encoding='ascii').splitlines():
        if line.startswith(f'{field}:'):
            return int(line.split()[1])
    raise AssertionError(f'no {field}')


def rss_kb(agent):
    return memory_kb(agent, 'VmRSS')


def peak_kb(agent):
    """The most it has had."""
    return memory_kb(agent, 'VmHWM')


def waited_s(agent):
    """Seconds in all that it could have run, and had no processor. Nothing where the kernel does not count them."""
    path = pathlib.Path(f'/proc/{agent.process.pid}/schedstat')
    return int(path.read_text(encoding='ascii').split()[1]) / 1e9 if path.exists() else 0.0
