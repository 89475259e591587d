"""The tarball: the same of two builds, and a program that runs. With --long only."""
import json
import os
import pathlib
import subprocess
import tarfile
import tempfile
import unittest

from tests.harness.agent import ROOT


@unittest.skipUnless(os.environ.get('HEARSAY_LONG'), 'minutes: with --long only')
class Tarball(unittest.TestCase):
    takes_long = True

    def build(self, directory):
        environment = {**os.environ, 'CCACHE_DISABLE': '1'}
        subprocess.run([str(ROOT / 'tools/package'), 'tarball', str(directory)], check=True, env=environment,
                       stdout=subprocess.DEVNULL)
        return next(pathlib.Path(directory).glob('hearsay-*.tar.gz'))

    def test_two_builds_in_different_places_are_the_same(self):
        with tempfile.TemporaryDirectory() as here, tempfile.TemporaryDirectory(prefix='another-place-') as there:
            first, second = self.build(here), self.build(pathlib.Path(there) / 'deeper')
            self.assertEqual(first.read_bytes(), second.read_bytes())
            with tarfile.open(first) as archive:
                archive.extractall(here)
            tree = pathlib.Path(here) / first.name.removesuffix('.tar.gz')
            said = subprocess.run([str(tree / 'bin/hearsay'), 'version'], capture_output=True, text=True, check=True)
            self.assertTrue(said.stdout.startswith('hearsay '), said.stdout)
            needed = subprocess.run(['readelf', '--dynamic', str(tree / 'bin/hearsay')], capture_output=True, text=True,
                                    check=True).stdout
            libraries = {line.split('[')[1].rstrip(']') for line in needed.splitlines() if '(NEEDED)' in line}
            self.assertLessEqual(libraries, {'libc.so.6', 'libm.so.6', 'ld-linux-x86-64.so.2'})
            bill = json.loads((tree / 'sbom.cdx.json').read_text(encoding='utf-8'))
            listed = {component['name'] for component in bill['components']}
            self.assertLessEqual({'libsodium-dev', 'libuv1-dev', 'nettle-dev', 'libre2-dev', 'libc6'}, listed)
