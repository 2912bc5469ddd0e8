"""A job's life between the two containers of a pod, with the training as a real process."""
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

from test_main import ASSETS

import beside

PROGRAM = "import os, signal, sys, time; print(os.environ['JOB'], os.environ['CHECKPOINT'] or '-'); sys.stdout.flush(); "


class Pod(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.runner, self.out = beside.Beside(self.folder), io.BytesIO()
        self.cleaned = []

    def trainee(self, program):
        return beside.Trainee(self.folder, [sys.executable, "-c", PROGRAM + program], clean=lambda: self.cleaned.append(True), out=self.out)

    def run_job(self, program, **environment):
        self.runner.start(Path("/"), {"JOB": "t1", "CHECKPOINT": "", **environment})
        thread = threading.Thread(target=self.trainee(program).once)
        thread.start()
        return thread

    def test_a_training_gets_its_job_and_its_end_and_last_words_come_back(self):
        self.run_job("print('x' * 10); sys.exit(3)", CHECKPOINT="step-7").join()
        self.assertEqual((3, "t1 step-7\nxxxxxxxxxx\n"), (self.runner.ended(), self.runner.said()))
        self.assertEqual(b"t1 step-7\nxxxxxxxxxx\n", self.out.getvalue())
        self.assertEqual([True], self.cleaned)

    def test_it_is_run_once_and_the_next_job_begins_with_nothing_of_the_last(self):
        self.run_job("sys.exit(0)").join()
        self.assertFalse(self.trainee("sys.exit(9)").once())
        self.assertEqual(0, self.runner.ended())
        self.runner.start(Path("/"), {"JOB": "t2", "CHECKPOINT": ""})
        self.assertIsNone(self.runner.ended())
        self.assertEqual((["job.json"], ""), (os.listdir(self.folder), self.runner.said()))

    def test_one_that_is_asked_to_stop_has_its_time_and_ends_as_it_likes(self):
        thread = self.run_job("signal.signal(signal.SIGTERM, lambda *_: sys.exit(5)); print('ready'); sys.stdout.flush(); time.sleep(60)")
        self.wait_for(lambda: b"ready" in self.out.getvalue())
        self.runner.stop(30)
        thread.join()
        self.assertEqual(5, self.runner.ended())

    def test_one_that_does_not_stop_is_killed(self):
        thread = self.run_job("signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready'); sys.stdout.flush(); time.sleep(60)")
        self.wait_for(lambda: b"ready" in self.out.getvalue())
        began = time.monotonic()
        self.runner.stop(1)
        thread.join()
        self.assertEqual(137, self.runner.ended())
        self.assertLess(time.monotonic() - began, 10)

    def test_what_runs_is_ended_before_its_job_is_taken_away(self):
        thread = self.run_job("time.sleep(60)")
        self.wait_for(lambda: (self.folder / "running").exists())
        self.runner.remove()
        thread.join()
        self.assertEqual([], [name for name in os.listdir(self.folder) if name in ("job.json", "exit", "running", "stop")])

    def test_a_container_that_starts_again_has_lost_the_job_that_it_ran(self):
        self.runner.start(Path("/"), {"JOB": "t1", "CHECKPOINT": ""})
        (self.folder / "running").touch()
        self.assertTrue(self.trainee("sys.exit(0)").once())
        self.assertEqual(137, self.runner.ended())
        self.assertIn("memory", self.runner.said())

    def test_a_command_that_is_not_there_is_a_failure_and_no_crash(self):
        self.runner.start(Path("/"), {"JOB": "t1"})
        beside.Trainee(self.folder, ["/no/such/program"], clean=lambda: None, out=self.out).once()
        self.assertEqual(127, self.runner.ended())
        self.assertIn("/no/such/program", self.runner.said())

    def test_what_points_elsewhere_is_not_read(self):
        secret = self.folder / "token"
        secret.write_text("0")
        (self.folder / "said").symlink_to(secret)
        (self.folder / "exit").symlink_to(secret)
        self.assertEqual((None, ""), (self.runner.ended(), self.runner.said()))

    def test_a_training_that_never_answers_is_told_of(self):
        clock = iter(range(0, 1000, 10))
        runner = beside.Beside(self.folder, wait=lambda _: None, clock=lambda: next(clock))
        runner.start(Path("/"), {})
        with self.assertRaisesRegex(RuntimeError, "did not end in 12 s"):
            runner.stop(12)

    def test_the_container_s_program_runs_jobs_one_after_the_other_until_the_pod_ends(self):
        process = subprocess.Popen([sys.executable, str(ASSETS / "beside.py"), sys.executable, "-c", PROGRAM + "sys.exit(4)"],
                                   env={"CONTROL": str(self.folder), "PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}, stdout=subprocess.PIPE)
        try:
            for job in ("t1", "t2"):
                self.runner.start(Path("/"), {"JOB": job, "CHECKPOINT": ""})
                self.wait_for(lambda: self.runner.ended() == 4)
                self.assertEqual(f"{job} -\n", self.runner.said())
        finally:
            process.terminate()
            self.assertEqual(0, process.wait())
            process.stdout.close()

    def wait_for(self, holds):
        until = time.monotonic() + 20
        while not holds():
            self.assertLess(time.monotonic(), until, "it did not come")
            time.sleep(0.05)


if __name__ == "__main__":
    unittest.main()
