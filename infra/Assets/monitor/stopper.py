"""Stops canaries in a cluster: when an alert of a canary's serving fires, this writes "stop" for whom it is tried on into the cluster's object with the words, which routers have mounted. It says
so once each time that the alert begins and never takes a word back, which people do. The object is its memory too, so neither a restart nor a second one of it says anything twice. What is
unknown, refused or changed by somebody else in between changes nothing."""
from __future__ import annotations

import json
import os
import signal
import socket
import ssl
import sys
import time
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import Request, urlopen

STEP_SECONDS = 60
TIMEOUT_SECONDS = 10


def told(serving: str) -> str:
    """The key that says that an alert has been written of, until it ends. No serving's name has a dot."""
    return f"{serving}.told"


def change(fires: bool | None, held: dict[str, str], serving: str) -> dict[str, str | None]:
    """What to write of a serving; nothing mostly."""
    if fires and told(serving) not in held:
        return {serving: "stop", told(serving): "yes"}
    return {told(serving): None} if fires is False and told(serving) in held else {}


class Prometheus:
    """Those that watch the cluster: each evaluates the alerts by itself."""

    def __init__(self, settings: dict[str, str], resolve=socket.getaddrinfo) -> None:
        self.alerts, self.resolve = settings["ALERTS"], resolve
        self.name, self.port = settings["PROMETHEUS"].rsplit(":", 1)

    def fires(self, serving: str, log) -> bool | None:
        """Whether one of them says that an alert of the serving fires; None where none does and not all have answered."""
        try:
            addresses = sorted({found[4][:2] for found in self.resolve(self.name, int(self.port), type=socket.SOCK_STREAM)})
        except OSError as error:
            log(f"{self.name}: {error}")
            return None
        answers = [self._ask(address, serving, log) for address in addresses]
        return True if True in answers else None if None in answers or not answers else False

    def _ask(self, address: tuple[str, int], serving: str, log) -> bool | None:
        host = f"[{address[0]}]" if ":" in address[0] else address[0]
        query = f'ALERTS{{alertname=~"{self.alerts}",alertstate="firing",serving="{serving}"}}'
        try:
            with urlopen(f"http://{host}:{address[1]}/api/v1/query?{urlencode({'query': query})}", timeout=TIMEOUT_SECONDS) as answer:
                said = json.load(answer)
            return len(said["data"]["result"]) > 0 if said["status"] == "success" else None
        except Exception as error:  # pylint: disable=broad-except # Whatever it is, nobody knows then.
            log(f"{host}: {type(error).__name__}: {error}")
            return None


class Words:
    """The object with the words, as the cluster's interface gives it to whoever may change that one alone."""

    def __init__(self, settings: dict[str, str]) -> None:
        self.address, self.account = settings["OBJECT"], Path(settings["ACCOUNT"])

    def read(self) -> tuple[dict[str, str], str]:
        """The words, and which version of the object they are."""
        found = self._ask("GET")
        return found.get("data") or {}, found["metadata"]["resourceVersion"]

    def write(self, words: dict[str, str | None], version: str) -> None:
        """Changes some of them, unless somebody has changed the object since it was read."""
        self._ask("PATCH", {"metadata": {"resourceVersion": version}, "data": words})

    def _ask(self, method: str, body: dict | None = None) -> dict:
        request = Request(self.address, method=method, data=None if body is None else json.dumps(body).encode(), headers={
            "Authorization": f'Bearer {(self.account / "token").read_text().strip()}',  # It is renewed every hour or so.
            "Accept": "application/json", "Content-Type": "application/merge-patch+json"})
        trust = ssl.create_default_context(cafile=str(self.account / "ca.crt")) if self.address.startswith("https:") else None
        with urlopen(request, timeout=TIMEOUT_SECONDS, context=trust) as answer:
            return json.load(answer)


def look(prometheus: Prometheus, words: Words, canaries: dict[str, str], log) -> bool:
    """Looks once, and says whether everything has answered."""
    fires = {serving: prometheus.fires(canary, log) for serving, canary in canaries.items()}
    for serving, state in fires.items():
        if state is None:
            log(f"nobody knows how {canaries[serving]} does: its share stays")
    try:
        held, version = words.read()
        changes = {key: value for serving, state in fires.items() for key, value in change(state, held, serving).items()}
        if changes:
            words.write(changes, version)
    except Exception as error:  # pylint: disable=broad-except # The next look reads it anew.
        log(f"{type(error).__name__}: {error}")
        return False
    for serving in (serving for serving in fires if changes.get(serving)):
        log(f"{canaries[serving]} is no canary of {serving} any more, until somebody writes go")
    return None not in fires.values()


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # The first process of a container is not ended by it otherwise.
    settings = dict(os.environ)
    prometheus, words, seen = Prometheus(settings), Words(settings), Path(settings["SEEN"])
    canaries = dict(pair.split("=", 1) for pair in settings["CANARIES"].split())
    while True:
        if look(prometheus, words, canaries, lambda text: print(text, flush=True)):
            seen.touch()  # The pod is ready while it is fresh.
        time.sleep(float(settings.get("STEP", STEP_SECONDS)))


if __name__ == "__main__":
    main()
