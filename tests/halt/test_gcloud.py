"""Google Cloud's interfaces, played by a server on this machine with answers in the shapes of its reference documentation."""
import base64
import json
import unittest
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

from place import NOW, settings
import gcloud
import gcp
from http_double import serve

PROJECT, REGION, LABEL = "acme-dev", "us-central1", "pulumi-gpuinfra-dev"
NAMES = {"PROJECT": PROJECT, "REGION": REGION, "REGIONS": f"{REGION},europe-west4", "BUCKET": "state-bucket", "STACK": "dev"}
LABELS = {"managed-by": LABEL, "environment": "dev", "tier": "ondemand", "pool": "chat-l4", "serving": "chat", "team": "search"}
LINK = "https://www.googleapis.com/compute/v1/"
BUDGETS = [{"name": "gpuinfra/dev", "team": None, "serving": None, "daily": False, "limit": 100},
           {"name": "gpuinfra/dev: search", "team": "search", "serving": None, "daily": False, "limit": 50},
           {"name": "gpuinfra/dev: search (days)", "team": "search", "serving": None, "daily": True, "limit": 20}]


class Fake:
    """A project with groups, and what was asked of it."""

    def __init__(self, test: unittest.TestCase) -> None:
        self.groups, self.objects, self.sent, self.lines, self.refused = {}, {"switch": (b"on", 1), "state.json": (b"{}", 1)}, [], [], set()
        address = serve(test, self.serve)
        self.google = gcp.Google(NAMES, {name: f"{address}/{name}" for name in gcp.ADDRESSES})

    def group(self, name="chat", region=REGION, size=3, most=5, mode="ON", scaled=True, **labels):
        self.groups[name] = {"region": region, "size": size, "most": most, "mode": mode, "scaled": scaled, "labels": {**LABELS, **labels}}
        return self

    def serve(self, request, body):
        parts = urlsplit(request.path)
        service, where = parts.path[1:].split("/", 1)
        query = {key: value[0] for key, value in parse_qs(parts.query).items()}
        status, answer, headers = self.answer(request.command, service, where, query, body)
        data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        request.send_response(status)
        for key, value in {**headers, "Content-Length": str(len(data))}.items():
            request.send_header(key, value)
        request.end_headers()
        request.wfile.write(data)

    def answer(self, method, service, where, query, body):
        if service == "metadata":
            return 200, {"access_token": "token-1"}, {}
        if service == "storage":
            name = query.get("name") or where.rsplit("/", 1)[1]
            if method == "POST":
                if query["ifGenerationMatch"] != str(self.objects[name][1]):
                    return 412, {}, {}
                self.objects[name] = (body, self.objects[name][1] + 1)
                return 200, {}, {}
            return 200, self.objects[name][0], {"x-goog-generation": str(self.objects[name][1])}
        if method == "GET":
            return 200, self.read(where), {}
        self.sent.append((method, where.removeprefix(f"projects/{PROJECT}/"), {key: value for key, value in query.items() if key != "requestId"}, json.loads(body) if body else None))
        if any(where.endswith(f"/{name}/resize") or name == query.get("autoscaler") for name in self.refused):
            return 200, {"error": {"errors": [{"code": "FORBIDDEN"}]}}, {}
        return 200, {"kind": "compute#operation"}, {}

    def read(self, where):
        if where.endswith("aggregated/instanceGroupManagers"):
            items = {}
            for name, one in self.groups.items():
                place = f"projects/{PROJECT}/regions/{one['region']}"
                manager = {"name": name, "selfLink": f"{LINK}{place}/instanceGroupManagers/{name}", "targetSize": one["size"],
                           "versions": [{"instanceTemplate": f"{LINK}{place}/instanceTemplates/{name}"}],
                           "status": {"autoscaler": f"{LINK}{place}/autoscalers/{name}"} if one["scaled"] else {}}
                items.setdefault(f"regions/{one['region']}", {"instanceGroupManagers": []})["instanceGroupManagers"].append(manager)
            return {"items": {**items, "zones/us-central1-a": {"warning": {"code": "NO_RESULTS_ON_PAGE"}}}}
        one = self.groups[where.rsplit("/", 1)[1]]
        if "/instanceTemplates/" in where:
            return {"properties": {"labels": one["labels"]}}
        return {"name": where.rsplit("/", 1)[1], "autoscalingPolicy": {"mode": one["mode"], "maxNumReplicas": one["most"]}}

    def push(self, cost=110.0, name="gpuinfra/dev", at=NOW, amount=100.0, began="2026-12-01T08:00:00Z", currency="USD", **changed):
        data = {"budgetDisplayName": name, "costAmount": cost, "budgetAmount": amount, "costIntervalStart": began, "currencyCode": currency, "budgetAmountType": "SPECIFIED_AMOUNT"}
        message = {"message": {"data": base64.b64encode(json.dumps(data).encode()).decode(), "attributes": {"schemaVersion": "1.0"}}, "subscription": "s"}
        chosen = settings(**{"managedBy": LABEL, "budgets": BUDGETS, **changed})
        self.sent.clear()
        return gcloud.run(self.google, chosen, message, at, write=lambda text: self.lines.append(json.loads(text)))

    @property
    def changes(self):
        return [one for one in self.sent if not one[1].endswith("timeSeries")]


def off(name, region=REGION):
    return ("PATCH", f"regions/{region}/autoscalers", {"autoscaler": name}, {"autoscalingPolicy": {"mode": "OFF"}})


def empty(name, region=REGION):
    return ("POST", f"regions/{region}/instanceGroupManagers/{name}/resize", {"size": "0"}, None)


class Halting(unittest.TestCase):
    def test_a_used_up_budget_turns_autoscalers_off_and_then_empties_groups_in_all_regions(self):
        cloud = Fake(self).group("chat").group("far", region="europe-west4")
        self.assertEqual(2, cloud.push()["actions"])
        self.assertEqual([off("far", "europe-west4"), empty("far", "europe-west4"), off("chat"), empty("chat")], cloud.changes)
        self.assertEqual(2, sum(line["event"] == "notice" for line in cloud.lines))

    def test_a_message_below_the_budget_changes_nothing_and_counts_as_a_run(self):
        cloud = Fake(self).group()
        self.assertEqual(0, cloud.push(cost=99.99)["actions"])
        self.assertEqual(["timeSeries"], [one[1] for one in cloud.sent])

    def test_what_is_halted_is_left_alone_until_somebody_gives_it_machines(self):
        self.assertEqual(0, Fake(self).group(mode="OFF", size=0).push()["actions"])
        self.assertEqual(1, Fake(self).group(mode="OFF", size=2).push()["actions"])

    def test_where_the_plan_keeps_what_runs_only_the_autoscaler_is_turned_off_at_its_size(self):
        cloud = Fake(self).group()
        cloud.push(to="running")
        self.assertEqual([off("chat"), ("POST", f"regions/{REGION}/instanceGroupManagers/chat/resize", {"size": "3"}, None)], cloud.changes)

    def test_production_is_held_without_a_change_of_size(self):
        cloud = Fake(self).group(environment="prod")
        cloud.push(environment="prod")
        self.assertEqual([off("chat")], cloud.changes)

    def test_groups_of_other_stacks_other_regions_and_unnamed_pools_are_left_alone(self):
        cloud = Fake(self).group("a", **{"managed-by": "other"}).group("b", region="asia-east1").group("c", pool="other").group("d", environment="prod")
        self.assertEqual(0, cloud.push()["actions"])

    def test_a_teams_budget_halts_its_own_pools(self):
        cloud = Fake(self).group("mine").group("theirs", team="shared")
        cloud.push(name="gpuinfra/dev: search", cost=60, amount=50)
        self.assertEqual([off("mine"), empty("mine")], cloud.changes)

    def test_a_days_limit_is_counted_from_what_messages_of_the_month_add_since_midnight(self):
        cloud = Fake(self).group()
        told = {"name": "gpuinfra/dev: search (days)", "amount": 620.0}
        cloud.push(cost=300, at=NOW - timedelta(days=1), **told)
        self.assertEqual((0, 0), (cloud.push(cost=319, **told)["actions"], len(cloud.changes)))
        self.assertEqual(1, cloud.push(cost=321, at=NOW + timedelta(hours=1), **told)["actions"])
        self.assertEqual(0, cloud.push(cost=330, at=NOW + timedelta(days=1), **told)["actions"])

    def test_messages_of_unknown_budgets_other_months_and_other_currencies_are_ignored(self):
        cloud = Fake(self).group()
        for changed in ({"name": "somebody's"}, {"began": "2026-11-01T07:00:00Z"}, {"currency": "EUR"}):
            self.assertEqual({"ignored": True}, cloud.push(**changed))
            self.assertEqual([], cloud.changes)

    def test_a_dry_run_changes_nothing_and_says_so_once_a_month(self):
        cloud = Fake(self).group()
        for _ in range(3):
            self.assertEqual(1, cloud.push(mode="dryRun")["recommendations"])
            self.assertEqual([], cloud.changes)
        self.assertEqual(1, sum(line["event"] == "notice" for line in cloud.lines))

    def test_a_switch_that_is_off_halts_nothing(self):
        cloud = Fake(self).group()
        cloud.objects["switch"] = (b"off", 2)
        self.assertEqual(0, cloud.push()["actions"])
        self.assertEqual([], cloud.changes)

    def test_a_group_that_fails_keeps_no_other_from_being_halted_and_the_message_comes_again(self):
        cloud = Fake(self).group("a").group("b").group("c", scaled=False)
        cloud.refused.add("a")
        with self.assertRaises(RuntimeError) as refused:
            cloud.push()
        self.assertIn(empty("b"), cloud.changes)
        self.assertIn("no autoscaler", str(refused.exception))
        self.assertNotIn("timeSeries", [one[1] for one in cloud.sent])

    def test_two_runs_at_once_do_not_both_go_on(self):
        cloud = Fake(self).group()
        load = cloud.google.load

        def raced():
            found = load()
            cloud.objects["state.json"] = (b"{}", 9)
            return found
        cloud.google.load = raced
        with self.assertRaises(Exception):
            cloud.push()
        self.assertEqual([], cloud.changes)


if __name__ == "__main__":
    unittest.main()
