"""The keeper on AWS: a Lambda function for one region and one stack. It may suspend launches of the stack's groups, and nothing more."""
import json
import os
import re
from datetime import datetime, timedelta, timezone

import boto3
from botocore.config import Config

from boots import Boot, Group, decide, look_back
from settings import Settings

NAMESPACE, ANSWERED = "GpuInfra", "Answered"  # What a machine publishes once its engines answer; bootstrap's meter writes it.
PERIOD_SECONDS = 3600
QUERIES_PER_CALL = 500  # GetMetricData's limit.
LAUNCH = re.compile(r"^Launching a new EC2 instance(?: from warm pool)?: (i-[0-9a-f]+)")  # One that goes into the warm pool is no boot yet.
END = re.compile(r"^Terminating EC2 instance: (i-[0-9a-f]+)")
ILL = re.compile(r"in response to an? EC2 (health check|instance status check|system status check)")
COUNTED_FROM = "boots-counted-from"  # A tag by which people say that what failed before is mended.


def handler(_event, _context) -> dict:
    """What Lambda calls. The event says nothing: what is to be looked at was deployed."""
    session = boto3.session.Session()
    clients = {name: session.client(name, config=Config(retries={"mode": "standard", "max_attempts": 5})) for name in ("autoscaling", "cloudwatch", "sns")}
    return run(clients, os.environ["TOPIC"], Settings.beside(__file__), datetime.now(timezone.utc))


def run(clients: dict, topic: str, settings: Settings, now: datetime, write=print) -> dict:
    """Looks at each group and stops launches where boots fail in a row. A group that fails to be stopped does not keep the others from it; the run then fails."""
    groups = _groups(clients, settings, now)
    stopped, failures = [], []
    for group in groups:
        verdict = decide(group, settings.graces[group.pool], settings.attempts, now)
        write(json.dumps({"time": now.isoformat(), "event": "boots", "group": group.id, "pool": group.pool, "failed": list(verdict.failed),
                          "stop": verdict.stop, "stopped": group.stopped}, sort_keys=True))
        if verdict.stop:
            try:
                clients["autoscaling"].suspend_processes(AutoScalingGroupName=group.id, ScalingProcesses=["Launch"])
                stopped.append(verdict.text)
            except Exception as error:  # Whatever AWS throws: the next group is another one.
                failures.append(f"failed to stop launches of {group.id}: {error}")
    if stopped or failures:
        clients["sns"].publish(TopicArn=topic, Subject=f"GPU launches stopped, {settings.managed_by}"[:100], Message="\n".join(stopped + failures)[:200_000])
    if failures:
        raise RuntimeError("; ".join(failures))
    return {"groups": len(groups), "stopped": len(stopped)}


def _groups(clients: dict, settings: Settings, now: datetime) -> list[Group]:
    mine = {"Name": f"tag:{settings.managed_by_tag}", "Values": [settings.managed_by]}
    found = []
    for page in clients["autoscaling"].get_paginator("describe_auto_scaling_groups").paginate(Filters=[mine]):
        for group in page["AutoScalingGroups"]:
            tags = {tag["Key"]: tag["Value"] for tag in group["Tags"]}
            pool = tags.get(settings.pool_tag)
            if pool in settings.graces and tags.get(settings.managed_by_tag) == settings.managed_by and not group.get("Status"):
                found.append((group, pool, _since(tags, now - look_back(settings.graces[pool], settings.attempts))))
    boots = {group["AutoScalingGroupName"]: _boots(clients["autoscaling"], group["AutoScalingGroupName"], since) for group, _, since in found}
    oldest = min((since for _, _, since in found), default=now)
    answered = _answered(clients["cloudwatch"], sorted({name for ones in boots.values() for name in ones}), oldest, now)
    return [Group(group["AutoScalingGroupName"], pool,
                  tuple(Boot(name, began, name in answered, ended, ill) for name, (began, ended, ill) in sorted(boots[group["AutoScalingGroupName"]].items())),
                  any(process["ProcessName"] == "Launch" for process in group.get("SuspendedProcesses", [])))
            for group, pool, _ in found]


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
    found = set()
    for first in range(0, len(names), QUERIES_PER_CALL):
        part = {f"m{number}": name for number, name in enumerate(names[first:first + QUERIES_PER_CALL])}
        queries = [{"Id": id, "ReturnData": True, "MetricStat": {"Period": PERIOD_SECONDS, "Stat": "Maximum", "Metric": {
            "Namespace": NAMESPACE, "MetricName": ANSWERED, "Dimensions": [{"Name": "InstanceId", "Value": name}]}}} for id, name in part.items()]
        for page in cloudwatch.get_paginator("get_metric_data").paginate(MetricDataQueries=queries, StartTime=start, EndTime=now):
            found |= {part[result["Id"]] for result in page["MetricDataResults"] if result["Values"]}
    return found
