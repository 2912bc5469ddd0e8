"""The decision alone: which machine of a pool is replaced, and when none is."""
import random
import unittest
from datetime import timedelta

from place import NOW
from broken import BROKEN, ENGINE, FRESH, PATIENCE, UNKNOWN, WELL, Machine, Pool, decide, judge

WINDOW, PERIOD = timedelta(minutes=60), timedelta(minutes=5)


def machine(id, *told, serves=True, late=0):
    """What it told, newest first, a minute apart."""
    return Machine(id, "g", serves, tuple((NOW - timedelta(minutes=late + at), number) for at, number in enumerate(told)))


def decided(*machines, **changed):
    return decide(Pool("chat-l4", machines, **changed), WINDOW, PERIOD, NOW)


class Judge(unittest.TestCase):
    def test_a_machine_is_what_it_told_last_and_broken_only_if_it_told_so_for_minutes(self):
        self.assertEqual(WELL, judge(machine("a", 0, 79, 79), NOW))
        self.assertEqual(UNKNOWN, judge(machine("a", 79, 0, 0), NOW))
        self.assertEqual(UNKNOWN, judge(machine("a", 79, 79, 79, 79), NOW))
        self.assertEqual(BROKEN, judge(machine("a", 79, 79, 79, 79, 79), NOW))

    def test_what_was_told_long_ago_or_never_says_nothing(self):
        self.assertEqual(UNKNOWN, judge(machine("a"), NOW))
        self.assertEqual(UNKNOWN, judge(machine("a", 79, 79, 79, 79, 79, late=11), NOW))
        self.assertEqual(UNKNOWN, judge(machine("a", 0, late=11), NOW))


class Broken(unittest.TestCase):
    BAD = machine("bad", *[79] * 6)

    def test_a_broken_machine_beside_one_that_serves_is_replaced_and_told_of(self):
        verdict = decided(self.BAD, machine("a", 0))
        self.assertEqual((self.BAD, True), (verdict.replace, verdict.page))
        self.assertIn("bad of g is broken (XID 79) and is replaced", verdict.text)

    def test_the_last_that_serves_a_window_missing_machines_and_missing_figures_hold_it_back(self):
        for why, verdict in {
            "no other of its pool serves": decided(self.BAD),
            "less than 60 min ago": decided(self.BAD, machine("a", 0), replaced=NOW - timedelta(minutes=59)),
            "another of its pool is not in service": decided(self.BAD, machine("a", 0), missing=1),
            "launches of its pool are stopped": decided(self.BAD, machine("a", 0), stopped=True),
            "nothing is known": decided(self.BAD, machine("a", 0), machine("b")),
        }.items():
            self.assertIsNone(verdict.replace)
            self.assertIn(why, verdict.text)
        self.assertIsNone(decided(self.BAD, machine("a", 0), machine("b", 0, serves=False)).replace)
        self.assertIsNone(decided(machine("bad", *[79] * 6, serves=False), machine("a", 0)).replace)

    def test_hardware_goes_before_engines_and_the_oldest_first(self):
        self.assertEqual("x", decided(machine("e", *[ENGINE] * 9), machine("x", *[79] * 6), machine("a", 0)).replace.id)
        self.assertEqual("old", decided(machine("new", *[79] * 6), machine("old", *[48] * 9), machine("a", 0)).replace.id)

    def test_replicas_that_fail_on_several_machines_are_the_images_fault_and_people_hear_of_it(self):
        verdict = decided(machine("e", *[ENGINE] * 6), machine("f", *[ENGINE] * 6), machine("a", 0))
        self.assertEqual((None, True), (verdict.replace, verdict.page))
        self.assertIn("several machines", verdict.text)
        self.assertEqual("e", decided(machine("e", *[ENGINE] * 6), machine("a", 0)).replace.id)

    def test_a_machine_that_is_left_is_told_of_once_and_not_at_every_look(self):
        pages = [decided(machine("bad", *[79] * minutes)).page for minutes in range(5, 60, 5)]
        self.assertTrue(pages[0])
        self.assertLessEqual(sum(pages), 2)
        for first in range(0, 300, 7):  # Wherever in the period it broke, and though looks come seconds late.
            looks = [timedelta(seconds=first) + PERIOD * look + timedelta(seconds=20 * (look % 2)) for look in range(12)]
            told = [decided(Machine("bad", "g", True, tuple((NOW - age + timedelta(minutes=at), 79) for at in range(int(age.total_seconds() // 60) + 1)))).page for age in looks]
            self.assertTrue(1 <= sum(told) <= 2, (first, told))

    def test_in_twenty_thousand_random_pools_a_replacement_is_always_of_one_broken_machine_beside_one_that_serves_with_nothing_unknown(self):
        chance, replaced = random.Random(30), 0
        for _ in range(20_000):
            machines = tuple(machine(str(i), *self.told(chance), serves=chance.random() < 0.95, late=chance.choice((0, 0, 0, 1, 12))) for i in range(chance.randrange(0, 6)))
            pool = Pool("p", machines, missing=chance.choice((0, 0, 0, 1)), stopped=chance.random() < 0.1,
                        replaced=chance.choice((None, None, NOW - timedelta(minutes=chance.randrange(0, 120)))))
            verdict = decide(pool, WINDOW, PERIOD, NOW)
            self.assertEqual(verdict, decide(Pool("p", machines[::-1], pool.missing, pool.stopped, pool.replaced), WINDOW, PERIOD, NOW))
            if verdict.replace is None:
                continue
            replaced += 1
            self.assertTrue(verdict.page)
            self.assertFalse(pool.stopped or pool.missing)
            self.assertTrue(pool.replaced is None or NOW - pool.replaced >= WINDOW)
            self.assertTrue(all(one.serves for one in machines))
            newest = {one.id: max((reading for reading in one.readings if NOW - reading[0] <= FRESH), default=None) for one in machines}
            self.assertNotIn(None, newest.values())  # Never on figures that are missing.
            self.assertTrue(any(id != verdict.replace.id and reading[1] == 0 for id, reading in newest.items()))  # Never the last that serves.
            bad = [reading for reading in verdict.replace.readings if NOW - reading[0] <= FRESH]
            row = [number for at, number in bad if NOW - at <= PATIENCE]
            self.assertTrue(row and all(row))
            if newest[verdict.replace.id][1] == ENGINE:
                self.assertTrue(all(id == verdict.replace.id or reading[1] == 0 for id, reading in newest.items()))
        self.assertGreater(replaced, 500)

    @staticmethod
    def told(chance):
        number = chance.choice((0, 0, 0, 0, ENGINE, 79, 48))
        return [number] * chance.choice((0, 3, 5, 6, 9, 9)) if chance.random() < 0.3 else [number] * 9


if __name__ == "__main__":
    unittest.main()
