"""What is done to machines, case by case."""
import unittest
from dataclasses import replace
from datetime import timedelta

from fleet import NOW, group, machine, owner, reading, seen, settings
from decision import decide, judge
from model import BUSY, IDLE, LOWER, REMOVE, RESIZE, RESTORE, SKIPPED, STOP, UNKNOWN, PoolSettings, Reading


def judged(one, of=None, at=NOW, **changed):
    return judge(settings(**changed), of if of is not None else group(), one, at)


def decided(groups, machines, state=None, on=True, at=NOW, **changed):
    return decide(settings(**changed), on, groups, machines, seen(*[m.id for m in machines]) if state is None else state, at)


FOUR = [machine(f"i-{i}") for i in range(4)]


class Judging(unittest.TestCase):
    def test_a_machine_without_work_is_idle(self):
        self.assertEqual(IDLE, judged(machine()).found)

    def test_work_on_the_gpu_or_a_request_makes_it_busy(self):
        self.assertEqual(BUSY, judged(machine(reading=reading(gpu=5.0))).found)
        self.assertEqual(BUSY, judged(machine(reading=reading(activity=1.0))).found)
        self.assertEqual(IDLE, judged(machine(reading=reading(gpu=4.9))).found)

    def test_pitfall_30_no_figures_are_unknown_and_never_idle(self):
        for missing in (Reading(), reading(minutes=23), replace(reading(), gpu_max=None), replace(reading(), activity_max=None),
                        replace(reading(), activity_minutes=0), replace(reading(), gpu_minutes=23), replace(reading(), newest=None), reading(age=16)):
            self.assertEqual(UNKNOWN, judged(machine(reading=missing)).found, missing)
        self.assertEqual(IDLE, judged(machine(reading=reading(minutes=24))).found)

    def test_pitfall_30_no_figures_raise_an_alert_and_stop_nothing(self):
        blind = [machine(f"i-{i}", reading=Reading()) for i in range(4)]
        decision = decided([group()], blind)
        self.assertEqual(((), 4), (decision.actions, len(decision.notices)))
        self.assertTrue(all("left running" in notice.text for notice in decision.notices))

    def test_work_seen_counts_however_little_was_reported(self):
        self.assertEqual(BUSY, judged(machine(reading=Reading(gpu_minutes=1, gpu_max=80.0))).found)

    def test_a_new_machine_has_45_minutes_or_as_long_as_its_model_needs(self):
        self.assertEqual(SKIPPED, judged(machine(hours=0.74)).found)
        self.assertEqual(IDLE, judged(machine(hours=0.75)).found)
        slow = owner(pool="chat-h100")
        self.assertEqual(SKIPPED, judged(machine(hours=1.49, owner=slow), group(owner=slow)).found)

    def test_production_is_never_shut_down_whoever_says_so(self):
        for one, of, environment in ((machine(owner=owner(environment="prod")), group(), "dev"), (machine(), group(owner=owner(environment="prod")), "dev"),
                                     (machine(), group(), "prod")):
            self.assertEqual("production is never shut down", judged(one, of, environment=environment).reason)

    def test_only_this_stacks_machines_that_opted_in_are_looked_at(self):
        for tags in ({"managed_by": "pulumi/gpuinfra/other"}, {"managed_by": None}, {"environment": "staging"}, {"environment": None},
                     {"opted_in": False}, {"opted_in": None}, {"pool": "another"}):
            self.assertEqual(SKIPPED, judged(machine(), group(owner=owner(**tags))).found, tags)

    def test_a_machines_own_tags_may_only_forbid(self):
        self.assertEqual(IDLE, judged(machine(owner=owner(managed_by=None, environment=None, opted_in=None))).found)
        for tags in ({"managed_by": "somebody"}, {"environment": "prod"}, {"opted_in": False}, {"protected_until": "2026-12-07"}, {"tier": "reserved"}):
            self.assertEqual(SKIPPED, judged(machine(owner=owner(**tags))).found, tags)

    def test_reserved_capacity_is_told_of_and_kept(self):
        for one, of in ((machine(reserved=True), group()), (machine(), group(owner=owner(tier="reserved", opted_in=False)))):
            decision = decided([of], [one])
            self.assertEqual((SKIPPED, ()), (decision.verdicts[0].found, decision.actions))
            self.assertIn("reserved capacity is idle", decision.notices[0].text)

    def test_a_protected_machine_is_kept_through_its_last_day(self):
        for text, found in (("2026-12-07", SKIPPED), ("2027-01-01T00:00:00Z", SKIPPED), ("next week", SKIPPED), ("", SKIPPED), ("2026-12-06", IDLE)):
            self.assertEqual(found, judged(machine(owner=owner(protected_until=text))).found, text)

    def test_a_group_is_kept_until_its_tag_is_gone_for_IAM_reads_no_dates(self):
        verdict = judged(machine(), group(owner=owner(protected_until="2026-12-06")))
        self.assertEqual(SKIPPED, verdict.found)
        self.assertIn("remove it", verdict.reason)

    def test_what_starts_leaves_or_is_protected_by_the_cloud_is_kept(self):
        self.assertEqual(SKIPPED, judged(machine(in_service=False)).found)
        self.assertEqual(SKIPPED, judged(machine(kept="it is protected from scale-in")).found)
        self.assertEqual(SKIPPED, judge(settings(), None, machine(group="not-ours"), NOW).found)
        self.assertEqual(UNKNOWN, judged(machine(launched=None)).found)


class Counting(unittest.TestCase):
    def test_the_first_idle_reading_only_warns(self):
        decision = decided([group()], FOUR, state={})
        self.assertEqual(((), 4), (decision.actions, len(decision.notices)))
        self.assertIn("may leave in about 15 min", decision.notices[0].text)

    def test_the_second_in_a_row_acts(self):
        self.assertEqual([RESIZE], [action.kind for action in decided([group()], FOUR).actions])

    def test_a_run_right_after_another_is_the_same_reading(self):
        self.assertEqual((), decided([group()], FOUR, state=seen("i-0", "i-1", "i-2", "i-3", minutes=2)).actions)

    def test_after_missed_runs_the_count_begins_anew(self):
        self.assertEqual((), decided([group()], FOUR, state=seen("i-0", "i-1", "i-2", "i-3", minutes=40)).actions)

    def test_work_in_between_begins_the_count_anew(self):
        first = decided([group()], [replace(m, reading=reading(gpu=50.0)) for m in FOUR])
        self.assertEqual({}, first.state["idle"])
        self.assertEqual((), decided([group()], FOUR, state=first.state).actions)

    def test_switched_off_nothing_counts_and_nothing_is_done(self):
        decision = decided([group()], FOUR, on=False)
        self.assertEqual(((), {}), (decision.actions, decision.state["idle"]))

    def test_a_dry_run_does_nothing_and_says_what_it_would_do(self):
        decision = decided([group()], FOUR, mode="dryRun")
        self.assertEqual(((), [RESIZE]), (decision.actions, [action.kind for action in decision.recommendations]))
        self.assertTrue(any("dry run, it would resize" in notice.text for notice in decision.notices))

    def test_the_same_is_told_again_only_after_a_day(self):
        blind = [machine(reading=Reading())]
        first = decided([group()], blind, state={})
        self.assertEqual(1, len(first.notices))
        self.assertEqual(0, len(decided([group()], blind, state=first.state, at=NOW + timedelta(hours=23)).notices))
        self.assertEqual(1, len(decided([group()], blind, state=first.state, at=NOW + timedelta(hours=24)).notices))


class Acting(unittest.TestCase):
    def test_pitfall_31_a_member_of_a_group_is_scaled_in_and_never_stopped(self):
        decision = decided([group()], FOUR[:3] + [machine("i-3", reading=reading(gpu=70.0))])
        self.assertEqual([(REMOVE, ("i-0",))], [(action.kind, action.machines) for action in decision.actions])

    def test_where_all_are_idle_the_group_may_choose(self):
        action = decided([group()], FOUR).actions[0]
        self.assertEqual((RESIZE, 3), (action.kind, action.size))

    def test_groups_that_weigh_machines_name_who_leaves(self):
        heavy = [replace(m, weight=2) for m in FOUR]
        self.assertEqual([REMOVE], [action.kind for action in decided([group(desired=8)], heavy).actions])
        self.assertEqual((), decided([group(desired=8, minimum=7)], heavy).actions)

    def test_the_last_replica_of_a_serving_stays(self):
        self.assertEqual((), decided([group(desired=1, minimum=0)], FOUR[:1]).actions)
        self.assertEqual(1, len(decided([group(desired=2, minimum=0)], FOUR[:2]).actions))

    def test_a_replica_that_nobody_hears_of_does_not_count_as_one(self):
        silent = machine("i-1", reading=Reading())
        self.assertEqual((), decided([group(desired=2, minimum=0)], [FOUR[0], silent]).actions)
        stuck = machine("i-1", reading=Reading(gpu_minutes=30, gpu_max=100.0, newest=NOW))  # Its GPU spins, its engine is dead.
        self.assertEqual((), decided([group(desired=2, minimum=0)], [FOUR[0], stuck]).actions)

    def test_two_pools_of_a_serving_keep_one_between_them(self):
        spot = owner(tier="spot", pool="batch-l4")
        groups = [group("g", 1, 0), group("s", 1, 0, owner=spot)]
        machines = [machine("i-0"), machine("i-1", "s", owner=spot)]
        self.assertEqual(1, len(decided(groups, machines).actions))

    def test_a_run_takes_five_machines_and_three_tenths_of_a_pool_at_most(self):
        for size, leaving in ((2, 1), (3, 1), (4, 1), (6, 1), (7, 2), (10, 3), (16, 4), (17, 5), (40, 5)):
            action = decided([group(desired=size)], [machine(f"i-{i:02}") for i in range(size)]).actions[0]
            self.assertEqual(size - leaving, action.size, size)

    def test_the_least_size_holds(self):
        self.assertEqual((), decided([group(minimum=4)], FOUR).actions)

    def test_who_leaves_is_the_oldest_of_the_fullest_zone(self):
        machines = [machine("old-b", zone="b", hours=99), machine("new-a", zone="a", hours=2), machine("old-a", zone="a", hours=9),
                    machine("busy", zone="a", reading=reading(gpu=90.0))]
        self.assertEqual(("old-a",), decided([group()], machines).actions[0].machines)

    def test_a_scarce_gpu_is_recommended_and_kept_unless_the_plan_accepts_the_risk(self):
        scarce = owner(pool="chat-h100")
        machines = [replace(m, owner=scarce) for m in FOUR]
        decision = decided([group(owner=scarce)], machines)
        self.assertEqual(((), 1), (decision.actions, len(decision.recommendations)))
        self.assertIn("may not be had again", decision.recommendations[0].reason)
        self.assertEqual(1, len(decided([group(owner=scarce)], machines, restartRisk="accept").actions))

    def test_a_group_that_changes_is_left_alone(self):
        self.assertEqual((), decided([group(changing="its machines are being replaced")], FOUR).actions)

    def test_after_a_deed_the_fleet_is_given_time_to_show_it(self):
        for minutes, actions in ((5, 0), (15, 1)):
            state = seen("i-0", "i-1", "i-2", "i-3") | {"acted": (NOW - timedelta(minutes=minutes)).isoformat()}
            self.assertEqual(actions, len(decided([group()], FOUR, state=state).actions), minutes)

    def test_the_same_run_again_does_nothing_more(self):
        first = decided([group()], FOUR)
        self.assertEqual((), decided([group()], FOUR, state=first.state).actions)

    def test_a_machine_that_stands_alone_is_stopped(self):
        alone = machine(group=None, owner=owner(pool=None, serving=None))
        self.assertEqual([(STOP, ("i-1",))], [(action.kind, action.machines) for action in decided([], [alone]).actions])

    def test_one_with_a_scarce_or_an_unknown_gpu_is_not_unless_the_plan_accepts_the_risk(self):
        for kind in ("p5.48xlarge", "n9.unheard-of", None):
            alone = machine(group=None, owner=owner(pool=None, serving=None), type=kind)
            decision = decided([], [alone])
            self.assertEqual((), decision.actions)
            self.assertIn("may not be had again", decision.recommendations[0].reason)
            self.assertEqual(1, len(decided([], [alone], restartRisk="accept").actions))

    def test_one_that_would_be_lost_is_not(self):
        alone = machine(group=None, owner=owner(pool=None, serving=None), cannot_stop="it is a spot machine: stopped, it would be gone")
        decision = decided([], [alone])
        self.assertEqual(((), STOP), (decision.actions, decision.recommendations[0].kind))


class Schedules(unittest.TestCase):
    def test_an_autoscalers_schedule_is_lowered_only_where_all_are_idle(self):
        held = group(scheduled=True)
        self.assertEqual([(LOWER, 3)], [(action.kind, action.size) for action in decided([held], FOUR).actions])
        self.assertEqual((), decided([held], FOUR[:3] + [machine("i-3", reading=reading(gpu=70.0))]).actions)

    def test_outside_the_window_the_planned_size_comes_back(self):
        first = decided([group(scheduled=True)], FOUR)
        evening = decided([group(scheduled=True, desired=3, in_window=False)], [], state=first.state, at=NOW + timedelta(hours=6))
        self.assertEqual([(RESTORE, 4)], [(action.kind, action.size) for action in evening.actions])
        self.assertEqual({}, evening.state["lowered"])

    def test_lowered_twice_it_comes_back_to_the_first_size(self):
        first = decided([group(scheduled=True)], FOUR)
        later = NOW + timedelta(minutes=15)
        second = decided([group(scheduled=True, desired=3)], [replace(m, reading=replace(m.reading, newest=later)) for m in FOUR[:3]], state=first.state, at=later)
        self.assertEqual({"from": 4, "to": 2}, second.state["lowered"]["g"])

    def test_a_size_that_somebody_else_set_is_not_taken_back(self):
        first = decided([group(scheduled=True)], FOUR)
        evening = decided([group(scheduled=True, desired=8, in_window=False)], [], state=first.state)
        self.assertEqual(((), {}), (evening.actions, evening.state["lowered"]))


if __name__ == "__main__":
    unittest.main()
