"""Whether a machine is to be replaced because its hardware or its engine is broken. Plain values; no cloud, no clock.

A machine tells of itself: 0 while all its replicas answer, the number of an XID after which NVIDIA asks for a reset, or 1 when a replica was started again and again and made no token.
While it starts it tells nothing, and of what is not told nobody thinks anything. One machine of a pool is replaced at a time, at most one in a window, only while all others
are known and another serves, and never where several fail in the same way without an error of hardware: that is the image or the weights, and a new machine has the same."""
from dataclasses import dataclass
from datetime import datetime, timedelta

WELL, BROKEN, UNKNOWN = "well", "broken", "unknown"
ENGINE = 1  # What a machine tells when a replica does not come back; every larger number is an XID. NVIDIA uses no XID 1.
FRESH = timedelta(minutes=10)  # What was told before says nothing of now.
PATIENCE = timedelta(minutes=4)  # It must have been told twice, so far apart.
LOOK_BACK = timedelta(hours=1)


@dataclass(frozen=True)
class Machine:
    """A machine of a pool, and what it told of itself."""
    id: str
    group: str
    serves: bool  # the cloud has it in service and is about to do nothing to it
    readings: tuple[tuple[datetime, int], ...] = ()


@dataclass(frozen=True)
class Pool:
    """The machines of all groups of a pool."""
    id: str
    machines: tuple[Machine, ...] = ()
    missing: int = 0  # machines that its groups want and have not got
    stopped: bool = False  # launches of one of its groups are stopped: what leaves would not come back
    replaced: datetime | None = None  # when the last machine was


@dataclass(frozen=True)
class Verdict:
    """What is to be done about a pool."""
    pool: str
    broken: tuple[str, ...]  # machines
    replace: Machine | None
    page: bool  # people are to hear of it now
    text: str


def judge(machine: Machine, now: datetime) -> str:
    fresh = sorted(reading for reading in machine.readings if now - FRESH <= reading[0] <= now)
    if not fresh:
        return UNKNOWN
    if fresh[-1][1] == 0:
        return WELL
    bad = _row(fresh)
    return BROKEN if bad[-1][0] - bad[0][0] >= PATIENCE else UNKNOWN


def since(machine: Machine, now: datetime) -> datetime:
    """From when on it has told nothing but that it is broken."""
    return _row(sorted(reading for reading in machine.readings if reading[0] <= now))[0][0]


def code(machine: Machine) -> int:
    """What is the matter, as it told last."""
    return max(machine.readings)[1]


def decide(pool: Pool, window: timedelta, period: timedelta, now: datetime) -> Verdict:
    """One machine to replace, or why none is. People hear of a replacement, and once of a machine that is not replaced."""
    states = {machine.id: judge(machine, now) for machine in pool.machines}
    broken = [machine for machine in pool.machines if machine.serves and states[machine.id] == BROKEN]
    names = tuple(sorted(machine.id for machine in broken))
    if not broken:
        return Verdict(pool.id, names, None, False, f"{pool.id}: no machine is broken")
    worst = min(broken, key=lambda machine: (code(machine) == ENGINE, since(machine, now), machine.id))
    others = [machine for machine in pool.machines if machine.id != worst.id]
    why = _obstacle(pool, worst, others, states, window, now)
    what = f"{pool.id}: {worst.id} of {worst.group} is broken ({_what(code(worst))})"
    runbook = "Runbook: docs/runbooks/scaling.md#broken"
    if why is None:
        return Verdict(pool.id, names, worst, True, f"{what} and is replaced. {runbook}")
    age = now - since(worst, now)
    new = PATIENCE <= age < PATIENCE + period + timedelta(minutes=1)  # A look comes late at times: better told twice than never.
    return Verdict(pool.id, names, None, new, f"{what} and is not replaced: {why}. {runbook}")


def _row(readings: list[tuple[datetime, int]]) -> list[tuple[datetime, int]]:
    """The newest readings that all tell of something broken."""
    last_good = max((place for place, (_, number) in enumerate(readings) if number == 0), default=-1)
    return readings[last_good + 1:]


def _what(number: int) -> str:
    return "a replica was started again and again and made no token" if number == ENGINE else f"XID {number}"


def _obstacle(pool: Pool, worst: Machine, others: list[Machine], states: dict[str, str], window: timedelta, now: datetime) -> str | None:
    if pool.stopped:
        return "launches of its pool are stopped"
    if pool.replaced is not None and now - pool.replaced < window:
        return f"another of its pool was replaced less than {int(window.total_seconds() // 60)} min ago"
    if pool.missing > 0 or any(not machine.serves for machine in others):
        return "another of its pool is not in service"
    if any(states[machine.id] == UNKNOWN for machine in others):
        return "of another of its pool nothing is known"
    if not any(states[machine.id] == WELL for machine in others):
        return "no other of its pool serves"
    if code(worst) == ENGINE and any(states[machine.id] == BROKEN for machine in others):
        return "replicas of several machines fail, which a new machine does not mend"
    return None
