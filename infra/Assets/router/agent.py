"""Keeps a router's places filled: it looks which GPU machines run and what the plan says of them, and tells HAProxy through its socket.

It remembers nothing: what HAProxy has is read before every step, so either of the two may be started anew. HAProxy itself checks whether an
engine answers; a machine that is not listed any more gets no new requests and leaves once it has answered those it has."""
import csv
import json
import os
import socket
import sys
import time
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

STEP_SECONDS = 5
READ_EVERY = 12  # Steps between two readings of the plan's figures.
TIMEOUT_SECONDS = 20
ADDRESSES = {
    "compute": "https://compute.googleapis.com/compute/v1", "storage": "https://storage.googleapis.com",
    "metadata": "http://metadata.google.internal/computeMetadata/v1",
}


def parse(text: str) -> dict:
    """The figures of a serving, as the plan's program writes them: a word and its figures a line."""
    figures: dict = {"answer": 3_600_000, "places": 1000, "shares": {}, "pools": {}, "machines": {}}
    for line in text.splitlines():
        word, *rest = line.split()
        if word in ("answer", "places"):
            figures[word] = int(rest[0])
        elif word == "share":
            figures["shares"][rest[0]] = int(rest[1])
        elif word == "pool":
            figures["pools"][rest[0]] = tuple(int(number) for number in rest[1:4])
        elif word == "machine":
            figures["machines"][rest[0], rest[1]] = int(rest[2])
        else:
            raise ValueError(f"unknown line: {line}")
    return figures


def wanted(serving: str, figures: dict, machines: list[dict], first_port: int) -> dict[str, dict[str, tuple[int, int]]]:
    """The places of a serving, by backend and address, with weight and most connections. A machine type that the plan does not name is
    counted as the smallest that it does: a replica too many would never answer."""
    places: dict[str, dict[str, tuple[int, int]]] = {}
    for machine in machines:
        if machine["pool"] not in figures["pools"]:
            continue
        rank, weight, most = figures["pools"][machine["pool"]]
        known = {kind: count for (pool, kind), count in figures["machines"].items() if pool == machine["pool"]}
        for number in range(known.get(machine["type"], min(known.values(), default=1))):
            places.setdefault(f"{serving}.{rank}", {})[f'{machine["address"]}:{first_port + number}'] = (weight, most)
    return places


def commands(backend: str, rows: list[dict], want: dict[str, tuple[int, int]]) -> tuple[list[str], int]:
    """What to tell HAProxy about a backend, and how many replicas found no place."""
    told, have = [], {row["addr"]: row for row in rows if not row["status"].startswith("MAINT")}
    free = [row for row in rows if row["status"].startswith("MAINT")]
    for address, row in sorted(have.items()):
        server = f'{backend}/{row["svname"]}'
        if address not in want:
            if row["scur"] in ("", "0"):
                told.append(f"set server {server} state maint")
                free.append(row)
            elif not row["status"].startswith("DRAIN"):
                told.append(f"set server {server} state drain")
            continue
        weight, most = want[address]
        if row["status"].startswith("DRAIN"):
            told.append(f"set server {server} state ready")
        if row["slim"] != str(most):
            told.append(f"set maxconn server {server} {most}")
        if not row["status"].startswith("DRAIN") and row["uweight"] != str(weight):
            told.append(f"set server {server} weight {weight}")
    missing = sorted(set(want) - set(have))
    for address, row in zip(missing, free):
        (host, port), (weight, most), server = address.rsplit(":", 1), want[address], f'{backend}/{row["svname"]}'
        told += [f"set server {server} addr {host} port {port}", f"set maxconn server {server} {most}", f"set server {server} weight {weight}",
                 # It counts as down until it has answered a health check: a machine starts minutes before its engine does.
                 f"set server {server} state ready; set server {server} health down"]
    return told, len(missing) - min(len(missing), len(free))


class Haproxy:
    """HAProxy's socket, and the maps in its folder."""

    def __init__(self, path: str, folder: str) -> None:
        self.path, self.folder = path, folder

    def ask(self, command: str) -> str:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(TIMEOUT_SECONDS)
            line.connect(self.path)
            line.sendall(command.encode() + b"\n")
            line.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: line.recv(65536), b"")).decode()

    def servers(self) -> dict[str, list[dict]]:
        """Servers by backend."""
        lines = self.ask("show stat -1 4 -1").lstrip("# ").splitlines()
        backends: dict[str, list[dict]] = {}
        for row in csv.DictReader(line for line in lines if line):
            backends.setdefault(row["pxname"], []).append(row)
        return backends

    def set_map(self, name: str, values: dict[str, int]) -> None:
        path = f"{self.folder}/{name}.map"
        have = dict(line.split()[1:3] for line in self.ask(f"show map {path}").splitlines() if len(line.split()) == 3)
        for key, value in sorted(values.items()):
            if have.get(key) != str(value):
                self.ask(f"{'set' if key in have else 'add'} map {path} {key} {value}")


def step(haproxy: Haproxy, figures: dict[str, dict], machines: list[dict], first_port: int, log) -> None:
    """Brings HAProxy from what it has to what is wanted."""
    servers = haproxy.servers()
    for serving, of_serving in sorted(figures.items()):
        want = wanted(serving, of_serving, machines, first_port)
        mine = {backend: rows for backend, rows in servers.items() if backend.rsplit(".", 1)[0] == serving and backend.rsplit(".", 1)[1].isdigit()}
        if not want and any(row["status"].startswith("UP") for rows in mine.values() for row in rows):
            log(f"{serving}: no machine is listed, and engines answer; nothing is taken away")
            continue
        for backend, rows in sorted(mine.items()):
            told, left = commands(backend, rows, want.get(backend, {}))
            for command in told:
                answer = haproxy.ask(command).strip()
                if answer and " changed from " not in answer:
                    log(f"{command}: {answer}")
            if left:
                log(f"{backend}: {left} replicas have no place here")
    haproxy.set_map("answer", {serving: one["answer"] for serving, one in figures.items()})
    haproxy.set_map("places", {serving: one["places"] for serving, one in figures.items()})
    haproxy.set_map("shares", {f"{serving}/{api}": share for serving, one in figures.items() for api, share in one["shares"].items()})
    haproxy.set_map("state", {"ready": 1})


class Amazon:
    """What a router asks of AWS."""

    def __init__(self, settings: dict[str, str]) -> None:
        import boto3  # pylint: disable=import-outside-toplevel
        self.settings = settings
        self.ec2, self.s3 = (boto3.client(name, region_name=settings["REGION"]) for name in ("ec2", "s3"))

    def read(self, key: str) -> str:
        return self.s3.get_object(Bucket=self.settings["BUCKET"], Key=key)["Body"].read().decode()

    def machines(self) -> list[dict]:
        filters = [{"Name": f'tag:{self.settings["TAG_KEY"]}', "Values": [self.settings["TAG_VALUE"]]},
                   {"Name": "instance-state-name", "Values": ["running"]}]
        found = []
        for page in self.ec2.get_paginator("describe_instances").paginate(Filters=filters):
            for instance in (one for reservation in page["Reservations"] for one in reservation["Instances"]):
                tags = {tag["Key"]: tag["Value"] for tag in instance.get("Tags", [])}
                if pool := tags.get(self.settings["POOL_KEY"]):
                    found.append({"pool": pool, "type": instance["InstanceType"], "address": instance["PrivateIpAddress"]})
        return found


class Google:
    """What a router asks of Google Cloud."""

    def __init__(self, settings: dict[str, str], addresses: dict[str, str] = ADDRESSES) -> None:
        self.settings, self.addresses, self.token, self.until = settings, addresses, "", 0.0
        self.project = self._get("metadata", "project/project-id").decode()

    def read(self, key: str) -> str:
        return self._get("storage", f'storage/v1/b/{self.settings["BUCKET"]}/o/{quote(key, safe="")}', {"alt": "media"}).decode()

    def machines(self) -> list[dict]:
        query = {"filter": f'labels.{self.settings["TAG_KEY"]}="{self.settings["TAG_VALUE"]}" AND status="RUNNING"', "returnPartialSuccess": "false"}
        found = []
        while True:
            page = json.loads(self._get("compute", f"projects/{self.project}/aggregated/instances", query))
            for zone, part in page.get("items", {}).items():
                for instance in part.get("instances", []) if zone.startswith(f'zones/{self.settings["REGION"]}-') else []:
                    if pool := instance.get("labels", {}).get(self.settings["POOL_KEY"]):
                        found.append({"pool": pool, "type": instance["machineType"].rsplit("/", 1)[1], "address": instance["networkInterfaces"][0]["networkIP"]})
            if not page.get("nextPageToken"):
                return found
            query = query | {"pageToken": page["nextPageToken"]}

    def _get(self, service: str, path: str, query: dict | None = None) -> bytes:
        headers = {"Metadata-Flavor": "Google"}
        if service != "metadata":
            if time.monotonic() > self.until:
                token = json.loads(self._get("metadata", "instance/service-accounts/default/token"))
                self.token, self.until = token["access_token"], time.monotonic() + token["expires_in"] / 2
            headers = {"Authorization": f"Bearer {self.token}"}
        address = f"{self.addresses[service]}/{path}" + (f"?{urlencode(query)}" if query else "")
        with urlopen(Request(address, headers=headers), timeout=TIMEOUT_SECONDS) as answer:
            return answer.read()


def main() -> None:
    settings = dict(os.environ)
    haproxy, count, figures = Haproxy(settings["SOCKET"], settings["FOLDER"]), 0, {}
    cloud = None
    while True:
        try:
            cloud = cloud or (Amazon if settings["CLOUD"] == "aws" else Google)(settings)
            if count % READ_EVERY == 0 or len(figures) < len(settings["SERVINGS"].split()):
                figures = {serving: parse(cloud.read(f"router/servings/{serving}")) for serving in settings["SERVINGS"].split()}
            count += 1
            step(haproxy, figures, cloud.machines(), int(settings["FIRST_PORT"]), lambda text: print(text, flush=True))
        except Exception as error:  # pylint: disable=broad-except # What HAProxy has stays as it is until the next step.
            print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
        time.sleep(STEP_SECONDS)


if __name__ == "__main__":
    main()
