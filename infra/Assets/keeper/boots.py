"""Whether the machines of a group boot, and when to stop starting more of them. Plain values; no cloud, no clock.

A boot is good once its machine has told of its load, which it does when its engines answer. It has failed when its grace is over and nothing was
told, or when the cloud took the machine away as ill before that. A machine that left for any other reason says nothing of boots. So many failures in
a row, newest first and none of them before a good boot, stop the launches of that one group. Nothing else is ever done to it: what serves goes on."""
from dataclasses import dataclass
from datetime import datetime, timedelta

GOOD, FAILED, PENDING, NOTHING = "good", "failed", "pending", "nothing"


@dataclass(frozen=True)
class Boot:
    """A machine that was started in a group."""
    machine: str
    began: datetime
    answered: bool = False
    ended: bool = False  # it has left the group
    ill: bool = False  # and that because the cloud found it broken


@dataclass(frozen=True)
class Group:
    """A group, with the boots that a look back has found."""
    id: str
    pool: str
    boots: tuple[Boot, ...] = ()
    stopped: bool = False  # its launches are stopped already, by whomever


@dataclass(frozen=True)
class Verdict:
    """What was found of a group."""
    group: str
    pool: str
    failed: tuple[str, ...]  # machines whose boots failed since the last good one, newest first
    stop: bool
    text: str


def look_back(grace: timedelta, attempts: int) -> timedelta:
    """How far boots are looked for: failures may come one after another, each after its grace; a day's are enough where it is short."""
    return max(timedelta(hours=6), 2 * attempts * grace)


def judge(boot: Boot, grace: timedelta, now: datetime) -> str:
    if boot.answered:
        return GOOD
    if boot.ended:
        return FAILED if boot.ill else NOTHING
    return FAILED if now - boot.began > grace else PENDING


def in_a_row(boots: tuple[Boot, ...], grace: timedelta, now: datetime) -> tuple[str, ...]:
    """Machines whose boots failed after the newest good one."""
    failed = []
    for boot in sorted(boots, key=lambda one: (one.began, one.machine), reverse=True):
        found = judge(boot, grace, now)
        if found == GOOD:
            break
        if found == FAILED:
            failed.append(boot.machine)
    return tuple(failed)


def decide(group: Group, grace: timedelta, attempts: int, now: datetime) -> Verdict:
    """Stops the launches of a group once, after so many failures in a row; a group that is stopped is left to people."""
    failed = in_a_row(group.boots, grace, now)
    stop = len(failed) >= attempts and not group.stopped
    minutes = int(grace.total_seconds() // 60)
    text = (f"{group.pool}: the last {len(failed)} machines of {group.id} started and did not answer within {minutes} min ({', '.join(failed)}). "
            "No more of them are started until somebody lets them; those that serve go on. Runbook: docs/runbooks/scaling.md#boots") if stop else (
            f"{group.pool}: {len(failed)} boots failed in a row" + (", launches are stopped" if group.stopped else ""))
    return Verdict(group.id, group.pool, failed, stop, text)
