"""Stops canaries that a monitor has found bad. What the monitor says lies in the region's bucket, in a cluster in an object that is mounted here, a word for each serving: "stop" sends nobody
to its canary any more, "go", which only people write, sends the plan's share again. Whatever else is there, or cannot be read, changes nothing; no share is ever above the plan's."""
import os
import signal
import sys
import time

from agent import Amazon, Google, Haproxy

STEP_SECONDS = 60
ROOT = "router/canary"
WORDS = {"stop": 1, "go": 0}


class Mounted:
    """The words of a cluster's object, a file each where it is mounted."""

    def __init__(self, settings: dict[str, str]) -> None:
        self.folder = settings["WORDS"]

    def read(self, key: str) -> str:
        with open(f"{self.folder}/{os.path.basename(key)}", encoding="utf-8") as file:
            return file.read()


READERS = {"aws": Amazon, "gcp": Google, "cluster": Mounted}


def decide(text: str | None) -> int | None:
    """1 for a canary that is stopped, 0 for one that goes on, and None where nobody has said a word."""
    return WORDS.get((text or "").strip())


def step(haproxy: Haproxy, read, servings: list[str], log) -> None:
    """Tells HAProxy what is said of each serving's canary."""
    said = {}
    for serving in servings:
        try:
            word = decide(read(f"{ROOT}/{serving}"))
        except Exception:  # pylint: disable=broad-except # Mostly nobody has said anything, which the clouds answer as if it were forbidden to ask.
            continue
        if word is not None:
            said[serving] = word
    before = haproxy.ask(f"show map {haproxy.folder}/stopped.map")
    haproxy.set_map("stopped", said)
    if haproxy.ask(f"show map {haproxy.folder}/stopped.map") != before:
        log(f"canaries: {said}")


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # The first process of a container is not ended by it otherwise.
    settings = dict(os.environ)
    haproxy, words, seconds = Haproxy(settings["SOCKET"], settings["FOLDER"]), None, int(settings.get("STEP", STEP_SECONDS))
    while True:
        try:
            words = words or READERS[settings["CLOUD"]](settings)
            step(haproxy, words.read, settings["CANARIES"].split(), lambda text: print(text, flush=True))
            wait = seconds
        except Exception as error:  # pylint: disable=broad-except # HAProxy starts at the same time.
            print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
            wait = min(seconds, 5)
        time.sleep(wait)


if __name__ == "__main__":
    main()
