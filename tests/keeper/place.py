"""Where the keeper's modules are, and settings; a test names only what it is about."""
import sys
from datetime import datetime, timezone
from pathlib import Path

sys.dont_write_bytecode = True
ASSETS = Path(__file__).parents[2] / "infra" / "Assets"
sys.path[:0] = [str(ASSETS / "keeper"), str(ASSETS / "watchdog"), str(Path(__file__).parents[1])]

# The keeper of each cloud has a file of that name in its package; here the watchdog's lies beside it.
import importlib.util  # noqa: E402

from settings import Settings  # noqa: E402

NOW = datetime(2026, 12, 7, 14, 30, tzinfo=timezone.utc)
STACK = "pulumi/gpuinfra/prod"
CONFIG = {"managedBy": STACK, "tags": {"managed-by": "managed-by", "pool": "pool", "tier": "tier"}, "failedBoots": 3,
          "pools": {"chat-l4": {"graceMinutes": 30, "startMinutes": 8}, "chat-h100": {"graceMinutes": 90, "startMinutes": 30}},
          "twins": {"batch-l4": {"patienceMinutes": 10, "backMinutes": 15}}}
REPLACING = {"replaceMinutes": {"chat-l4": 60}}


def settings(**changed) -> Settings:
    return Settings.read(CONFIG | changed)


def keeper(name: str):
    """A module of the keeper, whatever else goes by its name."""
    spec = importlib.util.spec_from_file_location(f"keeper_{name}", ASSETS / "keeper" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
