"""The agent against HAProxy itself where it is installed, and against doubles of what the clouds answer."""
import http.server
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "infra", "Assets", "router"))
import agent  # noqa: E402  pylint: disable=wrong-import-position

HAPROXY = "/usr/sbin/haproxy"
FIGURES = """answer 852000
places 15521
share azure 120
pool a-reserved 0 100 2
machine a-reserved p5.48xlarge 2
pool a-leaving 3 50 1
machine a-leaving g6.xlarge 1
"""


class Parsing(unittest.TestCase):
    def test_every_word_has_its_place(self):
        figures = agent.parse(FIGURES)
        self.assertEqual(figures["pools"], {"a-reserved": (0, 100, 2), "a-leaving": (3, 50, 1)})
        self.assertEqual((figures["answer"], figures["places"], figures["shares"]), (852000, 15521, {"azure": 120}))

    def test_an_unknown_word_is_refused(self):
        with self.assertRaises(ValueError):
            agent.parse("colour red")


class Wanting(unittest.TestCase):
    def test_a_machine_has_a_place_for_each_replica_in_its_pools_rank(self):
        machines = [{"pool": "a-reserved", "type": "p5.48xlarge", "address": "10.0.0.1"}, {"pool": "a-leaving", "type": "g6.xlarge", "address": "10.0.0.2"},
                    {"pool": "of-another", "type": "g6.xlarge", "address": "10.0.0.3"}]
        self.assertEqual(agent.wanted("a", agent.parse(FIGURES), machines, 8000), {
            "a.0": {"10.0.0.1:8000": (100, 2), "10.0.0.1:8001": (100, 2)}, "a.3": {"10.0.0.2:8000": (50, 1)}})

    def test_a_type_that_the_plan_does_not_name_counts_as_the_smallest(self):
        figures = agent.parse("pool p 0 1 1\nmachine p big 8\nmachine p small 2\n")
        self.assertEqual(len(agent.wanted("a", figures, [{"pool": "p", "type": "other", "address": "10.0.0.1"}], 8000)["a.0"]), 2)


class Telling(unittest.TestCase):
    def row(self, name, address, status="UP", current="0", most="2", weight="100"):
        return {"svname": name, "addr": address, "status": status, "scur": current, "slim": most, "uweight": weight}

    def test_what_is_as_wanted_is_left_alone(self):
        self.assertEqual(agent.commands("a.0", [self.row("r1", "10.0.0.1:8000")], {"10.0.0.1:8000": (100, 2)}), ([], 0))

    def test_who_is_not_listed_drains_while_it_answers_and_leaves_after(self):
        busy, idle = self.row("r1", "10.0.0.1:8000", current="3"), self.row("r2", "10.0.0.2:8000")
        self.assertEqual(agent.commands("a.0", [busy, idle], {})[0], ["set server a.0/r1 state drain", "set server a.0/r2 state maint"])
        self.assertEqual(agent.commands("a.0", [self.row("r1", "10.0.0.1:8000", status="DRAIN", current="3")], {})[0], [])

    def test_replicas_without_a_place_are_counted(self):
        told, left = agent.commands("a.0", [self.row("r1", "0.0.0.0:1", status="MAINT")], {"10.0.0.1:8000": (1, 1), "10.0.0.1:8001": (1, 1)})
        self.assertEqual((len(told), left), (4, 1))


class Engine(http.server.BaseHTTPRequestHandler):
    def do_GET(self):  # pylint: disable=invalid-name
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):  # pylint: disable=arguments-differ
        pass


@unittest.skipUnless(os.path.exists(HAPROXY) or "CI" in os.environ, "haproxy is not installed")
class WithHaproxy(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="gpuinfra-agent-")
        for name in ("answer", "places", "shares", "state"):
            open(f"{self.folder}/{name}.map", "w", encoding="utf-8").close()
        config = f"{self.folder}/haproxy.cfg"
        backends = "".join(
            f"backend a.{rank}\n option httpchk GET /health\n http-request deny if {{ str(a),map_str_int({self.folder}/{('answer', 'places', 'shares', 'state')[rank]}.map,0) lt 0 }}\n"
            " server-template r 1-8 0.0.0.0:1 check inter 200ms fall 1 rise 1 disabled weight 1 maxconn 1\n" for rank in range(4))
        with open(config, "w", encoding="utf-8") as file:
            file.write(f"global\n maxconn 100\n stats socket {self.folder}/socket mode 600 level admin\ndefaults\n mode http\n timeout connect 1s\n timeout client 5s\n timeout server 5s\n{backends}")
        self.process = subprocess.Popen([HAPROXY, "-db", "-f", config], stderr=subprocess.DEVNULL)  # pylint: disable=consider-using-with
        self.haproxy = agent.Haproxy(f"{self.folder}/socket", self.folder)
        self.engine = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Engine)
        threading.Thread(target=self.engine.serve_forever, daemon=True).start()
        self.wait_for(lambda: os.path.exists(f"{self.folder}/socket"))
        self.log = []

    def tearDown(self):
        self.process.kill()
        self.process.wait()
        self.engine.shutdown()
        self.engine.server_close()
        shutil.rmtree(self.folder)

    def wait_for(self, what):
        for _ in range(100):
            if what():
                return
            time.sleep(0.05)
        self.fail("it did not come to that")

    def step(self, machines, figures=FIGURES):
        agent.step(self.haproxy, {"a": agent.parse(figures)}, machines, self.engine.server_port, self.log.append)

    def states(self, backend):
        return {row["addr"]: row["status"] for row in self.haproxy.servers()[backend] if row["status"] != "MAINT"}

    def test_a_machine_comes_answers_and_goes(self):
        address = f"127.0.0.1:{self.engine.server_port}"
        here = [{"pool": "a-leaving", "type": "g6.xlarge", "address": "127.0.0.1"}]
        self.step(here)
        self.assertEqual(self.log, [])
        self.wait_for(lambda: self.states("a.3").get(address) == "UP")
        row = next(row for row in self.haproxy.servers()["a.3"] if row["addr"] == address)
        self.assertEqual((row["slim"], row["uweight"]), ("1", "50"))
        self.assertIn("a 852000", self.haproxy.ask(f"show map {self.folder}/answer.map"))
        self.assertIn("ready 1", self.haproxy.ask(f"show map {self.folder}/state.map"))

        self.step(here, FIGURES.replace("pool a-leaving 3 50 1", "pool a-leaving 3 60 4"))
        row = next(row for row in self.haproxy.servers()["a.3"] if row["addr"] == address)
        self.assertEqual((row["slim"], row["uweight"]), ("4", "60"))

        # Another machine is listed and this one is not.
        self.step([{"pool": "a-reserved", "type": "p5.48xlarge", "address": "127.0.0.2"}])
        self.assertEqual(self.states("a.3"), {})
        self.assertEqual(len(self.states("a.0")), 2)

    def test_a_machine_that_does_not_answer_yet_gets_nothing(self):
        self.step([{"pool": "a-reserved", "type": "p5.48xlarge", "address": "127.0.0.9"}])
        self.wait_for(lambda: all(state.startswith("DOWN") for state in self.states("a.0").values()))

    def test_nothing_is_taken_away_when_none_is_listed_and_engines_answer(self):
        self.step([{"pool": "a-leaving", "type": "g6.xlarge", "address": "127.0.0.1"}])
        self.wait_for(lambda: "UP" in self.states("a.3").values())
        self.step([])
        self.assertIn("UP", self.states("a.3").values())
        self.assertIn("nothing is taken away", self.log[-1])

    def test_a_second_step_says_nothing(self):
        here = [{"pool": "a-reserved", "type": "p5.48xlarge", "address": "127.0.0.1"}]
        self.step(here)
        said, ask = [], self.haproxy.ask
        self.haproxy.ask = lambda command: said.append(command) or ask(command)
        self.step(here)
        self.assertEqual([command for command in said if not command.startswith("show")], [])


class Aws(unittest.TestCase):
    def test_running_machines_are_asked_for_by_tag_in_botocores_own_shapes(self):
        import boto3  # pylint: disable=import-outside-toplevel
        from botocore.stub import Stubber  # pylint: disable=import-outside-toplevel
        os.environ |= {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}
        cloud = agent.Amazon({"REGION": "us-east-1", "BUCKET": "b", "TAG_KEY": "managed-by", "TAG_VALUE": "pulumi/p/s", "POOL_KEY": "pool"})
        cloud.ec2 = boto3.client("ec2", region_name="us-east-1")
        tags = [{"Key": "pool", "Value": "a-reserved"}]
        with Stubber(cloud.ec2) as stub:
            stub.add_response("describe_instances", {"Reservations": [{"Instances": [
                {"InstanceType": "p5.48xlarge", "PrivateIpAddress": "10.0.0.1", "Tags": tags}, {"InstanceType": "m7i.large", "PrivateIpAddress": "10.0.0.2", "Tags": []}]}]},
                {"Filters": [{"Name": "tag:managed-by", "Values": ["pulumi/p/s"]}, {"Name": "instance-state-name", "Values": ["running"]}]})
            self.assertEqual(cloud.machines(), [{"pool": "a-reserved", "type": "p5.48xlarge", "address": "10.0.0.1"}])


class Gcp(unittest.TestCase):
    def test_running_machines_of_the_region_are_read_page_by_page(self):
        asked = []

        class Double(http.server.BaseHTTPRequestHandler):
            def do_GET(self):  # pylint: disable=invalid-name
                asked.append(self.path)
                machine = {"labels": {"pool": "a-reserved"}, "machineType": "https://x/zones/us-central1-a/machineTypes/a2-highgpu-1g", "networkInterfaces": [{"networkIP": "10.0.0.1"}]}
                body = ({"access_token": "t", "expires_in": 3600} if self.path.endswith("/token") else "p" if self.path.endswith("project-id")
                        else {"items": {"zones/us-east1-b": {"instances": [machine]}}, "nextPageToken": "2"} if "pageToken" not in self.path
                        else {"items": {"zones/us-central1-a": {"instances": [machine]}, "zones/us-central1-b": {"warning": {}}}})
                self.send_response(200)
                self.end_headers()
                self.wfile.write((body if isinstance(body, str) else json.dumps(body)).encode())

            def log_message(self, *_):  # pylint: disable=arguments-differ
                pass

        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Double) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            here = f"http://127.0.0.1:{server.server_port}"
            cloud = agent.Google({"REGION": "us-central1", "BUCKET": "b", "TAG_KEY": "managed-by", "TAG_VALUE": "v", "POOL_KEY": "pool"}, dict.fromkeys(agent.ADDRESSES, here))
            self.assertEqual(cloud.machines(), [{"pool": "a-reserved", "type": "a2-highgpu-1g", "address": "10.0.0.1"}])
            server.shutdown()
        self.assertEqual(sum("token" in path and "service-accounts" in path for path in asked), 1)
        self.assertIn("projects/p/aggregated/instances", "".join(asked))


if __name__ == "__main__":
    unittest.main()
