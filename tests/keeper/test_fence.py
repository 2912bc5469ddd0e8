"""Hours in which jobs run, and what a group is told of those that wait."""
import unittest
from datetime import datetime, timedelta, timezone

from place import NOW  # noqa: F401  (finds the keeper's modules)
from fence import Window, jobs

NIGHT = Window.read({"days": [1, 2, 3, 4, 5], "from": "22:00", "to": "06:00", "zone": "Europe/Berlin"})
DAY = Window.read({"days": [0, 1, 2, 3, 4, 5, 6], "from": "08:00", "to": "20:00", "zone": "Etc/UTC"})


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc)


class Fence(unittest.TestCase):
    def test_a_window_over_midnight_belongs_to_the_day_on_which_it_begins(self):
        self.assertTrue(NIGHT.is_open(at("2026-12-11T21:30:00")))  # Friday, 22:30 in Berlin.
        self.assertTrue(NIGHT.is_open(at("2026-12-12T04:59:00")))  # Saturday morning: Friday's.
        self.assertFalse(NIGHT.is_open(at("2026-12-12T05:00:00")))
        self.assertFalse(NIGHT.is_open(at("2026-12-12T21:30:00")))  # Saturday evening.
        self.assertFalse(NIGHT.is_open(at("2026-12-14T03:00:00")))  # Monday morning: Sunday's, which has none.

    def test_it_goes_by_the_clock_on_the_wall_in_summer_too(self):
        self.assertTrue(NIGHT.is_open(at("2026-07-03T20:30:00")))
        self.assertFalse(NIGHT.is_open(at("2026-07-03T19:59:00")))

    def test_a_week_has_as_many_open_minutes_as_the_plan_prices(self):
        monday = at("2026-12-07T00:00:00")
        for window, hours in ((NIGHT, 5 * 8), (DAY, 7 * 12)):
            self.assertEqual(hours * 60, sum(window.is_open(monday + timedelta(minutes=minute)) for minute in range(7 * 24 * 60)))

    def test_outside_it_nothing_is_to_run_however_much_waits(self):
        self.assertEqual(0, jobs(NIGHT, at("2026-12-11T12:00:00"), 900))
        self.assertEqual(900, jobs(NIGHT, at("2026-12-11T22:00:00"), 900))

    def test_where_nobody_knows_how_many_wait_nothing_is_said_inside_and_none_outside(self):
        self.assertIsNone(jobs(NIGHT, at("2026-12-11T22:00:00"), None))
        self.assertEqual(0, jobs(NIGHT, at("2026-12-11T12:00:00"), None))


if __name__ == "__main__":
    unittest.main()
