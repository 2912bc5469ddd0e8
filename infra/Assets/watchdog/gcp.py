"""The watchdog on Google Cloud: a function for one region and one stack, on the clouds' own REST interfaces and Python's own library."""
import base64
import json
import os
import uuid
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

from model import LOWER, REMOVE, RESIZE, RESTORE, STOP, Group, Machine, Owner, Reading, Settings
from run import run, settings

METRICS = "custom.googleapis.com/gpuinfra"  # What machines publish; bootstrap's meter writes it.
GPU, ACTIVITY, RUNS = f"{METRICS}/gpu_utilization", f"{METRICS}/activity", f"{METRICS}/watchdog_runs"
PERIOD_SECONDS = 300
WINDOW = "run-window"  # The schedule's name, as the program gives it.
TIMEOUT_SECONDS = 30
ADDRESSES = {
    "compute": "https://compute.googleapis.com/compute/v1", "monitoring": "https://monitoring.googleapis.com/v3",
    "storage": "https://storage.googleapis.com", "pubsub": "https://pubsub.googleapis.com/v1",
    "metadata": "http://metadata.google.internal/computeMetadata/v1",
}


def main(_request):
    """What the function's framework calls. The request says nothing: what is to be looked at was deployed."""
    run(Google(os.environ, ADDRESSES), settings(), datetime.now(timezone.utc), write=lambda line: print(line, flush=True))
    return "done"


class Google:
    """What a run needs of Google Cloud."""

    def __init__(self, names, addresses: dict[str, str]) -> None:
        self.names, self.addresses, self.token, self.version = names, addresses, None, "0"
        self.project, self.region = names["PROJECT"], names["REGION"]
        self.regional = f"projects/{self.project}/regions/{self.region}"
        self.autoscalers: dict[str, dict] = {}  # by group
        self.lowered: list[str] = []

    def switch(self) -> str:
        return self._call("storage", "GET", f"storage/v1/b/{self.names['BUCKET']}/o/switch", {"alt": "media"})[0].decode().strip()

    def load(self) -> tuple[dict, str]:
        """The last run's state and its generation; what is not there or cannot be read counts as a first run."""
        try:
            body, headers = self._call("storage", "GET", f"storage/v1/b/{self.names['BUCKET']}/o/state.json", {"alt": "media"})
        except HTTPError as error:
            if error.code == 404:
                return {}, "0"
            raise
        try:
            state = json.loads(body)
            self.lowered = list(state.get("lowered", {}))
            return state, headers["x-goog-generation"]
        except ValueError:
            return {}, headers["x-goog-generation"]

    def save(self, state: dict, version: str) -> None:
        """Fails when another run has saved since this one loaded; generation 0 means that there is none yet."""
        self.version = version
        self._call("storage", "POST", f"upload/storage/v1/b/{self.names['BUCKET']}/o",
                   {"uploadType": "media", "name": "state.json", "ifGenerationMatch": version}, state)

    def fleet(self, settings: Settings, now: datetime) -> tuple[list[Group], list[Machine]]:
        """The stack's groups and running machines. A group has no labels: it is its machines' group, and theirs are its labels. One whose
        schedule was lowered is looked at without machines too: out of its window it has none, and its size is to be put back."""
        mine = f'labels.{settings.tags["managed-by"]}="{settings.managed_by}" AND status="RUNNING"'
        found = [instance for scope in self._pages("compute", f"projects/{self.project}/aggregated/instances", {"filter": mine, "returnPartialSuccess": "false"})
                 for zone, part in scope.get("items", {}).items() if zone.startswith(f"zones/{self.region}-") for instance in part.get("instances", [])]
        readings = self._readings(settings, now)
        by_group: dict[str, list] = {path: [] for path in self.lowered}
        for instance in found:
            if group := _group_of(instance):
                by_group.setdefault(group, []).append(instance)
        groups, stable = [], set()
        for path, instances in sorted(by_group.items()):
            try:
                group, steady = self._group(settings, path, instances)
            except HTTPError as error:
                if error.code == 404 and not instances:
                    continue  # It is gone, and its lowered size with it.
                raise
            groups.append(group)
            stable |= steady
        return groups, [_machine(settings, instance, stable, readings.get(instance["id"], Reading())) for instance in found]

    def perform(self, action) -> None:
        # The same request twice, as after a time-out, is done once.
        once = {"requestId": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self.version} {action}"))}
        if action.kind == RESIZE:
            self._json("compute", "POST", f"{action.group}/resize", once | {"size": action.size})
        elif action.kind == REMOVE:
            self._json("compute", "POST", f"{action.group}/deleteInstances", once, {"instances": list(action.machines), "skipInstancesOnValidationError": False})
        elif action.kind == STOP:
            self._json("compute", "POST", f"{action.machines[0]}/stop", once)
        elif action.kind in (LOWER, RESTORE):
            autoscaler = self.autoscalers[action.group]
            schedule = autoscaler["autoscalingPolicy"]["scalingSchedules"][WINDOW] | {"minRequiredReplicas": action.size}
            self._json("compute", "PATCH", f"{self.regional}/autoscalers", once | {"autoscaler": autoscaler["name"]},
                       {"autoscalingPolicy": {"scalingSchedules": {WINDOW: schedule}}})
        else:
            raise ValueError(f"Google Cloud has no {action.kind}")

    def tell(self, subject: str, text: str) -> None:
        data = base64.b64encode(text.encode()).decode()
        self._json("pubsub", "POST", f"{self.names['TOPIC']}:publish", {}, {"messages": [{"data": data, "attributes": {"subject": subject}}]})

    def alive(self, now: datetime) -> None:
        """What the alarm waits for."""
        point = {"interval": {"endTime": now.isoformat()}, "value": {"int64Value": "1"}}
        self._json("monitoring", "POST", f"projects/{self.project}/timeSeries", {}, {"timeSeries": [{
            "metric": {"type": RUNS, "labels": {"region": self.region, "stack": self.names["STACK"]}},
            "resource": {"type": "global", "labels": {"project_id": self.project}}, "points": [point]}]})

    def _group(self, settings: Settings, path: str, instances: list[dict]) -> tuple[Group, set[str]]:
        manager = self._json("compute", "GET", path)
        managed = [item for page in self._pages("compute", f"{path}/listManagedInstances", {}, "POST") for item in page.get("managedInstances", [])]
        steady = {_path(item["instance"]) for item in managed if item.get("currentAction") == "NONE" and item.get("instanceStatus") == "RUNNING"}
        owners = [_owner(settings, instance.get("labels", {})) for instance in instances]
        owner = replace(owners[0], protected_until=None, opted_in=any(one.opted_in for one in owners)) if owners else Owner()
        if any(replace(one, protected_until=None, opted_in=owner.opted_in) != owner for one in owners):
            owner = Owner()  # Machines that disagree on whose they are belong to nobody, and are left alone.
        status = manager.get("status", {})
        changing = None if status.get("isStable") else "its machines are being replaced, or its size is changing"
        size, scheduled, in_window = manager["targetSize"], False, True
        if status.get("autoscaler"):
            scheduled, autoscaler = True, self._json("compute", "GET", _path(status["autoscaler"]))
            self.autoscalers[path] = autoscaler
            schedule = autoscaler.get("autoscalingPolicy", {}).get("scalingSchedules", {}).get(WINDOW)
            if schedule is None:
                changing = "its autoscaler is not the program's"
            else:
                size = schedule["minRequiredReplicas"]
                in_window = autoscaler.get("scalingScheduleStatus", {}).get(WINDOW, {}).get("state") != "READY"
        return Group(path, owner, size, 0 if owner.tier == "spot" else 1, changing, scheduled, in_window), steady

    def _readings(self, settings: Settings, now: datetime) -> dict[str, Reading]:
        end = datetime.fromtimestamp(now.timestamp() // PERIOD_SECONDS * PERIOD_SECONDS, timezone.utc)
        periods = -(-settings.idle_minutes * 60 // PERIOD_SECONDS)
        span = {"interval.startTime": _stamp(end - timedelta(seconds=periods * PERIOD_SECONDS)), "interval.endTime": _stamp(end),
                "aggregation.alignmentPeriod": f"{PERIOD_SECONDS}s"}
        series: dict[tuple, list] = {}
        for metric in (GPU, ACTIVITY):
            for aligner in ("ALIGN_MAX", "ALIGN_COUNT"):
                query = span | {"filter": f'metric.type="{metric}" AND resource.type="gce_instance" AND resource.labels.zone=starts_with("{self.region}-")',
                                "aggregation.perSeriesAligner": aligner}
                for page in self._pages("monitoring", f"projects/{self.project}/timeSeries", query):
                    for one in page.get("timeSeries", []):
                        points = [(datetime.fromisoformat(point["interval"]["endTime"].replace("Z", "+00:00")), _number(point["value"])) for point in one["points"]]
                        series.setdefault((one["resource"]["labels"]["instance_id"], metric, aligner), []).extend(points)
        return {name: _reading(name, series) for name in {key[0] for key in series}}

    def _pages(self, service: str, path: str, query: dict, method: str = "GET"):
        page = self._json(service, method, path, query)
        yield page
        while token := page.get("nextPageToken"):
            page = self._json(service, method, path, query | {"pageToken": token})
            yield page

    def _json(self, service: str, method: str, path: str, query: dict | None = None, body: dict | None = None) -> dict:
        answer = json.loads(self._call(service, method, path, query or {}, body)[0] or b"{}")
        if answer.get("error"):  # An operation that was refused answers 200 and says so inside.
            raise RuntimeError(f"{method} {path}: {answer['error']}")
        return answer

    def _call(self, service: str, method: str, path: str, query: dict, body: dict | None = None):
        if self.token is None and service != "metadata":
            self.token = json.loads(self._call("metadata", "GET", "instance/service-accounts/default/token", {})[0])["access_token"]
        headers = {"Metadata-Flavor": "Google"} if service == "metadata" else {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        address = f"{self.addresses[service]}/{quote(path, safe='/:')}" + (f"?{urlencode(query)}" if query else "")
        data = None if method == "GET" else b"" if body is None else json.dumps(body, sort_keys=True).encode()
        with urlopen(Request(address, data, headers, method=method), timeout=TIMEOUT_SECONDS) as answer:
            return answer.read(), answer.headers


def _reading(name: str, series: dict) -> Reading:
    gpu, activity = series.get((name, GPU, "ALIGN_MAX"), []), series.get((name, ACTIVITY, "ALIGN_MAX"), [])
    return Reading(
        gpu_minutes=int(sum(count for _, count in series.get((name, GPU, "ALIGN_COUNT"), []))),
        gpu_max=max((value for _, value in gpu), default=None),
        activity_minutes=int(sum(count for _, count in series.get((name, ACTIVITY, "ALIGN_COUNT"), []))),
        activity_max=max((value for _, value in activity), default=None),
        newest=min(max(at for at, _ in gpu), max(at for at, _ in activity)) if gpu and activity else None)


def _machine(settings: Settings, instance: dict, steady: set[str], reading: Reading) -> Machine:
    path, group, scheduling = _path(instance["selfLink"]), _group_of(instance), instance.get("scheduling", {})
    machine_type = instance["machineType"].rsplit("/", 1)[1]
    reservation = instance.get("reservationAffinity", {}).get("consumeReservationType")
    cannot_stop = ("it is a spot machine: stopped, it would be gone" if scheduling.get("provisioningModel", "STANDARD") != "STANDARD" or scheduling.get("preemptible")
                   else "its local disks would be lost" if any(disk.get("type") == "SCRATCH" for disk in instance.get("disks", [])) else None)
    return Machine(
        id=path, owner=_owner(settings, instance.get("labels", {})), group=group, zone=_path(instance["zone"]),
        type=None if machine_type.startswith("n1-") else machine_type,  # Any GPU may be attached to those.
        launched=datetime.fromisoformat((instance.get("lastStartTimestamp") or instance["creationTimestamp"]).replace("Z", "+00:00")),
        in_service=group is None or path in steady, reserved=reservation in ("SPECIFIC_RESERVATION", "ANY_RESERVATION"),
        kept="it is protected against deletion" if instance.get("deletionProtection") else None, cannot_stop=cannot_stop, reading=reading)


def _group_of(instance: dict) -> str | None:
    """Google writes into a machine's metadata which group made it."""
    made_by = next((item.get("value") for item in instance.get("metadata", {}).get("items", []) if item["key"] == "created-by"), None)
    if made_by is None or "/instanceGroupManagers/" not in made_by:
        return None
    return f"projects/{_path(instance['selfLink']).split('/')[1]}/{made_by.split('/', 2)[2]}"  # With the project's name, not its number.


def _owner(settings: Settings, labels: dict[str, str]) -> Owner:
    def value(key: str) -> str | None:
        return labels.get(settings.tags[key])
    opted = value("auto-shutdown")
    return Owner(
        value("managed-by"), value("environment"), None if opted is None else opted == "enabled", value("tier"), value("pool"), value("serving"),
        value("protected-until") or labels.get("gpu-protected-until"))


def _path(link: str) -> str:
    return link[link.index("projects/"):]


def _stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _number(value: dict) -> float:
    return float(value.get("doubleValue", value.get("int64Value", 0)))
