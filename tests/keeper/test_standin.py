"""The twin's size alone: the rule of the two alarms on AWS."""
import random
import unittest
from datetime import timedelta

from place import NOW
from standin import quarter, size

PERIOD = timedelta(minutes=5)


def lacking(*missing):
    """Readings every five minutes, the newest now."""
    return [(NOW - PERIOD * (len(missing) - 1 - at), number) for at, number in enumerate(missing)]


def sized(readings, standing=0, most=8, before=()):
    return size(readings, NOW, standing, most, timedelta(minutes=10), timedelta(minutes=15), PERIOD, before)


class StandIn(unittest.TestCase):
    def test_ten_minutes_short_fill_the_gap_in_quarters_of_the_pool(self):
        self.assertEqual(4, sized(lacking(0, 3, 3, 3)))
        self.assertEqual(8, sized(lacking(8, 8, 8)))
        self.assertEqual([1, 2, 2, 4, 3], [quarter(1, 3), quarter(2, 3), quarter(2, 5), quarter(4, 5), quarter(9, 3)])

    def test_a_gap_that_is_new_waits(self):
        self.assertEqual(0, sized(lacking(0, 0, 0, 0, 3)))

    def test_a_gap_that_changes_is_followed(self):
        self.assertEqual(2, sized(lacking(6, 6, 2, 2), standing=6))

    def test_a_quarter_of_an_hour_without_a_gap_empties_it_and_less_does_not(self):
        self.assertEqual(0, sized(lacking(0, 0, 0, 0), standing=4))
        self.assertEqual(4, sized(lacking(3, 3, 0, 0, 0), standing=4))

    def test_point_14_while_an_online_pool_lacks_machines_none_are_added(self):
        self.assertEqual(0, sized(lacking(0, 3, 3, 3), before=[lacking(0, 0, 0, 1)]))
        self.assertEqual(2, sized(lacking(6, 6, 6, 6), standing=2, before=[lacking(0, 0, 0, 0), lacking(0, 0, 0, 1)]))
        self.assertEqual(4, sized(lacking(0, 3, 3, 3), before=[lacking(2, 2, 2, 0)]))

    def test_point_14_where_that_lasts_a_quarter_of_an_hour_those_that_stand_in_make_room(self):
        self.assertEqual(0, sized(lacking(3, 3, 3, 3), standing=4, before=[lacking(1, 1, 2, 1)]))
        self.assertEqual(4, sized(lacking(3, 3, 3, 3), standing=4, before=[lacking(1, 0, 2, 1)]))
        self.assertEqual(4, sized(lacking(3, 3, 3, 3), standing=4, before=[[(NOW, 1)]]))

    def test_without_readings_it_stays_as_it_is(self):
        self.assertEqual(4, sized([(NOW, 0)], standing=4))
        self.assertEqual(0, sized([(NOW, 5)], standing=0))
        hole = [reading for reading in lacking(0, 0, 0, 0, 0, 0) if reading[0] in (NOW, NOW - 3 * PERIOD, NOW - 4 * PERIOD)]
        self.assertEqual(4, sized(hole, standing=4))

    def test_it_is_never_larger_than_the_pool_and_never_empty_while_machines_are_missing(self):
        chance = random.Random(8)
        for _ in range(20_000):
            most = chance.randrange(1, 40)
            missing = [chance.choice((0, 0, chance.randrange(0, most + 1))) for _ in range(chance.randrange(1, 8))]
            standing = chance.randrange(0, most + 1)
            found = sized(lacking(*missing), standing, most)
            self.assertLessEqual(found, most)
            if found < standing and found == 0:
                self.assertEqual(0, missing[-1])
            if found > standing:
                self.assertGreaterEqual(found, missing[-1])
                self.assertGreater(min(missing[-2:]), 0)


if __name__ == "__main__":
    unittest.main()
