"""Training in a cluster: the container that trains stands beside the runner in one pod, and a folder that both see takes the place of Docker's command line. The container has neither the
runner's credentials nor its home.

The runner writes job.json, and stop with the seconds that the training may take to end; the container answers with running and in the end with exit, its code. Each is written whole or not at all."""
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from pathlib import Path

LOST = 137  # What the kernel leaves of a process that it ends: a container that starts again while a job runs has lost it.
SAID_LINES, SAID_CHARACTERS = 50, 4000
SEND_SECONDS = 15  # From the end of a training until its code is there.


def put(file: Path, text: str) -> None:
    """Writes a file that nobody sees half of."""
    new = file.with_name(f".{file.name}.new")
    new.write_text(text)
    new.replace(file)


def take(file: Path) -> str | None:
    """What a file says; None where there is none. What the other container has put there is read, and nothing that it points to."""
    try:
        with os.fdopen(os.open(file, os.O_RDONLY | os.O_NOFOLLOW)) as opened:
            return opened.read(2 * SAID_CHARACTERS)
    except OSError:
        return None


class Beside:
    """The runner's end: a container as `train.py` knows it."""

    def __init__(self, folder: Path, wait=time.sleep, clock=time.monotonic) -> None:
        self.folder, self.wait, self.clock = folder, wait, clock

    def start(self, work: Path, environment: dict[str, str]) -> None:
        self.remove()
        put(self.folder / "job.json", json.dumps(environment))

    def ended(self) -> int | None:
        code = take(self.folder / "exit")
        return None if code is None else int(code)

    def stop(self, seconds: int) -> None:
        put(self.folder / "stop", str(seconds))
        until = self.clock() + seconds + SEND_SECONDS
        while self.ended() is None:
            if self.clock() >= until:
                raise RuntimeError(f"the training did not end in {seconds} s")
            self.wait(0.2)

    def said(self) -> str:
        return (take(self.folder / "said") or "")[-SAID_CHARACTERS:]

    def remove(self) -> None:
        """Ends what still runs, and takes the job away: nothing of it is there when the next begins."""
        if (self.folder / "job.json").exists() and self.ended() is None:
            self.stop(0)
        for name in ("job.json", "stop", "running", "said", "exit"):
            (self.folder / name).unlink(missing_ok=True)


def leave_nothing() -> None:
    """Ends every other process of this container, whose first one this is. Elsewhere it would end what is not the training's."""
    if os.getpid() != 1:
        return
    try:
        os.kill(-1, signal.SIGKILL)
    except ProcessLookupError:
        pass  # There was none.


class Trainee:
    """The container's end: runs the plan's command for each job."""

    def __init__(self, folder: Path, command: list[str], clean=leave_nothing, out=None) -> None:
        self.folder, self.command, self.clean, self.out = folder, command, clean, out or sys.stdout.buffer

    def once(self) -> bool:
        """Runs the job that is there, if one is and has not been run; says whether one was."""
        told = take(self.folder / "job.json")
        if told is None or (self.folder / "exit").exists():
            return False
        if (self.folder / "running").exists():
            self._answer(LOST, "the container was started again while it trained; mostly its memory was used up\n")
            return True
        put(self.folder / "running", "")
        try:
            process = subprocess.Popen(self.command, env={**os.environ, **json.loads(told)}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
        except OSError as error:
            self._answer(127, f"{error}\n")
            return True
        lines: deque[bytes] = deque(maxlen=SAID_LINES)
        reader = threading.Thread(target=self._pass, args=(process.stdout, lines), daemon=True)
        reader.start()
        asked = None
        while process.poll() is None:
            seconds = take(self.folder / "stop")
            if seconds is not None and asked is None:
                asked = time.monotonic() + float(seconds)
                self._signal(process, signal.SIGTERM)
            if asked is not None and time.monotonic() >= asked:
                self._signal(process, signal.SIGKILL)
            time.sleep(0.1)
        self.clean()
        reader.join(timeout=5)  # Whoever still holds the pipe is not waited for.
        self._answer(process.returncode if process.returncode >= 0 else 128 - process.returncode, b"".join(lines).decode(errors="replace"))
        return True

    def _answer(self, code: int, said: str) -> None:
        put(self.folder / "said", said[-SAID_CHARACTERS:])
        put(self.folder / "exit", str(code))

    def _pass(self, stream, lines: deque) -> None:
        with stream:
            for line in stream:
                self.out.write(line)
                self.out.flush()
                lines.append(line[-2000:])

    @staticmethod
    def _signal(process, which: int) -> None:
        try:
            os.killpg(process.pid, which)
        except ProcessLookupError:
            pass


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))  # The runner has gone before: a pod's containers end in that order.
    trainee = Trainee(Path(os.environ["CONTROL"]), sys.argv[1:])
    while True:
        if not trainee.once():
            time.sleep(1)


if __name__ == "__main__":
    main()
