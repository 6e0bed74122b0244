"""
Tests of L{gigasetd.info.sources.dwdregions}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.info.sources.dwdregions import POINTS, regionOf


class RegionTests(SynchronousTestCase):
    """
    L{regionOf}.
    """

    def test_regions(self) -> None:
        """
        All 27 regions have points, and towns the region that they lie in.
        """
        self.assertEqual(len(POINTS), 27)
        towns = {
            (53.55, 9.99): 12, (54.09, 12.13): 20, (53.08, 8.80): 31,
            (52.37, 9.73): 32, (51.23, 6.78): 41, (52.02, 8.53): 42, (52.52, 13.4): 50,
            (52.13, 11.63): 61, (50.98, 11.03): 71, (51.34, 12.37): 81,
            (51.31, 9.48): 91, (50.11, 8.68): 92, (49.99, 8.25): (101, 92),
            (49.23, 7.0): 103, (49.01, 8.4): 111, (48.78, 9.18): 112,
            (48.14, 11.58): 121, (49.45, 11.08): 123, (49.79, 9.95): 124,
        }  # fmt: skip
        for town, region in towns.items():
            allowed = region if isinstance(region, tuple) else (region,)
            self.assertIn(regionOf(*town), allowed, town)
