"""Training jobs, on a bucket that is a dictionary, with a container that only pretends: it writes checkpoints as the contract says, and is stopped, killed or done."""
import json
import os
import shutil
import tempfile
import threading
import time
import unittest
from datetime import datetime, timedelta, timezone
from pathlib import Path

from test_jobs import Cloud
from test_main import ENVIRONMENT, Commands

import train
from jobs import DONE, GIVEN_BACK, LATE, Settings

FOLDER = "jobs/tuned/t1"


class Folders(Cloud):
    def job(self, id="t1", data=b"{}\n", **message):
        if data:
            self.bucket[f"jobs/tuned/{id}/data/train.jsonl"] = data
        self.messages.append(json.dumps({"id": id, **message}))

    def fetch(self, prefix, folder):
        for key in self.list(prefix):
            file = folder / key.removeprefix(prefix)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(self.bucket[key])

    def send(self, folder, prefix):
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                self.bucket[prefix + str(file.relative_to(folder))] = file.read_bytes()


class Box:
    """A container that takes steps; each step() is called when somebody looks at it."""

    def __init__(self, *steps):
        self.steps, self.begun, self.stopped, self.code, self.last = list(steps), [], [], None, None

    def start(self, work, environment):
        self.work, self.code = work, None
        self.begun.append(environment)

    def ended(self):
        if self.code is None and self.steps:
            self.code = self.steps.pop(0)(self)
        return self.code

    def stop(self, seconds):
        self.stopped.append(seconds)
        if self.last:
            self.last(self)
        self.code = 143

    def said(self):
        return "CUDA out of memory"

    def remove(self):
        pass

    def checkpoint(self, name, whole=True):
        folder = self.work / "checkpoints" / name
        folder.mkdir()
        (folder / "adapter.safetensors").write_text(name)
        if whole:
            (folder / ".whole").touch()


def saves(name, whole=True):
    return lambda box: box.checkpoint(name, whole)


def ends(code):
    def step(box):
        (box.work / "output" / "adapter.safetensors").write_text("trained")
        return code
    return step


def waits(_box):
    return None


class Training(unittest.TestCase):
    def setUp(self):
        self.cloud, self.logs = Folders(), []
        self.work = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.work, ignore_errors=True)
        os.environ["LEAVING"] = str(self.work / "leaving")
        self.addCleanup(os.environ.pop, "LEAVING")

    def trainer(self, box, checkpoint=0.0, **clocks):
        return train.Trainer(self.cloud, Settings("tuned", (), 1, checkpoint, 60.0), box, self.work / "work", 60, lambda event, **fields: self.logs.append((event, fields)), **clocks)

    def test_a_job_that_ends_well_leaves_its_output_and_says_so(self):
        self.cloud.job()
        box = Box(saves("step-100"), waits, ends(0))
        self.assertEqual(DONE, self.trainer(box).once())
        self.assertEqual(b"trained", self.cloud.bucket["trained/tuned/t1/adapter.safetensors"])
        self.assertEqual({"checkpoint": "step-100"}, json.loads(self.cloud.bucket[f"{FOLDER}/done.json"]))
        self.assertEqual((["h1"], [], [True, False]), (self.cloud.finished, self.cloud.returned, self.cloud.states))
        self.assertEqual([], [file for file in (self.work / "work").rglob("*") if file.is_file()])

    def test_whole_checkpoints_are_kept_while_it_runs_and_their_mark_comes_last(self):
        self.cloud.job()
        order = []
        write = self.cloud.write
        self.cloud.write = lambda key, data: (order.append(key), self.assertIn("checkpoints/tuned/t1/step-100/adapter.safetensors", self.cloud.bucket), write(key, data))[2]
        self.trainer(Box(saves("step-100"), saves("step-200", whole=False), ends(0))).once()
        self.assertEqual("checkpoints/tuned/t1/step-100.whole", order[0])
        self.assertNotIn("checkpoints/tuned/t1/step-200.whole", self.cloud.bucket)
        self.assertNotIn("checkpoints/tuned/t1/step-200/adapter.safetensors", self.cloud.bucket)

    def test_a_machine_that_must_go_stops_it_keeps_what_it_writes_then_and_gives_the_job_back(self):
        self.cloud.job()
        box = Box(saves("step-100"), *[waits] * 1000)
        box.last = saves("step-137")
        trainer = self.trainer(box)
        threading.Timer(0.3, lambda: setattr(self.cloud, "notice", True)).start()
        self.assertEqual(GIVEN_BACK, trainer.once())
        self.assertEqual(([60], ["h1"], []), (box.stopped, self.cloud.returned, self.cloud.finished))
        self.assertIn("checkpoints/tuned/t1/step-137.whole", self.cloud.bucket)
        self.assertTrue(trainer.leaving.is_set())

        other = Box(waits, ends(0))
        self.cloud.notice = False
        self.assertEqual(DONE, self.trainer(other).once())
        self.assertEqual("step-137", other.begun[0]["CHECKPOINT"])

    def test_it_goes_on_from_the_checkpoint_with_the_largest_step_that_is_whole(self):
        self.cloud.job()
        for name, mark in (("step-9", True), ("step-100", True), ("step-1000", False), ("notes", True)):
            self.cloud.bucket[f"checkpoints/tuned/t1/{name}/adapter.safetensors"] = name.encode()
            if mark:
                self.cloud.bucket[f"checkpoints/tuned/t1/{name}.whole"] = b"whole\n"
        found = []
        box = Box(lambda one: found.append((one.work / "checkpoints" / "step-100" / "adapter.safetensors").read_text()), ends(0))
        self.trainer(box).once()
        self.assertEqual((["step-100"], "step-100"), (found, box.begun[0]["CHECKPOINT"]))

    def test_a_mark_whose_checkpoint_was_deleted_by_age_does_not_count(self):
        self.cloud.job()
        for name in ("step-100", "step-200"):
            self.cloud.bucket[f"checkpoints/tuned/t1/{name}.whole"] = b"whole\n"
        self.cloud.bucket["checkpoints/tuned/t1/step-100/adapter.safetensors"] = b"kept"
        box = Box(ends(0))
        self.trainer(box).once()
        self.assertEqual("step-100", box.begun[0]["CHECKPOINT"])

    def test_one_that_fails_by_itself_is_not_begun_again_and_says_why(self):
        self.cloud.job()
        self.assertEqual(train.FAILED, self.trainer(Box(saves("step-100"), ends(1))).once())
        self.assertEqual({"exit": 1, "said": "CUDA out of memory"}, json.loads(self.cloud.bucket[f"{FOLDER}/failed.json"]))
        self.assertEqual((["h1"], []), (self.cloud.finished, self.cloud.returned))
        self.assertNotIn(f"{FOLDER}/done.json", self.cloud.bucket)

    def test_after_the_deadline_it_is_stopped_and_what_there_is_is_kept(self):
        now = datetime(2026, 12, 7, 6, tzinfo=timezone.utc)
        self.cloud.job(deadline="2026-12-07T06:00:01Z")
        times = iter([now, now, now + timedelta(seconds=2)])
        box = Box(saves("step-100"), waits, waits, waits)
        self.assertEqual(LATE, self.trainer(box, now=lambda: next(times)).once())
        self.assertEqual("step-100", json.loads(self.cloud.bucket[f"{FOLDER}/late.json"])["checkpoint"])
        self.assertEqual(([60], ["h1"]), (box.stopped, self.cloud.finished))

    def test_what_a_job_left_is_gone_before_the_next_and_what_it_points_to_stays(self):
        outside = self.work / "token"
        outside.write_text("secret")

        def leaves(box):
            (box.work / "checkpoints" / "link").symlink_to(outside)
            (box.work / "output" / "folder").symlink_to(self.work)
            return 0
        self.cloud.job()
        self.trainer(Box(leaves)).once()
        self.assertTrue(outside.exists())
        self.assertEqual([[], [], []], [list((self.work / "work" / name).iterdir()) for name in ("data", "checkpoints", "output")])

    def test_without_data_nothing_is_begun_and_the_job_goes_back(self):
        self.cloud.job(data=None)
        box = Box()
        self.assertEqual(GIVEN_BACK, self.trainer(box).once())
        self.assertEqual([], box.begun)

    def test_a_long_checkpoint_interval_sends_nothing_between(self):
        self.cloud.job()
        clock = iter(range(0, 100_000, 1))
        seen = []
        box = Box(saves("step-1"), lambda one: seen.append("checkpoints/tuned/t1/step-1.whole" in self.cloud.bucket), ends(0))
        self.trainer(box, checkpoint=900.0, clock=lambda: next(clock)).once()
        self.assertEqual([False], seen)
        self.assertIn("checkpoints/tuned/t1/step-1.whole", self.cloud.bucket)


class Commanded(unittest.TestCase):
    def test_a_container_has_the_gpus_and_neither_network_nor_rights(self):
        run = Commands(b"", b"id\n", json.dumps({"Running": True, "ExitCode": 0}).encode(), json.dumps({"Running": False, "ExitCode": 3}).encode())
        box = train.Container("reg/train@sha256:00", ["python", "train.py"], ["--log-driver=gcplogs"], "/var/lib/gpuinfra/models/m", run)
        box.start(Path("/w"), {"JOB": "t1", "CHECKPOINT": ""})
        self.assertIn("--gpus all --shm-size=16g --network none --cap-drop=ALL --security-opt=no-new-privileges --volume /var/lib/gpuinfra/models/m:/model:ro --volume /w/data:/data:ro", run.asked[1])
        self.assertTrue(run.asked[1].endswith("--env CHECKPOINT= --env JOB=t1 --log-driver=gcplogs reg/train@sha256:00 python train.py"))
        self.assertIsNone(box.ended())
        self.assertEqual(3, box.ended())

    def test_folders_go_by_the_clouds_own_command_lines(self):
        run = Commands()
        amazon = train.AmazonFiles(ENVIRONMENT, run)
        amazon.fetch("jobs/tuned/t1/data/", Path("/w/data"))
        amazon.send(Path("/w/output"), "trained/tuned/t1/")
        self.assertEqual(["aws s3 sync --only-show-errors s3://weights/jobs/tuned/t1/data/ /w/data --region us-east-1",
                          "aws s3 sync --only-show-errors --no-follow-symlinks /w/output s3://weights/trained/tuned/t1/ --region us-east-1"], run.asked)
        run = Commands()
        google, folder = train.GoogleFiles(ENVIRONMENT, run), Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, folder)
        google.fetch("checkpoints/tuned/t1/step-1/", folder / "step-1")
        google.send(folder, "trained/tuned/t1/")
        self.assertEqual([f"gcloud --quiet storage rsync --recursive gs://weights/checkpoints/tuned/t1/step-1/ {folder}/step-1",
                          f"gcloud --quiet storage rsync --recursive {folder} gs://weights/trained/tuned/t1/"], run.asked)
        self.assertTrue((folder / "step-1").is_dir())

    def test_steps_are_read_from_the_end_of_a_name(self):
        self.assertEqual([100, 7, 12, None, None, None], [train.step_of(name) for name in ("step-100", "7", "epoch3-step12", "last", "", "../5")])


if __name__ == "__main__":
    unittest.main()
