"""By when what must be so: seconds, for agents with LAN values (`Timing::lan()` in src/swim/config.cc).

spread() and detection() are the simulator's (tests/sim/checks/bounds.cc), where each holds but for one run in 10^9.
Its bound for the agreement after any fault at all is hours long, as a member may have been failed for so long that
it is dialled every five minutes only. The cases here know what happened, so each takes only the terms it needs.
"""
import math

GOSSIP_INTERVAL, PROBE_INTERVAL, PUSH_PULL_INTERVAL = 0.2, 1.0, 30.0
AWARENESS_MAX, SUSPICION_MULT, SUSPICION_MAX_MULT = 8, 4, 6
TCP_TIMEOUT = 10.0
RECONNECT_INTERVAL = 30.0
PATIENCE = 21  # (1 - 1/x)^(21 x) < e^-21 < 10^-9
COALESCING = 3.0  # a hook hears of a member's change so much later at the most

# From a member's end to the last of the others that says so, where nearly all others are well. It is 3 s for who was
# killed and 6 to 7 s for who hangs (docs/performance.md); all of it is left to a member that is unlucky.
DETECTION = 35.0

# Added to each bound, once: the processes of a case share few cores with those of others.
BUSY_MACHINE = 10.0


def spread(members):
    """A rumor, from one member to all."""
    return GOSSIP_INTERVAL * (4 * members.bit_length() + PATIENCE)


def detection(members, healthy):
    """That `healthy` of the members notice that they do not reach the rest: they are slow to accuse while they
    doubt their own health, and few have nobody to confirm. 117 s for halves of 20."""
    recovery = PROBE_INTERVAL * AWARENESS_MAX * (AWARENESS_MAX + 1) / 2
    probed = PROBE_INTERVAL * min(2 * members, PATIENCE * members // healthy + 1)
    suspicion = SUSPICION_MULT * SUSPICION_MAX_MULT * max(1.0, math.log10(members)) * PROBE_INTERVAL
    return recovery + probed + 2 * PROBE_INTERVAL + suspicion + spread(members)


def refuted(members):
    """A member that is wrongly held for failed by all others, and holds none of them for it: at its own next
    push/pull it is told, and then tells everybody."""
    return PUSH_PULL_INTERVAL + 2 * spread(members)


def reconnected(members, parted, interval=None):
    """Parts of a cluster that hold each other for failed, after `parted` seconds. A member's attempts are as far
    apart as those it misses have failed, or `reconnect_interval` if that is set, and a look before or after. The
    first attempt makes everybody refute, by the second that is carried over, and rumors do the rest."""
    wait = interval or max(RECONNECT_INTERVAL, parted)
    look = interval or RECONNECT_INTERVAL
    return 2 * (wait + look) + TCP_TIMEOUT + 2 * spread(members)
