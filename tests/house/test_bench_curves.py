"""tools/bench.d/plot.py draws what the samples say, and cluster.py what is in the README."""
import pathlib
import re
import sys
import tempfile
import unittest
import xml.etree.ElementTree as ET

from tests.harness.agent import ROOT

sys.path.insert(0, str(ROOT / 'tools/bench.d'))
import cluster  # noqa: E402  pylint: disable=wrong-import-position
import plot  # noqa: E402  pylint: disable=wrong-import-position

EVENT = next(figure for figure in plot.FIGURES if figure.name == 'event')
SVG = '{http://www.w3.org/2000/svg}'


def curve(svg, program):
    """Its points, from the left and from above."""
    lines = ET.fromstring(svg).iter(f'{SVG}polyline')
    points = next(line for line in lines if line.get('class') == f'curve {program}').get('points')
    return [tuple(float(number) for number in point.split(',')) for point in points.split()]


class BenchCurves(unittest.TestCase):

    def test_a_curve_rises_by_its_share_at_each_arrival_and_ends_at_all(self):
        points = curve(plot.draw(EVENT, {'hearsay': [0.010, 0.030]}), 'hearsay')
        bottom, top = points[0][1], points[-1][1]
        self.assertEqual((bottom, top), (plot.HEIGHT - plot.BOTTOM, plot.TOP))
        self.assertIn((bottom + top) / 2, {y for _, y in points})
        self.assertEqual(points[-1][0], plot.WIDTH - plot.RIGHT)

    def test_a_figure_names_its_unit_and_each_program(self):
        svg = plot.draw(EVENT, {'hearsay': [0.010], 'serf': [0.4]})
        texts = [text.text for text in ET.fromstring(svg).iter(f'{SVG}text')]
        for text in ('time, ms', 'hearsay', 'serf', '0 %', '100 %', '400'):
            self.assertIn(text, texts)

    def test_a_figure_is_readable_on_black_too(self):
        self.assertRegex(plot.draw(EVENT, {'hearsay': [0.010]}), r'prefers-color-scheme: dark')

    def test_steps_of_an_axis_are_round_and_few(self):
        self.assertEqual([plot.nice_step(span) for span in (0.7, 8, 9, 90, 1300)], [0.1, 1, 2, 20, 200])

    def test_ten_thousand_arrivals_do_not_make_a_large_file(self):
        svg = plot.draw(EVENT, {'hearsay': [number / 1e6 for number in range(10_000)]})
        self.assertLess(len(svg), 40_000)

    def test_what_nobody_measured_is_not_drawn(self):
        with tempfile.TemporaryDirectory() as directory:
            plot.draw_all({'agents': 2, 'hearsay': {'samples': {'event': [0.1]}}, 'serf': {}}, directory)
            self.assertEqual([path.name for path in pathlib.Path(directory).iterdir()], ['event.svg'])

    def test_the_figures_of_the_page_on_performance_are_there(self):
        page = (ROOT / 'docs/performance.md').read_text(encoding='utf-8')
        shown = re.findall(r'\]\((figures/[a-z]+\.svg)\)', page)
        self.assertEqual(len(shown), len(plot.FIGURES))
        for path in shown:
            self.assertTrue((ROOT / 'docs' / path).is_file(), path)


class Cluster(unittest.TestCase):

    def test_the_picture_is_what_its_script_draws(self):
        self.assertEqual((ROOT / 'docs/figures/cluster.svg').read_text(encoding='utf-8'), cluster.draw())

    def test_everybody_who_lives_hears_it_once_from_one_who_knew_it_the_round_before(self):
        heard_in = {cluster.NOTICED: -1}
        for number, teller, hearer in cluster.tellings():
            self.assertLess(heard_in[teller], number)
            self.assertNotIn(hearer, heard_in)
            heard_in[hearer] = number
        self.assertEqual(set(heard_in), set(cluster.NAMES) - {cluster.FAILED})
