"""The runner on a machine: jobs from the cloud's queue, files in the region's bucket, engines on this machine. The cloud's own command line does the calls, as in
the bootstrap."""
import base64
import json
import os
import signal
import subprocess
import time
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from jobs import Runner, Settings

ANSWER_SECONDS = 3600  # The longest that an engine may take for a line.
IDLE_SECONDS = 20


def command(*words: str, data: bytes | None = None) -> bytes:
    """Runs a command and returns what it says; fails with what it complains of."""
    done = subprocess.run(words, input=data, capture_output=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(words[:4])}: {done.stderr.decode(errors='replace')[-500:]}")
    return done.stdout


def metadata(address: str, headers: dict[str, str], method: str = "GET") -> str | None:
    """What the machine's cloud says of it; None where it says nothing."""
    try:
        with urlopen(Request(address, headers=headers, method=method), timeout=3) as answer:
            return answer.read().decode()
    except (HTTPError, URLError, TimeoutError):
        return None


class Amazon:
    """SQS and S3."""

    LINK = "http://169.254.169.254/latest"

    def __init__(self, environment, run=command, look=metadata) -> None:
        self.region, self.bucket, self.queue = environment["REGION"], environment["BUCKET"], environment["QUEUE"]
        self.run, self.look, self.group, self.id, self.is_pod = run, look, None, None, "POD" in environment

    def take(self, seconds):
        text = self._aws("sqs", "receive-message", "--queue-url", self.queue, "--max-number-of-messages", "1",
                         "--wait-time-seconds", str(IDLE_SECONDS), "--visibility-timeout", str(int(seconds)), "--output", "json")
        messages = json.loads(text or b"{}").get("Messages", [])
        return (messages[0]["ReceiptHandle"], messages[0]["Body"]) if messages else None

    def extend(self, handle, seconds):
        self._aws("sqs", "change-message-visibility", "--queue-url", self.queue, "--receipt-handle", handle, "--visibility-timeout", str(int(seconds)))

    def give_back(self, handle):
        self.extend(handle, 0)

    def finish(self, handle):
        self._aws("sqs", "delete-message", "--queue-url", self.queue, "--receipt-handle", handle)

    def busy(self, is_busy):
        """A machine with a job is not the one that is scaled in; a pod's node stays while the pod does."""
        if self.is_pod:
            return
        try:
            self.id = self.id or self._look("meta-data/instance-id")
            self.group = self.group or json.loads(self._aws("autoscaling", "describe-auto-scaling-instances", "--instance-ids", self.id, "--output", "json"))["AutoScalingInstances"][0]["AutoScalingGroupName"]
            self._aws("autoscaling", "set-instance-protection", "--instance-ids", self.id, "--auto-scaling-group-name", self.group,
                      "--protected-from-scale-in" if is_busy else "--no-protected-from-scale-in")
        except (RuntimeError, LookupError, TypeError) as error:  # Then it may be scaled in with its job, which goes on elsewhere.
            log("unprotected", error=str(error))

    def must_go(self):
        """A pod hears of its node's notice by the signal that stops it."""
        return not self.is_pod and self._look("meta-data/spot/instance-action") is not None

    def read(self, key):
        return self._aws("s3", "cp", "--only-show-errors", f"s3://{self.bucket}/{key}", "-")

    def write(self, key, data):
        self._aws("s3", "cp", "--only-show-errors", "-", f"s3://{self.bucket}/{key}", data=data)

    def list(self, prefix):
        text = self._aws("s3api", "list-objects-v2", "--bucket", self.bucket, "--prefix", prefix, "--query", "Contents[].[Key]", "--output", "text").decode()
        return sorted(key for key in text.split() if key != "None")

    def _look(self, path):
        token = self.look(f"{self.LINK}/api/token", {"X-aws-ec2-metadata-token-ttl-seconds": "300"}, "PUT")
        return None if token is None else self.look(f"{self.LINK}/{path}", {"X-aws-ec2-metadata-token": token}, "GET")

    def _aws(self, *words, data=None):
        return self.run("aws", *words, "--region", self.region, data=data)


class Google:
    """Pub/Sub and Cloud Storage."""

    LINK = "http://metadata.google.internal/computeMetadata/v1/instance"

    def __init__(self, environment, run=command, look=metadata) -> None:
        self.bucket, self.queue, self.run, self.look, self.is_pod = environment["BUCKET"], environment["QUEUE"], run, look, "POD" in environment

    def take(self, seconds):
        messages = json.loads(self._pubsub("pull", "--limit", "1", "--format", "json") or b"[]")
        if not messages:
            time.sleep(IDLE_SECONDS)
            return None
        handle = messages[0]["ackId"]
        self.extend(handle, seconds)
        return handle, base64.b64decode(messages[0]["message"]["data"]).decode()

    def extend(self, handle, seconds):
        self._pubsub("modify-message-ack-deadline", "--ack-ids", handle, "--ack-deadline", str(int(min(600, seconds))))

    def give_back(self, handle):
        self.extend(handle, 0)

    def finish(self, handle):
        self._pubsub("ack", "--ack-ids", handle)

    def busy(self, is_busy):
        """Google's groups know no protection: a machine that is scaled in gives its job back, and the job goes on elsewhere."""

    def must_go(self):
        return not self.is_pod and self.look(f"{self.LINK}/preempted", {"Metadata-Flavor": "Google"}, "GET") == "TRUE"

    def read(self, key):
        return self.run("gcloud", "--quiet", "storage", "cat", f"gs://{self.bucket}/{key}")

    def write(self, key, data):
        self.run("gcloud", "--quiet", "storage", "cp", "-", f"gs://{self.bucket}/{key}", data=data)

    def list(self, prefix):
        try:
            found = self.run("gcloud", "--quiet", "storage", "ls", f"gs://{self.bucket}/{prefix}*").decode().split()
        except RuntimeError as error:
            if "matched no objects" in str(error):
                return []
            raise
        return sorted(name.removeprefix(f"gs://{self.bucket}/") for name in found)

    def _pubsub(self, verb, *words):
        return self.run("gcloud", "--quiet", "pubsub", "subscriptions", verb, self.queue, *words)


def ask(address: str, path: str, body: dict) -> tuple[int, object]:
    """Asks an engine; 0 where none answers."""
    request = Request(f"{address}{path}", json.dumps({"model": os.environ["MODEL"], **body}).encode(), {"Content-Type": "application/json"})
    try:
        with urlopen(request, timeout=ANSWER_SECONDS) as answer:
            return answer.status, json.loads(answer.read())
    except HTTPError as error:
        return error.code, error.read().decode(errors="replace")[:2000]
    except (URLError, TimeoutError, OSError, ValueError) as error:
        return 0, str(error)


def log(event: str, **fields) -> None:
    print(json.dumps({"event": event, **fields}, sort_keys=True), flush=True)


def main() -> None:
    engines = tuple(f"http://127.0.0.1:{int(os.environ['FIRST_PORT']) + number}" for number in range(int(os.environ["REPLICAS"])))
    settings = Settings(os.environ["SERVING"], engines, int(os.environ["PLACES"]), float(os.environ["CHECKPOINT_SECONDS"]), float(os.environ["LEASE_SECONDS"]))
    runner = Runner((Amazon if os.environ["CLOUD"] == "aws" else Google)(os.environ), settings, ask, log)
    signal.signal(signal.SIGTERM, lambda *_: runner.leaving.set())
    while not runner.leaving.is_set():
        try:
            if not all(metadata(f"{engine}/health", {}) is not None for engine in engines):
                runner.leaving.wait(10)  # A job that waits in the queue is any machine's; one taken here would be this one's.
                continue
            runner.once()
        except RuntimeError as error:
            log("trouble", error=str(error))
            runner.leaving.wait(30)
    os._exit(0)  # Requests that still run are asked again elsewhere.


if __name__ == "__main__":
    main()
