"""What a process takes."""
import pathlib


def _kb(agent, field):
    for line in pathlib.Path(f'/proc/{agent.process.pid}/status').read_text(encoding='ascii').splitlines():
        if line.startswith(f'{field}:'):
            return int(line.split()[1])
    raise AssertionError(f'no {field}')


def rss_kb(agent):
    return _kb(agent, 'VmRSS')


def peak_kb(agent):
    """The most it has had."""
    return _kb(agent, 'VmHWM')
