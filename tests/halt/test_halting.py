"""What is halted, and that 20,000 random accounts keep every rule; the rules are written here again."""
import random
import unittest
from dataclasses import replace
from datetime import datetime, timedelta, timezone

from place import NOW, STACK, budget, group, settings
from halting import Action, decide, is_of_this_month, spent_today


class Halting(unittest.TestCase):
    def test_at_the_share_of_a_budget_its_pools_may_have_no_machine(self):
        decision = decide(settings(), True, [budget(spent=100.0)], [group()])
        self.assertEqual((Action("g", 0, "aws-budget: $100.00 of $100.00 are spent"),), decision.actions)

    def test_a_cent_before_it_nothing_is(self):
        self.assertEqual((), decide(settings(), True, [budget(spent=99.99)], [group()]).actions)

    def test_the_share_is_the_plans(self):
        self.assertEqual(1, len(decide(settings(haltAt=0.9), True, [budget(spent=90.0)], [group()]).actions))

    def test_what_is_halted_is_left_alone(self):
        self.assertEqual((), decide(settings(), True, [budget()], [group(stopped=True, size=0, most=0)]).actions)

    def test_what_an_update_raised_again_is_lowered_again(self):
        self.assertEqual(0, decide(settings(), True, [budget()], [group(stopped=True, size=0, most=4)]).actions[0].most)

    def test_where_the_plan_keeps_what_runs_its_size_is_the_most(self):
        self.assertEqual(3, decide(settings(to="running"), True, [budget()], [group()]).actions[0].most)

    def test_in_production_launches_stop_and_no_size_changes(self):
        for to in ("zero", "running"):
            actions = decide(settings(environment="prod", to=to), True, [budget()], [group(environment="prod")]).actions
            self.assertEqual([None], [action.most for action in actions])

    def test_a_dry_run_and_a_switch_that_is_off_only_recommend(self):
        for chosen, on in ((settings(mode="dryRun"), True), (settings(), False)):
            decision = decide(chosen, on, [budget()], [group()])
            self.assertEqual(((), 1), (decision.actions, len(decision.recommendations)))

    def test_a_team_and_a_serving_halt_their_own_alone(self):
        groups = [group("a"), group("b", team="shared"), group("c", serving="search")]
        self.assertEqual(["a", "c"], [action.group for action in decide(settings(), True, [budget(team="search")], groups).actions])
        self.assertEqual(["a", "b"], [action.group for action in decide(settings(), True, [budget(serving="chat")], groups).actions])

    def test_what_is_not_this_stacks_or_not_named_or_reserved_or_of_another_environment_is_never_halted(self):
        for changed in ({"marked": False}, {"pool": "other"}, {"pool": None}, {"managed_by": "pulumi/gpuinfra/other"}, {"managed_by": None}, {"environment": "prod"},
                        {"environment": None}, {"tier": "reserved"}, {"tier": None}):
            self.assertEqual((), decide(settings(), True, [budget()], [group(**changed)]).actions, changed)

    def test_a_budget_of_nothing_halts_nothing(self):
        self.assertEqual((), decide(settings(), True, [budget(spent=5, limit=0)], [group()]).actions)

    def test_random_accounts_keep_every_rule(self):
        chance = random.Random(20261207)
        halted = 0
        for number in range(20_000):
            chosen = settings(mode=chance.choice(["enforce", "dryRun"]), to=chance.choice(["zero", "running"]), environment=chance.choice(["dev", "dev", "prod"]), haltAt=chance.choice([0.8, 1.0, 1.2]))
            on = chance.random() < .9
            budgets = [budget(spent=chance.uniform(0, 200), limit=chance.choice([0, 50, 100]), name=f"b{i}",
                              **chance.choice([{}, {"team": "search"}, {"team": "other"}, {"serving": "chat"}])) for i in range(chance.randint(0, 3))]
            groups = [group(f"g{i}", pool=chance.choice(["chat-l4", "batch-l4", "other", None]), managed_by=chance.choice([STACK, STACK, None]),
                            environment=chance.choice(["dev", "dev", "prod"]), tier=chance.choice(["onDemand", "spot", "reserved"]), team=chance.choice(["search", "shared"]),
                            serving=chance.choice(["chat", "search"]), marked=chance.random() < .8, size=chance.randint(0, 9), most=chance.randint(0, 9),
                            stopped=chance.random() < .3) for i in range(chance.randint(0, 5))]
            decision = decide(chosen, on, budgets, groups)
            by_id = {one.id: one for one in groups}
            self.assertFalse(decision.actions and (not chosen.enforce or not on))
            for action in decision.actions + decision.recommendations:
                of = by_id[action.group]
                self.assertTrue(of.marked and of.pool in ("chat-l4", "batch-l4") and of.managed_by == STACK and of.tier != "reserved" and of.environment == chosen.environment)
                self.assertTrue(any(one.limit > 0 and one.spent >= one.limit * chosen.halt_at and one.team in (None, of.team) and one.serving in (None, of.serving) for one in budgets))
                self.assertTrue(action.most is None or action.most <= of.size)  # Nothing is ever raised above what it has.
                self.assertEqual(chosen.environment == "prod", action.most is None)
            after = [_after(one, decision) for one in groups]
            self.assertEqual((), decide(chosen, on, budgets, after).actions)  # The same figures twice are one halt.
            chance.shuffle(groups)
            self.assertEqual(decision, decide(chosen, on, budgets[::-1], groups))
            halted += len(decision.actions)
        self.assertGreater(halted, 400)


def _after(one, decision):
    action = next((action for action in decision.actions if action.group == one.id), None)
    if action is None:
        return one
    return replace(one, stopped=True, size=one.size if action.most is None else min(one.size, action.most), most=one.most if action.most is None else action.most)


class Days(unittest.TestCase):
    MONTH = "2026-12-01T08:00:00Z"

    def day(self, memory, cost, day, hour=20, month=MONTH):
        return spent_today(memory, "search", month, cost, datetime(2026, 12, day, hour, tzinfo=timezone.utc))

    def test_a_day_is_what_the_month_cost_more_than_at_its_beginning(self):
        _, memory = self.day({}, 1_000, 6)
        _, memory = self.day(memory, 1_050, 6, hour=23)
        spent, memory = self.day(memory, 1_100, 7)
        self.assertEqual(50, spent)
        self.assertEqual(90, self.day(memory, 1_140, 7, hour=23)[0])

    def test_it_begins_at_midnight_of_billing_not_of_Greenwich(self):
        _, memory = self.day({}, 1_000, 6)
        spent, memory = self.day(memory, 1_040, 7, hour=7)  # Eleven in the evening of the sixth there.
        self.assertEqual(40, spent)
        self.assertEqual(0, self.day(memory, 1_040, 7, hour=9)[0])

    def test_the_first_message_and_one_after_days_without_begin_anew(self):
        spent, memory = self.day({}, 900, 6)
        self.assertEqual(0, spent)
        self.assertEqual(0, self.day(memory, 1_500, 9)[0])

    def test_the_first_day_of_a_month_has_cost_all_of_it(self):
        self.assertEqual(70, self.day({}, 70, 1)[0])
        _, memory = spent_today({}, "search", "2026-11-01T07:00:00Z", 9_000, datetime(2026, 11, 30, 20, tzinfo=timezone.utc))
        self.assertEqual(70, self.day(memory, 70, 1)[0])

    def test_a_credit_makes_no_day_cheaper_than_nothing(self):
        _, memory = self.day({}, 1_000, 6)
        self.assertEqual(0, self.day(memory, 800, 7)[0])

    def test_days_of_a_month_add_up_to_at_most_what_it_cost(self):
        chance = random.Random(7)
        for _ in range(300):
            memory, cost, days, at = {}, 0.0, {}, datetime(2026, 12, 1, 9, tzinfo=timezone.utc)
            while at.month == 12:
                cost += chance.uniform(0, 20)
                spent, memory = spent_today(memory, "search", self.MONTH, cost, at)
                days[memory["search"]["day"]] = spent
                at += timedelta(hours=chance.uniform(1, 9))
            self.assertAlmostEqual(cost, sum(days.values()), places=6)

    def test_a_message_of_another_month_is_known(self):
        self.assertTrue(is_of_this_month(datetime(2026, 12, 1, 8, tzinfo=timezone.utc), NOW))
        self.assertFalse(is_of_this_month(datetime(2026, 11, 1, 7, tzinfo=timezone.utc), NOW))
        self.assertTrue(is_of_this_month(datetime(2026, 11, 1, 7, tzinfo=timezone.utc), datetime(2026, 12, 1, 7, 59, tzinfo=timezone.utc)))


if __name__ == "__main__":
    unittest.main()
