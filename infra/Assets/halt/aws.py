"""The halt on AWS: a Lambda function for all regions of one stack, started by budgets that are used up and once an hour.

What is spent it asks the budgets themselves: a notice says only that it is time to look. It stops launches and lowers sizes of groups that carry the sign, and nothing else."""
import json
import os
from datetime import datetime, timezone

import boto3
from botocore.config import Config

from halting import Action, Budget, Group, Settings, decide, line, tell

# A schedule or an alarm would put sizes back; a rebalance starts machines before it ends others.
PROCESSES = ["Launch", "ScheduledActions", "AlarmNotification", "AZRebalance"]
BILLING_REGION = "us-east-1"  # Budgets answer here, whatever regions machines are in.


def handler(event, _context) -> dict:
    """What Lambda calls. Of the event counts only whether a budget sent it: then a dry run says what it would do."""
    session = boto3.session.Session()
    config = Config(retries={"mode": "standard", "max_attempts": 5})
    clients = {name: session.client(name, config=config) for name in ("sns", "ssm")}
    clients["budgets"] = session.client("budgets", region_name=BILLING_REGION, config=config)
    for region in os.environ["REGIONS"].split(","):
        clients[region] = session.client("autoscaling", region_name=region, config=config)
    return run(clients, os.environ, Settings.beside(__file__), datetime.now(timezone.utc), "Records" in event)


def run(clients: dict, names, settings: Settings, now: datetime, by_budget: bool, write=print) -> dict:
    """Looks, decides, acts, tells. A group that fails to be halted does not keep the others from it; the run then fails, so that its alarm sounds."""
    switched_on, trouble = _switch(clients["ssm"], names["SWITCH"])
    budgets = _budgets(clients["budgets"], names["ACCOUNT"], settings)
    regions = names["REGIONS"].split(",")
    found = {group.id: (region, group) for region in regions for group in _groups(clients[region], settings)}
    decision = decide(settings, switched_on, budgets, [group for _, group in found.values()])
    for budget in budgets:
        write(line(now, "budget", budget=budget.name, spent=budget.spent, limit=budget.limit, usedUp=budget in decision.used_up))
    for action in decision.recommendations:
        write(line(now, "recommendation", group=action.group, most=action.most, reason=action.reason))
    messages, failures = [trouble] if trouble else [], []
    for action in decision.actions:
        region, group = found[action.group]
        try:
            _halt(clients[region], action)
            write(line(now, "action", group=action.group, region=region, most=action.most, wasMost=group.most, wasSize=group.size, reason=action.reason))
            messages.append(f"{tell(action, done=True)}; it had {group.size} of at most {group.most}")
        except Exception as error:  # Whatever AWS throws: the next group is another one.
            failures.append(f"failed: {tell(action, done=False)}: {error}")
            write(line(now, "failure", group=action.group, error=str(error)))
    if by_budget:
        messages += [tell(action, done=False) for action in decision.recommendations]
    if messages or failures:
        mode = "enforce" if settings.enforce else "dry run"
        clients["sns"].publish(TopicArn=names["TOPIC"], Subject=f"GPU budget halt, {settings.managed_by} ({mode})"[:100], Message="\n".join(messages + failures)[:200_000])
    summary = {"budgets": len(budgets), "usedUp": [budget.name for budget in decision.used_up], "groups": len(found),
               "actions": len(decision.actions), "recommendations": len(decision.recommendations), "failures": len(failures), "switchedOn": switched_on}
    write(line(now, "run", **summary))
    if failures:
        raise RuntimeError("; ".join(failures))
    return summary


def _switch(ssm, name: str) -> tuple[bool, str | None]:
    """The kill switch; one that cannot be read is off."""
    try:
        value = ssm.get_parameter(Name=name)["Parameter"]["Value"]
        return value == "on", None if value in ("on", "off") else f"the switch is neither on nor off but {value!r}: nothing is done"
    except Exception as error:  # Not knowing is no leave to act.
        return False, f"the switch cannot be read, so nothing is done: {error}"


def _budgets(budgets, account: str, settings: Settings) -> list[Budget]:
    """This stack's budgets, told from others of the account by their tag. What one pays for says its filter."""
    found = []
    for page in budgets.get_paginator("describe_budgets").paginate(AccountId=account):
        for one in page.get("Budgets", []):
            scope = _scope(one.get("CostFilters", {}).get("TagKeyValue", []), settings)
            limit = one.get("BudgetLimit", {})
            if scope is None or limit.get("Unit") != "USD":
                continue
            tags = budgets.list_tags_for_resource(ResourceARN=f"arn:aws:budgets::{account}:budget/{one['BudgetName']}").get("ResourceTags", [])
            if not any(tag["Key"] == settings.tags["managed-by"] and tag["Value"] == settings.managed_by for tag in tags):
                continue
            spent = one.get("CalculatedSpend", {}).get("ActualSpend", {}).get("Amount", "0")  # A budget that was just made has none.
            found.append(Budget(one["BudgetName"], float(limit["Amount"]), float(spent), daily=one["TimeUnit"] == "DAILY", **scope))
    return found


def _scope(filters: list[str], settings: Settings) -> dict | None:
    """Whose budget a filter makes it; None for one that is none of ours."""
    for text in filters:
        key, _, value = text.removeprefix("user:").partition("$")
        if key == settings.tags["managed-by"] and value == settings.managed_by:
            return {}
        for what in ("team", "serving"):
            if key == settings.tags[what]:
                return {what: value}
    return None


def _groups(autoscaling, settings: Settings) -> list[Group]:
    mine = [{"Name": f"tag:{settings.tags['managed-by']}", "Values": [settings.managed_by]}, {"Name": f"tag:{settings.tags['budget-halt']}", "Values": ["enabled"]}]
    found = []
    for page in autoscaling.get_paginator("describe_auto_scaling_groups").paginate(Filters=mine):
        for group in page["AutoScalingGroups"]:
            if group.get("Status"):
                continue  # It is being deleted.
            tags = {tag["Key"]: tag["Value"] for tag in group["Tags"]}
            own = {what: tags.get(settings.tags[what]) for what in ("pool", "managed-by", "environment", "tier", "team", "serving")}
            suspended = {process["ProcessName"] for process in group.get("SuspendedProcesses", [])}
            found.append(Group(
                group["AutoScalingGroupName"], own["pool"], own["managed-by"], own["environment"], own["tier"], own["team"], own["serving"],
                tags.get(settings.tags["budget-halt"]) == "enabled", group["DesiredCapacity"], group["MaxSize"], suspended.issuperset(PROCESSES)))
    return found


def _halt(autoscaling, action: Action) -> None:
    """Launches first: while sizes change, nothing may start."""
    autoscaling.suspend_processes(AutoScalingGroupName=action.group, ScalingProcesses=PROCESSES)
    if action.most is not None:
        sizes = {"MaxSize": action.most, "DesiredCapacity": action.most}
        autoscaling.update_auto_scaling_group(AutoScalingGroupName=action.group, MinSize=0, **sizes)
