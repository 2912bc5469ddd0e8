"""Finds the other machines of this one's replica and runs its engine with them: the head, which answers requests, or a worker."""
import json
import os
import signal
import subprocess
import threading
import time
from pathlib import Path
from urllib.request import Request, urlopen

import stores
from rendezvous import Machine, Read, Start, Stop, Write

LEASE_SECONDS, BEAT_SECONDS, TURN_SECONDS = 90, 15, 5
FIRST_PORT, PORTS = 29500, 500  # The engine's machines meet at a port of their epoch: what is left of an older one meets nobody.
UNIT = "engine-0.service"
GONE = ("start-post", "dead", "failed", "exited", "auto-restart")


class Engine:
    """The engine's unit, which reads its place from a file. What was started last is kept over a restart of the machine; its unit is not."""

    def __init__(self, place: Path, last: Path, run=subprocess.run) -> None:
        self.place, self.last, self.run = place, last, run

    def started(self) -> tuple[int, int] | None:
        """The replica's number and the epoch of the engine that was started last."""
        try:
            number, epoch = self.last.read_text(encoding="utf-8").split()
            return int(number), int(epoch)
        except (FileNotFoundError, ValueError):
            return None

    def running(self) -> tuple[int, int] | None:
        """The same of one that runs; the unit's own start command may have ended while it waits for a first token."""
        shown = self.run(["systemctl", "show", "--property=SubState,MainPID", UNIT], capture_output=True, text=True, check=True).stdout
        told = dict(line.split("=", 1) for line in shown.splitlines() if "=" in line)
        return None if told["MainPID"] == "0" and told["SubState"] in GONE else self.started()

    def stop(self) -> None:
        self.run(["systemctl", "stop", UNIT], check=True)

    def start(self, order: Start) -> None:
        head, me, epoch = order.replica.members[0], order.replica.members[order.rank], order.replica.epoch
        self.run(["systemctl", "stop", UNIT], check=True)  # One that ended while its first token was waited for is not quite over.
        self.place.parent.mkdir(parents=True, exist_ok=True)
        self.place.write_text(
            f"RANK={order.rank}\nHEAD={head.address}\nADDRESS={me.address}\nMEET={FIRST_PORT + epoch % PORTS}\n"
            f"HEADLESS={'--headless' if order.rank else ''}\nASK={head.address if order.rank else '127.0.0.1'}\n", encoding="utf-8")
        self.last.parent.mkdir(parents=True, exist_ok=True)
        self.last.write_text(f"{order.number} {epoch}\n", encoding="utf-8")
        self.run(["systemctl", "start", "--no-block", UNIT], check=True)


def drive(turn, store, engine: Engine, log) -> None:
    """Answers what a turn asks for."""
    answer = None
    while True:
        try:
            order = turn.send(answer)
        except StopIteration:
            return
        answer = None
        if isinstance(order, Read):
            answer = store.read(order.number)
        elif isinstance(order, Write):
            answer = store.write(order.number, order.version, order.replica)
            if not order.is_beat or not answer:
                log("wrote" if answer else "overtaken", replica=order.number, epoch=order.replica.epoch, members=[member and member.machine for member in order.replica.members])
        elif isinstance(order, Stop):
            log("stops")
            engine.stop()
        else:
            log("starts", replica=order.number, rank=order.rank, epoch=order.replica.epoch)
            engine.start(order)


def look_up(cloud: str) -> tuple[str, str]:
    """This machine's id and address. An id is never given twice, which names of Google's machines are."""
    def ask(address, headers, method="GET"):
        with urlopen(Request(address, headers=headers, method=method), timeout=5) as answer:
            return answer.read().decode()
    if cloud == "aws":
        link = "http://169.254.169.254/latest"
        token = {"X-aws-ec2-metadata-token": ask(f"{link}/api/token", {"X-aws-ec2-metadata-token-ttl-seconds": "300"}, "PUT")}
        return ask(f"{link}/meta-data/instance-id", token), ask(f"{link}/meta-data/local-ipv4", token)
    link, flavor = f"{stores.ADDRESSES['metadata']}/instance", {"Metadata-Flavor": "Google"}
    return ask(f"{link}/id", flavor), ask(f"{link}/network-interfaces/0/ip", flavor)


def log(event: str, **fields) -> None:
    print(json.dumps({"event": event, **fields}, sort_keys=True), flush=True)


def main() -> None:
    settings, leaving = os.environ, threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: leaving.set())
    store = stores.Amazon(settings["REGION"], settings["BUCKET"], settings["PREFIX"]) if settings["CLOUD"] == "aws" else stores.Google(settings["BUCKET"], settings["PREFIX"])
    engine = Engine(Path(settings["PLACE"]), Path(settings["LAST"]))
    machine = Machine(*look_up(settings["CLOUD"]), int(settings["NODES"]), LEASE_SECONDS, BEAT_SECONDS)
    while not leaving.is_set():
        try:
            drive(machine.turn(time.monotonic(), engine.running(), engine.started()), store, engine, log)
        except Exception as error:  # pylint: disable=broad-except # The engine goes on as it is; whom nobody could hear is not lost.
            machine.sightings.forget()
            log("trouble", error=f"{type(error).__name__}: {error}")
        leaving.wait(TURN_SECONDS)
    engine.stop()
    drive(machine.leave(), store, engine, log)


if __name__ == "__main__":
    main()
