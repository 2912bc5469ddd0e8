"""100,000 random fleets: whatever the state, the rules hold. The rules are written here again, from the facts and not from the verdicts."""
import json
import random
import unittest
from collections import Counter
from datetime import date, timedelta

from fleet import NOW, owner, settings
from decision import decide
from model import LOWER, REMOVE, RESIZE, RESTORE, STOP, Group, Machine, Reading

STATES = 100_000
SETTINGS = [settings(mode=mode, restartRisk=risk, environment=environment)
            for mode, risk, environment in (("enforce", "recommend", "dev"),) * 6 + (
                ("enforce", "accept", "dev"),) * 4 + (("dryRun", "accept", "dev"), ("enforce", "accept", "prod"), ("enforce", "accept", "staging"))]
SETTINGS += [settings(maxActions=2, maxShare=1.0), settings(restartRisk="accept", maxActions=3, maxShare=0.7)]  # Small fleets reach small limits.
POOLS = ("chat-l4", "chat-l4", "chat-h100", "batch-l4", "unheard-of")


def most(chance, usual, *others):
    """Mostly the usual, so that random fleets are also acted upon."""
    return usual if RANDOM.random() < chance else RANDOM.choice(others)


RANDOM = random.Random(20261207)


def deck(make, cards=2_000):
    """Draws from many made at random: a hundred thousand fleets made from nothing take minutes."""
    made = [make() for _ in range(cards)]
    return lambda: made[int(RANDOM.random() * cards)]


def random_owner(pool):
    return owner(
        managed_by=most(.96, "pulumi/gpuinfra/dev", "pulumi/gpuinfra/other", None), environment=most(.95, "dev", "prod", "staging", None),
        opted_in=most(.95, True, False, None), tier=most(.94, "onDemand", "spot", "reserved"), pool=pool, serving=RANDOM.choice(("chat", "chat", "search")),
        protected_until=most(.95, None, "2026-12-06", "2026-12-07", "2030-01-01", "soon"))


def random_reading():
    minutes = most(.9, 30, 0, 10, 23, 24)
    return Reading(
        most(.95, minutes, 0, 20), most(.85, 0.0, None, 4.9, 5.0, 100.0), most(.93, minutes, 0, 20), most(.9, 0.0, None, 1.0, 40.0),
        most(.95, NOW - timedelta(minutes=2), None, NOW - timedelta(hours=1)))


def random_facts():
    return {"zone": RANDOM.choice("abc"), "type": most(.9, "g6.xlarge", "p5.48xlarge", None), "launched": most(.95, NOW - timedelta(hours=RANDOM.randint(1, 40)), None, NOW - timedelta(minutes=44)),
            "in_service": RANDOM.random() < .96, "reserved": RANDOM.random() < .03, "kept": most(.97, None, "protected"),
            "cannot_stop": most(.9, None, "spot"), "weight": most(.9, 1, 2), "reading": random_reading()}


FACTS, OWNERS = deck(random_facts), {pool: deck(lambda pool=pool: random_owner(pool)) for pool in {*POOLS, None}}
LONG, SHORT, GAP, RECENT = ((NOW - timedelta(minutes=minutes)).isoformat() for minutes in (15, 1, 60, 3))


def random_fleet():
    groups, machines = [], []
    for number in range(int(RANDOM.random() * 3)):
        size, pool = int(RANDOM.random() * 6), RANDOM.choice(POOLS)
        of = Group(f"g{number}", OWNERS[pool](), size, most(.8, 0, 1, size), most(.95, None, "refresh"), RANDOM.random() < .1, RANDOM.random() < .8)
        groups.append(of)
        machines += [Machine(f"i-{number}{i}", of.owner if RANDOM.random() < .9 else OWNERS[pool](), of.id, **FACTS()) for i in range(size)]
    if RANDOM.random() < .3:
        machines.append(Machine("i-alone", OWNERS[None](), None, **FACTS()))
    at = most(.9, LONG, SHORT, GAP)
    state = {"idle": {m.id: {"readings": 1 + (RANDOM.random() < .5), "at": at, "since": at} for m in machines if RANDOM.random() < .9},
             "acted": most(.7, None, LONG, RECENT),
             "lowered": {of.id: {"from": of.desired + 2, "to": of.desired} for of in groups if RANDOM.random() < .1}}
    return groups, machines, state


def may_go(settings, of, one):
    """Whether a machine is idle and nothing speaks for it, by the facts alone."""
    told, owners = one.reading, [one.owner, of.owner] if of else [one.owner]
    return (settings.environment != "prod" and all(o.environment not in ("prod",) for o in owners)
            and owners[-1].environment == settings.environment and owners[-1].managed_by == settings.managed_by
            and all(o.opted_in is not False for o in owners) and owners[-1].opted_in is True
            and not one.reserved and all(o.tier != "reserved" for o in owners)
            and all(not lasting(o.protected_until) for o in owners) and owners[-1].protected_until is None
            and one.in_service and one.kept is None and one.launched is not None and NOW - one.launched >= timedelta(minutes=45)
            and told.gpu_max is not None and told.gpu_max < 5 and told.activity_max == 0
            and told.gpu_minutes >= 24 and told.activity_minutes >= 24 and told.newest is not None and NOW - told.newest <= timedelta(minutes=15))


def lasting(text):
    try:
        return text is not None and date.fromisoformat(text) >= NOW.date()
    except ValueError:
        return True


class Laws(unittest.TestCase):
    def test_100_000_random_fleets_keep_every_rule(self):
        done = Counter()
        for number in range(STATES):
            chosen, on = RANDOM.choice(SETTINGS), RANDOM.random() < .95
            groups, machines, state = random_fleet()
            decision = decide(chosen, on, groups, machines, state, NOW)
            try:
                self.check(chosen, on, {g.id: g for g in groups}, {m.id: m for m in machines}, state, decision)
                if number % 20 == 0:
                    self.check_repeats(chosen, on, groups, machines, state, decision)
            except AssertionError as error:
                raise AssertionError(f"fleet {number}: {chosen}\n{groups}\n{machines}\n{state}\n{decision}") from error
            done.update(action.kind for action in decision.actions)
        # The rules are held by fleets that are acted upon, not only by fleets that are left alone.
        self.assertTrue(all(done[kind] > 100 for kind in (RESIZE, REMOVE, STOP, LOWER, RESTORE)), done)

    def check(self, chosen, on, groups, machines, state, decision):
        if not decision.actions:
            return
        self.assertTrue(on and chosen.enforce)
        self.assertTrue(state["acted"] is None or NOW - NOW.fromisoformat(state["acted"]) >= timedelta(minutes=10))
        taken = [name for action in decision.actions for name in action.machines]
        self.assertEqual(len(taken), len(set(taken)))
        self.assertLessEqual(len(taken), chosen.max_actions)
        for action in decision.actions:
            if action.kind == RESTORE:
                self.assertFalse(groups[action.group].in_window)
                self.assertEqual(state["lowered"][action.group]["from"], action.size)
                continue
            of = groups.get(action.group)
            for name in action.machines:
                one = machines[name]
                self.assertEqual(action.group, one.group)
                self.assertTrue(may_go(chosen, of, one), name)
                self.assertIn(name, state["idle"])
                self.assertLess(NOW - timedelta(minutes=45), NOW.fromisoformat(state["idle"][name]["at"]))
            if of is None:
                self.assertEqual((STOP, None), (action.kind, machines[action.machines[0]].cannot_stop))
                self.assertTrue(chosen.accept_restart_risk or machines[action.machines[0]].type == "g6.xlarge")
                continue
            self.assertIsNone(of.changing)
            self.assertIn(of.owner.pool, chosen.pools)
            self.assertTrue(chosen.accept_restart_risk or not chosen.pools[of.owner.pool].scarce)
            if action.kind in (RESIZE, LOWER):  # The cloud chooses who leaves: it must not be able to choose wrongly.
                self.assertEqual(of.desired - sum(machines[name].weight for name in action.machines), action.size)
                self.assertTrue(all(may_go(chosen, of, m) for m in machines.values() if m.group == of.id))
            self.assertEqual(of.scheduled, action.kind == LOWER)
        left = {name: m for name, m in machines.items() if name not in taken}
        for of in groups.values():
            weight = sum(machines[name].weight for name in taken if machines[name].group == of.id)
            self.assertTrue(weight == 0 or of.desired - weight >= of.minimum)
        for pool in chosen.pools:
            members = [m for m in machines.values() if m.group and groups[m.group].owner.pool == pool and m.in_service]
            self.assertLessEqual(sum(1 for m in members if m.id in taken), max(1, int(chosen.max_share * len(members))))
        for serving in {groups[machines[name].group].owner.serving for name in taken if machines[name].group}:
            answering = [m for m in left.values() if m.in_service and m.reading.activity_max is not None
                         and (groups[m.group].owner if m.group else m.owner).serving == serving]
            self.assertTrue(answering, f"the last replica of {serving} would leave")

    def check_repeats(self, chosen, on, groups, machines, state, decision):
        RANDOM.shuffle(groups)
        RANDOM.shuffle(machines)
        self.assertEqual(decision, decide(chosen, on, groups, machines, json.loads(json.dumps(state)), NOW))  # Order says nothing.
        again = decide(chosen, on, groups, machines, json.loads(json.dumps(decision.state)), NOW)
        self.assertEqual((), again.actions)
        self.assertEqual((), again.notices)


if __name__ == "__main__":
    unittest.main()
