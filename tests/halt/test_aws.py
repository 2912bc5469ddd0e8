"""Every call to AWS is checked against botocore's models of its services: parameters by the Stubber, answers by their shapes."""
import json
import unittest
from functools import cache

import boto3
from botocore.stub import ANY, Stubber

from place import NOW, STACK, settings
import aws

ACCOUNT = "111122223333"
NAMES = {"ACCOUNT": ACCOUNT, "REGIONS": "us-east-1,us-west-2", "SWITCH": "/gpuinfra/dev/us-east-1/halt", "TOPIC": "arn:aws:sns:us-east-1:111122223333:halt"}
MINE = [{"Name": "tag:managed-by", "Values": [STACK]}, {"Name": "tag:budget-halt", "Values": ["enabled"]}]
TAGS = {"managed-by": STACK, "environment": "dev", "tier": "onDemand", "pool": "chat-l4", "team": "search", "serving": "chat", "budget-halt": "enabled"}


@cache
def clients():
    session = boto3.session.Session(region_name="us-east-1", aws_access_key_id="none", aws_secret_access_key="none")
    return {**{name: session.client(name) for name in ("budgets", "sns", "ssm")}, **{region: session.client("autoscaling", region_name=region) for region in NAMES["REGIONS"].split(",")}}


def budget(name="aws-budget-1a2b3c4", spent="110", limit="100", filters=None, unit="MONTHLY", **changed):
    spend = {} if spent is None else {"CalculatedSpend": {"ActualSpend": {"Amount": spent, "Unit": "USD"}}}
    return {"BudgetName": name, "TimeUnit": unit, "BudgetType": "COST", "BudgetLimit": {"Amount": limit, "Unit": "USD"},
            "CostFilters": {"TagKeyValue": [f"user:managed-by${STACK}"] if filters is None else filters}} | spend | changed


def group(name="chat", size=3, most=5, suspended=(), own=None, **changed):
    tags = {key: value for key, value in (TAGS | (own or {})).items() if value}
    return {"AutoScalingGroupName": name, "MinSize": 1, "MaxSize": most, "DesiredCapacity": size, "DefaultCooldown": 300, "AvailabilityZones": ["us-east-1a"],
            "HealthCheckType": "EC2", "CreatedTime": NOW, "Instances": [], "SuspendedProcesses": [{"ProcessName": one, "SuspensionReason": "x"} for one in suspended],
            "Tags": [{"Key": key, "Value": value, "ResourceId": name, "ResourceType": "auto-scaling-group", "PropagateAtLaunch": False} for key, value in tags.items()]} | changed


class Cloud:
    """Stubbed clients; what is left unasked at the end is a failure."""

    active: dict[str, Stubber] = {}

    def __init__(self, budgets=(), groups=(), west=(), switch="on") -> None:
        for stub in Cloud.active.values():  # One at a time: all share the clients, which take long to make.
            stub.deactivate()
        self.lines = []
        self.stubs = Cloud.active = {name: Stubber(client) for name, client in clients().items()}
        for stub in self.stubs.values():
            stub.activate()
        if switch is None:
            self.stubs["ssm"].add_client_error("get_parameter", "AccessDeniedException", expected_params={"Name": NAMES["SWITCH"]})
        else:
            self.expect("ssm", "get_parameter", {"Parameter": {"Name": NAMES["SWITCH"], "Value": switch}}, Name=NAMES["SWITCH"])
        self.expect("budgets", "describe_budgets", {"Budgets": [one for one, _ in budgets]}, AccountId=ACCOUNT)
        for one, owner in budgets:
            if owner is not False:
                tags = [{"Key": "managed-by", "Value": owner}] if owner else []
                self.expect("budgets", "list_tags_for_resource", {"ResourceTags": tags}, ResourceARN=f"arn:aws:budgets::{ACCOUNT}:budget/{one['BudgetName']}")
        self.expect("us-east-1", "describe_auto_scaling_groups", {"AutoScalingGroups": list(groups)}, Filters=MINE)
        self.expect("us-west-2", "describe_auto_scaling_groups", {"AutoScalingGroups": list(west)}, Filters=MINE)

    def expect(self, service, method, answer, **parameters):
        self.stubs[service].add_response(method, answer, parameters)

    def halted(self, name, most=0, region="us-east-1"):
        self.expect(region, "suspend_processes", {}, AutoScalingGroupName=name, ScalingProcesses=["Launch", "ScheduledActions", "AlarmNotification", "AZRebalance"])
        if most is not None:
            self.expect(region, "update_auto_scaling_group", {}, AutoScalingGroupName=name, MinSize=0, MaxSize=most, DesiredCapacity=most)

    def told(self):
        self.expect("sns", "publish", {"MessageId": "m"}, TopicArn=NAMES["TOPIC"], Subject=ANY, Message=ANY)

    def run(self, by_budget=False, **changed):
        summary = aws.run(clients(), NAMES, settings(**changed), NOW, by_budget, write=lambda text: self.lines.append(json.loads(text)))
        for stub in self.stubs.values():
            stub.assert_no_pending_responses()
        return summary


class Halting(unittest.TestCase):
    def test_a_used_up_budget_stops_launches_and_then_lowers_sizes_in_all_regions_and_tells(self):
        cloud = Cloud([(budget(), STACK)], [group("east")], [group("west")])
        cloud.halted("east")
        cloud.halted("west", region="us-west-2")
        cloud.told()
        summary = cloud.run()
        self.assertEqual((2, ["aws-budget-1a2b3c4"]), (summary["actions"], summary["usedUp"]))
        self.assertEqual([("east", 5, 3), ("west", 5, 3)], [(one["group"], one["wasMost"], one["wasSize"]) for one in cloud.lines if one["event"] == "action"])

    def test_what_is_halted_already_is_neither_asked_again_nor_told(self):
        cloud = Cloud([(budget(), STACK)], [group(size=0, most=0, suspended=aws.PROCESSES)])
        self.assertEqual(0, cloud.run()["actions"])

    def test_where_launches_were_resumed_alone_it_is_halted_again(self):
        cloud = Cloud([(budget(), STACK)], [group(size=0, most=0, suspended=["AZRebalance"])])
        cloud.halted("chat")
        cloud.told()
        self.assertEqual(1, cloud.run()["actions"])

    def test_production_is_held_without_a_change_of_size(self):
        cloud = Cloud([(budget(), STACK)], [group(own={"environment": "prod"})])
        cloud.halted("chat", most=None)
        cloud.told()
        cloud.run(environment="prod")

    def test_a_dry_run_asks_for_no_change_and_says_what_it_would_do_only_when_a_budget_asks(self):
        cloud = Cloud([(budget(), STACK)], [group()])
        self.assertEqual(1, cloud.run(mode="dryRun")["recommendations"])
        cloud = Cloud([(budget(), STACK)], [group()])
        cloud.told()
        cloud.run(by_budget=True, mode="dryRun")

    def test_a_switch_that_is_off_or_cannot_be_read_halts_nothing(self):
        self.assertEqual(0, Cloud([(budget(), STACK)], [group()], switch="off").run()["actions"])
        cloud = Cloud([(budget(), STACK)], [group()], switch=None)
        cloud.told()
        self.assertEqual(0, cloud.run()["actions"])

    def test_budgets_of_other_stacks_people_and_currencies_count_for_nothing(self):
        others = [(budget("a"), "pulumi/gpuinfra/other"), (budget("b"), None), (budget("c", filters=["user:app$x"]), False),
                  (budget("d", filters=["user:managed-by$pulumi/gpuinfra/other"]), False), (budget("e", BudgetLimit={"Amount": "1", "Unit": "EUR"}), False)]
        self.assertEqual(0, Cloud(others, [group()]).run()["actions"])

    def test_a_teams_budget_a_servings_and_a_days_halt_by_their_tags(self):
        for filters, unit, names in ((["user:team$search"], "MONTHLY", ["a", "c"]), (["user:serving$chat"], "MONTHLY", ["a", "b"]), (["user:team$search"], "DAILY", ["a", "c"])):
            cloud = Cloud([(budget(filters=filters, unit=unit), STACK)], [group("a"), group("b", own={"team": "shared"}), group("c", own={"serving": "search"})])
            for name in names:
                cloud.halted(name)
            cloud.told()
            self.assertEqual(len(names), cloud.run()["actions"])

    def test_a_budget_that_was_just_made_has_spent_nothing(self):
        self.assertEqual([], Cloud([(budget(spent=None), STACK)], [group()]).run()["usedUp"])

    def test_a_group_that_is_being_deleted_is_left_alone(self):
        self.assertEqual(0, Cloud([(budget(), STACK)], [group(Status="Delete in progress")]).run()["groups"])

    def test_one_group_that_fails_keeps_no_other_from_being_halted_and_fails_the_run(self):
        cloud = Cloud([(budget(), STACK)], [group("a"), group("b")])
        cloud.stubs["us-east-1"].add_client_error("suspend_processes", "AccessDenied")
        cloud.halted("b")
        cloud.told()
        with self.assertRaises(RuntimeError):
            cloud.run()
        for stub in cloud.stubs.values():
            stub.assert_no_pending_responses()


if __name__ == "__main__":
    unittest.main()
