"""Runs test cases side by side and counts them.

usage: runner.py [--jobs N] [--only TEXT] DIRECTORY...

Tests of real agents mostly wait, so more than one runs on each core. Classes whose `takes_long` is true start
first, so that nobody waits for the last of them alone. The last line is `N passed, N failed, N skipped`; the exit
status is 0 if none failed.
"""
import argparse
import concurrent.futures
import multiprocessing
import os
import pathlib
import sys
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Recorder(unittest.TestResult):
    """Keeps (sentence, outcome, seconds, details) of each case."""

    def __init__(self):
        super().__init__()
        self.records = []
        self.buffer = True

    def startTest(self, test):
        super().startTest(test)
        self._started = time.monotonic()
        self._outcome, self._details = 'passed', ''

    def _fail(self, details):
        self._outcome, self._details = 'failed', self._details + details

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._fail(self.failures[-1][1])

    def addError(self, test, err):
        super().addError(test, err)
        if not isinstance(test, unittest.TestCase):  # setUpClass broke: no startTest
            self.records.append((str(test), 'failed', 0.0, self.errors[-1][1]))
            return
        self._fail(self.errors[-1][1])

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self._fail((self.failures + self.errors)[-1][1])

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self._outcome, self._details = 'skipped', reason

    def stopTest(self, test):
        seconds = time.monotonic() - self._started
        if self._outcome == 'failed':  # what cleaning up printed: the logs of the agents
            self._details += sys.stdout.getvalue()
        sentence = (test.shortDescription() or test._testMethodName.removeprefix('test_').replace('_', ' '))
        self._mirrorOutput = False  # what was printed is in the details
        self.records.append((f'{type(test).__name__}: {sentence}', self._outcome, seconds, self._details))
        super().stopTest(test)


def flatten(suite):
    for item in suite:
        if isinstance(item, unittest.TestSuite):
            yield from flatten(item)
        else:
            yield item


def discover(directories, only):
    """The ids of the cases, those of a class together, the long ones first."""
    cases = []
    for directory in directories:
        suite = unittest.TestLoader().discover(str(ROOT / directory), top_level_dir=str(ROOT))
        cases += [case for case in flatten(suite) if only.lower() in case.id().lower()]
    return [case.id() for case in sorted(cases, key=lambda case: not getattr(case, 'takes_long', False))]


def run_case(name):
    recorder = Recorder()
    unittest.TestLoader().loadTestsFromName(name).run(recorder)
    return recorder.records


def show(record, started):
    sentence, outcome, seconds, details = record
    mark = {'passed': 'ok  ', 'failed': 'FAIL', 'skipped': 'skip'}[outcome]
    print(f'    {mark} [{time.monotonic() - started:5.1f} s] {sentence} ({seconds:.1f} s)', flush=True)
    if details:
        indented = '\n'.join('         ' + line for line in details.strip().splitlines())
        print(indented, flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--jobs', type=int, default=2 * (os.cpu_count() or 1))
    parser.add_argument('--only', default='')
    parser.add_argument('directories', nargs='+')
    options = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    cases = discover(options.directories, options.only)
    counts = {'passed': 0, 'failed': 0, 'skipped': 0}
    started = time.monotonic()
    context = multiprocessing.get_context('fork')
    with concurrent.futures.ProcessPoolExecutor(options.jobs, mp_context=context) as pool:
        for done in concurrent.futures.as_completed([pool.submit(run_case, name) for name in cases]):
            for record in done.result():
                counts[record[1]] += 1
                show(record, started)
    print(', '.join(f'{count} {outcome}' for outcome, count in counts.items()))
    return 1 if counts['failed'] else 0


if __name__ == '__main__':
    sys.exit(main())
