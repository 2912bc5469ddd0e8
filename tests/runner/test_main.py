"""What the runner asks of the clouds' command lines, and how it reads their answers."""
import base64
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

sys.dont_write_bytecode = True
ASSETS = Path(__file__).parents[2] / "infra" / "Assets" / "runner"
sys.path.insert(0, str(ASSETS))

import main  # noqa: E402

ENVIRONMENT = {"REGION": "us-east-1", "BUCKET": "weights", "QUEUE": "https://sqs.us-east-1.amazonaws.com/111122223333/nightly"}


class Commands:
    def __init__(self, *answers):
        self.answers, self.asked = list(answers), []

    def __call__(self, *words, data=None):
        self.asked.append(" ".join(words))
        answer = self.answers.pop(0) if self.answers else b""
        if isinstance(answer, Exception):
            raise answer
        return answer


class InPod(unittest.TestCase):
    def test_a_pod_asks_no_machine_whether_it_must_go_and_protects_none(self):
        for kind in (main.Amazon, main.Google):
            run = Commands()
            pod = kind({**ENVIRONMENT, "POD": "yes"}, run, look=lambda *_: self.fail("it looked"))
            pod.busy(True)
            self.assertFalse(pod.must_go())
            self.assertEqual([], run.asked)


class OnAmazon(unittest.TestCase):
    def test_a_job_is_taken_held_and_given_back_or_finished(self):
        run = Commands(json.dumps({"Messages": [{"ReceiptHandle": "h", "Body": "{}"}]}).encode())
        amazon = main.Amazon(ENVIRONMENT, run)
        self.assertEqual(("h", "{}"), amazon.take(600))
        amazon.extend("h", 600)
        amazon.give_back("h")
        amazon.finish("h")
        queue = ENVIRONMENT["QUEUE"]
        self.assertEqual([
            f"aws sqs receive-message --queue-url {queue} --max-number-of-messages 1 --wait-time-seconds 20 --visibility-timeout 600 --output json --region us-east-1",
            f"aws sqs change-message-visibility --queue-url {queue} --receipt-handle h --visibility-timeout 600 --region us-east-1",
            f"aws sqs change-message-visibility --queue-url {queue} --receipt-handle h --visibility-timeout 0 --region us-east-1",
            f"aws sqs delete-message --queue-url {queue} --receipt-handle h --region us-east-1"], run.asked)
        self.assertIsNone(amazon.take(600))  # The command line says nothing at all of an empty queue.

    def test_a_machine_with_a_job_is_protected_and_one_that_cannot_be_goes_on(self):
        run = Commands(json.dumps({"AutoScalingInstances": [{"AutoScalingGroupName": "nightly-abc"}]}).encode(), b"", b"", RuntimeError("AccessDenied"))
        amazon = main.Amazon(ENVIRONMENT, run, look=lambda address, headers, method: "i-1")
        amazon.busy(True)
        amazon.busy(False)
        amazon.busy(True)
        self.assertEqual([
            "aws autoscaling set-instance-protection --instance-ids i-1 --auto-scaling-group-name nightly-abc --protected-from-scale-in --region us-east-1",
            "aws autoscaling set-instance-protection --instance-ids i-1 --auto-scaling-group-name nightly-abc --no-protected-from-scale-in --region us-east-1"], run.asked[1:3])

    def test_a_spot_notice_is_seen(self):
        said = {"meta-data/spot/instance-action": None}
        amazon = main.Amazon(ENVIRONMENT, Commands(), look=lambda address, headers, method: "token" if method == "PUT" else said[address.split("latest/")[1]])
        self.assertFalse(amazon.must_go())
        said["meta-data/spot/instance-action"] = '{"action": "terminate"}'
        self.assertTrue(amazon.must_go())

    def test_no_parts_are_none(self):
        self.assertEqual([], main.Amazon(ENVIRONMENT, Commands(b"None\n")).list("jobs/x"))
        self.assertEqual(["a", "b"], main.Amazon(ENVIRONMENT, Commands(b"b\na\n")).list("jobs/x"))


class OnGoogle(unittest.TestCase):
    def test_a_job_is_taken_held_and_finished(self):
        run = Commands(json.dumps([{"ackId": "h", "message": {"data": base64.b64encode(b"{}").decode()}}]).encode())
        google = main.Google({"BUCKET": "weights", "QUEUE": "nightly"}, run)
        self.assertEqual(("h", "{}"), google.take(900))
        google.finish("h")
        self.assertEqual([
            "gcloud --quiet pubsub subscriptions pull nightly --limit 1 --format json",
            "gcloud --quiet pubsub subscriptions modify-message-ack-deadline nightly --ack-ids h --ack-deadline 600",
            "gcloud --quiet pubsub subscriptions ack nightly --ack-ids h"], run.asked)

    def test_no_parts_are_none_and_other_trouble_is_trouble(self):
        google = main.Google({"BUCKET": "weights", "QUEUE": "nightly"}, Commands(RuntimeError("One or more URLs matched no objects."), RuntimeError("403"), b"gs://weights/jobs/b gs://weights/jobs/a"))
        self.assertEqual([], google.list("jobs/"))
        self.assertRaises(RuntimeError, google.list, "jobs/")
        self.assertEqual(["jobs/a", "jobs/b"], google.list("jobs/"))

    def test_a_preemption_is_seen(self):
        self.assertTrue(main.Google({"BUCKET": "b", "QUEUE": "q"}, look=lambda *_: "TRUE").must_go())
        self.assertFalse(main.Google({"BUCKET": "b", "QUEUE": "q"}, look=lambda *_: "FALSE").must_go())


@unittest.skipUnless(shutil.which("bash"), "the commands' stand-ins are scripts")
class Whole(unittest.TestCase):
    """The program itself: stand-ins for the command line, and an engine."""

    def test_a_job_goes_through_the_whole_program_and_a_stop_ends_it(self):
        folder = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, folder)
        (folder / "bin").mkdir()
        (folder / "bucket" / "jobs" / "nightly" / "j1").mkdir(parents=True)
        (folder / "bucket" / "jobs" / "nightly" / "j1" / "input.jsonl").write_text("".join(
            json.dumps({"custom_id": f"r{number}", "url": "/v1/completions", "body": {"prompt": str(number)}}) + "\n" for number in range(5)))
        (folder / "message").write_text(json.dumps([{"ackId": "h", "message": {"data": base64.b64encode(b'{"id": "j1"}').decode()}}]))
        gcloud = folder / "bin" / "gcloud"
        gcloud.write_text("""#!/bin/bash
echo "$*" >> "$FOLDER/calls"
file() { echo "$FOLDER/bucket/${1#gs://weights/}"; }
case "$2 $3 $4" in
  "pubsub subscriptions pull") if [[ -e $FOLDER/message ]]; then cat "$FOLDER/message"; rm "$FOLDER/message"; else echo '[]'; fi ;;
  "storage cat "*) cat "$(file "$4")" ;;
  "storage cp "*) cat > "$(file "$5")" ;;
  "storage ls "*) for one in $(file "$4"); do [[ -e $one ]] && found=1 && echo "gs://weights/${one#"$FOLDER/bucket/"}"; done; [[ -n $found ]] || { echo 'matched no objects' >&2; exit 1; } ;;
esac
""")
        gcloud.chmod(0o755)

        class Engine(BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def do_GET(self):
                self.send_response(200)
                self.end_headers()

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                data = json.dumps({"model": body["model"], "text": body["prompt"]}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)
        server = ThreadingHTTPServer(("127.0.0.1", 0), Engine)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        process = subprocess.Popen([sys.executable, str(ASSETS / "main.py")], stdout=subprocess.PIPE, env={
            "PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "FOLDER": str(folder), "CLOUD": "gcp", "REGION": "us-central1", "BUCKET": "weights", "QUEUE": "nightly", "SERVING": "nightly",
            "MODEL": "llama", "FIRST_PORT": str(server.server_port), "REPLICAS": "1", "PLACES": "4", "CHECKPOINT_SECONDS": "60", "LEASE_SECONDS": "600", "PYTHONDONTWRITEBYTECODE": "1"})
        done = folder / "bucket" / "jobs" / "nightly" / "j1" / "done.json"
        until = time.monotonic() + 30
        while not done.exists() and time.monotonic() < until:
            time.sleep(0.1)
        while "ack nightly --ack-ids h" not in (folder / "calls").read_text() and time.monotonic() < until:
            time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        said = process.communicate(timeout=30)[0].decode()
        self.assertEqual(0, process.returncode)
        self.assertEqual({"lines": 5, "failed": 0}, json.loads(done.read_text()), said)
        rows = [json.loads(line) for part in sorted(done.parent.glob("output-*")) for line in part.read_text().splitlines()]
        self.assertEqual([("r0", "llama"), ("r1", "llama"), ("r2", "llama"), ("r3", "llama"), ("r4", "llama")], [(row["custom_id"], row["response"]["model"]) for row in rows])


if __name__ == "__main__":
    unittest.main()
