"""Works through jobs from a queue on the engines of this machine. What is done is kept in the bucket every few minutes and when the machine is about to be
taken away, so that a job goes on where it stood, here or on another machine. No cloud here: it is an object with the methods used.

A job is a message {"id": ..., "deadline": ...} and a file jobs/SERVING/ID/input.jsonl, each line a request {"custom_id", "url", "body"}. Its answers are parts,
jobs/SERVING/ID/output-NNNNNNNN.jsonl, named after the first line that they answer, and at its end jobs/SERVING/ID/done.json says how many."""
import json
import os
import re
import threading
import time
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")
ATTEMPTS = 3
DONE, LATE, GIVEN_BACK, REFUSED = "done", "late", "given back", "refused"


@dataclass(frozen=True)
class Settings:
    serving: str
    engines: tuple[str, ...]  # their addresses
    places: int  # requests at once on each
    checkpoint_seconds: float
    lease_seconds: float


class Runner:
    """Takes jobs until it is told to stop. send(address, path, body) asks an engine and returns (status, answer)."""

    def __init__(self, cloud, settings: Settings, send, log, now=lambda: datetime.now(timezone.utc), clock=time.monotonic) -> None:
        self.cloud, self.settings, self.send, self.log, self.now, self.clock = cloud, settings, send, log, now, clock
        self.leaving = threading.Event()  # The machine is about to be taken away, or the service is stopped.
        self.mark = Path(os.environ.get("LEAVING", "/run/gpuinfra-leaving"))  # The service's unit looks at it: on a machine that goes, it is not started again.

    def once(self) -> str | None:
        """Takes a job, if there is one, and says how it ended. On a machine that must go it takes none."""
        if self._must_go():
            return None
        message = self.cloud.take(self.settings.lease_seconds)
        if message is None:
            return None
        handle, text = message
        try:
            told = json.loads(text)
            job, deadline = told["id"], told.get("deadline")
            until = datetime.fromisoformat(deadline.replace("Z", "+00:00")) if deadline else None
            if not NAME.match(job) or (until and not until.tzinfo):
                raise ValueError(f"no name or no time: {text[:200]}")
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            self.log("refused", error=str(error))  # It stays in the queue, and the queue moves it aside after some tries.
            return REFUSED
        self.cloud.busy(True)
        try:
            return self._hold(handle, job, until)
        finally:
            self.cloud.busy(False)

    def _must_go(self) -> bool:
        if self.cloud.must_go() and not self.leaving.is_set():
            self.leaving.set()
            try:
                self.mark.touch()
            except OSError as error:  # Then the service comes back, looks again, and takes nothing.
                self.log("unmarked", error=str(error))
        return self.leaving.is_set()

    def _hold(self, handle, job: str, until) -> str:
        """Runs a job while another thread keeps it from being given to somebody else, and looks whether the machine must go."""
        over = threading.Event()

        def keep():
            last = self.clock()
            while not over.wait(min(1.0, self.settings.lease_seconds / 10)):
                if self.clock() - last >= self.settings.lease_seconds / 3:
                    last = self.clock()
                    try:
                        self.cloud.extend(handle, self.settings.lease_seconds)
                    except Exception as error:  # It may come to another machine as well: parts of both say the same.
                        self.log("lease", job=job, error=str(error))
                self._must_go()
        keeper = threading.Thread(target=keep, daemon=True)
        keeper.start()
        try:
            ended = self._work(job, until)
        except Exception as error:  # Nothing is lost: the job comes back when its lease ends.
            self.log("failed", job=job, error=str(error))
            ended = GIVEN_BACK
        finally:
            over.set()
            keeper.join()
        if ended == GIVEN_BACK:
            self.cloud.give_back(handle)
        else:
            self.cloud.finish(handle)
        self.log("ended", job=job, how=ended)
        return ended

    def _work(self, job: str, until) -> str:
        folder = f"jobs/{self.settings.serving}/{job}"
        lines = [line for line in self.cloud.read(f"{folder}/input.jsonl").decode().splitlines() if line.strip()]
        known = self._known(folder)
        todo = [number for number in range(len(lines)) if number not in known]
        self.log("began", job=job, lines=len(lines), done=len(known))
        answers: dict[int, dict] = {}
        last, late = self.clock(), False
        capacity = len(self.settings.engines) * self.settings.places
        pool, running = ThreadPoolExecutor(capacity), {}
        try:
            while todo or running:
                late = late or (until is not None and self.now() >= until)
                while todo and len(running) < capacity and not late and not self.leaving.is_set():
                    number = todo.pop(0)
                    running[pool.submit(self._ask, number, lines[number])] = number
                if not running:
                    break
                for ready in wait(running, timeout=0.5, return_when=FIRST_COMPLETED).done:
                    answers[running.pop(ready)] = ready.result()
                if self.leaving.is_set():
                    break
                if self.clock() - last >= self.settings.checkpoint_seconds:
                    last = self.clock()
                    answers = self._keep(folder, answers)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)  # What still runs is asked again elsewhere; nobody waits for it here.
        self._keep(folder, answers)
        if self.leaving.is_set():
            return GIVEN_BACK
        known = self._known(folder)
        if late and len(known) < len(lines):
            self.cloud.write(f"{folder}/late.json", json.dumps({"lines": len(lines), "answered": len(known), "deadline": until.isoformat()}).encode())
            return LATE
        failed = sum(1 for ok in known.values() if not ok)
        self.cloud.write(f"{folder}/done.json", json.dumps({"lines": len(lines), "failed": failed}).encode())
        return DONE

    def _keep(self, folder: str, answers: dict[int, dict]) -> dict:
        """Writes what was answered since the last time. A part holds its own lines and is never changed."""
        if answers:
            text = "".join(json.dumps({"line": number, **answers[number]}, ensure_ascii=False) + "\n" for number in sorted(answers))
            self.cloud.write(f"{folder}/output-{min(answers):08d}.jsonl", text.encode())
            self.log("kept", folder=folder, lines=len(answers))
        return {}

    def _known(self, folder: str) -> dict[int, bool]:
        """Lines that have an answer in the bucket, and whether it is one. A part cut short counts as far as it goes."""
        known = {}
        for key in self.cloud.list(f"{folder}/output-"):
            for line in self.cloud.read(key).decode(errors="replace").splitlines():
                try:
                    row = json.loads(line)
                    known[row["line"]] = row["status"] == 200
                except (ValueError, KeyError, TypeError):
                    continue
        return known

    def _ask(self, number: int, line: str) -> dict:
        try:
            request = json.loads(line)
            named, path, body = request.get("custom_id"), request["url"], request["body"]
            if not path.startswith("/v1/"):
                raise ValueError(f"no path of an engine: {path}")
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            return {"custom_id": None, "status": 400, "error": f"line {number + 1} is no request: {error}"}
        address, status, answer = self.settings.engines[number % len(self.settings.engines)], 0, ""
        for attempt in range(ATTEMPTS):
            status, answer = self.send(address, path, body)
            if 0 < status < 500 and status != 429 or self.leaving.wait(min(30, 2 ** attempt)):
                break
        return {"custom_id": named, "status": status, **({"response": answer} if status == 200 else {"error": answer})}
