"""Waiting for what must come true, instead of for a time."""
import time

GENEROUS = 60.0  # seconds; reached only by a test that fails


def wait_until(condition, what, limit=GENEROUS, pause=0.02):
    """Returns the first true value of `condition()`. `what` says in a failure what was awaited; a
    condition may raise AssertionError to say what is still wrong."""
    deadline = time.monotonic() + limit
    while True:
        wrong = None
        try:
            value = condition()
            if value:
                return value
        except AssertionError as error:
            wrong = error
        if time.monotonic() > deadline:
            raise AssertionError(f'not within {limit:g} s: {what}' + (f': {wrong}' if wrong else ''))
        time.sleep(pause)
