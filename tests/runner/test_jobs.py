"""Jobs, on a queue and a bucket that are dictionaries, with engines that only pretend."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from datetime import datetime, timedelta, timezone
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).parents[2] / "infra" / "Assets" / "runner"))

from jobs import DONE, GIVEN_BACK, LATE, REFUSED, Runner, Settings  # noqa: E402

FOLDER = "jobs/nightly/j1"


class Cloud:
    """A queue with leases, and a bucket."""

    def __init__(self):
        self.bucket, self.messages, self.taken, self.extended, self.finished, self.returned, self.states = {}, [], {}, 0, [], [], []
        self.notice = False

    def job(self, lines, id="j1", **message):
        self.bucket[f"jobs/nightly/{id}/input.jsonl"] = "".join(json.dumps(line) + "\n" for line in lines).encode()
        self.messages.append(json.dumps({"id": id, **message}))

    def take(self, seconds):
        if not self.messages:
            return None
        handle = f"h{len(self.taken) + 1}"
        self.taken[handle] = self.messages.pop(0)
        return handle, self.taken[handle]

    def extend(self, handle, seconds):
        self.extended += 1

    def finish(self, handle):
        self.finished.append(handle)

    def give_back(self, handle):
        self.returned.append(handle)
        self.messages.append(self.taken[handle])

    def busy(self, is_busy):
        self.states.append(is_busy)

    def must_go(self):
        return self.notice

    def read(self, key):
        return self.bucket[key]

    def write(self, key, data):
        self.bucket[key] = data

    def list(self, prefix):
        return sorted(key for key in self.bucket if key.startswith(prefix))

    def answers(self):
        return {row["line"]: row for key in self.list(f"{FOLDER}/output-") for row in map(json.loads, self.bucket[key].decode().splitlines())}


def lines(count):
    return [{"custom_id": f"r{number}", "url": "/v1/completions", "body": {"prompt": str(number)}} for number in range(count)]


class Jobs(unittest.TestCase):
    def setUp(self):
        self.cloud, self.asked, self.logs = Cloud(), [], []
        folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, folder)
        self.mark = Path(folder) / "leaving"
        os.environ["LEAVING"] = str(self.mark)
        self.addCleanup(os.environ.pop, "LEAVING")

    def runner(self, send=None, checkpoint=3600.0, lease=60.0, **more):
        def echo(address, path, body):
            self.asked.append((address, path, body["prompt"]))
            return 200, {"text": body["prompt"]}
        return Runner(self.cloud, Settings("nightly", ("a", "b"), 2, checkpoint, lease), send or echo, lambda event, **fields: self.logs.append((event, fields)), **more)

    def test_every_line_is_answered_once_and_the_job_leaves_the_queue(self):
        self.cloud.job(lines(9))
        self.assertEqual(DONE, self.runner().once())
        self.assertEqual({f"r{number}": str(number) for number in range(9)}, {row["custom_id"]: row["response"]["text"] for row in self.cloud.answers().values()})
        self.assertEqual({"lines": 9, "failed": 0}, json.loads(self.cloud.bucket[f"{FOLDER}/done.json"]))
        self.assertEqual((["h1"], [], [True, False], 9), (self.cloud.finished, self.cloud.returned, self.cloud.states, len(self.asked)))
        self.assertEqual({"a", "b"}, {address for address, _, _ in self.asked})

    def test_an_empty_queue_is_no_work(self):
        self.assertIsNone(self.runner().once())
        self.assertEqual([], self.cloud.states)

    def test_at_a_notice_what_is_done_is_kept_and_another_machine_goes_on_from_there(self):
        self.cloud.job(lines(40))

        def slow(address, path, body):
            self.asked.append(body["prompt"])
            if len(self.asked) >= 12:
                self.cloud.notice = True
                time.sleep(0.05)
            time.sleep(0.01)
            return 200, {"text": body["prompt"]}
        self.assertEqual(GIVEN_BACK, self.runner(send=slow, lease=1.0).once())
        kept = self.cloud.answers()
        self.assertTrue(0 < len(kept) < 40)
        self.assertNotIn(f"{FOLDER}/done.json", self.cloud.bucket)
        self.assertEqual(["h1"], self.cloud.returned)
        self.cloud.notice, before = False, len(kept)
        self.asked.clear()
        self.assertEqual(DONE, self.runner().once())
        self.assertEqual(40, len(self.cloud.answers()))
        self.assertEqual(40 - before, len(self.asked))  # Nothing that was kept is asked again.

    def test_at_a_notice_the_machine_is_marked_so_that_the_service_is_not_started_again_and_no_job_is_taken(self):
        self.cloud.job(lines(3))
        self.cloud.notice = True
        self.assertIsNone(self.runner().once())
        self.assertEqual(({}, 1), (self.cloud.taken, len(self.cloud.messages)))
        self.assertTrue(self.mark.exists())
        self.assertEqual(1, self.condition())

    def test_a_service_that_is_stopped_by_people_may_be_started_again(self):
        runner = self.runner()
        runner.leaving.set()
        runner.once()
        self.assertFalse(self.mark.exists())
        self.assertEqual(0, self.condition())

    def condition(self):
        """What systemd says of the condition that stands in the runner's unit, with the mark of this test: 0 starts it."""
        source = (Path(__file__).parents[2] / "infra" / "Common" / "RunnerSource.cs").read_text()
        (condition,) = {line.strip() for line in source.splitlines() if "ConditionPathExists=" in line}
        if not shutil.which("systemd-analyze"):
            return int(self.mark.exists())
        return subprocess.run(["systemd-analyze", "condition", condition.replace("/run/gpuinfra-leaving", str(self.mark))], capture_output=True).returncode

    def test_a_mark_that_cannot_be_made_keeps_nothing_from_giving_the_job_back(self):
        os.environ["LEAVING"] = "/nowhere/at/all"
        self.cloud.notice = True
        self.assertIsNone(self.runner().once())

    def test_work_is_kept_as_it_goes_and_the_lease_is_held(self):
        self.cloud.job(lines(30))

        def slow(address, path, body):
            time.sleep(0.05)
            return 200, {}
        self.assertEqual(DONE, self.runner(send=slow, checkpoint=0.1, lease=0.3).once())
        self.assertGreater(len(self.cloud.list(f"{FOLDER}/output-")), 1)
        self.assertGreater(self.cloud.extended, 0)
        self.assertEqual(30, len(self.cloud.answers()))

    def test_after_its_deadline_no_line_is_begun_and_what_was_answered_is_told(self):
        start = datetime(2026, 12, 7, 6, 0, tzinfo=timezone.utc)
        self.cloud.job(lines(9), deadline="2026-12-07T06:00:05Z")
        times = iter([start, start] + [start + timedelta(seconds=6)] * 99)
        self.assertEqual(LATE, self.runner(now=lambda: next(times)).once())
        told = json.loads(self.cloud.bucket[f"{FOLDER}/late.json"])
        self.assertEqual((9, len(self.cloud.answers())), (told["lines"], told["answered"]))
        self.assertLess(told["answered"], 9)
        self.assertEqual(["h1"], self.cloud.finished)

    def test_a_line_that_is_no_request_fails_alone(self):
        self.cloud.job([*lines(2), {"url": "http://elsewhere/", "body": {}}, {"custom_id": "x"}])
        self.assertEqual(DONE, self.runner().once())
        self.assertEqual([200, 200, 400, 400], [self.cloud.answers()[number]["status"] for number in range(4)])
        self.assertEqual({"lines": 4, "failed": 2}, json.loads(self.cloud.bucket[f"{FOLDER}/done.json"]))

    def test_an_engine_that_is_busy_or_fails_is_asked_again(self):
        self.cloud.job(lines(1))
        statuses = iter([503, 429, 200])
        self.assertEqual(DONE, self.runner(send=lambda *_: (next(statuses), {})).once())
        self.assertEqual(200, self.cloud.answers()[0]["status"])

    def test_a_message_that_is_no_job_is_left_for_the_dead_letters(self):
        for text in ("no json", "{}", '{"id": "../../models"}', '{"id": "j1", "deadline": "tomorrow"}', '{"id": "j1", "deadline": "2026-12-07T06:00:00"}'):
            self.cloud.messages = [text]
            self.assertEqual(REFUSED, self.runner().once(), text)
        self.assertEqual([], self.cloud.finished)

    def test_a_job_without_its_file_comes_back(self):
        self.cloud.messages = ['{"id": "j9"}']
        self.assertEqual(GIVEN_BACK, self.runner().once())

    def test_a_part_that_was_cut_short_counts_as_far_as_it_goes(self):
        self.cloud.job(lines(4))
        self.cloud.bucket[f"{FOLDER}/output-00000000.jsonl"] = b'{"line": 0, "status": 200}\n{"line": 1, "sta'
        self.assertEqual(DONE, self.runner().once())
        self.assertEqual(["1", "2", "3"], sorted(prompt for _, _, prompt in self.asked))
        self.assertEqual({"lines": 4, "failed": 0}, json.loads(self.cloud.bucket[f"{FOLDER}/done.json"]))

    def test_a_stopped_service_gives_its_job_back(self):
        self.cloud.job(lines(50))
        runner = self.runner(send=lambda *_: (time.sleep(0.05), (200, {}))[1])
        threading.Timer(0.2, runner.leaving.set).start()
        self.assertEqual(GIVEN_BACK, runner.once())
        self.assertEqual(["h1"], self.cloud.returned)


if __name__ == "__main__":
    unittest.main()
