"""Processes that get little of the processor, on any kernel and whoever else wants it."""
import contextlib
import signal
import threading

PERIOD_S = 0.1


@contextlib.contextmanager
def rationed(agents, share):
    """They run for so much of each tenth of a second, as under a quota of their control group."""
    over = threading.Event()

    def dole_out():
        while not over.is_set():
            for number, pause in ((signal.SIGSTOP, (1 - share) * PERIOD_S), (signal.SIGCONT, share * PERIOD_S)):
                for agent in agents:
                    agent.signal(number)
                over.wait(pause)
        for agent in agents:
            agent.signal(signal.SIGCONT)

    thread = threading.Thread(target=dole_out, name='rationing')
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
