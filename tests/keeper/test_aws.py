"""Every call to AWS is checked against botocore's models of its services: parameters by the Stubber, answers by their shapes."""
import json
import unittest
from datetime import timedelta
from functools import cache

import boto3
from botocore.stub import ANY, Stubber

from place import NOW, REPLACING, STACK, keeper, settings

aws = keeper("aws")
TOPIC = "arn:aws:sns:us-east-1:111122223333:scaling"


@cache
def clients():
    session = boto3.session.Session(region_name="us-east-1", aws_access_key_id="none", aws_secret_access_key="none")
    return {name: session.client(name) for name in ("autoscaling", "cloudwatch", "sns")}


def group(name="chat", pool="chat-l4", suspended=(), **tags):
    return {"AutoScalingGroupName": name, "MinSize": 1, "MaxSize": 8, "DesiredCapacity": 3, "DefaultCooldown": 300, "AvailabilityZones": ["us-east-1a"],
            "HealthCheckType": "EC2", "CreatedTime": NOW, "SuspendedProcesses": [{"ProcessName": one, "SuspensionReason": "by a user"} for one in suspended],
            "Tags": [{"Key": key, "Value": value, "ResourceId": name, "ResourceType": "auto-scaling-group", "PropagateAtLaunch": True}
                     for key, value in ({"managed-by": STACK, "pool": pool} | {key.replace("_", "-"): value for key, value in tags.items()}).items()]}


def activity(minutes, description, status="Successful", cause="At 2026-12-07T12:00:00Z a monitor alarm changed the desired capacity."):
    return {"ActivityId": "a", "AutoScalingGroupName": "chat", "StartTime": NOW - timedelta(minutes=minutes), "StatusCode": status, "Description": description, "Cause": cause}


def launch(name, minutes, **changed):
    return activity(minutes, f"Launching a new EC2 instance: {name}", **changed)


def start(name, minutes):
    return activity(minutes, f"Launching a new EC2 instance from warm pool: {name}")


def prepare(name, minutes, **changed):
    return activity(minutes, f"Launching a new EC2 instance into warm pool: {name}", **changed)


def end(name, minutes, because):
    return activity(minutes, f"Terminating EC2 instance: {name}", cause=f"At 2026-12-07T12:00:00Z an instance was taken out of service in response to {because}.")


THREE = [launch("i-0c", 60), launch("i-0b", 80), launch("i-0a", 100)]


class Stubbed(unittest.TestCase):
    def setUp(self):
        self.clients, self.lines = clients(), []
        self.stubs = {name: Stubber(client) for name, client in self.clients.items()}
        for stub in self.stubs.values():
            stub.activate()
            self.addCleanup(stub.deactivate)

    def expect(self, service, method, answer, **parameters):
        self.stubs[service].add_response(method, answer, parameters)

    def fleet(self, *groups, activities=THREE, answered=()):
        self.expect("autoscaling", "describe_auto_scaling_groups", {"AutoScalingGroups": list(groups)}, Filters=[{"Name": "tag:managed-by", "Values": [STACK]}])
        for one in groups:
            self.expect("autoscaling", "describe_scaling_activities", {"Activities": activities}, AutoScalingGroupName=one["AutoScalingGroupName"])
        names = sorted({match[1] for one in activities if (match := aws.LAUNCH.match(one["Description"]))})
        if names and groups:
            self.expect("cloudwatch", "get_metric_data", {"MetricDataResults": [
                {"Id": f"m{at}", "Label": "", "StatusCode": "Complete", **({"Timestamps": [NOW], "Values": [1.0]} if name in answered else {"Timestamps": [], "Values": []})}
                for at, name in enumerate(names)]}, StartTime=ANY, EndTime=NOW, MetricDataQueries=[
                    {"Id": f"m{at}", "ReturnData": True, "MetricStat": {"Period": 3600, "Stat": "Maximum", "Metric": {
                        "Namespace": "GpuInfra", "MetricName": "Answered", "Dimensions": [{"Name": "InstanceId", "Value": name}]}}} for at, name in enumerate(names)])

    def stops(self, name="chat"):
        self.expect("autoscaling", "suspend_processes", {}, AutoScalingGroupName=name, ScalingProcesses=["Launch"])

    def told(self):
        self.expect("sns", "publish", {"MessageId": "m"}, TopicArn=TOPIC, Subject=f"GPU machines, {STACK}", Message=ANY)

    def run_(self, **changed):
        try:
            return aws.run(self.clients, TOPIC, settings(**changed), NOW, write=self.lines.append)
        finally:
            for stub in self.stubs.values():
                stub.assert_no_pending_responses()


class Runs(Stubbed):
    def test_three_failed_boots_suspend_launches_of_that_group_and_page_and_do_nothing_else(self):
        self.fleet(group())
        self.stops()
        self.told()
        self.assertEqual({"groups": 1, "stopped": 1, "replaced": 0}, self.run_())
        self.assertEqual((["i-0c", "i-0b", "i-0a"], True), (json.loads(self.lines[0])["failed"], json.loads(self.lines[0])["stop"]))

    def test_one_that_answered_lets_them_go_on(self):
        self.fleet(group(), answered=("i-0c",))
        self.assertEqual(0, self.run_()["stopped"])

    def test_a_group_that_is_suspended_is_left_to_people(self):
        self.fleet(group(suspended=("Launch",)))
        self.assertEqual(0, self.run_()["stopped"])

    def test_a_loop_of_machines_that_die_at_boot_is_ended_before_their_grace_is_over(self):
        loop = [one for at, name in enumerate(("i-0c", "i-0b", "i-0a")) for one in (
            end(name, 2 + 5 * at, "an EC2 instance status checks failure"), launch(name, 5 + 5 * at))]
        self.fleet(group(), activities=loop)
        self.stops()
        self.told()
        self.run_()

    def test_machines_that_load_sent_away_before_they_answered_say_nothing(self):
        self.fleet(group(), activities=[one for name in ("i-0c", "i-0b", "i-0a") for one in (end(name, 50, "a difference between desired and actual capacity"), launch(name, 60))])
        self.assertEqual(0, self.run_()["stopped"])

    def test_a_machine_that_was_ill_before_it_was_in_service_failed(self):
        self.fleet(group(), activities=[activity(9 + at, f"Launching a new EC2 instance: i-0{name}.  Status Reason: Instance became unhealthy", status="Failed") for at, name in enumerate("abc")])
        self.stops()
        self.told()
        self.run_()

    def test_machines_that_are_prepared_to_wait_are_no_boots(self):
        self.fleet(group(), activities=[prepare(name, 90 + at) for at, name in enumerate(("i-0c", "i-0b", "i-0a"))])
        self.assertEqual(0, self.run_()["stopped"])

    def test_machines_that_waited_boot_when_they_are_started(self):
        self.fleet(group(), activities=[one for at, name in enumerate(("i-0c", "i-0b", "i-0a")) for one in (start(name, 60 + 20 * at), prepare(name, 1000 + at))])
        self.stops()
        self.told()
        self.assertEqual(1, self.run_()["stopped"])

    def test_want_of_capacity_is_no_failed_boot_and_the_group_goes_on_asking(self):
        self.fleet(group(), activities=[activity(5 * at, "Launching a new EC2 instance.  Status Reason: We currently do not have sufficient capacity.", status="Failed") for at in range(9)])
        self.assertEqual(0, self.run_()["stopped"])

    def test_what_failed_before_people_said_that_it_is_mended_does_not_count(self):
        self.fleet(group(boots_counted_from=(NOW - timedelta(minutes=90)).isoformat()))
        self.stubs["cloudwatch"]._queue[0]["response"][1]["MetricDataResults"].pop()  # Of two machines only is it asked.
        self.stubs["cloudwatch"]._queue[0]["expected_params"]["MetricDataQueries"] = ANY
        self.assertEqual(0, self.run_()["stopped"])

    def test_a_word_that_is_no_time_does_not_switch_it_off(self):
        self.fleet(group(boots_counted_from="yes"))
        self.stops()
        self.told()
        self.run_()

    def test_groups_of_pools_that_follow_no_load_are_not_looked_at(self):
        self.expect("autoscaling", "describe_auto_scaling_groups", {"AutoScalingGroups": [group(pool="search-l4")]}, Filters=[{"Name": "tag:managed-by", "Values": [STACK]}])
        self.assertEqual({"groups": 0, "stopped": 0, "replaced": 0}, self.run_())

    def test_a_refusal_is_told_and_does_not_keep_the_next_group_from_being_stopped(self):
        self.fleet(group(), group("other"))
        self.stubs["autoscaling"].add_client_error("suspend_processes", "AccessDenied", expected_params={"AutoScalingGroupName": "chat", "ScalingProcesses": ["Launch"]})
        self.stops("other")
        self.told()
        self.assertRaisesRegex(RuntimeError, "failed to stop launches of chat", self.run_)


class Broken(Stubbed):
    """Pool chat-l4 with the machines i-1, i-2 and i-3, which follows no load here."""

    def look(self, told, instances=("i-1", "i-2", "i-3"), activities=(), **changed):
        """What AWS answers: figures by machine, newest first, a minute apart."""
        one = group(**{key: value for key, value in changed.items() if key == "suspended"}) | {"Instances": [
            {"InstanceId": name, "AvailabilityZone": "us-east-1a", "LifecycleState": "InService", "HealthStatus": "Healthy", "ProtectedFromScaleIn": False} for name in instances]}
        for key, value in changed.items():
            if key in ("DesiredCapacity", "Status"):
                one[key] = value
            elif key == "state":
                one["Instances"][-1]["LifecycleState"] = value
            elif key == "health":
                one["Instances"][-1]["HealthStatus"] = value
        self.expect("autoscaling", "describe_auto_scaling_groups", {"AutoScalingGroups": [one]}, Filters=[{"Name": "tag:managed-by", "Values": [STACK]}])
        self.expect("cloudwatch", "get_metric_data", {"MetricDataResults": [
            {"Id": f"m{at}", "Label": "", "StatusCode": "Complete", "Timestamps": [NOW - timedelta(minutes=minute + 1) for minute in range(len(told.get(name, ())))],
             "Values": [float(number) for number in told.get(name, ())]} for at, name in enumerate(instances)]},
            StartTime=NOW - timedelta(hours=1), EndTime=NOW, MetricDataQueries=[
                {"Id": f"m{at}", "ReturnData": True, "MetricStat": {"Period": 60, "Stat": "Maximum", "Metric": {
                    "Namespace": "GpuInfra", "MetricName": "Broken", "Dimensions": [{"Name": "InstanceId", "Value": name}]}}} for at, name in enumerate(instances)])
        if any(values and values[0] and len(values) > 4 for values in told.values()):
            self.expect("autoscaling", "describe_scaling_activities", {"Activities": list(activities)}, AutoScalingGroupName="chat")

    WELL = {"i-1": [0] * 20, "i-2": [0] * 20, "i-3": [0] * 20}

    def replaces(self, name):
        self.expect("autoscaling", "set_instance_health", {}, InstanceId=name, HealthStatus="Unhealthy", ShouldRespectGracePeriod=False)

    def run_(self):
        return super().run_(pools={}, **REPLACING)["replaced"]

    def test_a_machine_with_an_xid_is_called_unhealthy_and_people_hear_of_it(self):
        self.look(self.WELL | {"i-2": [79] * 6 + [0] * 9})
        self.replaces("i-2")
        self.told()
        self.assertEqual(1, self.run_())
        line = json.loads(self.lines[0])
        self.assertEqual(("broken", "chat-l4", ["i-2"], "i-2"), (line["event"], line["pool"], line["broken"], line["replace"]))
        self.assertIn("XID 79", line["text"])

    def test_two_broken_machines_lose_one_of_them_in_a_window(self):
        self.look(self.WELL | {"i-2": [79] * 6, "i-3": [48] * 12})
        self.replaces("i-3")
        self.told()
        self.assertEqual(1, self.run_())

    def test_within_the_window_of_the_last_replacement_none_follows(self):
        self.look(self.WELL | {"i-2": [79] * 30}, activities=[end("i-0", 40, "a user health-check")])
        self.assertEqual(0, self.run_())

    def test_a_machine_that_ended_for_another_reason_opens_no_window(self):
        self.look(self.WELL | {"i-2": [79] * 6}, activities=[end("i-0", 40, "a difference between desired and actual capacity")])
        self.replaces("i-2")
        self.told()
        self.assertEqual(1, self.run_())

    def test_after_the_window_the_next_one_is(self):
        self.look(self.WELL | {"i-2": [79] * 30}, activities=[end("i-0", 61, "a user health-check")])
        self.replaces("i-2")
        self.told()
        self.assertEqual(1, self.run_())

    def test_while_another_machine_is_not_in_service_or_missing_none_is(self):
        for changed in ({"state": "Pending"}, {"health": "Unhealthy"}, {"state": "Terminating"}, {"DesiredCapacity": 4}, {"suspended": ("Launch",)}):
            self.look(self.WELL | {"i-2": [79] * 30}, **changed)
            self.assertEqual(0, self.run_(), changed)

    def test_where_figures_are_missing_nothing_is_replaced(self):
        self.look({})
        self.assertEqual(0, self.run_())
        self.look({"i-1": [0] * 9, "i-2": [79] * 30})
        self.assertEqual(0, self.run_())

    def test_the_last_machine_that_serves_is_left_and_people_hear_of_the_broken_one(self):
        self.look({"i-1": [79] * 6}, instances=("i-1",), DesiredCapacity=1)
        self.told()
        self.assertEqual(0, self.run_())
        self.assertIn("no other of its pool serves", self.lines[0])

    def test_a_group_that_is_being_deleted_is_left_alone(self):
        self.expect("autoscaling", "describe_auto_scaling_groups", {"AutoScalingGroups": [group() | {"Status": "Delete in progress"}]}, Filters=[{"Name": "tag:managed-by", "Values": [STACK]}])
        self.assertEqual(0, self.run_())

    def test_a_refusal_is_told_and_the_run_fails_so_that_it_is_missed(self):
        self.look(self.WELL | {"i-2": [79] * 6})
        self.stubs["autoscaling"].add_client_error("set_instance_health", "AccessDenied")
        self.told()
        self.assertRaisesRegex(RuntimeError, "failed to replace i-2", self.run_)


if __name__ == "__main__":
    unittest.main()
