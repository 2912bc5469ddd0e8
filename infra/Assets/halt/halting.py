"""What a used-up budget halts. Plain values; no cloud, no clock.

A budget is used up when what is spent of it reaches the plan's share of its limit. Then every group that the plan names, and that the budget pays for, starts no machine any
more; its most machines become none, or as many as it has. What is halted already is left alone, so the same figures twice are one halt. Nothing is ever raised here: a halt is
lifted by people."""
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

PRODUCTION = "prod"
RESERVED = ("reserved",)  # Paid whether its machines run or not.
BILLING = "America/Los_Angeles"  # The days and months of Cloud Billing.


@dataclass(frozen=True)
class Budget:
    """A cloud's part of what the stack, a team or a serving may spend in a month or on a day."""
    name: str
    limit: float  # USD, above zero
    spent: float  # USD, of the month or day that runs
    team: str | None = None
    serving: str | None = None
    daily: bool = False


@dataclass(frozen=True)
class Group:
    """A group of machines as the cloud shows it."""
    id: str
    pool: str | None
    managed_by: str | None
    environment: str | None
    tier: str | None
    team: str | None
    serving: str | None
    marked: bool  # It carries the sign that it may be halted; where a cloud knows none on groups, its pool's name is the sign.
    size: int  # machines that it wants
    most: int  # machines that it may have; its size where nothing changes that
    stopped: bool  # It starts no machine.


@dataclass(frozen=True)
class Settings:
    managed_by: str
    environment: str
    enforce: bool
    hold: bool  # Only launches stop: the plan keeps what runs, as production always does.
    halt_at: float  # share of a limit
    pools: frozenset[str]
    tags: dict[str, str]
    days: dict[str, dict]  # Google Cloud: budgets that are of a day, by what Google calls them
    budgets: dict[str, dict]  # Google Cloud: all budgets, by what Google calls them

    @staticmethod
    def read(config: dict) -> "Settings":
        return Settings(
            config["managedBy"], config["environment"], config["mode"] == "enforce", config["to"] == "running" or config["environment"] == PRODUCTION,
            config["haltAt"], frozenset(config["pools"]), config["tags"],
            {budget["name"]: budget for budget in config["budgets"] if budget["daily"]}, {budget["name"]: budget for budget in config["budgets"]})

    @staticmethod
    def beside(file: str) -> "Settings":
        return Settings.read(json.loads(Path(file).with_name("config.json").read_text("utf-8")))


@dataclass(frozen=True)
class Action:
    """Stops the launches of a group and, unless it is None, makes this its most machines."""
    group: str
    most: int | None
    reason: str


@dataclass(frozen=True)
class Decision:
    used_up: tuple[Budget, ...]
    actions: tuple[Action, ...]  # what is to be done; only where the plan enforces
    recommendations: tuple[Action, ...]  # what would be


def decide(settings: Settings, switched_on: bool, budgets: list[Budget], groups: list[Group]) -> Decision:
    """Which groups are to be halted now."""
    used_up = tuple(sorted((budget for budget in budgets if is_used_up(budget, settings.halt_at)), key=lambda budget: budget.name))
    wanted = []
    for group in sorted(groups, key=lambda group: group.id):
        paid = next((budget for budget in used_up if pays(budget, group)), None)
        if paid is None or not may_halt(settings, group):
            continue
        most = None if settings.environment == PRODUCTION else group.size if settings.hold else 0
        if group.stopped and (most is None or group.most <= most):
            continue
        wanted.append(Action(group.id, most, f"{paid.name}: ${paid.spent:,.2f} of ${paid.limit:,.2f} are spent"))
    acts = settings.enforce and switched_on
    return Decision(used_up, tuple(wanted) if acts else (), () if acts else tuple(wanted))


def is_used_up(budget: Budget, halt_at: float) -> bool:
    """From the share on. A limit of nothing says nothing: it would halt what nobody meant."""
    return budget.limit > 0 and budget.spent >= budget.limit * halt_at


def pays(budget: Budget, group: Group) -> bool:
    """The stack's budget pays for all, a team's for what carries its name alone, a serving's for its pools."""
    if budget.team is not None:
        return group.team == budget.team
    return budget.serving is None or group.serving == budget.serving


def may_halt(settings: Settings, group: Group) -> bool:
    """Only this stack's own, that the plan names, and no reservation. What does not say what it is, is left alone."""
    return (group.marked and group.pool in settings.pools and group.managed_by == settings.managed_by
            and group.environment == settings.environment and group.tier not in (None, *RESERVED))


def spent_today(memory: dict, name: str, month: str, cost: float, now: datetime) -> tuple[float, dict]:
    """What was billed since midnight where a cloud tells the month's cost alone, and what to remember for the next message.

    The day begins with what the last message of the day before said. Where there was none that day, it begins with this message: otherwise several days' cost would be one
    day's. A new month begins with nothing. Cost arrives hours late, so it is what was billed on a day, not what was used on it."""
    day = now.astimezone(ZoneInfo(BILLING)).date()
    known = memory.get(name)
    if known is None or known["month"] != month:
        base = 0.0 if day.day == 1 or known is not None and known["day"] == (day - timedelta(days=1)).isoformat() else cost
    elif known["day"] == day.isoformat():
        base = known["base"]
    else:
        base = known["last"] if known["day"] == (day - timedelta(days=1)).isoformat() else cost
    return max(0.0, cost - base), {**memory, name: {"month": month, "day": day.isoformat(), "base": base, "last": cost}}


def is_of_this_month(began: datetime, now: datetime) -> bool:
    """Whether a message tells of the month that runs: one that comes late must not halt the next."""
    zone = ZoneInfo(BILLING)
    first, today = began.astimezone(zone), now.astimezone(zone)
    return (first.year, first.month) == (today.year, today.month)


def line(now: datetime, event: str, **fields) -> str:
    """A line of the log."""
    return json.dumps({"time": now.isoformat(), "event": event, **fields}, sort_keys=True)


def tell(action: Action, done: bool) -> str:
    """An action in words."""
    size = "its size stays" if action.most is None else f"at most {action.most} machines or places"
    return f"{'halted' if done else 'would be halted'}: {action.group}: no launches, {size} ({action.reason})"
