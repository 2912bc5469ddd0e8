"""How many machines on demand stand in for spot machines that are not to be had. Plain values; no cloud, no clock.

The same rule as the two alarms on AWS: short for so long without a break, and the twin is made as large as the gap, in quarters of the pool; nothing
missing for so long, and it is emptied. Between the two, and where readings are missing, it stays as it is. Online pools that want the same machines go first."""
from datetime import datetime, timedelta

STEPS = 4


def quarter(gap: int, most: int) -> int:
    """The next quarter of the pool that is no less than the gap."""
    return next((size for step in range(1, STEPS + 1) if (size := -(-most * step // STEPS)) >= gap), most)


def unbroken(readings: list[tuple[datetime, int]], now: datetime, span: timedelta, period: timedelta) -> list[int] | None:
    """The missing machines of each reading of the last span; None unless they cover it. Looks come half a period late at most."""
    if not any(at <= now - span + period / 2 for at, _ in readings):
        return None
    held = [(at, missing) for at, missing in sorted(readings) if at >= now - span - period / 2]
    gaps = [later - earlier for (earlier, _), (later, _) in zip(held, held[1:])]
    return [missing for _, missing in held] if held and all(gap <= 2 * period for gap in gaps) and now - held[-1][0] <= 2 * period else None


def size(readings: list[tuple[datetime, int]], now: datetime, standing: int, most: int, patience: timedelta, back: timedelta, period: timedelta,
         before: list[list[tuple[datetime, int]]] = ()) -> int:
    """The twin's size.

    readings: how many machines spot lacked, each with its time; the newest is this look's.
    standing: the twin's size now.
    before: the same of online pools that want the same machines. While one lacks any, none are added here, and where that lasts those that stand in make room."""
    if any(one and one[-1][1] > 0 for one in before):
        lasting = [unbroken(one, now, back, period) for one in before]
        return 0 if any(found and min(found) > 0 for found in lasting) else standing
    short = unbroken(readings, now, patience, period)
    if short and min(short) > 0:
        return quarter(short[-1], most)
    calm = unbroken(readings, now, back, period)
    return 0 if calm is not None and max(calm) == 0 else standing
