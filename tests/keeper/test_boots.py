"""The decision alone."""
import random
import unittest
from datetime import timedelta

from place import NOW
from boots import FAILED, GOOD, Boot, Group, decide, in_a_row, judge, look_back

GRACE = timedelta(minutes=30)


def boot(name, minutes, **changed):
    return Boot(name, NOW - timedelta(minutes=minutes), **changed)


def decided(*boots, stopped=False, attempts=3):
    return decide(Group("g", "chat-l4", boots, stopped), GRACE, attempts, NOW)


class Boots(unittest.TestCase):
    def test_three_machines_that_never_answered_stop_launches_and_the_notice_names_them(self):
        verdict = decided(boot("a", 100), boot("b", 80), boot("c", 60))
        self.assertTrue(verdict.stop)
        self.assertEqual(("c", "b", "a"), verdict.failed)
        self.assertIn("c, b, a", verdict.text)
        self.assertIn("those that serve go on", verdict.text)

    def test_two_do_not(self):
        self.assertFalse(decided(boot("a", 100), boot("b", 80)).stop)

    def test_a_good_boot_begins_the_count_again(self):
        self.assertFalse(decided(boot("a", 200), boot("b", 150), boot("c", 100, answered=True), boot("d", 80), boot("e", 60)).stop)

    def test_a_good_boot_before_the_failures_does_not(self):
        self.assertTrue(decided(boot("good", 200, answered=True), boot("a", 100), boot("b", 80), boot("c", 60)).stop)

    def test_machines_within_their_grace_say_nothing_yet(self):
        self.assertFalse(decided(boot("a", 100), boot("b", 80), boot("c", 29)).stop)
        self.assertTrue(decided(boot("a", 100), boot("b", 80), boot("c", 31)).stop)

    def test_a_machine_that_was_taken_away_as_ill_failed_at_once_and_one_that_was_scaled_in_says_nothing(self):
        self.assertTrue(decided(boot("a", 9, ended=True, ill=True), boot("b", 6, ended=True, ill=True), boot("c", 3, ended=True, ill=True)).stop)
        self.assertFalse(decided(boot("a", 90, ended=True), boot("b", 60, ended=True), boot("c", 45, ended=True)).stop)

    def test_a_machine_that_answered_and_was_ill_later_booted(self):
        self.assertEqual(GOOD, judge(boot("a", 90, answered=True, ended=True, ill=True), GRACE, NOW))

    def test_a_group_that_is_stopped_is_not_stopped_or_told_of_again(self):
        self.assertFalse(decided(boot("a", 100), boot("b", 80), boot("c", 60), stopped=True).stop)

    def test_the_look_back_holds_as_many_failures_one_after_another(self):
        self.assertGreaterEqual(look_back(timedelta(hours=2), 3), timedelta(hours=6))
        self.assertEqual(timedelta(hours=12), look_back(timedelta(hours=2), 3))

    def test_in_twenty_thousand_random_histories_launches_stop_only_after_three_failures_newer_than_every_good_boot(self):
        chance = random.Random(8)
        for _ in range(20_000):
            boots = tuple(boot(str(i), chance.randrange(0, 300), answered=chance.random() < 0.2, ended=(gone := chance.random() < 0.4), ill=gone and chance.random() < 0.5)
                          for i in range(chance.randrange(0, 9)))
            verdict = decided(*boots, stopped=(stopped := chance.random() < 0.1))
            newest_good = max((one.began for one in boots if one.answered), default=NOW - timedelta(days=99))
            failed = [one for one in boots if judge(one, GRACE, NOW) == FAILED]
            later, at_once = [one for one in failed if one.began > newest_good], [one for one in failed if one.began == newest_good]
            self.assertTrue(len(later) <= len(verdict.failed) <= len(later) + len(at_once))
            self.assertEqual(verdict.stop, len(verdict.failed) >= 3 and not stopped)
            self.assertTrue(set(in_a_row(boots, GRACE, NOW)) <= {one.machine for one in failed})


if __name__ == "__main__":
    unittest.main()
