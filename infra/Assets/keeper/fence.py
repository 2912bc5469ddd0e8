"""How many jobs a group of machines is told of. Plain values; no cloud, no clock.

Jobs run in hours that are priced. Outside them there are none for a group, however many wait: its machines leave, and a machine that is in the middle of a job keeps what is done
and gives the rest back."""
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Window:
    """Hours of a week. One that ends before it begins runs over midnight."""
    days: frozenset[int]  # on which it begins, Sunday is 0
    begins: time
    ends: time
    zone: ZoneInfo

    @staticmethod
    def read(config: dict) -> "Window":
        return Window(frozenset(config["days"]), time.fromisoformat(config["from"]), time.fromisoformat(config["to"]), ZoneInfo(config["zone"]))

    def is_open(self, now: datetime) -> bool:
        """By the clock on the wall of its zone, as schedules are: when clocks change, it is an hour longer or shorter."""
        here = now.astimezone(self.zone)
        today, at = here.isoweekday() % 7, here.time()
        if self.begins < self.ends:
            return today in self.days and self.begins <= at < self.ends
        yesterday = (here.date() - timedelta(days=1)).isoweekday() % 7
        return (today in self.days and at >= self.begins) or (yesterday in self.days and at < self.ends)


def jobs(window: Window, now: datetime, waiting: int | None) -> int | None:
    """Jobs that the group is for; None where nobody knows how many there are, and it stays as it is."""
    return waiting if window.is_open(now) else 0
