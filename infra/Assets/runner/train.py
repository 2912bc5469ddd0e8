"""Trains jobs from a queue, one at a time, on all GPUs of this machine. The training itself is a container, of the image and with the command of the plan; what is here fetches a job's data, keeps
whole checkpoints in the bucket, gives the job back when the machine is about to be taken away, and goes on from the last checkpoint, here or on another machine.

The container finds the model's weights in /model, the job's files in /data, what all machines share in /shared (where the plan has a file system for it), its last whole checkpoint in /checkpoints/$CHECKPOINT (empty when there is none), and writes new ones to /checkpoints/NAME-STEP,
an empty file .whole last; what it leaves in /output is the result. It has no network and no credentials.

In the bucket a job has jobs/SERVING/ID/ (its data and how it ended), checkpoints/SERVING/ID/ and trained/SERVING/ID/: each folder is kept for a time of its own."""
import json
import os
import re
import shlex
import shutil
import signal
from pathlib import Path

from jobs import DONE, GIVEN_BACK, LATE, Runner, Settings
from main import Amazon, Google, command, log

FAILED = "failed"
STEP = re.compile(r"^[A-Za-z0-9._-]{0,100}?([0-9]{1,12})$")
SAID_CHARACTERS = 4000


def step_of(name: str) -> int | None:
    """The step that a checkpoint's name ends with; None for a name that is none."""
    match = STEP.match(name)
    return int(match[1]) if match else None


class Container:
    """The training's container, by Docker's own command line."""

    NAME = "gpuinfra-training"

    def __init__(self, image: str, words: list[str], flags: list[str], model: str, run=command, shared: str = "") -> None:
        self.image, self.words, self.flags, self.model, self.run, self.shared = image, words, flags, model, run, shared

    def start(self, work: Path, environment: dict[str, str]) -> None:
        self.remove()
        self.run("docker", "run", "--detach", "--name", self.NAME, "--gpus", "all", "--shm-size=16g", "--network", "none", "--cap-drop=ALL", "--security-opt=no-new-privileges",
                 "--volume", f"{self.model}:/model:ro", "--volume", f"{work}/data:/data:ro", "--volume", f"{work}/checkpoints:/checkpoints", "--volume", f"{work}/output:/output",
                 *(["--volume", f"{self.shared}:/shared"] if self.shared else []),
                 *[word for key, value in sorted(environment.items()) for word in ("--env", f"{key}={value}")], *self.flags, self.image, *self.words)

    def ended(self) -> int | None:
        """Its exit code; None while it runs."""
        state = json.loads(self.run("docker", "inspect", "--format", "{{json .State}}", self.NAME))
        return None if state["Running"] else int(state["ExitCode"])

    def stop(self, seconds: int) -> None:
        self.run("docker", "stop", "--time", str(seconds), self.NAME)

    def said(self) -> str:
        try:
            return self.run("docker", "logs", "--tail", "50", self.NAME).decode(errors="replace")[-SAID_CHARACTERS:]
        except RuntimeError as error:
            return str(error)[-SAID_CHARACTERS:]

    def remove(self) -> None:
        try:
            self.run("docker", "rm", "--force", self.NAME)
        except RuntimeError:
            pass  # There was none.


class Trainer(Runner):
    """A runner whose jobs train."""

    def __init__(self, cloud, settings: Settings, container, work: Path, stop_seconds: int, log, **clocks) -> None:
        super().__init__(cloud, settings, None, log, **clocks)
        self.container, self.work, self.stop_seconds = container, work, stop_seconds

    def _work(self, job: str, until) -> str:
        folder, work = f"{self.settings.serving}/{job}", self.work
        self._clear()
        self.cloud.fetch(f"jobs/{folder}/data/", work / "data")
        if not any((work / "data").iterdir()):
            raise RuntimeError(f"there is nothing in jobs/{folder}/data/")
        kept = self._kept(folder)
        last = self._last(folder, work, kept)
        self.log("began", job=job, checkpoint=last)
        self.container.start(work, {"JOB": job, "CHECKPOINT": last, "CHECKPOINT_SECONDS": str(int(self.settings.checkpoint_seconds))})
        try:
            return self._watch(folder, work, kept, until)
        finally:
            self.container.remove()
            self._clear()

    def _clear(self) -> None:
        """Empties the job's folders. They themselves stay: in a pod the container that trains has mounted them."""
        for name in ("data", "checkpoints", "output"):
            room = self.work / name
            room.mkdir(parents=True, exist_ok=True)
            for one in room.iterdir():
                shutil.rmtree(one) if one.is_dir() and not one.is_symlink() else one.unlink()

    def _watch(self, folder: str, work: Path, kept: set[str], until) -> str:
        looked = self.clock()
        while (code := self.container.ended()) is None:
            late = until is not None and self.now() >= until
            if late or self.leaving.is_set():
                self.container.stop(self.stop_seconds)
                self._keep(folder, work, kept)
                if not late:
                    return GIVEN_BACK
                self._tell(folder, "late", checkpoint=max(kept, key=lambda name: step_of(name), default=""), deadline=until.isoformat())
                return LATE
            if self.clock() - looked >= min(30.0, self.settings.checkpoint_seconds):
                looked = self.clock()
                self._keep(folder, work, kept)
            self.leaving.wait(0.5)
        self._keep(folder, work, kept)
        if code != 0:  # It would fail again: whoever sent it is to mend it.
            if self.leaving.is_set():
                return GIVEN_BACK
            self._tell(folder, FAILED, exit=code, said=self.container.said())
            return FAILED
        self.cloud.send(work / "output", f"trained/{folder}/")
        self._tell(folder, "done", checkpoint=max(kept, key=lambda name: step_of(name), default=""))
        return DONE

    def _kept(self, folder: str) -> set[str]:
        """Checkpoints that are whole in the bucket: their mark was written last."""
        names = (key.rsplit("/", 1)[1].removesuffix(".whole") for key in self.cloud.list(f"checkpoints/{folder}/") if key.endswith(".whole") and key.count("/") == folder.count("/") + 2)
        return {name for name in names if step_of(name) is not None}

    def _last(self, folder: str, work: Path, kept: set[str]) -> str:
        """Fetches the last checkpoint. They are deleted by age, and a mark is a little younger than what it marks: one with nothing behind it does not count."""
        for name in sorted(kept, key=lambda one: step_of(one), reverse=True):
            self.cloud.fetch(f"checkpoints/{folder}/{name}/", work / "checkpoints" / name)
            if (work / "checkpoints" / name).is_dir() and any((work / "checkpoints" / name).iterdir()):
                return name
            kept.discard(name)
            shutil.rmtree(work / "checkpoints" / name, ignore_errors=True)
        return ""

    def _keep(self, folder: str, work: Path, kept: set[str]) -> None:
        """Sends checkpoints that are whole and not in the bucket yet, the newest first: if the machine goes meanwhile, that is the one that counts."""
        whole = [one.name for one in (work / "checkpoints").iterdir() if (one / ".whole").exists() and step_of(one.name) is not None and one.name not in kept]
        for name in sorted(whole, key=lambda one: step_of(one), reverse=True):
            self.cloud.send(work / "checkpoints" / name, f"checkpoints/{folder}/{name}/")
            self.cloud.write(f"checkpoints/{folder}/{name}.whole", b"whole\n")
            kept.add(name)
            self.log("kept", folder=folder, checkpoint=name)

    def _tell(self, folder: str, how: str, **what) -> None:
        self.cloud.write(f"jobs/{folder}/{how}.json", json.dumps(what, sort_keys=True).encode())


class AmazonFiles(Amazon):
    """Folders as well. A link is not followed, which gcloud does by itself: what a training leaves may point to what is the runner's."""

    def fetch(self, prefix, folder):
        self._aws("s3", "sync", "--only-show-errors", f"s3://{self.bucket}/{prefix}", str(folder))

    def send(self, folder, prefix):
        self._aws("s3", "sync", "--only-show-errors", "--no-follow-symlinks", str(folder), f"s3://{self.bucket}/{prefix}")


class GoogleFiles(Google):
    """Folders as well."""

    def fetch(self, prefix, folder):
        folder.mkdir(parents=True, exist_ok=True)
        self.run("gcloud", "--quiet", "storage", "rsync", "--recursive", f"gs://{self.bucket}/{prefix}", str(folder))

    def send(self, folder, prefix):
        self.run("gcloud", "--quiet", "storage", "rsync", "--recursive", str(folder), f"gs://{self.bucket}/{prefix}")


def beside():
    """The container beside this one in a pod. Machines have no such file."""
    from beside import Beside
    return Beside(Path(os.environ["CONTROL"]))


def main() -> None:
    settings = Settings(os.environ["SERVING"], (), 1, float(os.environ["CHECKPOINT_SECONDS"]), float(os.environ["LEASE_SECONDS"]))
    container = beside() if "CONTROL" in os.environ else Container(os.environ["IMAGE"], shlex.split(os.environ.get("COMMAND", "")), shlex.split(os.environ.get("LOG_FLAGS", "")), os.environ["MODEL_DIR"], shared=os.environ.get("SHARED", ""))
    cloud = (AmazonFiles if os.environ["CLOUD"] == "aws" else GoogleFiles)(os.environ)
    trainer = Trainer(cloud, settings, container, Path(os.environ["WORK"]), int(os.environ["STOP_SECONDS"]), log)
    signal.signal(signal.SIGTERM, lambda *_: trainer.leaving.set())
    while not trainer.leaving.is_set():
        try:
            trainer.once()
        except RuntimeError as error:
            log("trouble", error=str(error))
            trainer.leaving.wait(30)


if __name__ == "__main__":
    main()
