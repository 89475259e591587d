"""What the logs of both kinds of agents tell alike, at level debug."""
import re


def failures(log):
    """Names of members that were seen to fail, in order, before events are gathered for hooks and streams."""
    return re.findall(r'EventMemberFailed: (\S+)', log)


def missed_leave(log, name):
    """Whether the one failure in the log is that member's, and no intent of it to leave was heard before."""
    before, _, _ = log.partition(f'EventMemberFailed: {name} ')
    return failures(log) == [name] and f'messageLeaveType: {name}\n' not in before
