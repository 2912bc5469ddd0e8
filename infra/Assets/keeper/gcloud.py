"""The keeper on Google Cloud: a function for one region and one stack. It turns the autoscalers of groups off whose machines do not boot, and with them Google's repairs,
until people turn the first on again; it has a broken machine made anew where the plan says so. Nothing else is done to a group: it tells how many machines each lacks, which is
its memory and what an alert waits for, how many are to stand in for spot and how many jobs wait in the hours in which they may run, which autoscalers follow."""
import json
import os
import uuid
from datetime import datetime, timedelta, timezone
from urllib.error import HTTPError

import broken
import fence
import standin
from boots import Boot, Group, decide, look_back
from gcp import ADDRESSES, METRICS, Google, _group_of, _number, _path, _stamp
from settings import Settings

PERIOD = timedelta(minutes=5)
ANSWERED = f"{METRICS}/answered"  # A machine publishes it once its engines have made a real token.
BROKEN = f"{METRICS}/broken"  # Each minute, of a machine whose pool says that it is to be replaced when it is.
MISSING, STAND_IN, JOBS, RUNS = f"{METRICS}/machines_missing", f"{METRICS}/stand_in", f"{METRICS}/jobs", f"{METRICS}/keeper_runs"
REPLACED = f"{METRICS}/replaced"  # Memory: when a machine of a pool was made anew.
REPAIR_BY_ITSELF, LEAVE = "REPAIR", "DO_NOTHING"  # What a group does with a machine that dies.
UNDELIVERED = "pubsub.googleapis.com/subscription/num_undelivered_messages"  # Those that wait and those that are held.
REPAIR = "compute.instances.repair.recreateInstance"
AWAY = ("STOPPING", "STOPPED", "TERMINATED", "SUSPENDING", "SUSPENDED")  # Machines that wait stopped, or leave, answer nobody.
COUNTED_FROM = "keeper/boots-counted-from"  # An object by which people say that what failed before is mended.


def main(_request):
    """What the function's framework calls. The request says nothing: what is to be looked at was deployed."""
    run(Google(os.environ, ADDRESSES), Settings.beside(__file__), datetime.now(timezone.utc), write=lambda line: print(line, flush=True))
    return "done"


def run(google: Google, settings: Settings, now: datetime, write=print) -> dict:
    """Looks, decides, acts. What fails for one group does not keep the others from it; the run then fails."""
    groups, twins = json.loads(google.names["GROUPS"]), json.loads(google.names["TWINS"])
    failures, stopped = [], 0
    managers = {pool: google._json("compute", "GET", _of(google, name)) for pool, name in groups.items()}
    missing = {pool: _missing(google, groups[pool], manager) for pool, manager in managers.items()}
    for pool, number in missing.items():
        _publish(google, now, MISSING, number, pool=pool)
    watched = [pool for pool in groups if pool in settings.graces and pool not in twins]
    for group in _boots(google, settings, {pool: managers[pool] for pool in watched}, groups, now):
        verdict = decide(group, settings.graces[group.pool], settings.attempts, now)
        _log(write, now, "boots", group=group.id, pool=group.pool, failed=list(verdict.failed), stop=verdict.stop, stopped=group.stopped)
        try:
            if verdict.stop:
                _stop(google, managers[group.pool], now)
                stopped += 1
                _log(write, now, "notice", text=verdict.text)
            elif not group.stopped and _on_failure(managers[group.pool]) == LEAVE:
                _set_on_failure(google, group.id, REPAIR_BY_ITSELF, now)
                _log(write, now, "repairs", group=group.id, pool=group.pool, on_failure=REPAIR_BY_ITSELF)
        except Exception as error:  # Whatever Google throws: the next group is another one.
            failures.append(f"failed to {'stop' if verdict.stop else 'resume'} launches of {group.id}: {error}")
    replaced = _replace(google, settings, now, write, failures)
    for pool, name in twins.items():
        try:
            twin = settings.twins[pool]
            readings = _readings(google, MISSING, pool, now, twin.back + 2 * PERIOD) + [(now, missing[pool])]
            said = _readings(google, STAND_IN, pool, now, twin.back + 2 * PERIOD)
            manager = google._json("compute", "GET", _of(google, name))
            most = google._json("compute", "GET", _path(manager["status"]["autoscaler"]))["autoscalingPolicy"]["maxNumReplicas"]
            standing = said[-1][1] if said else manager["targetSize"]
            before = [_readings(google, MISSING, one, now, twin.back + 2 * PERIOD) + [(now, missing[one])] for one in twin.before]
            size = standin.size(readings, now, standing, most, twin.patience, twin.back, PERIOD, before)
            _publish(google, now, STAND_IN, size, pool=pool)
            _log(write, now, "twin", pool=pool, group=name, missing=missing[pool], standing=standing, size=size)
        except Exception as error:
            failures.append(f"failed to look after the twin of {pool}: {error}")
    for pool, queue in json.loads(google.names.get("QUEUES", "{}")).items():
        try:
            waiting = _waiting(google, queue, now)
            number = fence.jobs(settings.windows[pool], now, waiting)
            if number is not None:
                _publish(google, now, JOBS, number, pool=pool)
            _log(write, now, "jobs", pool=pool, waiting=waiting, told=number)
        except Exception as error:
            failures.append(f"failed to count the jobs of {pool}: {error}")
    for failure in failures:
        _log(write, now, "notice", text=failure)
    if failures:
        raise RuntimeError("; ".join(failures))
    _publish(google, now, RUNS, 1)
    return {"groups": len(groups), "stopped": stopped, "replaced": replaced}


def _of(google: Google, name: str) -> str:
    return f"{google.regional}/instanceGroupManagers/{name}"


def _missing(google: Google, name: str, manager: dict) -> int:
    managed = [item for page in google._pages("compute", f"{_of(google, name)}/listManagedInstances", {}, "POST") for item in page.get("managedInstances", [])]
    return max(0, manager["targetSize"] - sum(item.get("instanceStatus") == "RUNNING" for item in managed))


def _boots(google: Google, settings: Settings, managers: dict[str, dict], groups: dict[str, str], now: datetime) -> list[Group]:
    """The machines that stand, and those that Google took away as broken and made again: a repair names the one that was."""
    if not managers:
        return []
    oldest = now - max(look_back(settings.graces[pool], settings.attempts) for pool in managers)
    answered = _answered(google, oldest, now)
    instances = [one for scope in google._pages("compute", f"projects/{google.project}/aggregated/instances", {
        "filter": f'labels.{settings.managed_by_tag}="{settings.managed_by}"', "returnPartialSuccess": "false"})
        for zone, part in scope.get("items", {}).items() if zone.startswith(f"zones/{google.region}-") for one in part.get("instances", [])]
    repairs = [one for scope in google._pages("compute", f"projects/{google.project}/aggregated/operations", {
        "filter": f'(operationType="{REPAIR}") AND (insertTime>"{_stamp(oldest)}")', "returnPartialSuccess": "false"})
        for zone, part in scope.get("items", {}).items() if zone.startswith(f"zones/{google.region}-") for one in part.get("operations", [])]
    found = []
    for pool, manager in managers.items():
        path, since = _of(google, groups[pool]), _since(google, now - look_back(settings.graces[pool], settings.attempts))
        mine = {_path(one["selfLink"]): one for one in instances if _group_of(one) == path}
        boots = [Boot(name, _began(one), one["id"] in answered, ended=one.get("status") in AWAY) for name, one in mine.items()]
        boots += [Boot(f"{_path(one['targetLink'])}, which Google made anew at {one['insertTime']}", _time(one["insertTime"]), one.get("targetId") in answered, ended=True, ill=True)
                  for one in repairs if _path(one["targetLink"]) in mine]
        found.append(Group(path, pool, tuple(boot for boot in boots if boot.began >= since), _is_stopped(google, manager)))
    return found


def _began(instance: dict) -> datetime:
    """A machine that waited stopped boots anew when it is started."""
    return max(_time(instance[key]) for key in ("creationTimestamp", "lastStartTimestamp") if instance.get(key))


def _is_stopped(google: Google, manager: dict) -> bool:
    return google._json("compute", "GET", _path(manager["status"]["autoscaler"])).get("autoscalingPolicy", {}).get("mode") == "OFF"


def _stop(google: Google, manager: dict, now: datetime) -> None:
    """No more machines, neither for load nor for those that die. None is taken away. Repairs first: they come back by themselves while the autoscaler is on, so half a stop is
    begun again, not kept."""
    scaler = manager["status"]["autoscaler"].rsplit("/", 1)[1]
    _set_on_failure(google, _path(manager["selfLink"]), LEAVE, now)
    google._json("compute", "PATCH", f"{google.regional}/autoscalers", _once(now, scaler) | {"autoscaler": scaler}, {"autoscalingPolicy": {"mode": "OFF"}})


def _on_failure(manager: dict) -> str:
    return manager.get("instanceLifecyclePolicy", {}).get("defaultActionOnFailure", REPAIR_BY_ITSELF)


def _set_on_failure(google: Google, group: str, action: str, now: datetime) -> None:
    google._json("compute", "PATCH", group, _once(now, f"{group} {action}"), {"instanceLifecyclePolicy": {"defaultActionOnFailure": action}})


def _once(now: datetime, what: str) -> dict[str, str]:
    """The same request twice, as after a time-out, is done once."""
    return {"requestId": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{now.isoformat()} {what}"))}


def _replace(google: Google, settings: Settings, now: datetime, write, failures: list[str]) -> int:
    """Has one broken machine of a pool made anew. That it does is written down first: without that, the next would follow too soon."""
    told, replaced = _told(google, now) if settings.replaces else {}, 0
    for pool, groups in json.loads(google.names.get("REPLACES", "{}")).items():
        try:
            verdict = broken.decide(_pool(google, pool, [_path(link) for link in groups], told, settings.replaces[pool], now), settings.replaces[pool], PERIOD, now)
            _log(write, now, "broken", pool=pool, broken=list(verdict.broken), replace=verdict.replace.id if verdict.replace else None, text=verdict.text)
            if verdict.replace:
                _publish(google, now, REPLACED, 1, pool=pool)
                google._json("compute", "POST", f"{verdict.replace.group}/recreateInstances", _once(now, verdict.replace.id), {"instances": [verdict.replace.id]})
                replaced += 1
            if verdict.page:
                _log(write, now, "notice", text=verdict.text)
        except Exception as error:
            failures.append(f"failed to look after broken machines of {pool}: {error}")
    return replaced


def _pool(google: Google, pool: str, groups: list[str], told: dict, window: timedelta, now: datetime) -> broken.Pool:
    machines, missing, stopped = [], 0, False
    for group in groups:
        manager = google._json("compute", "GET", group)
        managed = [item for page in google._pages("compute", f"{group}/listManagedInstances", {}, "POST") for item in page.get("managedInstances", [])]
        here = [item for item in managed if item.get("instanceStatus") not in AWAY or item.get("currentAction") != "NONE"]  # Those that wait stopped are no machines of the pool.
        machines += [broken.Machine(_path(item["instance"]), group, item.get("instanceStatus") == "RUNNING" and item.get("currentAction") == "NONE", told.get(item.get("id"), ()))
                     for item in here]
        missing += max(0, manager["targetSize"] - len(here))
        stopped = stopped or bool(manager.get("status", {}).get("autoscaler")) and _is_stopped(google, manager)
    last = max((at for at, _ in _readings(google, REPLACED, pool, now, window)), default=None)
    return broken.Pool(pool, tuple(machines), missing, stopped, last)


def _told(google: Google, now: datetime) -> dict[str, tuple[tuple[datetime, int], ...]]:
    """What machines told of themselves lately, by their ids: one that was made anew has another."""
    query = {"filter": f'metric.type="{BROKEN}" AND resource.type="gce_instance" AND resource.labels.zone=starts_with("{google.region}-")',
             "interval.startTime": _stamp(now - broken.LOOK_BACK), "interval.endTime": _stamp(now)}
    return {one["resource"]["labels"]["instance_id"]: tuple(sorted((_time(point["interval"]["endTime"]), int(_number(point["value"]))) for point in one["points"]))
            for page in google._pages("monitoring", f"projects/{google.project}/timeSeries", query) for one in page.get("timeSeries", [])}


def _since(google: Google, usual: datetime) -> datetime:
    """From when boots count. What is no time, or not there, counts as none: it must not switch the keeper off."""
    try:
        told = google._call("storage", "GET", f"{google.names['BUCKET']}/{COUNTED_FROM}", {}, None)[0].decode().strip()
        return max(usual, _time(told))
    except (HTTPError, ValueError, TypeError):
        return usual


def _answered(google: Google, since: datetime, now: datetime) -> set[str]:
    query = {"filter": f'metric.type="{ANSWERED}" AND resource.type="gce_instance" AND resource.labels.zone=starts_with("{google.region}-")',
             "interval.startTime": _stamp(since), "interval.endTime": _stamp(now), "view": "HEADERS"}
    return {one["resource"]["labels"]["instance_id"] for page in google._pages("monitoring", f"projects/{google.project}/timeSeries", query) for one in page.get("timeSeries", [])}


def _readings(google: Google, metric: str, pool: str, now: datetime, span: timedelta) -> list[tuple[datetime, int]]:
    query = {"filter": f'metric.type="{metric}" AND resource.type="global" AND metric.labels.region="{google.region}" AND metric.labels.stack="{google.names["STACK"]}" '
                       f'AND metric.labels.pool="{pool}"', "interval.startTime": _stamp(now - span), "interval.endTime": _stamp(now)}
    points = {_time(point["interval"]["endTime"]): int(_number(point["value"])) for page in google._pages("monitoring", f"projects/{google.project}/timeSeries", query)
              for one in page.get("timeSeries", []) for point in one["points"]}
    return sorted((at, value) for at, value in points.items() if at < now)


def _waiting(google: Google, queue: str, now: datetime) -> int | None:
    """Messages that nobody has finished; None where Google has told none lately."""
    query = {"filter": f'metric.type="{UNDELIVERED}" AND resource.type="pubsub_subscription" AND resource.labels.subscription_id="{queue}"',
             "interval.startTime": _stamp(now - 3 * PERIOD), "interval.endTime": _stamp(now)}
    points = [(_time(point["interval"]["endTime"]), int(_number(point["value"]))) for page in google._pages("monitoring", f"projects/{google.project}/timeSeries", query)
              for one in page.get("timeSeries", []) for point in one["points"]]
    return max(points)[1] if points else None


def _publish(google: Google, now: datetime, metric: str, value: int, **labels: str) -> None:
    google._json("monitoring", "POST", f"projects/{google.project}/timeSeries", {}, {"timeSeries": [{
        "metric": {"type": metric, "labels": {"region": google.region, "stack": google.names["STACK"], **labels}},
        "resource": {"type": "global", "labels": {"project_id": google.project}},
        "points": [{"interval": {"endTime": now.isoformat()}, "value": {"int64Value": str(value)}}]}]})


def _time(text: str) -> datetime:
    at = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return at if at.tzinfo else at.replace(tzinfo=timezone.utc)


def _log(write, now: datetime, event: str, **fields) -> None:
    write(json.dumps({"time": now.isoformat(), "event": event, **fields}, sort_keys=True))
