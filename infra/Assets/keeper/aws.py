"""The keeper on AWS: a Lambda function for one region and one stack. It may suspend launches of the stack's groups, and call a machine of pools whose plan says so
unhealthy, which their group then replaces. Nothing more."""
import json
import os
import re
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import boto3
from botocore.config import Config

import broken
from boots import Boot, Group, decide, look_back
from settings import Settings

NAMESPACE, ANSWERED, BROKEN = "GpuInfra", "Answered", "Broken"  # What a machine publishes: once, that its engines answer; each minute, whether it is broken. Its meter writes both.
PERIOD = timedelta(minutes=5)
PERIOD_SECONDS = 3600
QUERIES_PER_CALL = 500  # GetMetricData's limit.
LAUNCH = re.compile(r"^Launching a new EC2 instance(?: from warm pool)?: (i-[0-9a-f]+)")  # One that goes into the warm pool is no boot yet.
END = re.compile(r"^Terminating EC2 instance: (i-[0-9a-f]+)")
ILL = re.compile(r"in response to an? EC2 (health check|instance status check|system status check)")
REPLACED = "in response to a user health-check"  # What AWS gives as the cause when a machine was called unhealthy.
COUNTED_FROM = "boots-counted-from"  # A tag by which people say that what failed before is mended.


def handler(_event, _context) -> dict:
    """What Lambda calls. The event says nothing: what is to be looked at was deployed."""
    session = boto3.session.Session()
    clients = {name: session.client(name, config=Config(retries={"mode": "standard", "max_attempts": 5})) for name in ("autoscaling", "cloudwatch", "sns")}
    return run(clients, os.environ["TOPIC"], Settings.beside(__file__), datetime.now(timezone.utc))


def run(clients: dict, topic: str, settings: Settings, now: datetime, write=print) -> dict:
    """Looks at each group, stops launches where boots fail in a row, and replaces a broken machine. What fails for one does not keep the others from it; the run then fails."""
    found = _found(clients["autoscaling"], settings)
    notices, failures = [], []
    stopped = _stop(clients, _groups(clients, settings, found, now), settings, now, write, notices, failures)
    replaced = _replace(clients, _pools(clients, settings, found, now, stopped), settings, now, write, notices, failures)
    if notices or failures:
        clients["sns"].publish(TopicArn=topic, Subject=f"GPU machines, {settings.managed_by}"[:100], Message="\n".join(notices + failures)[:200_000])
    if failures:
        raise RuntimeError("; ".join(failures))
    return {"groups": len(found), "stopped": len(stopped), "replaced": replaced}


def _stop(clients: dict, groups: list[Group], settings: Settings, now: datetime, write, notices: list[str], failures: list[str]) -> set[str]:
    stopped = set()
    for group in groups:
        verdict = decide(group, settings.graces[group.pool], settings.attempts, now)
        write(json.dumps({"time": now.isoformat(), "event": "boots", "group": group.id, "pool": group.pool, "failed": list(verdict.failed),
                          "stop": verdict.stop, "stopped": group.stopped}, sort_keys=True))
        if verdict.stop:
            try:
                clients["autoscaling"].suspend_processes(AutoScalingGroupName=group.id, ScalingProcesses=["Launch"])
                stopped.add(group.id)
                notices.append(verdict.text)
            except Exception as error:  # Whatever AWS throws: the next group is another one.
                failures.append(f"failed to stop launches of {group.id}: {error}")
    return stopped


def _replace(clients: dict, pools: list[broken.Pool], settings: Settings, now: datetime, write, notices: list[str], failures: list[str]) -> int:
    replaced = 0
    for pool in pools:
        verdict = broken.decide(pool, settings.replaces[pool.id], PERIOD, now)
        write(json.dumps({"time": now.isoformat(), "event": "broken", "pool": pool.id, "broken": list(verdict.broken),
                          "replace": verdict.replace.id if verdict.replace else None, "text": verdict.text}, sort_keys=True))
        if verdict.replace:
            try:  # Its group ends it and starts another in its place, on the same reservation.
                clients["autoscaling"].set_instance_health(InstanceId=verdict.replace.id, HealthStatus="Unhealthy", ShouldRespectGracePeriod=False)
                replaced += 1
            except Exception as error:
                failures.append(f"failed to replace {verdict.replace.id} of {pool.id}: {error}")
        if verdict.page:
            notices.append(verdict.text)
    return replaced


def _found(autoscaling, settings: Settings) -> list[tuple[dict, str, dict[str, str]]]:
    """The stack's groups that are looked after, their pools and tags."""
    mine = {"Name": f"tag:{settings.managed_by_tag}", "Values": [settings.managed_by]}
    found = []
    for page in autoscaling.get_paginator("describe_auto_scaling_groups").paginate(Filters=[mine]):
        for group in page["AutoScalingGroups"]:
            tags = {tag["Key"]: tag["Value"] for tag in group["Tags"]}
            pool = tags.get(settings.pool_tag)
            if (pool in settings.graces or pool in settings.replaces) and tags.get(settings.managed_by_tag) == settings.managed_by and not group.get("Status"):
                found.append((group, pool, tags))
    return found


def _groups(clients: dict, settings: Settings, all_found: list, now: datetime) -> list[Group]:
    found = [(group, pool, _since(tags, now - look_back(settings.graces[pool], settings.attempts))) for group, pool, tags in all_found if pool in settings.graces]
    boots = {group["AutoScalingGroupName"]: _boots(clients["autoscaling"], group["AutoScalingGroupName"], since) for group, _, since in found}
    oldest = min((since for _, _, since in found), default=now)
    answered = _answered(clients["cloudwatch"], sorted({name for ones in boots.values() for name in ones}), oldest, now)
    return [Group(group["AutoScalingGroupName"], pool,
                  tuple(Boot(name, began, name in answered, ended, ill) for name, (began, ended, ill) in sorted(boots[group["AutoScalingGroupName"]].items())),
                  _is_stopped(group))
            for group, pool, since in found]


def _is_stopped(group: dict) -> bool:
    return any(process["ProcessName"] == "Launch" for process in group.get("SuspendedProcesses", []))


def _pools(clients: dict, settings: Settings, found: list, now: datetime, stopped: set[str]) -> list[broken.Pool]:
    """The pools whose broken machines are replaced, each with all its groups."""
    groups = {pool: [group for group, its, _ in found if its == pool] for pool in sorted(settings.replaces)}
    machines = {pool: [(one, group["AutoScalingGroupName"]) for group in ones for one in group.get("Instances", []) if not one["LifecycleState"].startswith("Warmed:")]
                for pool, ones in groups.items()}
    told = _told(clients["cloudwatch"], sorted(one["InstanceId"] for ones in machines.values() for one, _ in ones), now)
    pools = [broken.Pool(pool,
                         tuple(broken.Machine(one["InstanceId"], group, one["LifecycleState"] == "InService" and one["HealthStatus"] == "Healthy", told.get(one["InstanceId"], ()))
                               for one, group in machines[pool]),
                         sum(max(0, group["DesiredCapacity"] - sum(int(one.get("WeightedCapacity") or 1) for one in group.get("Instances", []))) for group in groups[pool]),
                         any(_is_stopped(group) or group["AutoScalingGroupName"] in stopped for group in groups[pool]))
             for pool in groups]
    # When the last one was replaced is asked only where one is broken.
    return [replace(pool, replaced=_last(clients["autoscaling"], [group["AutoScalingGroupName"] for group in groups[pool.id]], now - settings.replaces[pool.id]))
            if any(broken.judge(machine, now) == broken.BROKEN for machine in pool.machines) else pool for pool in pools]


def _last(autoscaling, groups: list[str], since: datetime) -> datetime | None:
    """When a machine of them was last replaced for being called unhealthy, by whomever."""
    found = []
    for group in groups:
        for page in autoscaling.get_paginator("describe_scaling_activities").paginate(AutoScalingGroupName=group):
            found += [activity["StartTime"] for activity in page["Activities"] if END.match(activity.get("Description", "")) and REPLACED in activity["Cause"]]
            if page["Activities"] and page["Activities"][-1]["StartTime"] < since:
                break
    return max(found, default=None)


def _told(cloudwatch, names: list[str], now: datetime) -> dict[str, tuple[tuple[datetime, int], ...]]:
    """What machines told of themselves lately, minute by minute."""
    start = datetime.fromtimestamp((now - broken.LOOK_BACK).timestamp() // 60 * 60, timezone.utc)
    told: dict[str, list] = {}
    for name, at, value in _figures(cloudwatch, BROKEN, 60, names, start, now):
        told.setdefault(name, []).append((at, int(value)))
    return {name: tuple(sorted(readings)) for name, readings in told.items()}


def _since(tags: dict[str, str], usual: datetime) -> datetime:
    """From when boots count. A tag that is no time counts as none: it must not switch the keeper off."""
    try:
        told = datetime.fromisoformat(tags[COUNTED_FROM].replace("Z", "+00:00"))
        return max(usual, told if told.tzinfo else told.replace(tzinfo=timezone.utc))
    except (KeyError, ValueError):
        return usual


def _boots(autoscaling, group: str, since: datetime) -> dict[str, tuple[datetime, bool, bool]]:
    """Machines started since then: when, whether they left, and whether as ill. A launch that found no machine is no boot: want of capacity is
    another alarm's, and the group must go on asking."""
    began, left, ill = {}, set(), set()
    for page in autoscaling.get_paginator("describe_scaling_activities").paginate(AutoScalingGroupName=group):
        for activity in page["Activities"]:  # Newest first.
            if match := LAUNCH.match(activity.get("Description", "")):
                if activity["StartTime"] >= since:
                    began[match[1]] = activity["StartTime"]
                    if activity["StatusCode"] == "Failed":  # It ran and was ill before it was in service.
                        left.add(match[1])
                        ill.add(match[1])
            elif match := END.match(activity.get("Description", "")):
                left.add(match[1])
                if ILL.search(activity["Cause"]):
                    ill.add(match[1])
        if page["Activities"] and page["Activities"][-1]["StartTime"] < since - timedelta(hours=1):
            break
    return {name: (at, name in left, name in ill) for name, at in began.items()}


def _answered(cloudwatch, names: list[str], since: datetime, now: datetime) -> set[str]:
    start = datetime.fromtimestamp(since.timestamp() // PERIOD_SECONDS * PERIOD_SECONDS, timezone.utc)
    return {name for name, _, _ in _figures(cloudwatch, ANSWERED, PERIOD_SECONDS, names, start, now)}


def _figures(cloudwatch, metric: str, period: int, names: list[str], start: datetime, now: datetime):
    """Each figure of each machine: its name, when, how much."""
    for first in range(0, len(names), QUERIES_PER_CALL):
        part = {f"m{number}": name for number, name in enumerate(names[first:first + QUERIES_PER_CALL])}
        queries = [{"Id": id, "ReturnData": True, "MetricStat": {"Period": period, "Stat": "Maximum", "Metric": {
            "Namespace": NAMESPACE, "MetricName": metric, "Dimensions": [{"Name": "InstanceId", "Value": name}]}}} for id, name in part.items()]
        for page in cloudwatch.get_paginator("get_metric_data").paginate(MetricDataQueries=queries, StartTime=start, EndTime=now):
            for result in page["MetricDataResults"]:
                for at, value in zip(result["Timestamps"], result["Values"]):
                    yield part[result["Id"]], at, value
