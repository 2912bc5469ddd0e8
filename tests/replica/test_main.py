"""The engine's unit as the machine's program handles it, and a turn with everything together."""
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).parents[2] / "infra" / "Assets" / "replica"))

import main  # noqa: E402
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


if __name__ == "__main__":
    unittest.main()
