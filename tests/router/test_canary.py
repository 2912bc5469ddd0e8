"""What stops canaries: the decision, and what it does to HAProxy itself where it is installed."""
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "infra", "Assets", "router"))
import agent  # noqa: E402  pylint: disable=wrong-import-position
import canary  # noqa: E402  pylint: disable=wrong-import-position

HAPROXY = "/usr/sbin/haproxy"


class Deciding(unittest.TestCase):
    def test_only_the_two_words_decide(self):
        self.assertEqual([canary.decide(text) for text in ("stop\n", "stop", "go", " go \n", "", None, "STOP", "stop it", "{}")], [1, 1, 0, 0, None, None, None, None, None])


class Map:
    """HAProxy's map, as its socket shows it."""

    def __init__(self):
        self.folder, self.values = "/f", {}

    def ask(self, command):
        return "".join(f"0x1 {key} {value}\n" for key, value in sorted(self.values.items())) if command.startswith("show map") else ""

    def set_map(self, name, values):
        assert name == "stopped"
        self.values |= {key: str(value) for key, value in values.items()}


class Stopping(unittest.TestCase):
    def test_a_share_comes_back_by_a_persons_word_alone_and_no_other_serving_is_touched(self):
        dice = random.Random(7)
        for _ in range(500):
            haproxy, said = Map(), {}

            def read(key):
                text = said.get(key)
                if isinstance(text, Exception):
                    raise text
                return text

            for _ in range(20):
                said = {f"router/canary/{serving}": dice.choice(["stop", "go", "", "no word", PermissionError("403"), TimeoutError(), None]) for serving in "abc"}
                before = dict(haproxy.values)
                canary.step(haproxy, read, ["a", "b"], lambda text: None)
                self.assertNotIn("c", haproxy.values)
                for serving in "ab":
                    was, now, word = before.get(serving, "0"), haproxy.values.get(serving, "0"), said[f"router/canary/{serving}"]
                    self.assertEqual(now, {"stop": "1", "go": "0"}.get(word if isinstance(word, str) else "", was))
                    if (was, now) == ("1", "0"):
                        self.assertEqual(word, "go")


@unittest.skipUnless(os.path.exists(HAPROXY), "needs HAProxy")
class Telling(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        open(f"{self.folder}/stopped.map", "w", encoding="utf-8").close()
        with open(f"{self.folder}/haproxy.cfg", "w", encoding="utf-8") as file:
            file.write(f"global\n stats socket {self.folder}/socket mode 600 level admin\ndefaults\n mode http\n timeout connect 1s\n timeout client 5s\n timeout server 5s\n"
                       f"backend b\n http-request deny if {{ str(a),map_str_int({self.folder}/stopped.map,0) gt 0 }}\n")
        self.process = subprocess.Popen([HAPROXY, "-db", "-f", f"{self.folder}/haproxy.cfg"], stderr=subprocess.DEVNULL)  # pylint: disable=consider-using-with
        for _ in range(100):
            if os.path.exists(f"{self.folder}/socket"):
                break
            time.sleep(0.05)
        self.haproxy = agent.Haproxy(f"{self.folder}/socket", self.folder)

    def tearDown(self):
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.folder)

    def test_haproxy_holds_the_word_until_another_is_said(self):
        log = []
        for text, kept in (("stop", "a 1"), (None, "a 1"), ("go", "a 0"), ("stop", "a 1")):
            canary.step(self.haproxy, lambda key, text=text: text, ["a"], log.append)
            self.assertIn(kept, self.haproxy.ask(f"show map {self.folder}/stopped.map"))
        self.assertEqual(log, ["canaries: {'a': 1}", "canaries: {'a': 0}", "canaries: {'a': 1}"])


if __name__ == "__main__":
    unittest.main()
