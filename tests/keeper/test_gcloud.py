"""Google Cloud's interfaces, played by a server on this machine with answers in the shapes of its reference documentation."""
import json
import re
import unittest
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

from place import NOW, REPLACING, keeper, settings
from http_double import serve

gcloud = keeper("gcloud")
PROJECT, REGION, LABEL = "acme-prod", "us-central1", "pulumi-gpuinfra-prod"
LINK, REGIONAL = "https://www.googleapis.com/compute/v1/", f"projects/{PROJECT}/regions/{REGION}"
NAMES = {"PROJECT": PROJECT, "REGION": REGION, "STACK": "prod", "BUCKET": "keeper-bucket",
         "GROUPS": json.dumps({"chat-l4": "chat-abc", "batch-l4": "batch-abc"}), "TWINS": json.dumps({"batch-l4": "batch-twin"})}


def path(name):
    return f"projects/{PROJECT}/zones/{REGION}-a/instances/{name}"


class Fake:
    """A project with two groups, a twin, and what was asked of it."""

    def __init__(self, test: unittest.TestCase) -> None:
        self.groups = {"chat-abc": {"targetSize": 3, "status": {"autoscaler": f"{LINK}{REGIONAL}/autoscalers/chat-def"}}, "batch-abc": {"targetSize": 8, "status": {}},
                       "batch-twin": {"targetSize": 0, "status": {"autoscaler": f"{LINK}{REGIONAL}/autoscalers/batch-def"}}}
        for name, manager in self.groups.items():
            manager["selfLink"] = f"{LINK}{REGIONAL}/instanceGroupManagers/{name}"
        self.running, self.managed, self.told_broken, self.replaced = {"chat-abc": 3, "batch-abc": 8}, {}, {}, []
        self.scaler = {"name": "chat-def", "autoscalingPolicy": {"mode": "ON"}}
        self.instances, self.answered, self.repairs, self.missing, self.said, self.objects, self.refused = [], set(), [], [], [], {}, set()
        self.sent, self.published, self.waiting, self.asked_queue = [], [], [], None
        address = serve(test, self.serve)
        self.google = gcloud.Google(NAMES, {name: f"{address}/{name}" for name in gcloud.ADDRESSES})

    def serve(self, request, body):
        parts = urlsplit(request.path)
        (service, where), query = parts.path[1:].split("/", 1), {key: value[0] for key, value in parse_qs(parts.query).items()}
        answer = self.answer(request.command, service, where, query, json.loads(body) if body else None)
        data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        request.send_response(404 if answer is None else 200)
        request.send_header("Content-Length", str(len(data)))
        request.end_headers()
        request.wfile.write(data)

    def answer(self, method, service, where, query, body):
        if service == "metadata":
            return {"access_token": "token-1", "expires_in": 3599, "token_type": "Bearer"}
        if service == "storage":
            return self.objects.get(where.rsplit("/", 1)[1])
        if service == "monitoring":
            return self.published.append(body["timeSeries"][0]) or {} if method == "POST" else {"timeSeries": self.series(query)}
        if match := re.fullmatch(rf"projects/{PROJECT}/(?:regions|zones)/[^/]+/instanceGroupManagers/([^/]+)/listManagedInstances", where):
            if match[1] in self.managed:
                return {"managedInstances": self.managed[match[1]]}
            return {"managedInstances": [{"instanceStatus": "RUNNING", "currentAction": "NONE"}] * self.running[match[1]] + [{"instanceStatus": "PROVISIONING", "currentAction": "CREATING"}]}
        if method in ("PATCH", "POST"):
            if where.rsplit("/", 1)[1] in self.refused:
                return {"error": {"errors": [{"code": "FORBIDDEN"}]}}
            self.sent.append((method, where.removeprefix(f"{REGIONAL}/"), query, body))
            return {"kind": "compute#operation", "status": "RUNNING"}
        if where.endswith("/aggregated/instances"):
            return {"items": {f"zones/{REGION}-a": {"instances": self.instances}, "zones/europe-west4-a": {"instances": [{"broken": "never looked at"}]}}}
        if where.endswith("/aggregated/operations"):
            return {"items": {f"zones/{REGION}-a": {"operations": self.repairs}, f"zones/{REGION}-b": {"warning": {"code": "NO_RESULTS_ON_PAGE"}}}}
        if where.endswith("/autoscalers/batch-def"):
            return {"name": "batch-def", "autoscalingPolicy": {"minNumReplicas": 0, "maxNumReplicas": 8, "mode": "ON"}}
        return self.scaler if "/autoscalers/" in where else self.groups.get(where.rsplit("/", 1)[1])

    def series(self, query):
        if "num_undelivered_messages" in query["filter"]:
            self.asked_queue = query["filter"]
            return [{"points": [{"interval": {"endTime": (NOW - timedelta(minutes=at)).isoformat()}, "value": {"int64Value": str(number)}} for at, number in self.waiting]}] if self.waiting else []
        if "gpuinfra/answered" in query["filter"]:
            return [{"resource": {"type": "gce_instance", "labels": {"instance_id": one}}, "points": []} for one in sorted(self.answered)]
        if "gpuinfra/broken" in query["filter"]:
            return [{"resource": {"type": "gce_instance", "labels": {"instance_id": id}}, "points": [
                {"interval": {"endTime": (NOW - timedelta(minutes=at + 1)).isoformat()}, "value": {"doubleValue": number}} for at, number in enumerate(numbers)]}
                for id, numbers in sorted(self.told_broken.items())]
        told = self.replaced if "gpuinfra/replaced" in query["filter"] else self.said if "stand_in" in query["filter"] else self.missing
        return [{"metric": {"labels": {"pool": "batch-l4"}}, "points": [
            {"interval": {"endTime": (NOW - timedelta(minutes=minutes)).isoformat()}, "value": {"int64Value": str(number)}} for minutes, number in told]}] if told else []

    def add(self, name, minutes, id, group="chat-abc"):
        self.instances.append({"id": id, "name": name, "selfLink": LINK + path(name), "zone": f"{LINK}projects/{PROJECT}/zones/{REGION}-a", "status": "RUNNING",
                               "creationTimestamp": (NOW - timedelta(minutes=minutes)).isoformat(),
                               "metadata": {"items": [{"key": "created-by", "value": f"projects/1234/regions/{REGION}/instanceGroupManagers/{group}"}]}})

    def repaired(self, name, minutes, was):
        self.repairs.append({"operationType": gcloud.REPAIR, "targetLink": LINK + path(name), "targetId": was, "insertTime": (NOW - timedelta(minutes=minutes)).isoformat()})

    def run(self, **changed):
        self.lines = []
        return gcloud.run(self.google, settings(managedBy=LABEL, **changed), NOW, write=self.lines.append)

    def told(self):
        return [event["text"] for event in map(json.loads, self.lines) if event["event"] == "notice"]


class Jobs(unittest.TestCase):
    WINDOW = {"days": [0, 1, 2, 3, 4, 5, 6], "zone": "Etc/UTC"}

    def told(self, begins, ends, *waiting):
        fake = Fake(self)
        fake.google.names = NAMES | {"GROUPS": "{}", "TWINS": "{}", "QUEUES": json.dumps({"digest-l4": "gpuinfra-digest"})}
        fake.waiting = waiting
        gcloud.run(fake.google, settings(managedBy=LABEL, pools={}, twins={}, windows={"digest-l4": self.WINDOW | {"from": begins, "to": ends}}), NOW, write=lambda line: None)
        self.assertIn('resource.labels.subscription_id="gpuinfra-digest"', fake.asked_queue)
        self.assertEqual([], fake.sent)
        return [(one["metric"]["labels"]["pool"], int(one["points"][0]["value"]["int64Value"])) for one in fake.published if one["metric"]["type"].endswith("/jobs")]

    def test_in_their_hours_jobs_that_wait_are_told_by_the_newest_figure(self):
        self.assertEqual([("digest-l4", 7)], self.told("14:00", "15:00", (9, 3), (2, 7), (5, 4)))

    def test_outside_them_there_are_none(self):
        self.assertEqual([("digest-l4", 0)], self.told("22:00", "06:00", (2, 7)))

    def test_without_a_figure_nothing_is_said_and_the_group_stays_as_it_is(self):
        self.assertEqual([], self.told("14:00", "15:00"))


class Boots(unittest.TestCase):
    def setUp(self):
        self.fake = Fake(self)

    def three(self):
        for at, name in enumerate("abc"):
            self.fake.add(name, 60 + at, str(at))

    def test_three_failed_boots_turn_the_autoscaler_and_repairs_off_and_nothing_else(self):
        self.three()
        self.assertEqual(1, self.fake.run()["stopped"])
        self.assertEqual([("PATCH", "instanceGroupManagers/chat-abc", {"instanceLifecyclePolicy": {"defaultActionOnFailure": "DO_NOTHING"}}),
                          ("PATCH", "autoscalers", {"autoscalingPolicy": {"mode": "OFF"}})],
                         [(method, where, body) for method, where, _, body in self.fake.sent])
        self.assertEqual("chat-def", self.fake.sent[1][2]["autoscaler"])
        self.assertIn(f"{path('a')}, {path('b')}, {path('c')}", self.fake.told()[0])

    def test_a_machine_that_publishes_has_booted(self):
        self.three()
        self.fake.answered = {"0"}
        self.assertEqual(0, self.fake.run()["stopped"])

    def test_machines_that_wait_stopped_are_no_failed_boots(self):
        self.three()
        for one in self.fake.instances:
            one["status"] = "TERMINATED"
        self.assertEqual(0, self.fake.run()["stopped"])

    def test_a_machine_that_waited_has_its_time_from_its_start_on(self):
        for at, name in enumerate("abc"):
            self.fake.add(name, 900 + at, str(at))
            self.fake.instances[-1]["lastStartTimestamp"] = (NOW - timedelta(minutes=3)).isoformat()
        self.assertEqual(0, self.fake.run()["stopped"])
        for one in self.fake.instances:
            one["lastStartTimestamp"] = (NOW - timedelta(minutes=60)).isoformat()
        self.assertEqual(1, self.fake.run()["stopped"])

    def test_a_machine_that_google_makes_anew_again_and_again_is_a_loop_and_ended(self):
        self.fake.add("a", 2, "9")
        for minutes, was in ((3, "8"), (9, "7"), (15, "6")):
            self.fake.repaired("a", minutes, was)
        self.assertEqual(1, self.fake.run()["stopped"])

    def test_one_that_had_answered_before_it_broke_is_no_failed_boot(self):
        self.fake.add("a", 2, "9")
        for minutes, was in ((3, "8"), (9, "7"), (15, "6")):
            self.fake.repaired("a", minutes, was)
        self.fake.answered = {"7"}
        self.assertEqual(0, self.fake.run()["stopped"])

    def test_another_groups_machines_do_not_count(self):
        for at, name in enumerate("abc"):
            self.fake.add(name, 60, str(at), group="chat-abcd")
        self.assertEqual(0, self.fake.run()["stopped"])

    def test_a_group_that_is_stopped_is_left_to_people(self):
        self.three()
        self.fake.scaler["autoscalingPolicy"]["mode"] = "OFF"
        self.assertEqual(0, self.fake.run()["stopped"])

    def test_repairs_come_back_once_people_have_turned_the_autoscaler_on(self):
        self.fake.groups["chat-abc"]["instanceLifecyclePolicy"] = {"defaultActionOnFailure": "DO_NOTHING"}
        self.fake.scaler["autoscalingPolicy"]["mode"] = "OFF"
        self.fake.run()
        self.assertEqual([], self.fake.sent)
        self.fake.scaler["autoscalingPolicy"]["mode"] = "ON"
        self.fake.run()
        self.assertEqual([("PATCH", "instanceGroupManagers/chat-abc", {"instanceLifecyclePolicy": {"defaultActionOnFailure": "REPAIR"}})],
                         [(method, where, body) for method, where, _, body in self.fake.sent])

    def test_half_a_stop_is_begun_again(self):
        self.three()
        self.fake.refused = {"autoscalers"}
        self.assertRaisesRegex(RuntimeError, "failed to stop launches", self.fake.run)
        self.fake.groups["chat-abc"]["instanceLifecyclePolicy"] = {"defaultActionOnFailure": "DO_NOTHING"}
        self.fake.refused, self.fake.sent = set(), []
        self.assertEqual(1, self.fake.run()["stopped"])
        self.assertEqual(["DO_NOTHING", "OFF"], [list(next(iter(body.values())).values())[0] for _, _, _, body in self.fake.sent])

    def test_what_failed_before_people_said_that_it_is_mended_does_not_count(self):
        self.three()
        self.fake.objects["boots-counted-from"] = f"{(NOW - timedelta(minutes=50)).isoformat()}\n".encode()
        self.assertEqual(0, self.fake.run()["stopped"])
        self.fake.objects["boots-counted-from"] = b"yes"
        self.assertEqual(1, self.fake.run()["stopped"])

    def test_a_refusal_is_told_and_the_run_fails_so_that_it_is_missed(self):
        self.three()
        self.fake.refused = {"autoscalers"}
        self.assertRaisesRegex(RuntimeError, "failed to stop launches", self.fake.run)
        self.assertNotIn(gcloud.RUNS, [one["metric"]["type"] for one in self.fake.published])
        self.assertIn("failed to stop launches", self.fake.told()[0])

    def test_how_many_machines_each_group_lacks_is_told(self):
        self.fake.running["chat-abc"] = 1
        self.fake.run()
        lacking = {one["metric"]["labels"]["pool"]: one["points"][0]["value"]["int64Value"] for one in self.fake.published if one["metric"]["type"] == gcloud.MISSING}
        self.assertEqual({"chat-l4": "2", "batch-l4": "0"}, lacking)
        self.assertEqual(gcloud.RUNS, self.fake.published[-1]["metric"]["type"])


class Broken(unittest.TestCase):
    """Pool chat-l4 with a group over the region and one on a zone's reservation."""
    ZONAL = f"projects/{PROJECT}/zones/{REGION}-a/instanceGroupManagers/chat-held"

    def setUp(self):
        self.fake = Fake(self)
        self.fake.groups["chat-held"] = {"targetSize": 1, "selfLink": LINK + self.ZONAL, "status": {"isStable": True}}
        self.fake.managed = {"chat-abc": [self.machine("a", "1"), self.machine("b", "2"), self.machine("c", "3")], "chat-held": [self.machine("h", "9")]}
        self.fake.told_broken = {id: [0] * 20 for id in ("1", "2", "3", "9")}
        self.fake.google.names = NAMES | {"REPLACES": json.dumps({"chat-l4": [self.fake.groups["chat-abc"]["selfLink"], LINK + self.ZONAL]})}

    @staticmethod
    def machine(name, id, status="RUNNING", action="NONE"):
        return {"instance": LINK + path(name), "id": id, "instanceStatus": status, "currentAction": action}

    def run_(self):
        self.fake.sent, self.fake.published = [], []
        return self.fake.run(pools={}, twins={}, **REPLACING)["replaced"]

    def twins(self):
        self.fake.google.names["TWINS"] = "{}"

    def test_a_machine_with_an_xid_is_made_anew_and_people_hear_of_it(self):
        self.twins()
        self.fake.told_broken["2"] = [79] * 6
        self.assertEqual(1, self.run_())
        ((method, where, query, body),) = self.fake.sent
        self.assertEqual(("POST", "instanceGroupManagers/chat-abc/recreateInstances", {"instances": [path("b")]}), (method, where, body))
        self.assertIn("requestId", query)
        self.assertIn("XID 79", self.fake.told()[0])
        self.assertEqual([{"region": REGION, "stack": "prod", "pool": "chat-l4"}], [one["metric"]["labels"] for one in self.fake.published if one["metric"]["type"] == gcloud.REPLACED])

    def test_a_reserved_machine_is_made_anew_in_its_own_group(self):
        self.twins()
        self.fake.told_broken["9"] = [64] * 6
        self.assertEqual(1, self.run_())
        self.assertEqual(f"{self.ZONAL}/recreateInstances", self.fake.sent[0][1])

    def test_within_the_window_of_the_last_none_follows_and_after_it_the_next_does(self):
        self.twins()
        self.fake.told_broken["2"] = [79] * 30
        self.fake.replaced = [(40, 1)]
        self.assertEqual(0, self.run_())
        self.fake.replaced = []
        self.assertEqual(1, self.run_())

    def test_while_another_is_not_in_service_missing_or_unknown_none_is(self):
        self.twins()
        self.fake.told_broken["2"] = [79] * 30
        whole = self.fake.managed["chat-abc"]
        for changed in (whole[:2] + [self.machine("c", "3", "PROVISIONING", "CREATING")], whole[:2] + [self.machine("c", "3", action="RECREATING")], whole[:2], whole[:2] + [self.machine("c", "4")]):
            self.fake.managed["chat-abc"] = changed
            self.assertEqual(0, self.run_())
            self.assertEqual([], self.fake.sent)

    def test_machines_that_wait_stopped_are_not_of_the_pool(self):
        self.twins()
        self.fake.told_broken["2"] = [79] * 6
        self.fake.managed["chat-abc"].append(self.machine("w", "7", "TERMINATED"))
        self.assertEqual(1, self.run_())

    def test_where_launches_are_stopped_none_is(self):
        self.twins()
        self.fake.told_broken["2"] = [79] * 6
        self.fake.scaler["autoscalingPolicy"]["mode"] = "OFF"
        self.assertEqual(0, self.run_())

    def test_a_replacement_that_could_not_be_written_down_is_not_made(self):
        self.twins()
        self.fake.told_broken["2"] = [79] * 6
        publish, self.fake.google._json = self.fake.google._json, None

        def refuse(service, method, where, *rest):
            if service == "monitoring" and method == "POST" and rest[1]["timeSeries"][0]["metric"]["type"] == gcloud.REPLACED:
                raise RuntimeError("no")
            return publish(service, method, where, *rest)
        self.fake.google._json = refuse
        self.assertRaisesRegex(RuntimeError, "broken machines of chat-l4", self.run_)
        self.assertEqual([], self.fake.sent)

    def test_pools_whose_plan_does_not_say_so_are_not_looked_at(self):
        self.twins()
        self.fake.google.names["REPLACES"] = "{}"
        self.fake.told_broken["2"] = [79] * 6
        self.assertEqual(0, self.run_())


class Twins(unittest.TestCase):
    def setUp(self):
        self.fake = Fake(self)

    def size(self):
        """How many are to stand in, by the figure that the twin's autoscaler follows; no group is touched for it."""
        self.fake.run()
        self.assertEqual([], self.fake.sent)
        (told,) = [one for one in self.fake.published if one["metric"]["type"] == gcloud.STAND_IN]
        self.assertEqual({"region": REGION, "stack": "prod", "pool": "batch-l4"}, told["metric"]["labels"])
        return int(told["points"][0]["value"]["int64Value"])

    def test_while_spot_is_short_the_twin_is_made_as_large_as_the_gap_in_quarters(self):
        self.fake.running["batch-abc"] = 5
        self.fake.missing = [(5, 3), (10, 3), (15, 0)]
        self.assertEqual(4, self.size())

    def test_point_14_online_pools_that_want_the_same_machines_go_first(self):
        self.fake.running["batch-abc"] = 5
        self.fake.missing = [(5, 3), (10, 3), (15, 0)]
        self.fake.running["chat-abc"] = 2  # Of three.
        self.fake.run(twins={"batch-l4": {"patienceMinutes": 10, "backMinutes": 15, "before": ["chat-l4"]}})
        (told,) = [one for one in self.fake.published if one["metric"]["type"] == gcloud.STAND_IN]
        self.assertEqual("0", told["points"][0]["value"]["int64Value"])

    def test_a_gap_that_is_new_waits(self):
        self.fake.running["batch-abc"] = 5
        self.fake.missing = [(5, 0), (10, 0)]
        self.assertEqual(0, self.size())

    def test_when_spot_has_been_back_for_a_quarter_of_an_hour_it_is_emptied(self):
        self.fake.said, self.fake.missing = [(5, 4)], [(5, 0), (10, 0), (15, 0)]
        self.assertEqual(0, self.size())

    def test_until_then_it_stays_at_what_was_said_whether_its_autoscaler_has_followed_yet_or_not(self):
        self.fake.said, self.fake.missing = [(5, 4)], [(5, 3), (10, 3), (15, 3)]
        self.assertEqual(4, self.size())

    def test_without_readings_it_stays_as_it_is(self):
        self.fake.groups["batch-twin"]["targetSize"] = 4
        self.assertEqual(4, self.size())


if __name__ == "__main__":
    unittest.main()
