"""Builds what the watchdog looks at; a test names only what it is about."""
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

sys.dont_write_bytecode = True
sys.path[:0] = [str(Path(__file__).parents[2] / "infra" / "Assets" / "watchdog"), str(Path(__file__).parents[1])]

from model import Group, Machine, Owner, PoolSettings, Reading, Settings  # noqa: E402

NOW = datetime(2026, 12, 7, 14, 30, tzinfo=timezone.utc)
STACK = "pulumi/gpuinfra/dev"
TAGS = {key: key for key in ("managed-by", "environment", "auto-shutdown", "tier", "pool", "serving", "protected-until")}
CONFIG = {
    "managedBy": STACK, "environment": "dev", "mode": "enforce", "idleMinutes": 30, "utilizationBelow": 5, "restartRisk": "recommend",
    "periodMinutes": 15, "maxActions": 5, "maxShare": 0.3, "tags": TAGS, "plainTypes": ["g6.xlarge"],
    "pools": {"chat-l4": {"graceMinutes": 20, "scarce": False}, "chat-h100": {"graceMinutes": 90, "scarce": True}, "batch-l4": {"graceMinutes": 20, "scarce": False}},
}


def settings(**changed) -> Settings:
    return Settings.read(CONFIG | changed)


def owner(**changed) -> Owner:
    return Owner(**({"managed_by": STACK, "environment": "dev", "opted_in": True, "tier": "onDemand", "pool": "chat-l4", "serving": "chat"} | changed))


def reading(gpu=0.0, activity=0.0, minutes=30, age=2) -> Reading:
    return Reading(minutes, gpu, minutes, activity, NOW - timedelta(minutes=age))


def machine(name="i-1", group: str | None = "g", hours=10.0, **changed) -> Machine:
    given = {"id": name, "owner": owner(), "group": group, "zone": "a", "type": "g6.xlarge", "launched": NOW - timedelta(hours=hours), "reading": reading()}
    return Machine(**(given | changed))


def group(name="g", desired=4, minimum=1, **changed) -> Group:
    return Group(**({"id": name, "owner": owner(), "desired": desired, "minimum": minimum} | changed))


def seen(*names: str, minutes=15, readings=1) -> dict:
    """The state after machines were idle in an earlier run."""
    at = (NOW - timedelta(minutes=minutes)).isoformat()
    return {"idle": {name: {"readings": readings, "at": at, "since": at} for name in names}}
