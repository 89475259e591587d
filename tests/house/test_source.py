"""What docs/STYLE.md promises and a machine can check."""
import pathlib
import re
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SOURCES = sorted(path for suffix in ('*.h', '*.cc') for path in (ROOT / 'src').rglob(suffix))
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"][^>"]+[>"])', re.MULTILINE)

# Layers may include themselves and what stands before them.
LAYERS = ('swim', 'agent', 'cli')
# The core reads no clock, socket, file or chance, and starts no thread.
FORBIDDEN_IN_SWIM = re.compile(
    r'<(uv\.h|thread|mutex|condition_variable|future|random|filesystem|fstream|iostream|regex|unistd\.h|time\.h|ctime|'
    r'sys/.*|netinet/.*|arpa/.*|net/.*|netdb\.h|fcntl\.h|poll\.h)>')
CLOCK = re.compile(r'\b(system_clock|steady_clock|high_resolution_clock|clock_gettime|gettimeofday|getenv)\b')
HEAVY_IN_HEADERS = re.compile(r'<(fmt/.*|nlohmann/.*|msgpack.*|CLI/.*|iostream|regex)>')


def includes(path):
    return INCLUDE.findall(path.read_text(encoding='utf-8'))


def without_comments(text):
    return re.sub(r'//[^\n]*|/\*.*?\*/', '', text, flags=re.DOTALL)


class Source(unittest.TestCase):

    def assert_none(self, found, rule):
        self.assertEqual([], found, rule)

    def test_there_is_something_to_check(self):
        for layer in LAYERS:
            self.assertTrue([path for path in SOURCES if path.is_relative_to(ROOT / 'src' / layer)], layer)

    def test_layers_include_in_one_direction(self):
        wrong = []
        for path in SOURCES:
            layer = path.relative_to(ROOT / 'src').parts[0]
            allowed = LAYERS[:LAYERS.index(layer) + 1]
            for include in includes(path):
                if include.startswith('"') and include[1:].split('/')[0].rstrip('"') not in allowed:
                    wrong.append(f'{path.relative_to(ROOT)} includes {include}')
        self.assert_none(wrong, 'cli -> agent -> swim, and paths from src/')

    def test_the_core_does_no_io(self):
        wrong = [f'{path.relative_to(ROOT)} includes {include}'
                 for path in SOURCES if path.is_relative_to(ROOT / 'src/swim')
                 for include in includes(path) if FORBIDDEN_IN_SWIM.fullmatch(include)]
        self.assert_none(wrong, 'src/swim has no sockets, clock, threads, files or chance')

    def test_the_core_reads_no_clock(self):
        wrong = [f'{path.relative_to(ROOT)} names {match.group()}'
                 for path in SOURCES if path.is_relative_to(ROOT / 'src/swim')
                 for match in CLOCK.finditer(without_comments(path.read_text(encoding='utf-8')))]
        self.assert_none(wrong, 'time comes into src/swim as an argument')

    def test_headers_are_light_and_guarded(self):
        headers = [path for path in SOURCES if path.suffix == '.h']
        wrong = [f'{path.relative_to(ROOT)} includes {include}'
                 for path in headers for include in includes(path) if HEAVY_IN_HEADERS.fullmatch(include)]
        wrong += [f'{path.relative_to(ROOT)} has no #pragma once'
                  for path in headers if '#pragma once' not in path.read_text(encoding='utf-8')]
        self.assert_none(wrong, 'headers are contracts, and cheap to read')

    def test_every_source_file_is_built(self):
        listed = ''.join(path.read_text(encoding='utf-8') for path in (ROOT / 'src').rglob('meson.build'))
        wrong = [str(path.relative_to(ROOT)) for path in SOURCES
                 if path.suffix == '.cc' and f"'{path.name}'" not in listed]
        self.assert_none(wrong, 'a file that nobody builds is dead')

    def test_the_table_of_coordinates_is_what_its_script_works_out(self):
        script = ROOT / 'proto/vectors/coordinates.py'
        done = subprocess.run([sys.executable, script, '--check'], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
