"""Every call to AWS is checked against botocore's models of its services: parameters by the Stubber, answers by their shapes."""
import json
import unittest
from datetime import timedelta
from functools import cache

import boto3
from botocore.stub import ANY, Stubber

from fleet import NOW, STACK, TAGS, settings
import aws
from model import LOWER, RESTORE, UNKNOWN, Action
from run import run

NAMES = {"TABLE": "watchdog-table", "TOPIC": "arn:aws:sns:us-east-1:111122223333:watchdog", "SWITCH": "/gpuinfra/dev/us-east-1/watchdog"}
MINE = {"Name": "tag:managed-by", "Values": [STACK]}
GROUP_TAGS = {"managed-by": STACK, "environment": "dev", "auto-shutdown": "enabled", "tier": "onDemand", "pool": "chat-l4", "serving": "chat"}


def tags(**changed):
    return [{"Key": key, "Value": value} for key, value in (GROUP_TAGS | changed).items() if value]


def member(name, **changed):
    return {"InstanceId": name, "AvailabilityZone": "us-east-1a", "LifecycleState": "InService", "HealthStatus": "Healthy", "ProtectedFromScaleIn": False} | changed


def group(*members, name="chat", desired=None, minimum=1, **changed):
    return {"AutoScalingGroupName": name, "MinSize": minimum, "MaxSize": 8, "DesiredCapacity": len(members) if desired is None else desired, "DefaultCooldown": 300,
            "AvailabilityZones": ["us-east-1a"], "HealthCheckType": "EC2", "CreatedTime": NOW, "Instances": list(members),
            "Tags": [tag | {"ResourceId": name, "ResourceType": "auto-scaling-group", "PropagateAtLaunch": True} for tag in tags()]} | changed


def instance(name, of="chat", hours=10, own=None, **changed):
    return {"InstanceId": name, "LaunchTime": NOW - timedelta(hours=hours), "RootDeviceType": "ebs", "InstanceType": "g6.xlarge", "State": {"Code": 16, "Name": "running"},
            "Placement": {"AvailabilityZone": "us-east-1a"}, "Tags": tags(**(own or {})) + ([{"Key": "aws:autoscaling:groupName", "Value": of}] if of else [])} | changed


@cache
def clients():
    session = boto3.session.Session(region_name="us-east-1", aws_access_key_id="none", aws_secret_access_key="none")
    return {name: session.client(name) for name in ("autoscaling", "cloudwatch", "dynamodb", "ec2", "sns", "ssm")}


class Cloud:
    """Stubbed clients; what is left unasked at the end is a failure."""

    stubs: dict[str, Stubber] = {}

    def __init__(self) -> None:
        for stub in Cloud.stubs.values():  # One at a time: all share the clients, which take long to make.
            stub.deactivate()
        self.clients = clients()
        self.stubs = Cloud.stubs = {name: Stubber(client) for name, client in self.clients.items()}
        for stub in self.stubs.values():
            stub.activate()
        self.amazon = aws.Amazon(self.clients, NAMES)

    def expect(self, service, method, answer, **parameters):
        self.stubs[service].add_response(method, answer, parameters)

    def refuse(self, service, method, code, **parameters):
        self.stubs[service].add_client_error(method, code, expected_params=parameters)

    def begin(self, switch="on", state=None, version="7"):
        if switch is None:
            self.refuse("ssm", "get_parameter", "AccessDeniedException", Name=NAMES["SWITCH"])
        else:
            self.expect("ssm", "get_parameter", {"Parameter": {"Name": NAMES["SWITCH"], "Value": switch}}, Name=NAMES["SWITCH"])
        item = {} if state is None else {"Item": {"id": {"S": "state"}, "version": {"N": version}, "body": {"S": json.dumps(state)}}}
        self.expect("dynamodb", "get_item", item, TableName=NAMES["TABLE"], Key={"id": {"S": "state"}}, ConsistentRead=True)

    def fleet(self, groups, instances, figures, refreshing=()):
        self.expect("autoscaling", "describe_auto_scaling_groups", {"AutoScalingGroups": groups}, Filters=[MINE])
        self.expect("ec2", "describe_instances", {"Reservations": [{"Instances": instances}]},
                    Filters=[MINE, {"Name": "instance-state-name", "Values": ["running"]}])
        names = sorted(one["InstanceId"] for one in instances)
        if names:
            queries = [query(number, name, metric, stat) for number, name in enumerate(names) for metric in (aws.GPU, aws.ACTIVITY) for stat in ("Maximum", "SampleCount")]
            results = [{"Id": one["Id"], "Label": "", "StatusCode": "Complete",
                        **figures.get(name_of(one), figures.get("*", lambda metric, stat: {"Timestamps": [], "Values": []}))(
                            one["MetricStat"]["Metric"]["MetricName"], one["MetricStat"]["Stat"])} for one in queries]
            self.expect("cloudwatch", "get_metric_data", {"MetricDataResults": results}, MetricDataQueries=queries,
                        StartTime=NOW - timedelta(minutes=30), EndTime=NOW, ScanBy="TimestampDescending")
        for one in groups:
            found = [{"InstanceRefreshId": "r", "AutoScalingGroupName": one["AutoScalingGroupName"], "Status": "InProgress"}] if one["AutoScalingGroupName"] in refreshing else []
            self.expect("autoscaling", "describe_instance_refreshes", {"InstanceRefreshes": found}, AutoScalingGroupName=one["AutoScalingGroupName"], MaxRecords=1)

    def saved(self, version="8", condition="7"):
        self.expect("dynamodb", "put_item", {}, TableName=NAMES["TABLE"], Item={"id": {"S": "state"}, "version": {"N": version}, "body": {"S": ANY}},
                    ConditionExpression="attribute_not_exists(id) OR version = :version", ExpressionAttributeValues={":version": {"N": condition}})

    def told(self, text=None):
        self.expect("sns", "publish", {"MessageId": "m"}, TopicArn=NAMES["TOPIC"], Subject=ANY, Message=text or ANY)


def query(number, name, metric, stat):
    return {"Id": f"m{number}_{metric}_{stat}", "ReturnData": True, "MetricStat": {"Period": 300, "Stat": stat, "Metric": {
        "Namespace": "GpuInfra", "MetricName": metric, "Dimensions": [{"Name": "InstanceId", "Value": name}]}}}


def name_of(one):
    return one["MetricStat"]["Metric"]["Dimensions"][0]["Value"]


def figures(gpu=0.0, activity=0.0, minutes=30):
    at = [NOW - timedelta(minutes=5 * (i + 1)) for i in range(minutes // 5)]
    return lambda metric, stat: {"Timestamps": at, "Values": [5.0 if stat == "SampleCount" else gpu if metric == aws.GPU else activity] * len(at)}


def before(*names):
    at = (NOW - timedelta(minutes=15)).isoformat()
    return {"idle": {name: {"readings": 1, "at": at, "since": at} for name in names}}


class Runs(unittest.TestCase):
    def run_(self, cloud, **changed):
        self.lines = []
        summary = run(cloud.amazon, settings(**changed), NOW, write=self.lines.append)
        for stub in cloud.stubs.values():
            stub.assert_no_pending_responses()
        return summary

    def test_an_idle_group_is_scaled_in_by_its_desired_size(self):
        cloud = Cloud()
        cloud.begin(state=before("i-1", "i-2"))
        cloud.fleet([group(member("i-1"), member("i-2"))], [instance("i-1"), instance("i-2")], {"*": figures()})
        cloud.saved()
        cloud.expect("autoscaling", "set_desired_capacity", {}, AutoScalingGroupName="chat", DesiredCapacity=1, HonorCooldown=False)
        cloud.told()
        self.assertEqual(1, self.run_(cloud)["actions"])
        events = [json.loads(line) for line in self.lines]
        self.assertEqual(["verdict", "verdict", "action", "notice", "run"], [event["event"] for event in events])
        self.assertEqual(("resize", "chat", 1), (events[2]["action"], events[2]["group"], events[2]["size"]))

    def test_pitfall_31_beside_a_busy_machine_the_idle_one_leaves_with_its_place(self):
        cloud = Cloud()
        cloud.begin(state=before("i-1", "i-2"))
        cloud.fleet([group(member("i-1"), member("i-2"))], [instance("i-1"), instance("i-2")], {"i-1": figures(gpu=80), "i-2": figures()})
        cloud.saved()
        cloud.expect("autoscaling", "terminate_instance_in_auto_scaling_group", {}, InstanceId="i-2", ShouldDecrementDesiredCapacity=True)
        cloud.told()
        self.assertEqual(1, self.run_(cloud)["actions"])

    def test_pitfall_30_machines_without_figures_are_told_of_and_left_running(self):
        cloud = Cloud()
        cloud.begin(state=before("i-1", "i-2"))
        cloud.fleet([group(member("i-1"), member("i-2"))], [instance("i-1"), instance("i-2")], {})
        cloud.saved()
        cloud.told()
        self.assertEqual((0, 2), (lambda summary: (summary["actions"], summary[UNKNOWN]))(self.run_(cloud)))

    def test_a_machine_that_stands_alone_is_stopped(self):
        cloud = Cloud()
        cloud.begin(state=before("i-9"))
        cloud.fleet([], [instance("i-9", of=None, own={"pool": None, "serving": None})], {"*": figures()})
        cloud.saved()
        cloud.expect("ec2", "stop_instances", {"StoppingInstances": []}, InstanceIds=["i-9"])
        cloud.told()
        self.assertEqual(1, self.run_(cloud)["actions"])

    def test_the_first_run_begins_with_no_state(self):
        cloud = Cloud()
        cloud.begin(state=None)
        cloud.fleet([group(member("i-1"), member("i-2"))], [instance("i-1"), instance("i-2")], {"*": figures()})
        cloud.saved(version="1", condition="0")
        cloud.told()
        self.assertEqual((0, 2), (lambda summary: (summary["actions"], summary["idle"]))(self.run_(cloud)))

    def test_what_must_be_left_alone_is(self):
        own = {"protected-until": "2026-12-31"}
        prefixed = {"gpu:protected-until": "2026-12-31"}
        for change, groups, instances, refreshing in (
                ("a refresh", [group(member("i-1"), member("i-2"))], [instance("i-1"), instance("i-2")], ("chat",)),
                ("deletion", [group(member("i-1"), member("i-2"), Status="Delete in progress")], [instance("i-1"), instance("i-2")], ()),
                ("scale-in protection", [group(*(member(f"i-{i}", ProtectedFromScaleIn=True) for i in (1, 2)))], [instance("i-1"), instance("i-2")], ()),
                ("a tag", [group(member("i-1"), member("i-2"))], [instance("i-1", own=own), instance("i-2", own=prefixed)], ()),
                ("a reservation", [group(member("i-1"), member("i-2"))], [instance(f"i-{i}", CapacityReservationId="cr-1") for i in (1, 2)], ()),
                ("leaving", [group(*(member(f"i-{i}", LifecycleState="Terminating:Wait") for i in (1, 2)))], [instance("i-1"), instance("i-2")], ()),
                ("another's group", [], [instance("i-1"), instance("i-2")], ()),
                ("production", [group(member("i-1"), member("i-2"))], [instance(f"i-{i}", own={"environment": "prod"}) for i in (1, 2)], ()),
                ("the least size", [group(member("i-1"), member("i-2"), minimum=2)], [instance("i-1"), instance("i-2")], ())):
            with self.subTest(change):
                cloud = Cloud()
                cloud.begin(state=before("i-1", "i-2"))
                cloud.fleet(groups, instances, {"*": figures()}, refreshing)
                cloud.saved()
                cloud.stubs["sns"].add_response("publish", {"MessageId": "m"})
                self.lines = []
                self.assertEqual(0, run(cloud.amazon, settings(), NOW, write=self.lines.append)["actions"])

    def test_a_spot_machine_alone_is_not_stopped_and_weights_are_read(self):
        alone = aws._machine(settings(), instance("i-9", of=None, InstanceLifecycle="spot"), None, None, None)
        self.assertIn("spot", alone.cannot_stop)
        store = aws._machine(settings(), instance("i-9", of=None, RootDeviceType="instance-store"), None, None, None)
        self.assertIn("EBS", store.cannot_stop)
        heavy = aws._machine(settings(), instance("i-1"), group(member("i-1")), member("i-1", WeightedCapacity="4"), None)
        self.assertEqual((4, "chat"), (heavy.weight, heavy.group))

    def test_two_runs_at_once_cannot_both_act(self):
        cloud = Cloud()
        cloud.begin(state=before("i-1", "i-2"))
        cloud.fleet([group(member("i-1"), member("i-2"))], [instance("i-1"), instance("i-2")], {"*": figures()})
        cloud.stubs["dynamodb"].add_client_error("put_item", "ConditionalCheckFailedException")
        with self.assertRaisesRegex(Exception, "ConditionalCheckFailed"):
            self.run_(cloud)

    def test_the_switch_off_or_unreadable_does_nothing(self):
        for switch in ("off", "maybe", None):
            with self.subTest(switch):
                cloud = Cloud()
                cloud.begin(switch, before("i-1", "i-2"))
                cloud.fleet([group(member("i-1"), member("i-2"))], [instance("i-1"), instance("i-2")], {"*": figures()})
                cloud.saved()
                if switch != "off":
                    cloud.told()
                self.assertEqual((0, False), (lambda summary: (summary["actions"], summary["switchedOn"]))(self.run_(cloud)))

    def test_a_refused_action_is_told_and_fails_the_run_after_the_others(self):
        cloud = Cloud()
        cloud.begin(state=before("i-1", "i-2", "i-8", "i-9"))
        alone = {"pool": None, "serving": None}
        cloud.fleet([group(member("i-1"), member("i-2"))], [instance("i-1"), instance("i-2"), instance("i-8", of=None, own=alone), instance("i-9", of=None, own=alone)], {"*": figures()})
        cloud.saved()
        cloud.refuse("autoscaling", "set_desired_capacity", "AccessDenied", AutoScalingGroupName="chat", DesiredCapacity=1, HonorCooldown=False)
        for name in ("i-8", "i-9"):
            cloud.expect("ec2", "stop_instances", {"StoppingInstances": []}, InstanceIds=[name])
        cloud.told()
        with self.assertRaisesRegex(RuntimeError, "failed: resize chat"):
            self.run_(cloud)
        self.assertEqual(1, sum(json.loads(line)["event"] == "failure" for line in self.lines))

    def test_a_dry_run_calls_nothing_that_changes_anything(self):
        cloud = Cloud()
        cloud.begin(state=before("i-1", "i-2"))
        cloud.fleet([group(member("i-1"), member("i-2"))], [instance("i-1"), instance("i-2")], {"*": figures()})
        cloud.saved()
        cloud.told()
        self.assertEqual((0, 1), (lambda summary: (summary["actions"], summary["recommendations"]))(self.run_(cloud, mode="dryRun")))

    def test_the_organisations_names_of_tags_are_used(self):
        renamed = settings(tags=TAGS | {"managed-by": "ManagedBy", "environment": "Env"})
        found = aws._owner(renamed, [{"Key": "ManagedBy", "Value": STACK}, {"Key": "Env", "Value": "dev"}, {"Key": "environment", "Value": "prod"}])
        self.assertEqual((STACK, "dev"), (found.managed_by, found.environment))


class Reading(unittest.TestCase):
    def test_more_machines_than_a_call_takes_are_asked_for_in_parts_and_pages(self):
        cloud, names = Cloud(), [f"i-{i:03}" for i in range(130)]
        queries = [query(number, name, metric, stat) for number, name in enumerate(names) for metric in (aws.GPU, aws.ACTIVITY) for stat in ("Maximum", "SampleCount")]
        span = {"StartTime": NOW - timedelta(minutes=30), "EndTime": NOW, "ScanBy": "TimestampDescending"}

        def page(part):
            return [{"Id": one["Id"], **figures()(one["MetricStat"]["Metric"]["MetricName"], one["MetricStat"]["Stat"])} for one in part]
        cloud.expect("cloudwatch", "get_metric_data", {"MetricDataResults": page(queries[:300]), "NextToken": "next"}, MetricDataQueries=queries[:500], **span)
        cloud.expect("cloudwatch", "get_metric_data", {"MetricDataResults": page(queries[300:500])}, MetricDataQueries=queries[:500], NextToken="next", **span)
        cloud.expect("cloudwatch", "get_metric_data", {"MetricDataResults": page(queries[500:])}, MetricDataQueries=queries[500:], **span)
        readings = cloud.amazon._readings(settings(), names, NOW)
        self.assertEqual({(30, 0.0, 30, 0.0, NOW)}, {(r.gpu_minutes, r.gpu_max, r.activity_minutes, r.activity_max, r.newest) for r in readings.values()})

    def test_an_unreadable_state_counts_as_a_first_run(self):
        cloud = Cloud()
        cloud.expect("dynamodb", "get_item", {"Item": {"id": {"S": "state"}, "version": {"N": "3"}, "body": {"S": "{"}}},
                     TableName=NAMES["TABLE"], Key={"id": {"S": "state"}}, ConsistentRead=True)
        self.assertEqual(({}, "3"), cloud.amazon.load())

    def test_AWS_knows_no_schedule_of_an_autoscaler(self):
        for kind in (LOWER, RESTORE):
            with self.assertRaises(ValueError):
                Cloud().amazon.perform(Action(kind, "g", (), 1, ""))


if __name__ == "__main__":
    unittest.main()
