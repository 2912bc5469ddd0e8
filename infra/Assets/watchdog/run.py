"""One run: look, decide, remember, act, tell. The same on every cloud; a cloud is an object with the methods used here."""
import json
from datetime import datetime
from pathlib import Path

from decision import decide
from model import Settings


def settings() -> Settings:
    """What the program deployed beside this file."""
    return Settings.read(json.loads(Path(__file__).with_name("config.json").read_text("utf-8")))


def run(cloud, settings: Settings, now: datetime, write=print) -> dict:
    """Runs once and returns its summary. Every verdict and every deed is a line of JSON. An action that fails does not keep the others
    from being done; the run then fails, so that its alarm sounds."""
    switched_on, trouble = _switch(cloud)
    state, version = cloud.load()
    groups, machines = cloud.fleet(settings, now)
    decision = decide(settings, switched_on, groups, machines, state, now)
    for verdict in decision.verdicts:
        machine = verdict.machine
        _log(write, now, "verdict", machine=machine.id, group=machine.group, pool=machine.owner.pool, verdict=verdict.found, reason=verdict.reason,
             gpuMax=machine.reading.gpu_max, activityMax=machine.reading.activity_max, minutes=machine.reading.gpu_minutes)
    for action in decision.recommendations:
        _log(write, now, "recommendation", **_fields(action))

    # Before anything is done: two runs at once cannot both go on, and a run that dies half-way is not done again at once.
    cloud.save(decision.state, version)
    messages, failures = [trouble] if trouble else [], []
    for action in decision.actions:
        try:
            cloud.perform(action)
            _log(write, now, "action", **_fields(action))
            messages.append(f"done: {action.kind} {action.group or ''} {', '.join(action.machines)} {action.size if action.size is not None else ''}: {action.reason}")
        except Exception as error:  # Whatever a cloud throws: the next action is another machine's.
            failures.append(f"failed: {action.kind} {action.group or ''} {', '.join(action.machines)}: {error}")
            _log(write, now, "failure", error=str(error), **_fields(action))
    messages += failures + [notice.text for notice in decision.notices]
    for message in messages:
        _log(write, now, "notice", text=message)
    if messages:
        cloud.tell(f"GPU watchdog, {settings.managed_by} ({'enforce' if settings.enforce else 'dry run'})", "\n".join(messages))
    found = [verdict.found for verdict in decision.verdicts]
    summary = {"machines": len(found), "actions": len(decision.actions), "failures": len(failures), "recommendations": len(decision.recommendations),
               "switchedOn": switched_on, "enforce": settings.enforce, **{name: found.count(name) for name in sorted(set(found))}}
    _log(write, now, "run", **summary)
    if failures:
        raise RuntimeError("; ".join(failures))
    cloud.alive(now)
    return summary


def _switch(cloud) -> tuple[bool, str | None]:
    """The kill switch; one that cannot be read is off."""
    try:
        value = cloud.switch()
        return value == "on", None if value in ("on", "off") else f"the switch is neither on nor off but {value!r}: nothing is done"
    except Exception as error:  # Not knowing is no leave to act.
        return False, f"the switch cannot be read, so nothing is done: {error}"


def _fields(action) -> dict:
    return {"action": action.kind, "group": action.group, "machines": list(action.machines), "size": action.size, "reason": action.reason}


def _log(write, now: datetime, event: str, **fields) -> None:
    write(json.dumps({"time": now.isoformat(), "event": event, **fields}, sort_keys=True))
