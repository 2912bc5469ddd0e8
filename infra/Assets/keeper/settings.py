"""What the program deployed beside this file in config.json. A missing key is an error, never a default."""
import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from fence import Window


@dataclass(frozen=True)
class Twin:
    """A spot pool whose machines others stand in for: how long spot may be short and must be back, and which online pools want the same machines and go before it."""
    patience: timedelta
    back: timedelta
    before: tuple[str, ...] = ()


@dataclass(frozen=True)
class Settings:
    managed_by: str
    managed_by_tag: str
    pool_tag: str
    tier_tag: str
    attempts: int  # boots that may fail in a row before launches stop
    graces: dict[str, timedelta]  # by pool: when a machine should have answered
    starts: dict[str, timedelta]  # by pool: how long its machines may be missing before somebody hears of it
    twins: dict[str, Twin]  # by pool
    windows: dict[str, Window]  # by pool: when jobs of its queue may run
    replaces: dict[str, timedelta]  # by pool whose broken machines are replaced: how long after one the next may be

    @staticmethod
    def read(config: dict) -> "Settings":
        def minutes(number: int) -> timedelta:
            return timedelta(minutes=number)
        return Settings(
            config["managedBy"], config["tags"]["managed-by"], config["tags"]["pool"], config["tags"]["tier"], config["failedBoots"],
            {name: minutes(pool["graceMinutes"]) for name, pool in config["pools"].items()},
            {name: minutes(pool["startMinutes"]) for name, pool in config["pools"].items()},
            {name: Twin(minutes(twin["patienceMinutes"]), minutes(twin["backMinutes"]), tuple(twin.get("before", ()))) for name, twin in config["twins"].items()},
            {name: Window.read(window) for name, window in config.get("windows", {}).items()},
            {name: minutes(number) for name, number in config.get("replaceMinutes", {}).items()})

    @staticmethod
    def beside(file: str) -> "Settings":
        return Settings.read(json.loads(Path(file).with_name("config.json").read_text("utf-8")))
