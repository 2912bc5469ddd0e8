"""What the watchdog sees and says. Plain values; no cloud, no clock."""
from dataclasses import dataclass
from datetime import datetime

PRODUCTION = "prod"
RESERVED = "reserved"

# Verdicts on machines. Only an idle machine is ever acted upon.
BUSY, IDLE, UNKNOWN, SKIPPED = "busy", "idle", "unknown", "skipped"

# Actions. The first three take capacity away; "restore" gives back what "lower" took, outside the window.
RESIZE, REMOVE, STOP, LOWER, RESTORE = "resize", "remove", "stop", "lower", "restore"


@dataclass(frozen=True)
class PoolSettings:
    """What the plan knows of a pool: minutes until a new machine may be judged, and whether its GPU is hard to get again."""
    grace_minutes: int
    scarce: bool


@dataclass(frozen=True)
class Settings:
    """The plan's shutdown section, as deployed beside this file in config.json."""
    managed_by: str
    environment: str
    enforce: bool
    idle_minutes: int
    utilization_below: float  # percent
    accept_restart_risk: bool
    period_minutes: int
    max_actions: int
    max_share: float
    pools: dict[str, PoolSettings]
    plain_types: frozenset[str]  # machine types whose GPUs are had within minutes
    tags: dict[str, str]  # what this stack calls managed-by, environment, ...

    @staticmethod
    def read(config: dict) -> "Settings":
        """Settings of a parsed config.json; a missing key is an error, never a default."""
        return Settings(
            managed_by=config["managedBy"], environment=config["environment"], enforce=config["mode"] == "enforce",
            idle_minutes=config["idleMinutes"], utilization_below=config["utilizationBelow"],
            accept_restart_risk=config["restartRisk"] == "accept", period_minutes=config["periodMinutes"],
            max_actions=config["maxActions"], max_share=config["maxShare"],
            pools={name: PoolSettings(pool["graceMinutes"], pool["scarce"]) for name, pool in config["pools"].items()},
            plain_types=frozenset(config["plainTypes"]), tags=config["tags"])


@dataclass(frozen=True)
class Reading:
    """What a machine reported in the window, one figure a minute: the busiest GPU in percent, and the work on it in requests
    (running, waiting, just finished) and people signed in. A figure that nobody reported is None."""
    gpu_minutes: int = 0
    gpu_max: float | None = None
    activity_minutes: int = 0
    activity_max: float | None = None
    newest: datetime | None = None  # end of the newest period in which both were reported


@dataclass(frozen=True)
class Owner:
    """What the tags of a group or of a machine say."""
    managed_by: str | None = None
    environment: str | None = None
    opted_in: bool | None = None  # auto-shutdown is enabled; None where there is no such tag
    tier: str | None = None
    pool: str | None = None
    serving: str | None = None
    protected_until: str | None = None


@dataclass(frozen=True)
class Group:
    """A group of machines that a cloud keeps at a size."""
    id: str
    owner: Owner
    desired: int  # in the group's unit: machines, or weights
    minimum: int
    changing: str | None = None  # why it must be left alone now, as an instance refresh
    scheduled: bool = False  # an autoscaler with a schedule holds its size: its schedule is lowered instead
    in_window: bool = True  # whether that schedule runs now


@dataclass(frozen=True)
class Machine:
    """A machine that runs, alone or in a group."""
    id: str
    owner: Owner
    group: str | None
    zone: str
    type: str | None  # the machine type; None where that does not tell its GPU
    launched: datetime | None
    in_service: bool = True
    reserved: bool = False  # it runs on reserved capacity, whatever its tags say
    kept: str | None = None  # why the cloud would not let go of it, as scale-in protection
    cannot_stop: str | None = None  # why a machine that stands alone cannot be stopped and started again
    weight: int = 1
    reading: Reading = Reading()


@dataclass(frozen=True)
class Verdict:
    """What a machine was found to be, and why."""
    machine: Machine
    found: str
    reason: str


@dataclass(frozen=True)
class Action:
    """Something to do to a group or to a machine that stands alone."""
    kind: str
    group: str | None
    machines: tuple[str, ...]  # the machines that leave; for resize and lower as many of the group's choice
    size: int | None  # the group's new size; for lower and restore the schedule's
    reason: str


@dataclass(frozen=True)
class Notice:
    """Something people must hear. The same key is told again only after a day."""
    key: str
    text: str


@dataclass(frozen=True)
class Decision:
    """Everything that a run came to."""
    verdicts: tuple[Verdict, ...]
    actions: tuple[Action, ...]
    recommendations: tuple[Action, ...]  # what was not done, and why
    notices: tuple[Notice, ...]  # only those that were not told lately
    state: dict  # for the next run; JSON
