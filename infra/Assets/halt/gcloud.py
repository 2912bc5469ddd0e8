"""The halt on Google Cloud: a function for all regions of one stack, started by messages of billing's budgets, which come several times a day whatever is spent.

A message says what a budget's month has cost; it is compared with the budget here. Groups are turned off by their autoscalers and made empty, and nothing else: billing is
never disabled, which would destroy what it stops paying for."""
import base64
import json
import os
import uuid
from datetime import datetime, timezone

from gcp import ADDRESSES, METRICS, Google, _path
from halting import Action, Budget, Group, Settings, decide, is_of_this_month, line, spent_today, tell

RUNS = f"{METRICS}/halt_runs"


def main(request):
    """What the function's framework calls, with what Pub/Sub pushes."""
    run(Google(os.environ, ADDRESSES), Settings.beside(__file__), request.get_json(), datetime.now(timezone.utc), write=lambda text: print(text, flush=True))
    return "done"


def run(google: Google, settings: Settings, push: dict, now: datetime, write=print) -> dict:
    """Reads one message, decides, remembers, acts. A message that is none of this stack's budgets, of another month or of another currency does nothing."""
    message = json.loads(base64.b64decode(push["message"]["data"]))
    known = settings.budgets.get(message.get("budgetDisplayName"))
    began = datetime.fromisoformat(message["costIntervalStart"].replace("Z", "+00:00"))
    if known is None or message.get("currencyCode") != "USD" or not is_of_this_month(began, now):
        write(line(now, "ignored", budget=message.get("budgetDisplayName"), currency=message.get("currencyCode"), month=message["costIntervalStart"]))
        _count(google, now)
        return {"ignored": True}
    switched_on, trouble = _switch(google)
    memory, version = google.load()
    cost, limit = float(message["costAmount"]), float(message["budgetAmount"])
    if known["daily"]:
        spent, days = spent_today(memory.get("days", {}), known["name"], message["costIntervalStart"], cost, now)
        memory, limit = {**memory, "days": days}, known["limit"]
    else:
        spent = cost
    budget = Budget(known["name"], limit, spent, known["team"], known["serving"], known["daily"])
    found = {group.id: (group, scaler) for group, scaler in _groups(google, settings)}
    decision = decide(settings, switched_on, [budget], [group for group, _ in found.values()])
    write(line(now, "budget", budget=budget.name, spent=spent, limit=limit, usedUp=bool(decision.used_up)))
    for action in decision.recommendations:
        write(line(now, "recommendation", group=action.group, most=action.most, reason=action.reason))
    messages, told = [trouble] if trouble else [], memory.get("told", {})
    if decision.recommendations and told.get(budget.name) != _period(budget, began, now):  # A dry run says it once a month or day, not with every message.
        messages += [tell(action, done=False) for action in decision.recommendations]
        memory = {**memory, "told": {**told, budget.name: _period(budget, began, now)}}
    google.save(memory, version)  # Before anything is done: two runs at once cannot both go on.
    failures = []
    for action in decision.actions:
        group, scaler = found[action.group]
        try:
            _halt(google, action, scaler, now)
            write(line(now, "action", group=action.group, most=action.most, wasMost=group.most, wasSize=group.size, reason=action.reason))
            messages.append(f"{tell(action, done=True)}; it had {group.size} of at most {group.most}")
        except Exception as error:  # Whatever Google throws: the next group is another one.
            failures.append(f"failed: {tell(action, done=False)}: {error}")
    for text in messages + failures:
        write(line(now, "notice", text=text))
    summary = {"budget": budget.name, "usedUp": bool(decision.used_up), "groups": len(found), "actions": len(decision.actions),
               "recommendations": len(decision.recommendations), "failures": len(failures), "switchedOn": switched_on}
    write(line(now, "run", **summary))
    if failures:
        raise RuntimeError("; ".join(failures))
    _count(google, now)
    return summary


def _period(budget: Budget, began: datetime, now: datetime) -> str:
    return now.date().isoformat() if budget.daily else began.isoformat()


def _switch(google: Google) -> tuple[bool, str | None]:
    """The kill switch; one that cannot be read is off."""
    try:
        value = google.switch()
        return value == "on", None if value in ("on", "off") else f"the switch is neither on nor off but {value!r}: nothing is done"
    except Exception as error:  # Not knowing is no leave to act.
        return False, f"the switch cannot be read, so nothing is done: {error}"


def _groups(google: Google, settings: Settings) -> list[tuple[Group, str | None]]:
    """Regional groups of the stack's regions whose machines carry its labels. A group has no labels: its template's are its own. Reserved pools have zonal ones."""
    regions = google.names["REGIONS"].split(",")
    found = []
    for page in google._pages("compute", f"projects/{google.project}/aggregated/instanceGroupManagers", {"returnPartialSuccess": "false"}):
        for scope, part in page.get("items", {}).items():
            for manager in part.get("instanceGroupManagers", []) if scope.removeprefix("regions/") in regions else []:
                labels = _labels(google, manager)
                if labels.get(settings.tags["managed-by"]) == settings.managed_by:
                    found.append(_group(google, settings, manager, labels))
    return found


def _labels(google: Google, manager: dict) -> dict[str, str]:
    versions = manager.get("versions") or [manager]
    return google._json("compute", "GET", _path(versions[0]["instanceTemplate"])).get("properties", {}).get("labels", {})


def _group(google: Google, settings: Settings, manager: dict, labels: dict[str, str]) -> tuple[Group, str | None]:
    own = {what: labels.get(settings.tags[what]) for what in ("pool", "managed-by", "environment", "tier", "team", "serving")}
    link = manager.get("status", {}).get("autoscaler")
    policy = google._json("compute", "GET", _path(link)).get("autoscalingPolicy", {}) if link else {}
    off, size = policy.get("mode") == "OFF", manager["targetSize"]
    most = size if off or not link else policy["maxNumReplicas"]
    group = Group(_path(manager["selfLink"]), own["pool"], own["managed-by"], own["environment"], own["tier"], own["team"], own["serving"],
                  own["pool"] in settings.pools, size, most, off)
    return group, _path(link) if link else None


def _halt(google: Google, action: Action, scaler: str | None, now: datetime) -> None:
    """The autoscaler first: one that is on would put the size back. Turned off, it starts nothing for load nor by schedule, and its most is no longer looked at."""
    once = {"requestId": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{now.isoformat()} {action.group}"))}  # The same request twice, as after a time-out, is done once.
    if scaler is None:
        raise RuntimeError("it has no autoscaler that could be turned off, so its next update would put its size back")
    where, name = scaler.rsplit("/", 1)
    google._json("compute", "PATCH", where, once | {"autoscaler": name}, {"autoscalingPolicy": {"mode": "OFF"}})
    if action.most is not None:
        google._json("compute", "POST", f"{action.group}/resize", {"requestId": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{now.isoformat()} {action.group} size")), "size": action.most})


def _count(google: Google, now: datetime) -> None:
    """What the alarm waits for."""
    point = {"interval": {"endTime": now.isoformat()}, "value": {"int64Value": "1"}}
    google._json("monitoring", "POST", f"projects/{google.project}/timeSeries", {}, {"timeSeries": [{
        "metric": {"type": RUNS, "labels": {"stack": google.names["STACK"]}},
        "resource": {"type": "global", "labels": {"project_id": google.project}}, "points": [point]}]})
