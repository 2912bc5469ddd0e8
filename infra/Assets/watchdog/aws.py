"""The watchdog on AWS: a Lambda function for one region and one stack."""
import json
import os
from datetime import datetime, timedelta, timezone

import boto3
from botocore.config import Config

from model import LOWER, REMOVE, RESIZE, STOP, Group, Machine, Owner, Reading, Settings
from run import run, settings

NAMESPACE = "GpuInfra"  # What machines publish; bootstrap's meter writes it.
GPU, ACTIVITY = "GpuUtilization", "Activity"
PERIOD_SECONDS = 300
QUERIES_PER_CALL = 500  # GetMetricData's limit.
CHANGING = ("Pending", "InProgress", "Cancelling", "RollbackInProgress", "Baking")
STATE = {"id": {"S": "state"}}


def handler(_event, _context) -> dict:
    """What Lambda calls. The event says nothing: what is to be looked at was deployed."""
    session = boto3.session.Session()
    clients = {name: session.client(name, config=Config(retries={"mode": "standard", "max_attempts": 5}))
               for name in ("autoscaling", "cloudwatch", "dynamodb", "ec2", "sns", "ssm")}
    return run(Amazon(clients, os.environ), settings(), datetime.now(timezone.utc))


class Amazon:
    """What a run needs of AWS."""

    def __init__(self, clients: dict, names) -> None:
        self.clients, self.names = clients, names

    def switch(self) -> str:
        return self.clients["ssm"].get_parameter(Name=self.names["SWITCH"])["Parameter"]["Value"]

    def load(self) -> tuple[dict, str]:
        """The last run's state and its version; what cannot be read counts as a first run."""
        item = self.clients["dynamodb"].get_item(TableName=self.names["TABLE"], Key=STATE, ConsistentRead=True).get("Item", {})
        try:
            return json.loads(item["body"]["S"]), item["version"]["N"]
        except (KeyError, ValueError):
            return {}, item.get("version", {}).get("N", "0")

    def save(self, state: dict, version: str) -> None:
        """Fails when another run has saved since this one loaded."""
        self.clients["dynamodb"].put_item(
            TableName=self.names["TABLE"],
            Item=STATE | {"version": {"N": str(int(version) + 1)}, "body": {"S": json.dumps(state, sort_keys=True)}},
            ConditionExpression="attribute_not_exists(id) OR version = :version",
            ExpressionAttributeValues={":version": {"N": version}})

    def fleet(self, settings: Settings, now: datetime) -> tuple[list[Group], list[Machine]]:
        """The stack's groups and running machines."""
        mine = {"Name": f"tag:{settings.tags['managed-by']}", "Values": [settings.managed_by]}
        described = [group for page in self.clients["autoscaling"].get_paginator("describe_auto_scaling_groups").paginate(Filters=[mine])
                     for group in page["AutoScalingGroups"]]
        running = {instance["InstanceId"]: instance
                   for page in self.clients["ec2"].get_paginator("describe_instances").paginate(
                       Filters=[mine, {"Name": "instance-state-name", "Values": ["running"]}])
                   for reservation in page["Reservations"] for instance in reservation["Instances"]}
        members = {member["InstanceId"]: (group, member) for group in described for member in group["Instances"]}
        readings = self._readings(settings, sorted(running), now)
        machines = [_machine(settings, instance, *members.get(name, (None, None)), readings[name]) for name, instance in running.items()]
        return [self._group(settings, group) for group in described], machines

    def perform(self, action) -> None:
        autoscaling = self.clients["autoscaling"]
        if action.kind == RESIZE:
            autoscaling.set_desired_capacity(AutoScalingGroupName=action.group, DesiredCapacity=action.size, HonorCooldown=False)
        elif action.kind == REMOVE:
            for name in action.machines:
                autoscaling.terminate_instance_in_auto_scaling_group(InstanceId=name, ShouldDecrementDesiredCapacity=True)
        elif action.kind == STOP:
            self.clients["ec2"].stop_instances(InstanceIds=list(action.machines))
        else:
            raise ValueError(f"AWS has no {action.kind}; {LOWER} and restore are for autoscalers with schedules")

    def tell(self, subject: str, text: str) -> None:
        self.clients["sns"].publish(TopicArn=self.names["TOPIC"], Subject=subject[:100], Message=text[:200_000])

    def alive(self, now: datetime) -> None:
        """Nothing: Lambda itself counts its invocations and errors."""

    def _group(self, settings: Settings, group: dict) -> Group:
        refreshes = self.clients["autoscaling"].describe_instance_refreshes(AutoScalingGroupName=group["AutoScalingGroupName"], MaxRecords=1)
        refreshing = any(refresh["Status"] in CHANGING for refresh in refreshes["InstanceRefreshes"])
        changing = "its machines are being replaced" if refreshing else "it is being deleted" if group.get("Status") else None
        return Group(group["AutoScalingGroupName"], _owner(settings, group["Tags"]), group["DesiredCapacity"], group["MinSize"], changing)

    def _readings(self, settings: Settings, names: list[str], now: datetime) -> dict[str, Reading]:
        """Four series a machine, by the one dimension that the meter gives: CloudWatch finds a series only by exactly its dimensions."""
        end = datetime.fromtimestamp(now.timestamp() // PERIOD_SECONDS * PERIOD_SECONDS, timezone.utc)
        periods = -(-settings.idle_minutes * 60 // PERIOD_SECONDS)
        span = {"StartTime": end - timedelta(seconds=periods * PERIOD_SECONDS), "EndTime": end, "ScanBy": "TimestampDescending"}
        wanted = [(number, name, metric, stat) for number, name in enumerate(names) for metric in (GPU, ACTIVITY) for stat in ("Maximum", "SampleCount")]
        series: dict[tuple, list] = {}
        for first in range(0, len(wanted), QUERIES_PER_CALL):
            part = {f"m{number}_{metric}_{stat}": (name, metric, stat) for number, name, metric, stat in wanted[first:first + QUERIES_PER_CALL]}
            queries = [{"Id": id, "ReturnData": True, "MetricStat": {"Period": PERIOD_SECONDS, "Stat": stat, "Metric": {
                "Namespace": NAMESPACE, "MetricName": metric, "Dimensions": [{"Name": "InstanceId", "Value": name}]}}}
                for id, (name, metric, stat) in part.items()]
            for page in self.clients["cloudwatch"].get_paginator("get_metric_data").paginate(MetricDataQueries=queries, **span):
                for result in page["MetricDataResults"]:
                    series.setdefault(part[result["Id"]], []).extend(zip(result["Timestamps"], result["Values"]))
        return {name: _reading(name, series) for name in names}


def _reading(name: str, series: dict) -> Reading:
    gpu, activity = series.get((name, GPU, "Maximum"), []), series.get((name, ACTIVITY, "Maximum"), [])
    newest = min(max(at for at, _ in gpu), max(at for at, _ in activity)) if gpu and activity else None  # Where their period begins.
    return Reading(
        gpu_minutes=int(sum(count for _, count in series.get((name, GPU, "SampleCount"), []))),
        gpu_max=max((value for _, value in gpu), default=None),
        activity_minutes=int(sum(count for _, count in series.get((name, ACTIVITY, "SampleCount"), []))),
        activity_max=max((value for _, value in activity), default=None),
        newest=newest + timedelta(seconds=PERIOD_SECONDS) if newest else None)


def _machine(settings: Settings, instance: dict, group: dict | None, member: dict | None, reading: Reading) -> Machine:
    owner = _owner(settings, instance.get("Tags", []))
    claimed = next((tag["Value"] for tag in instance.get("Tags", []) if tag["Key"] == "aws:autoscaling:groupName"), None)
    return Machine(
        id=instance["InstanceId"], owner=owner, group=group["AutoScalingGroupName"] if group else claimed,
        zone=instance["Placement"]["AvailabilityZone"], type=instance["InstanceType"], launched=instance.get("LaunchTime"),
        in_service=(member["LifecycleState"], member["HealthStatus"]) == ("InService", "Healthy") if member else claimed is None,
        reserved="CapacityReservationId" in instance or "CapacityBlockId" in instance,
        kept="it is protected from scale-in" if member and member["ProtectedFromScaleIn"] else None,
        cannot_stop=_cannot_stop(instance), weight=int(member.get("WeightedCapacity", 1)) if member else 1, reading=reading)


def _cannot_stop(instance: dict) -> str | None:
    if instance.get("InstanceLifecycle") == "spot":
        return "it is a spot machine: stopped, it would be gone"
    if instance.get("RootDeviceType") != "ebs":
        return "its root disk is not on EBS: stopped, it would be gone"
    return None


def _owner(settings: Settings, tags: list[dict]) -> Owner:
    found = {tag["Key"]: tag["Value"] for tag in tags}

    def value(key: str) -> str | None:
        return found.get(settings.tags[key])
    opted = value("auto-shutdown")
    return Owner(
        value("managed-by"), value("environment"), None if opted is None else opted == "enabled", value("tier"), value("pool"), value("serving"),
        value("protected-until") or found.get("gpu:protected-until"))
