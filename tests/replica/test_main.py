"""The engine's unit as the machine's program handles it, and a turn with everything together."""
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path[:0] = [str(Path(__file__).parents[2] / "infra" / "Assets" / "replica"), str(Path(__file__).parents[1]), str(Path(__file__).parent)]

import main  # noqa: E402
import stores  # noqa: E402
from bucket import Bucket  # noqa: E402
from http_double import serve  # noqa: E402
from rendezvous import Machine, Member, Replica, Start  # noqa: E402

PAIR = Replica(1002, (Member("i-1", "10.0.0.1", 4, 1002), Member("i-2", "10.0.0.2", 9, 1002)))


class Units(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.asked, self.state, self.pid, self.fails = [], "dead", "0", False

        def run(words, **_):
            self.asked.append(" ".join(words[1:]))
            return subprocess.CompletedProcess(words, 0, f"MainPID={self.pid}\nSubState={self.state}\n", "")
        self.place = Path(folder.name) / "run" / "place"
        self.engine = main.Engine(self.place, Path(folder.name) / "kept" / "last", run)

    def test_a_worker_asks_the_head_and_serves_nobody(self):
        self.engine.start(Start(0, 1, PAIR))
        self.assertEqual(self.place.read_text(), "RANK=1\nHEAD=10.0.0.1\nADDRESS=10.0.0.2\nMEET=29502\nHEADLESS=--headless\nASK=10.0.0.1\n")
        self.assertEqual(self.asked, ["stop engine-0.service", "start --no-block engine-0.service"])
        self.assertEqual(self.engine.started(), (0, 1002))

    def test_a_head_asks_itself(self):
        self.engine.start(Start(3, 0, PAIR))
        self.assertEqual(self.place.read_text(), "RANK=0\nHEAD=10.0.0.1\nADDRESS=10.0.0.1\nMEET=29502\nHEADLESS=\nASK=127.0.0.1\n")

    def test_an_engine_that_ended_while_its_first_token_was_waited_for_does_not_run(self):
        self.assertIsNone(self.engine.started())
        self.engine.start(Start(0, 0, PAIR))
        for state, pid, runs in (("start-pre", "0", True), ("start-post", "77", True), ("running", "77", True), ("start-post", "0", False), ("failed", "0", False), ("dead", "0", False)):
            self.state, self.pid = state, pid
            self.assertEqual(self.engine.running(), (0, 1002) if runs else None, state)

    def test_two_machines_find_each_other_and_start_together(self):
        bucket, started = {}, []

        class Store:
            def read(self, number):
                return bucket.get(number, (None, None))

            def write(self, number, version, replica):
                if bucket.get(number, (None,))[0] != version:
                    return False
                bucket[number] = (str(int(version or 0) + 1), replica)
                return True

        class Engine:
            def __init__(self, name):
                self.name, self.runs = name, None

            def start(self, order):
                self.runs = (order.number, order.replica.epoch)
                started.append((self.name, order.rank, order.replica.members[0].address))

            def stop(self):
                self.runs = None
        pairs = [(Machine(name, address, 2, 90, 15), Engine(name)) for name, address in (("i-1", "10.0.0.1"), ("i-2", "10.0.0.2"))]
        for look in range(6):
            for machine, engine in pairs:
                main.drive(machine.turn(5.0 * look, engine.runs, engine.runs), Store(), engine, lambda *_, **__: None)
        self.assertEqual(sorted(started), [("i-1", 0, "10.0.0.1"), ("i-2", 1, "10.0.0.1")])


class Unit:
    """systemd, as far as one unit needs it."""

    def __init__(self):
        self.runs = False

    def __call__(self, words, **_):
        if words[1] in ("start", "stop"):
            self.runs = words[1] == "start"
        return subprocess.CompletedProcess(words, 0, "MainPID=7\nSubState=running\n" if self.runs else "MainPID=0\nSubState=dead\n", "")


class Together(unittest.TestCase):
    """Machines at the same time, over the wire, with units of their own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder, self.stops = Path(folder.name), {}
        self.bucket = Bucket()
        self.address = serve(self, self.bucket.answer)

    def machine(self, number):
        name, stop, unit = f"i-{number}", threading.Event(), Unit()
        engine = main.Engine(self.folder / name / "place", self.folder / name / "last", unit)
        store = stores.Google("b", "rendezvous/chat/v1", {"storage": self.address, "metadata": self.address})
        machine = Machine(name, f"10.0.0.{number}", 2, lease=1.5, beat=0.2)

        def work():
            while not stop.wait(0.05):
                main.drive(machine.turn(time.monotonic(), engine.running(), engine.started()), store, engine, lambda *_, **__: None)
        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        self.stops[name] = (stop, thread, unit)
        self.addCleanup(self.end, name)

    def end(self, name):
        stop, thread, unit = self.stops[name]
        stop.set()
        thread.join()
        unit.runs = False

    def places(self):
        """What the engines that run were told."""
        return {name: dict(line.split("=", 1) for line in (self.folder / name / "place").read_text().splitlines()) for name, (_, _, unit) in self.stops.items() if unit.runs}

    def wait_for(self, what):
        end = time.monotonic() + 20
        while time.monotonic() < end:
            if what(self.places()):
                return
            time.sleep(0.05)
        self.fail(f"{self.places()} {self.bucket.objects}")

    @staticmethod
    def whole(places, count):
        """Whether so many replicas have each rank once, and meet at one port."""
        replicas = {}
        for place in places.values():
            replicas.setdefault((place["HEAD"], place["MEET"]), []).append(place["RANK"])
        return len(replicas) == count and all(sorted(ranks) == ["0", "1"] for ranks in replicas.values())

    def test_four_machines_make_two_replicas_and_a_successor_takes_the_place_of_one_that_dies(self):
        for number in range(1, 5):
            self.machine(number)
        self.wait_for(lambda places: self.whole(places, 2))
        self.end("i-3")
        self.machine(5)
        self.wait_for(lambda places: self.whole(places, 2) and "i-5" in places and "i-3" not in places)


if __name__ == "__main__":
    unittest.main()
