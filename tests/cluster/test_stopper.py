"""What stops canaries in clusters: the decision over random histories, and the programs themselves with Prometheus, HAProxy and a cluster's interface played by a server on this machine."""
from __future__ import annotations

import json
import os
import random
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlparse

HERE = os.path.dirname(__file__)
ASSETS = os.path.join(HERE, "..", "..", "infra", "Assets")
sys.path[:0] = [os.path.join(HERE, ".."), os.path.join(ASSETS, "monitor"), os.path.join(ASSETS, "router")]
import agent  # noqa: E402  pylint: disable=wrong-import-position
import stopper  # noqa: E402  pylint: disable=wrong-import-position
from http_double import serve  # noqa: E402  pylint: disable=wrong-import-position

HAPROXY, PROMETHEUS = "/usr/sbin/haproxy", shutil.which("prometheus")
ALERTS = "QualityBelowPlan|SloBurnsFast"
TOKEN = "a-token-that-nobody-may-see"


def merged(data: dict, patch: dict) -> dict:
    """JSON merge patch of a flat object (RFC 7396)."""
    return {key: value for key, value in {**data, **patch}.items() if value is not None}


class Deciding(unittest.TestCase):
    def test_it_says_stop_when_an_alert_begins_and_forgets_that_it_did_when_it_ends(self):
        for fires, held, says in (
                (True, {}, {"a": "stop", "a.told": "yes"}), (True, {"a": "go"}, {"a": "stop", "a.told": "yes"}), (True, {"a": "stop"}, {"a": "stop", "a.told": "yes"}),
                (True, {"a": "go", "a.told": "yes"}, {}), (True, {"b.told": "yes"}, {"a": "stop", "a.told": "yes"}),
                (False, {"a": "stop", "a.told": "yes"}, {"a.told": None}), (False, {"a": "stop"}, {}), (False, {}, {}),
                (None, {}, {}), (None, {"a": "stop", "a.told": "yes"}, {})):
            self.assertEqual(stopper.change(fires, held, "a"), says, (fires, held))


class Object:
    """The object with the words, without a network: it may fail before or after it has done what it was asked."""

    def __init__(self, dice):
        self.dice, self.data, self.version, self.meanwhile = dice, {}, 0, None

    def read(self):
        if self.dice.random() < 0.15:
            raise self.dice.choice([HTTPError("u", 403, "Forbidden", None, None), HTTPError("u", 404, "Not Found", None, None), TimeoutError()])
        found = dict(self.data), str(self.version)
        if self.meanwhile:  # A person writes between reading and writing.
            self.say(*self.meanwhile)
            self.meanwhile = None
        return found

    def write(self, words, version):
        if version != str(self.version):
            raise HTTPError("u", 409, "Conflict", None, None)
        if self.dice.random() < 0.1:
            raise HTTPError("u", 403, "Forbidden", None, None)
        self.data, self.version = merged(self.data, words), self.version + 1
        if self.dice.random() < 0.1:
            raise TimeoutError

    def say(self, key, word):
        self.data, self.version = merged(self.data, {key: word}), self.version + 1


class Histories(unittest.TestCase):
    def test_a_share_comes_back_by_a_persons_word_alone_and_each_beginning_of_an_alert_stops_once(self):
        dice, stops, kept = random.Random(11), 0, 0
        for _ in range(500):
            words, alerts = Object(dice), {"x": False, "y": False}
            words.say("other", "go")

            class Says:
                def fires(self, canary, _, alerts=alerts):
                    return None if dice.random() < 0.15 else alerts[canary]

            for _ in range(40):
                for canary in alerts:
                    alerts[canary] ^= dice.random() < 0.2
                person = (dice.choice("ab"), dice.choice(["go", "stop", "something"])) if dice.random() < 0.2 else None
                if person and dice.random() < 0.5:
                    words.say(*person)
                    person = None
                words.meanwhile = person
                before = dict(words.data)
                said = merged(before, dict([person])) if person else before
                stopper.look(Says(), words, {"a": "x", "b": "y"}, lambda text: None)
                words.meanwhile = None
                self.assertEqual(words.data["other"], "go")
                self.assertLessEqual(set(words.data), {"other", "a", "b", "a.told", "b.told"})
                for serving, canary in (("a", "x"), ("b", "y")):
                    now = words.data.get(serving)
                    if now not in (before.get(serving), said.get(serving)):
                        # The program itself has written: once an alert, and nothing but stop.
                        self.assertEqual((now, alerts[canary], f"{serving}.told" in before), ("stop", True, False))
                        stops += 1
                    if f"{serving}.told" in before and alerts[canary]:
                        self.assertIn(now, (before.get(serving), said.get(serving)))
                        kept += now == "go"
        self.assertGreater(stops, 500)
        self.assertGreater(kept, 500)  # What a person lets go stays so while the alert still fires.

    def test_where_everything_answers_one_look_is_enough_and_a_second_program_says_nothing_new(self):
        dice = random.Random(5)
        dice.random = lambda: 0.99  # Nothing fails.
        words, fires = Object(dice), {"x": True}

        class Says:
            def fires(self, canary, _):
                return fires[canary]

        self.assertTrue(stopper.look(Says(), words, {"a": "x"}, lambda text: None))
        self.assertEqual(words.data, {"a": "stop", "a.told": "yes"})
        words.say("a", "go")
        for _ in range(2):
            self.assertTrue(stopper.look(Says(), words, {"a": "x"}, lambda text: None))
            self.assertEqual(words.data["a"], "go")
        version = words.version
        fires["x"] = False
        self.assertTrue(stopper.look(Says(), words, {"a": "x"}, lambda text: None))
        self.assertEqual((words.data, words.version), ({"a": "go"}, version + 1))
        fires["x"] = True
        self.assertTrue(stopper.look(Says(), words, {"a": "x"}, lambda text: None))
        self.assertEqual(words.data["a"], "stop")


class Cluster:
    """A cluster's interface with one object that one account may get and patch."""
    PATH = "/api/v1/namespaces/serving/configmaps/canaries"

    def __init__(self):
        self.data, self.version, self.status, self.calls, self.lock = {}, 7, 200, [], threading.Lock()

    def say(self, key, word):
        with self.lock:
            self.data, self.version = merged(self.data, {key: word}), self.version + 1

    def answer(self, request, body):
        with self.lock:
            self.calls.append((request.command, request.path, request.headers.get("Authorization"), request.headers.get("Content-Type")))
            status = 404 if request.path != self.PATH else self.status
            if status == 200 and request.command == "PATCH":
                patch = json.loads(body)
                if patch["metadata"]["resourceVersion"] != str(self.version):
                    status = 409
                else:
                    self.data, self.version = merged(self.data, patch["data"]), self.version + 1
            # An object without data has no such member.
            said = {"kind": "ConfigMap", "metadata": {"name": "canaries", "resourceVersion": str(self.version)}} | ({"data": self.data} if self.data else {})
            text = json.dumps(said if status == 200 else {"kind": "Status", "code": status}).encode()
        request.send_response(status)
        request.send_header("Content-Length", str(len(text)))
        request.end_headers()
        request.wfile.write(text)


class Asking(unittest.TestCase):
    def setUp(self):
        self.account = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.account)
        with open(f"{self.account}/token", "w", encoding="utf-8") as file:
            file.write(TOKEN + "\n")
        self.cluster, self.log = Cluster(), []

    def words(self, address=None):
        return stopper.Words({"OBJECT": (address or serve(self, self.cluster.answer)) + Cluster.PATH, "ACCOUNT": self.account})

    def fires(self, state):
        class Says:
            def fires(self, canary, _):
                assert canary == "coder"
                return state
        return Says()

    def test_it_gets_one_object_and_patches_it_by_its_token(self):
        words = self.words()
        self.assertTrue(stopper.look(self.fires(True), words, {"assistant": "coder"}, self.log.append))
        self.assertEqual(self.cluster.data, {"assistant": "stop", "assistant.told": "yes"})
        self.assertTrue(stopper.look(self.fires(False), words, {"assistant": "coder"}, self.log.append))
        self.assertEqual(self.cluster.data, {"assistant": "stop"})
        self.assertEqual(self.cluster.calls, [(command, Cluster.PATH, f"Bearer {TOKEN}", "application/merge-patch+json") for command in ("GET", "PATCH") * 2])
        self.assertEqual(self.log, ["coder is no canary of assistant any more, until somebody writes go"])

    def test_what_is_refused_missing_or_changed_in_between_changes_nothing_and_is_no_success(self):
        words = self.words()
        self.cluster.data = {"assistant": "go"}
        for self.cluster.status in (401, 403, 404, 429, 500):
            self.assertFalse(stopper.look(self.fires(True), words, {"assistant": "coder"}, self.log.append))
        self.cluster.status, read = 200, words.read

        def reads_late():
            found = read()
            self.cluster.say("assistant", "something")
            return found
        words.read = reads_late
        self.assertFalse(stopper.look(self.fires(True), words, {"assistant": "coder"}, self.log.append))
        self.assertEqual(self.cluster.data, {"assistant": "something"})
        self.assertIn("HTTPError: HTTP Error 409: Conflict", self.log)
        self.assertNotIn(TOKEN, "".join(self.log))

    def test_what_does_not_answer_or_answers_something_else_changes_nothing(self):
        stopper.TIMEOUT_SECONDS, before = 0.2, stopper.TIMEOUT_SECONDS
        self.addCleanup(setattr, stopper, "TIMEOUT_SECONDS", before)
        silent = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(silent.close)
        for address in (f"http://127.0.0.1:{silent.getsockname()[1]}", "http://127.0.0.1:1", serve(self, lambda request, _: request.wfile.write(b"HTTP/1.0 200 OK\r\n\r\n<html>"))):
            self.assertFalse(stopper.look(self.fires(True), self.words(address), {"assistant": "coder"}, self.log.append))
        self.assertEqual(len(self.log), 3)

    @unittest.skipUnless(shutil.which("openssl"), "needs openssl")
    def test_it_trusts_the_clusters_own_authority_and_no_other(self):
        def authority(name):
            subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1",
                            "-keyout", f"{self.account}/{name}.key", "-out", f"{self.account}/{name}.crt"], check=True, capture_output=True)
        authority("ca")
        authority("other")
        from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer  # pylint: disable=import-outside-toplevel
        answer = self.cluster.answer

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def do_GET(self):
                answer(self, None)

        for name, reads in (("ca", True), ("other", False)):
            server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
            server.handle_error = lambda *_: None
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(f"{self.account}/{name}.crt", f"{self.account}/{name}.key")
            server.socket = context.wrap_socket(server.socket, server_side=True)
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
            self.addCleanup(server.server_close)
            self.addCleanup(server.shutdown)
            self.assertEqual(stopper.look(self.fires(False), self.words(f"https://127.0.0.1:{server.server_port}"), {"assistant": "coder"}, self.log.append), reads, self.log)
        self.assertEqual(len(self.cluster.calls), 1)  # Whom it does not trust never sees the token.


class Monitors(unittest.TestCase):
    """Several of Prometheus behind one name."""

    def test_any_that_says_so_stops_and_only_all_together_say_that_it_ended(self):
        says = {}

        def answer(request, _):
            state = says[request.server.server_port]
            query = parse_qs(urlparse(request.path).query)["query"][0]
            self.assertEqual(query, 'ALERTS{alertname=~"QualityBelowPlan|SloBurnsFast",alertstate="firing",serving="coder"}')
            result = {True: [{"metric": {}, "value": [1, "1"]}], False: []}.get(state)
            text = {None: b"", "error": b'{"status":"error","error":"x"}'}.get(state) if result is None else json.dumps({"status": "success", "data": {"result": result}}).encode()
            request.send_response(200 if text else 503)
            request.end_headers()
            request.wfile.write(text or b"")

        ports = [int(serve(self, answer).rsplit(":", 1)[1]) for _ in range(2)]
        prometheus = stopper.Prometheus({"ALERTS": ALERTS, "PROMETHEUS": "all:9090"}, lambda *_, **__: [(socket.AF_INET, 0, 0, "", ("127.0.0.1", port)) for port in ports])
        for first, second, fires in (
                (True, False, True), (False, True, True), (True, None, True), (False, False, False), (False, None, None), (None, None, None), ("error", False, None), ("error", True, True)):
            says.update(zip(ports, (first, second)))
            self.assertEqual(prometheus.fires("coder", lambda text: None), fires, (first, second))

    def test_a_name_that_leads_nowhere_says_nothing(self):
        def fails(*_, **__):
            raise socket.gaierror(-2, "Name or service not known")
        log = []
        self.assertIsNone(stopper.Prometheus({"ALERTS": ALERTS, "PROMETHEUS": "none:9090"}, fails).fires("coder", log.append))
        self.assertIsNone(stopper.Prometheus({"ALERTS": ALERTS, "PROMETHEUS": "none:9090"}, lambda *_, **__: []).fires("coder", log.append))
        self.assertEqual(len(log), 1)


@unittest.skipUnless(PROMETHEUS and os.path.exists(HAPROXY), "needs Prometheus and HAProxy")
class Together(unittest.TestCase):
    """Both programs as pods start them, between a Prometheus whose alert fires, HAProxy, and what a kubelet mounts of the object."""

    def setUp(self):
        self.folder, self.cluster, self.processes = tempfile.mkdtemp(), Cluster(), []
        self.addCleanup(shutil.rmtree, self.folder)
        for name in ("words", "account", "data"):
            os.mkdir(f"{self.folder}/{name}")
        self.write("account/token", TOKEN)
        self.write("stopped.map", "")
        self.write("haproxy.cfg", f"global\n stats socket {self.folder}/socket mode 600 level admin\ndefaults\n mode http\n timeout connect 1s\n timeout client 5s\n timeout server 5s\n"
                                  f"backend b\n http-request deny if {{ str(assistant),map_str_int({self.folder}/stopped.map,0) gt 0 }}\n")
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.rule("QualityBelowPlan", "coder", "vector(0) > 1")
        self.write("prometheus.yml", "global:\n  evaluation_interval: 1s\nrule_files: [rules.yml]\n")
        self.prometheus = self.start([PROMETHEUS, f"--config.file={self.folder}/prometheus.yml", f"--storage.tsdb.path={self.folder}/data", f"--web.listen-address=127.0.0.1:{self.port}"])
        self.start([HAPROXY, "-db", "-f", f"{self.folder}/haproxy.cfg"])
        self.haproxy = agent.Haproxy(f"{self.folder}/socket", self.folder)
        self.settings = {
            "PATH": os.environ["PATH"], "CLOUD": "cluster", "SOCKET": f"{self.folder}/socket", "FOLDER": self.folder, "WORDS": f"{self.folder}/words", "STEP": "1", "ALERTS": ALERTS,
            "PROMETHEUS": f"127.0.0.1:{self.port}", "OBJECT": serve(self, self.cluster.answer) + Cluster.PATH, "ACCOUNT": f"{self.folder}/account", "SEEN": f"{self.folder}/seen"}

    def tearDown(self):
        for process in self.processes:
            process.kill()
            process.wait()

    def write(self, name, text):
        with open(f"{self.folder}/{name}.new", "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(f"{self.folder}/{name}.new", f"{self.folder}/{name}")

    def rule(self, alert, serving, expression):
        self.write("rules.yml", f"groups:\n- name: g\n  rules:\n  - alert: {alert}\n    expr: {expression}\n    labels: {{ serving: {serving} }}\n")

    def fire(self, alert, serving, expression="vector(1)"):
        self.rule(alert, serving, expression)
        self.prometheus.send_signal(signal.SIGHUP)

    def start(self, command, settings=None):
        process = subprocess.Popen(command, env=settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # pylint: disable=consider-using-with
        self.processes.append(process)
        return process

    def programs(self):
        return [self.start([sys.executable, "-B", f"{ASSETS}/monitor/stopper.py"], self.settings | {"CANARIES": "assistant=coder"}),
                self.start([sys.executable, "-B", f"{ASSETS}/router/canary.py"], self.settings | {"CANARIES": "assistant"})]

    def until(self, holds, what):
        for _ in range(300):
            for key, word in list(self.cluster.data.items()):
                self.write(f"words/{key}", word)  # As a kubelet does within a minute or two.
            try:
                if holds():
                    return
            except OSError:
                pass
            time.sleep(0.1)
        self.fail(what)

    def stopped(self):
        return dict(line.split()[1:3] for line in self.haproxy.ask(f"show map {self.folder}/stopped.map").splitlines() if len(line.split()) == 3)

    def looks(self, count=2):
        seen = sum(call[0] == "GET" for call in self.cluster.calls)
        self.until(lambda: sum(call[0] == "GET" for call in self.cluster.calls) >= seen + count, "it does not look")

    def test_an_alert_of_the_canary_stops_it_until_a_person_says_go_and_the_alert_begins_again(self):
        self.programs()
        self.until(lambda: os.path.exists(f"{self.folder}/seen"), "nothing has answered")
        self.fire("QualityBelowPlan", "embedder")
        self.looks(4)
        self.fire("TargetDown", "coder")
        self.looks(4)
        self.assertEqual((self.cluster.data, self.stopped()), ({}, {}))

        self.fire("SloBurnsFast", "coder")
        self.until(lambda: self.stopped() == {"assistant": "1"}, "it is not stopped")
        for process in self.processes[2:]:  # A pod's container is told so, and goes at once.
            process.send_signal(signal.SIGTERM)
            self.assertEqual(process.wait(timeout=10), 0)
        self.programs()
        self.looks()
        self.assertEqual((self.cluster.data, self.stopped()), ({"assistant": "stop", "assistant.told": "yes"}, {"assistant": "1"}))

        self.cluster.say("assistant", "go")
        self.until(lambda: self.stopped() == {"assistant": "0"}, "it does not go on")
        self.looks()
        self.assertEqual(self.cluster.data, {"assistant": "go", "assistant.told": "yes"})
        self.fire("QualityBelowPlan", "coder", "vector(0) > 1")
        self.until(lambda: self.cluster.data == {"assistant": "go"}, "the alert has ended")
        self.fire("QualityBelowPlan", "coder")
        self.until(lambda: self.stopped() == {"assistant": "1"}, "it is not stopped again")

        # Prometheus goes: whatever is said stays.
        self.prometheus.kill()
        self.looks()
        self.assertEqual((self.cluster.data["assistant"], self.stopped()), ("stop", {"assistant": "1"}))


if __name__ == "__main__":
    unittest.main()
