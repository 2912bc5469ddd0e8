"""Google Cloud's interfaces, played by a server on this machine with answers in the shapes of its reference documentation."""
import base64
import json
import re
import unittest
from datetime import timedelta
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlsplit

from fleet import NOW, TAGS, settings
import gcp
from http_double import serve
from run import run

PROJECT, REGION, LABEL = "acme-dev", "us-central1", "pulumi-gpuinfra-dev"
NAMES = {"PROJECT": PROJECT, "REGION": REGION, "BUCKET": "state-bucket", "TOPIC": f"projects/{PROJECT}/topics/notices", "STACK": "dev"}
LABELS = {"managed-by": LABEL, "environment": "dev", "auto-shutdown": "enabled", "tier": "ondemand", "pool": "chat-l4", "serving": "chat"}
GROUP = f"projects/{PROJECT}/regions/{REGION}/instanceGroupManagers/chat-l4-abc1234"
SCALER = f"projects/{PROJECT}/regions/{REGION}/autoscalers/chat-l4-def5678"
LINK = "https://www.googleapis.com/compute/v1/"


def stamp(at):
    return at.strftime("%Y-%m-%dT%H:%M:%S.000-00:00").replace("-00:00", "Z")


def path(name, zone="a"):
    return f"projects/{PROJECT}/zones/{REGION}-{zone}/instances/{name}"


class Fake:
    """A project with machines, and what was asked of it."""

    def __init__(self, test: unittest.TestCase) -> None:
        self.instances, self.figures, self.calls, self.sent = {}, {}, [], []
        self.objects = {"switch": (b"on", 1)}
        self.stable, self.scaler, self.busy = True, None, set()
        address = serve(test, self.serve)
        self.google = gcp.Google(NAMES, {name: f"{address}/{name}" for name in gcp.ADDRESSES})

    def serve(self, request, body):
        parts = urlsplit(request.path)
        service, where, query = parts.path[1:].split("/", 1)[0], parts.path[1:].split("/", 1)[1], {k: v[0] for k, v in parse_qs(parts.query).items()}
        self.calls.append((request.command, service, where, query))
        wanted = ("Metadata-Flavor", "Google") if service == "metadata" else ("Authorization", "Bearer token-1")
        status, answer, headers = (200, *self.answer(request.command, service, where, query, body)) if request.headers.get(wanted[0]) == wanted[1] else (401, {}, {})
        if answer is None:
            status, answer = headers.pop("status"), {"error": {"code": 0}}
        data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        request.send_response(status)
        for key, value in {**headers, "Content-Length": str(len(data))}.items():
            request.send_header(key, value)
        request.end_headers()
        request.wfile.write(data)

    def answer(self, method, service, where, query, body):
        if service == "metadata":
            return {"access_token": "token-1", "expires_in": 3599, "token_type": "Bearer"}, {}
        if service == "storage":
            return self.storage(method, where, query, body)
        if method != "GET" and service == "monitoring" or service == "pubsub" or method == "PATCH" or re.search(r"/(resize|deleteInstances|stop)$", where):
            self.sent.append((method, where, query, json.loads(body) if body else None))
            return ({"kind": "compute#operation", "status": "RUNNING"} if not self.refusal else {"error": {"errors": [{"code": self.refusal}]}}) if service == "compute" else {}, {}
        if service == "monitoring":
            return self.series(query), {}
        if where.endswith("/aggregated/instances"):
            return self.aggregated(query), {}
        if where == GROUP:
            status = {"isStable": self.stable} | ({"autoscaler": LINK + SCALER} if self.scaler else {})
            return {"name": "chat-l4-abc1234", "targetSize": len(self.instances), "status": status}, {}
        if where == f"{GROUP}/listManagedInstances":
            return {"managedInstances": [{"instance": one["selfLink"], "instanceStatus": "RUNNING", "currentAction": "DELETING" if name in self.busy else "NONE"}
                                         for name, one in self.instances.items()]}, {}
        if where == SCALER:
            return self.scaler, {}
        return None, {"status": 404}

    refusal = None

    def storage(self, method, where, query, body):
        name = query.get("name") or where.rsplit("/", 1)[1]
        content, generation = self.objects.get(name, (None, 0))
        if method == "GET":
            return (content, {"x-goog-generation": str(generation)}) if content is not None else (None, {"status": 404})
        if int(query["ifGenerationMatch"]) != generation:
            return None, {"status": 412}
        self.objects[name] = (body, generation + 1)
        return {"name": name, "generation": str(generation + 1)}, {}

    def aggregated(self, query):
        """In two pages, and with what another region holds."""
        if "pageToken" not in query:
            return {"items": {f"zones/{REGION}-b": {"warning": {"code": "NO_RESULTS_ON_PAGE"}},
                              "zones/europe-west4-a": {"instances": [dict(one, selfLink=LINK + "projects/p/zones/europe-west4-a/instances/x") for one in self.instances.values()]}},
                    "nextPageToken": "2"}
        return {"items": {f"zones/{REGION}-a": {"instances": list(self.instances.values())}}}

    def series(self, query):
        metric = re.search(r'metric.type="([^"]+)"', query["filter"]).group(1)
        found = []
        for name, (gpu, activity, minutes) in self.figures.items():
            value = {"int64Value": "5"} if query["aggregation.perSeriesAligner"] == "ALIGN_COUNT" else {"doubleValue": gpu if metric == gcp.GPU else activity}
            found.append({"metric": {"type": metric}, "resource": {"type": "gce_instance", "labels": {"project_id": PROJECT, "zone": f"{REGION}-a", "instance_id": self.instances[name]["id"]}},
                          "metricKind": "GAUGE", "points": [{"interval": {"startTime": stamp(NOW - timedelta(minutes=5 * i)), "endTime": stamp(NOW - timedelta(minutes=5 * i))}, "value": value}
                                                            for i in range(minutes // 5)]})
        return {"timeSeries": found}

    def add(self, name, gpu=0.0, activity=0.0, minutes=30, labels=None, grouped=True, **changed):
        created_by = {"key": "created-by", "value": f"projects/1234567890/regions/{REGION}/instanceGroupManagers/chat-l4-abc1234"}
        self.instances[name] = {
            "id": str(4000 + len(self.instances)), "name": name, "selfLink": LINK + path(name), "zone": f"{LINK}projects/{PROJECT}/zones/{REGION}-a", "status": "RUNNING",
            "machineType": f"{LINK}projects/{PROJECT}/zones/{REGION}-a/machineTypes/g2-standard-48",
            "creationTimestamp": (NOW - timedelta(hours=9)).isoformat(), "labels": LABELS | (labels or {}), "scheduling": {"provisioningModel": "STANDARD"},
            "reservationAffinity": {"consumeReservationType": "NO_RESERVATION"}, "disks": [{"type": "PERSISTENT", "boot": True}],
            "metadata": {"items": [created_by] if grouped else []}} | changed
        self.figures[name] = (gpu, activity, minutes)

    def idle_before(self):
        at = (NOW - timedelta(minutes=15)).isoformat()
        self.objects["state.json"] = (json.dumps({"idle": {path(name): {"readings": 1, "at": at, "since": at} for name in self.instances}}).encode(), 5)

    def schedule(self, least, state="ACTIVE"):
        self.scaler = {"name": "chat-l4-def5678", "scalingScheduleStatus": {"run-window": {"state": state}}, "autoscalingPolicy": {
            "minNumReplicas": 0, "maxNumReplicas": 4, "mode": "ON", "scalingSchedules": {"run-window": {
                "minRequiredReplicas": least, "schedule": "0 8 * * 1,2,3,4,5", "timeZone": "Europe/Berlin", "durationSec": 43200, "disabled": False}}}}

    def run(self, **changed):
        self.lines = []
        changed = {"managedBy": LABEL, "tags": TAGS, "plainTypes": ["g2-standard-48"]} | changed
        return run(self.google, settings(**changed), NOW, write=self.lines.append)

    def changes(self):
        return [(method, where, query, body) for method, where, query, body in self.sent if where.startswith("projects") and "timeSeries" not in where and ":publish" not in where]


class Runs(unittest.TestCase):
    def setUp(self):
        self.fake = Fake(self)

    def test_an_idle_group_is_resized(self):
        for name in ("vm-1", "vm-2"):
            self.fake.add(name)
        self.fake.idle_before()
        self.assertEqual(1, self.fake.run()["actions"])
        (method, where, query, body), = self.fake.changes()
        self.assertEqual(("POST", f"{GROUP}/resize", "1", None), (method, where, query["size"], body))
        self.assertRegex(query["requestId"], "^[0-9a-f-]{36}$")

    def test_pitfall_31_beside_a_busy_machine_the_idle_one_is_deleted_through_its_group(self):
        self.fake.add("vm-1", gpu=60)
        self.fake.add("vm-2")
        self.fake.idle_before()
        self.fake.run()
        (_, where, _, body), = self.fake.changes()
        self.assertEqual((f"{GROUP}/deleteInstances", [path("vm-2")]), (where, body["instances"]))

    def test_pitfall_30_machines_without_figures_are_told_of_and_left_running(self):
        for name in ("vm-1", "vm-2"):
            self.fake.add(name, minutes=0)
        self.fake.idle_before()
        self.assertEqual((0, 2), (lambda summary: (summary["actions"], summary["unknown"]))(self.fake.run()))
        notice = next(body for _, where, _, body in self.fake.sent if where.endswith(":publish"))
        self.assertIn("left running", base64.b64decode(notice["messages"][0]["data"]).decode())

    def test_a_window_is_lowered_by_its_schedule_and_comes_back_when_it_is_over(self):
        for name in ("vm-1", "vm-2"):
            self.fake.add(name)
        self.fake.schedule(2)
        self.fake.idle_before()
        self.fake.run()
        (method, where, query, body), = self.fake.changes()
        schedule = body["autoscalingPolicy"]["scalingSchedules"]["run-window"]
        self.assertEqual(("PATCH", f"projects/{PROJECT}/regions/{REGION}/autoscalers", "chat-l4-def5678"), (method, where, query["autoscaler"]))
        self.assertEqual((1, "0 8 * * 1,2,3,4,5", 43200), (schedule["minRequiredReplicas"], schedule["schedule"], schedule["durationSec"]))
        self.fake.sent.clear()
        self.fake.schedule(1, "READY")
        self.fake.instances.clear()  # The window is over: no machine is left to say whose the group is.
        self.fake.figures.clear()
        state = json.loads(self.fake.objects["state.json"][0])
        state["acted"] = (NOW - timedelta(hours=8)).isoformat()
        self.fake.objects["state.json"] = (json.dumps(state).encode(), 6)
        self.fake.run()
        (_, _, _, body), = self.fake.changes()
        self.assertEqual(2, body["autoscalingPolicy"]["scalingSchedules"]["run-window"]["minRequiredReplicas"])
        self.assertEqual({}, json.loads(self.fake.objects["state.json"][0])["lowered"])

    def test_a_lowered_group_that_is_gone_is_forgotten(self):
        self.fake.objects["state.json"] = (json.dumps({"lowered": {GROUP + "-gone": {"from": 2, "to": 1}}}).encode(), 5)
        self.assertEqual(0, self.fake.run()["actions"])
        self.assertEqual({}, json.loads(self.fake.objects["state.json"][0])["lowered"])

    def test_what_must_be_left_alone_is(self):
        def two(**changed):
            for name in ("vm-1", "vm-2"):
                self.fake.add(name, **changed)
        for why, make in (
                ("protected", lambda: two(labels={"protected-until": "2026-12-31"})), ("by the note's name", lambda: two(labels={"gpu-protected-until": "2026-12-31"})),
                ("reserved", lambda: two(reservationAffinity={"consumeReservationType": "SPECIFIC_RESERVATION"})), ("its tier", lambda: two(labels={"tier": "reserved"})),
                ("production", lambda: two(labels={"environment": "prod"})), ("deletion protection", lambda: two(deletionProtection=True)),
                ("not opted in", lambda: two(labels={"auto-shutdown": "disabled"})), ("changing", lambda: (two(), setattr(self.fake, "stable", False))),
                ("leaving", lambda: (two(), self.fake.busy.update({"vm-1", "vm-2"}))), ("the last", lambda: self.fake.add("vm-1")),
                ("disagreement", lambda: (self.fake.add("vm-1"), self.fake.add("vm-2", labels={"serving": "search"}))),
                ("another's autoscaler", lambda: (two(), setattr(self.fake, "scaler", {"name": "s", "autoscalingPolicy": {"mode": "ON"}}))),
                ("alone with local disks", lambda: two(grouped=False, disks=[{"type": "SCRATCH"}])), ("alone with an attached GPU", lambda: two(grouped=False, machineType=f"{LINK}x/machineTypes/n1-standard-8")), ("alone and spot", lambda: two(grouped=False, scheduling={"provisioningModel": "SPOT"}))):
            with self.subTest(why):
                self.fake = Fake(self)
                make()
                self.fake.idle_before()
                self.fake.run()
                self.assertEqual([], self.fake.changes())

    def test_a_machine_that_stands_alone_is_stopped(self):
        for name in ("vm-1", "vm-2"):
            self.fake.add(name, grouped=False)
        self.fake.idle_before()
        self.fake.run()
        self.assertEqual([f"{path('vm-1')}/stop"], [where for _, where, _, _ in self.fake.changes()])

    def test_a_run_says_that_it_lives_and_only_when_all_went_well(self):
        self.fake.run()
        alive = next(body for _, where, _, body in self.fake.sent if where.endswith("timeSeries"))
        self.assertEqual((gcp.RUNS, "dev"), (alive["timeSeries"][0]["metric"]["type"], alive["timeSeries"][0]["metric"]["labels"]["stack"]))
        self.fake.sent.clear()
        for name in ("vm-1", "vm-2"):
            self.fake.add(name)
        self.fake.objects.pop("state.json")
        self.fake.idle_before()
        self.fake.refusal = "RESOURCE_IN_USE"
        with self.assertRaisesRegex(RuntimeError, "RESOURCE_IN_USE"):
            self.fake.run()
        self.assertFalse(any(where.endswith("timeSeries") for _, where, _, _ in self.fake.sent))

    def test_two_runs_at_once_cannot_both_act(self):
        for name in ("vm-1", "vm-2"):
            self.fake.add(name)
        self.fake.idle_before()
        load = self.fake.google.load

        def overtaken():
            loaded = load()
            self.fake.objects["state.json"] = (b"{}", 6)
            return loaded
        self.fake.google.load = overtaken
        with self.assertRaises(HTTPError):
            self.fake.run()
        self.assertEqual([], self.fake.changes())

    def test_the_switch_off_or_unreadable_does_nothing(self):
        for content in (b"off", b"", None):
            with self.subTest(content):
                self.fake = Fake(self)
                for name in ("vm-1", "vm-2"):
                    self.fake.add(name)
                self.fake.idle_before()
                self.fake.objects["switch"] = (content, 1)
                self.assertFalse(self.fake.run()["switchedOn"])
                self.assertEqual([], self.fake.changes())

    def test_a_dry_run_calls_nothing_that_changes_anything(self):
        for name in ("vm-1", "vm-2"):
            self.fake.add(name)
        self.fake.idle_before()
        self.assertEqual(1, self.fake.run(mode="dryRun")["recommendations"])
        self.assertEqual([], self.fake.changes())

    def test_only_this_stacks_running_machines_of_this_region_are_asked_for(self):
        self.fake.add("vm-1")
        self.assertEqual(1, self.fake.run()["machines"])
        query = next(query for _, _, where, query in self.fake.calls if where.endswith("/aggregated/instances"))
        self.assertEqual(f'labels.managed-by="{LABEL}" AND status="RUNNING"', query["filter"])


if __name__ == "__main__":
    unittest.main()
