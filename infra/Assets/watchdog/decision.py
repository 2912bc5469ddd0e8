"""Who may be shut down. Pure: the same fleet, state and time give the same decision, on both clouds.

An idle machine is acted upon only when nothing speaks against it. Missing figures are "unknown" and never a reason to stop.
"""
from datetime import date, datetime, timedelta

from model import (BUSY, IDLE, LOWER, PRODUCTION, REMOVE, RESERVED, RESIZE, RESTORE, SKIPPED, STOP, UNKNOWN, Action, Decision,
                   Group, Machine, Notice, Settings, Verdict)

GRACE_MINUTES = 45
COVERAGE = 0.8  # share of the window's minutes that must have been reported
STALE_MINUTES = 15  # a newest figure older than this says nothing of now
TOLD_AGAIN = timedelta(hours=24)
MINUTE = timedelta(minutes=1)
SCARCE = "its GPU is scarce and may not be had again: take it away by hand, or set restartRisk: accept"


def decide(settings: Settings, switched_on: bool, groups: list[Group], machines: list[Machine], state: dict, now: datetime) -> Decision:
    """What to do to a region's fleet.

    switched_on is the kill switch: off, nothing is done and no reading counts. state is the last run's, {} for the first.
    """
    groups = sorted(groups, key=lambda group: group.id)
    machines = sorted(machines, key=lambda machine: machine.id)
    by_id = {group.id: group for group in groups}
    verdicts = tuple(judge(settings, by_id.get(m.group) if m.group else None, m, now) for m in machines)
    idle = _count(settings, switched_on, verdicts, state.get("idle", {}), now)
    acted = state.get("acted")

    # After a deed the fleet is given time to show it: until then a machine that leaves looks like a replica that stays.
    rests = acted is not None and now - _time(acted) < settings.period_minutes * 2 / 3 * MINUTE
    twice = {machine for machine, seen in idle.items() if seen["readings"] >= 2 and not rests}
    choice = _Choice(settings, groups, verdicts, twice)
    acts = switched_on and settings.enforce
    actions, wished = (choice.actions, []) if acts else ([], choice.actions)
    lowered = {group: what for group, what in state.get("lowered", {}).items() if group in by_id and by_id[group].desired == what["to"]}
    if acts and not rests:
        actions = actions + _restore(by_id, lowered)
    notices, told = _tell(_notices(settings, verdicts, idle, choice.recommendations, wished), state.get("told", {}), now)
    for action in actions:
        if action.kind == LOWER:
            lowered[action.group] = {"from": lowered.get(action.group, {}).get("from", by_id[action.group].desired), "to": action.size}
        elif action.kind == RESTORE:
            del lowered[action.group]
    state = {"idle": idle, "acted": now.isoformat() if actions else acted, "lowered": lowered, "told": told}
    return Decision(verdicts, tuple(actions), tuple(choice.recommendations + wished), notices, state)


def judge(settings: Settings, group: Group | None, machine: Machine, now: datetime) -> Verdict:
    """Whether a machine is busy, idle, unknown or none of the watchdog's business. A group's tags decide; a machine's may only forbid."""
    def skipped(reason: str) -> Verdict:
        return Verdict(machine, SKIPPED, reason)

    owner, own = (group.owner if group else machine.owner), machine.owner
    reserved = machine.reserved or RESERVED in (owner.tier, own.tier)
    if PRODUCTION in (settings.environment, owner.environment, own.environment):
        return skipped("production is never shut down")
    if machine.group and not group:
        return skipped(f"its group {machine.group} is not among this stack's")
    if owner.managed_by != settings.managed_by or own.managed_by not in (None, settings.managed_by):
        return skipped("it belongs to somebody else")
    if owner.environment != settings.environment or own.environment not in (None, settings.environment):
        return skipped(f"its environment is not {settings.environment}")
    if not reserved and (owner.opted_in is not True or own.opted_in is False):
        return skipped("auto-shutdown is not enabled for it")
    if kept := _protection(owner.protected_until, now.date(), is_owner=True) or _protection(own.protected_until, now.date(), is_owner=False):
        return skipped(kept)
    if machine.kept:
        return skipped(machine.kept)
    if not machine.in_service:
        return skipped("it is starting or leaving")
    if machine.group and owner.pool not in settings.pools:
        return skipped(f"its pool {owner.pool} is not in the deployed plan")
    if machine.launched is None:
        return Verdict(machine, UNKNOWN, "nobody knows when it started")
    grace = max(GRACE_MINUTES, settings.pools[owner.pool].grace_minutes if machine.group else 0)
    if now - machine.launched < timedelta(minutes=grace):
        return skipped(f"it started less than {grace} min ago")
    return _work(settings, machine, reserved, now)


def _work(settings: Settings, machine: Machine, reserved: bool, now: datetime) -> Verdict:
    """Work that was seen counts however little was reported; that none was seen counts only when enough was."""
    reading, needed = machine.reading, COVERAGE * settings.idle_minutes
    if reading.gpu_max is not None and reading.gpu_max >= settings.utilization_below:
        return Verdict(machine, BUSY, f"a GPU was at {reading.gpu_max:g} %")
    if reading.activity_max is not None and reading.activity_max > 0:
        return Verdict(machine, BUSY, f"{reading.activity_max:g} requests or people were on it")
    if reading.gpu_max is None or reading.gpu_minutes < needed:
        return Verdict(machine, UNKNOWN, f"its GPUs were reported in {reading.gpu_minutes} of {settings.idle_minutes} min")
    if reading.activity_max is None or reading.activity_minutes < needed:
        return Verdict(machine, UNKNOWN, f"its requests were reported in {reading.activity_minutes} of {settings.idle_minutes} min")
    if reading.newest is None or now - reading.newest > timedelta(minutes=STALE_MINUTES):
        return Verdict(machine, UNKNOWN, f"nothing was reported in the last {STALE_MINUTES} min")
    if reserved:
        return Verdict(machine, SKIPPED, "reserved capacity is idle: it is paid whether or not it runs")
    return Verdict(machine, IDLE, f"no request and no GPU above {settings.utilization_below:g} % in {settings.idle_minutes} min")


def _protection(text: str | None, today: date, is_owner: bool) -> str | None:
    """Why a protected-until tag keeps a machine. IAM cannot read dates: it refuses whatever carries the tag. So on a group, or a machine
    that stands alone, a tag whose day has passed keeps it still, and says so."""
    if text is None:
        return None
    try:
        ended = date.fromisoformat(text[:10]) < today
    except ValueError:
        return f"protected-until is no date: {text}"
    if not ended:
        return f"protected until {text}"
    return f"protected-until ended on {text} and the tag is still there: remove it" if is_owner else None


def _count(settings: Settings, switched_on: bool, verdicts, before: dict, now: datetime) -> dict:
    """Idle readings in a row. A run right after another is the same reading again; after a gap the count begins anew."""
    counted = {}
    for verdict in verdicts:
        if verdict.found != IDLE or not switched_on:
            continue
        seen = before.get(verdict.machine.id)
        minutes = (now - _time(seen["at"])) / MINUTE if seen else 0
        if not seen or minutes > 2.5 * settings.period_minutes or minutes < 0:
            seen = {"readings": 1, "at": now.isoformat(), "since": now.isoformat()}
        elif minutes >= settings.period_minutes * 2 / 3:
            seen = {"readings": min(2, seen["readings"] + 1), "at": now.isoformat(), "since": seen["since"]}
        counted[verdict.machine.id] = seen
    return counted


class _Choice:
    """Picks among the machines that were idle twice, within every limit."""

    def __init__(self, settings: Settings, groups: list[Group], verdicts, twice: set[str]) -> None:
        self.settings, self.verdicts = settings, verdicts
        self.actions: list[Action] = []
        self.recommendations: list[Action] = []
        self.left = settings.max_actions
        self.serving_of = {m.id: _serving(m, {g.id: g for g in groups}) for m in (v.machine for v in verdicts)}
        self.answering: dict[str | None, int] = {}  # machines of each serving that are known to answer
        for verdict in verdicts:
            if verdict.found in (BUSY, IDLE) and verdict.machine.reading.activity_max is not None:
                serving = self.serving_of[verdict.machine.id]
                self.answering[serving] = self.answering.get(serving, 0) + 1
        self.pool_left: dict[str | None, int] = {}
        for pool in {group.owner.pool for group in groups}:
            of_pool = {group.id for group in groups if group.owner.pool == pool}
            running = sum(1 for v in verdicts if v.machine.group in of_pool and v.machine.in_service)
            self.pool_left[pool] = max(1, int(settings.max_share * running))
        for group in groups:
            self._of_group(group, [v.machine for v in verdicts if v.machine.group == group.id and v.machine.id in twice])
        for verdict in verdicts:
            if verdict.machine.group is None and verdict.machine.id in twice:
                self._alone(verdict.machine)

    def _of_group(self, group: Group, idle: list[Machine]) -> None:
        if not idle:
            return
        names = tuple(machine.id for machine in idle)
        if group.changing:
            return self._recommend(RESIZE, group.id, names, group.changing)
        if self.settings.pools[group.owner.pool].scarce and not self.settings.accept_restart_risk:
            return self._recommend(RESIZE, group.id, names, SCARCE)
        members = [v.machine for v in self.verdicts if v.machine.group == group.id]
        all_idle = len(idle) == len(members)
        if group.scheduled and not all_idle:
            return self._recommend(LOWER, group.id, names, "an autoscaler would choose who leaves, and not all are idle")
        chosen = self._pick(group, idle, members)
        if not chosen:
            return self._recommend(RESIZE, group.id, names, "a limit holds: the least size, the last replica, or the most actions of a run")
        size = group.desired - sum(machine.weight for machine in chosen)
        leaving, reason = tuple(machine.id for machine in chosen), "idle twice in a row"
        if group.scheduled:
            self.actions.append(Action(LOWER, group.id, leaving, size, reason))
        elif all_idle and all(machine.weight == 1 for machine in members):
            self.actions.append(Action(RESIZE, group.id, leaving, size, reason))  # Whoever leaves is idle.
        else:
            self.actions += [Action(REMOVE, group.id, (machine,), None, reason) for machine in leaving]

    def _pick(self, group: Group, idle: list[Machine], members: list[Machine]) -> list[Machine]:
        """From the fullest zone first, so that the cloud does not even the zones out by moving busy machines; then the oldest."""
        chosen: list[Machine] = []
        room = group.desired - group.minimum
        while True:
            fits = [m for m in idle if m not in chosen and self._fits(group.owner.pool, m, room)]
            if not fits:
                return chosen
            zones = [m.zone for m in members if m not in chosen]
            best = min(fits, key=lambda m: (-zones.count(m.zone), m.launched, m.id))
            chosen.append(best)
            room -= best.weight
            self.pool_left[group.owner.pool] -= 1
            self._take(best)

    def _fits(self, pool: str | None, machine: Machine, room: int) -> bool:
        return machine.weight <= room and self.pool_left[pool] > 0 and self._may(machine)

    def _may(self, machine: Machine) -> bool:
        return self.left > 0 and self.answering[self.serving_of[machine.id]] > 1

    def _take(self, machine: Machine) -> None:
        self.left -= 1
        self.answering[self.serving_of[machine.id]] -= 1

    def _alone(self, machine: Machine) -> None:
        of_serving = self.serving_of[machine.id] is not None
        if machine.cannot_stop:
            self._recommend(STOP, None, (machine.id,), machine.cannot_stop)
        elif machine.type not in self.settings.plain_types and not self.settings.accept_restart_risk:
            self._recommend(STOP, None, (machine.id,), SCARCE)
        elif self.left == 0 or of_serving and not self._may(machine):
            self._recommend(STOP, None, (machine.id,), "a limit holds: the last replica, or the most actions of a run")
        else:
            self._take(machine)
            self.actions.append(Action(STOP, None, (machine.id,), None, "idle twice in a row"))

    def _recommend(self, kind: str, group: str | None, machines: tuple[str, ...], reason: str) -> None:
        self.recommendations.append(Action(kind, group, machines, None, reason))


def _restore(groups: dict[str, Group], lowered: dict) -> list[Action]:
    """Tomorrow's window begins at the planned size again."""
    return [Action(RESTORE, group, (), lowered[group]["from"], "the window is over")
            for group in sorted(lowered) if groups[group].scheduled and not groups[group].in_window]


def _notices(settings: Settings, verdicts, idle: dict, left: list[Action], wished: list[Action]) -> list[Notice]:
    """All that there is to tell now, told lately or not."""
    found = []
    for verdict in verdicts:
        name = verdict.machine.id
        if verdict.found == UNKNOWN:
            found.append(Notice(f"unknown {name}", f"{name}: no verdict, so it is left running: {verdict.reason}. Runbook: unknown"))
        elif verdict.found == SKIPPED and ("reserved capacity is idle" in verdict.reason or "protected-until" in verdict.reason):
            found.append(Notice(f"kept {name}", f"{name}: {verdict.reason}"))
        elif name in idle and idle[name]["readings"] == 1:
            mode = "" if settings.enforce else " if this were not a dry run"
            found.append(Notice(f"idle {name}", f"{name}: {verdict.reason}; it may leave in about {settings.period_minutes} min{mode}"))
    for action in left:
        found.append(Notice(f"left {', '.join(action.machines)}: {action.reason}", f"{', '.join(action.machines)}: idle, and left running: {action.reason}"))
    for action in wished:
        found.append(Notice(f"wished {', '.join(action.machines)}", f"{', '.join(action.machines)}: dry run, it would {action.kind}: {action.reason}"))
    return found


def _tell(found: list[Notice], told: dict, now: datetime):
    """Only what was not told within a day, and what is remembered of it."""
    still = {notice.key: told[notice.key] for notice in found if notice.key in told and now - _time(told[notice.key]) < TOLD_AGAIN}
    fresh = tuple(notice for notice in found if notice.key not in still)
    return fresh, still | {notice.key: now.isoformat() for notice in fresh}


def _serving(machine: Machine, groups: dict[str, Group]) -> str | None:
    group = groups.get(machine.group) if machine.group else None
    return (group.owner if group else machine.owner).serving


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
