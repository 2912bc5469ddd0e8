"""Builds what a halt looks at; a test names only what it is about."""
import sys
from datetime import datetime, timezone
from pathlib import Path

sys.dont_write_bytecode = True
ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "infra" / "Assets" / "halt"), str(ROOT / "infra" / "Assets" / "watchdog"), str(Path(__file__).parents[1])]

from halting import Budget, Group, Settings  # noqa: E402

NOW = datetime(2026, 12, 7, 20, 30, tzinfo=timezone.utc)
STACK = "pulumi/gpuinfra/dev"
TAGS = {key: key for key in ("managed-by", "environment", "pool", "tier", "team", "serving", "budget-halt")}
CONFIG = {"managedBy": STACK, "environment": "dev", "mode": "enforce", "to": "zero", "haltAt": 1.0, "pools": ["chat-l4", "batch-l4"], "tags": TAGS, "budgets": []}


def settings(**changed) -> Settings:
    return Settings.read(CONFIG | changed)


def budget(spent=110.0, limit=100.0, name="aws-budget", **changed) -> Budget:
    return Budget(name, limit, spent, **changed)


def group(name="g", **changed) -> Group:
    given = {"id": name, "pool": "chat-l4", "managed_by": STACK, "environment": "dev", "tier": "onDemand", "team": "search", "serving": "chat", "marked": True,
             "size": 3, "most": 5, "stopped": False}
    return Group(**(given | changed))
