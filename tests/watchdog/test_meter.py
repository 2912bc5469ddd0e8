"""The meter, run by a real bash on a pretended machine: what it tells is what the watchdog reads."""
import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

import fleet  # noqa: F401  (finds the watchdog's modules)
import gcp

METER = Path(__file__).parents[2] / "infra" / "Assets" / "meter.sh"
METRICS = """# HELP vllm:num_requests_running Number of requests
vllm:num_requests_running{engine="0",model_name="m"} %s
vllm:num_requests_waiting{engine="0",model_name="m"} %s
vllm:request_success_total{engine="0",finished_reason="stop",model_name="m"} %s
"""


@unittest.skipUnless(shutil.which("bash") and shutil.which("timeout"), "the meter runs on Linux")
class Meter(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        for name in ("units", "bin", "engines"):
            (self.folder / name).mkdir()
        self.command("nvidia-smi", "printf '3\\n71\\n12\\n'")
        self.command("who", "true")
        self.command("pgrep", "echo 0; exit 1")
        self.command("systemctl", """
case "$1 $2" in
  "is-active --quiet") [ ! -e "$FOLDER/shut-$3" ] ;;
  "show --property=NRestarts") cat "$FOLDER/restarts-$4" 2> /dev/null || echo 0 ;;
esac""")
        self.command("journalctl", 'cat "$FOLDER/kernel"')
        self.command("aws", 'echo "aws $*" >> "$FOLDER/told"')
        self.command("curl", """
for word in "$@"; do address=$word; done
case "$*" in
  *api/token*) echo token ;;
  *meta-data/instance-id*) echo i-0abc ;;
  *computeMetadata*token*) echo '{"access_token":"ya29.x","expires_in":3599}' ;;
  *computeMetadata*project-id*) echo acme-dev ;;
  *computeMetadata*instance/id*) echo 4001 ;;
  *computeMetadata*instance/zone*) echo projects/1/zones/us-central1-a ;;
  *monitoring*) echo "google $*" >> "$FOLDER/told" ;;
  *127.0.0.1:*) port=${address#*127.0.0.1:}; cat "$FOLDER/engines/${port%%/*}" ;;
  *) exit 22 ;;
esac""")

    def command(self, name, script):
        file = self.folder / "bin" / name
        file.write_text(f"#!/bin/bash\n{script}\n")
        file.chmod(0o755)

    def engine(self, number, running=0, waiting=0, finished=9, text=None):
        (self.folder / "units" / f"engine-{number}.service").touch()
        (self.folder / "engines" / str(8000 + number)).write_text(METRICS % (running, waiting, finished) if text is None else text)

    def told(self, cloud="aws", seconds="1.8", **given):
        environment = {"PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}", "FOLDER": str(self.folder), "CLOUD": cloud, "REGION": "us-east-1",
                       "FIRST_PORT": "8000", "MINUTE": "1", "STEP": "0.2", "UNITS": str(self.folder / "units"),
                       **(given or {"WATCHED": "1"})}
        subprocess.run(["timeout", seconds, "bash", str(METER)], env=environment, check=False, capture_output=True)
        file = self.folder / "told"
        return file.read_text() if file.exists() else ""

    def test_the_busiest_gpu_and_all_requests_of_all_replicas_are_told(self):
        self.engine(0, running="2.0", waiting="1.0")
        self.engine(1, running="4.0")
        told = self.told()
        self.assertIn("--namespace GpuInfra --metric-name GpuUtilization --unit Percent --value 71 --dimensions InstanceId=i-0abc", told)
        self.assertIn("--metric-name Activity --unit Count --value 7 --dimensions InstanceId=i-0abc", told)

    def test_an_idle_machine_says_zero(self):
        self.command("nvidia-smi", "echo 0")
        self.engine(0)
        self.assertIn("--metric-name GpuUtilization --unit Percent --value 0", self.told())
        self.assertIn("--metric-name Activity --unit Count --value 0", self.told())

    def test_pitfall_30_a_replica_that_does_not_answer_leaves_the_work_untold(self):
        self.engine(0, running="0.0")
        self.engine(1, text="vllm:renamed 1\n")
        told = self.told()
        self.assertIn("GpuUtilization", told)
        self.assertNotIn("Activity", told)

    def test_pitfall_30_without_replicas_or_a_driver_nothing_is_told(self):
        self.command("nvidia-smi", "exit 9")
        self.assertEqual("", self.told())
        self.command("nvidia-smi", "echo '[N/A]'")
        self.assertEqual("", self.told())

    def test_somebody_signed_in_is_work(self):
        self.engine(0)
        self.command("who", "echo 'root pts/0'")
        self.command("pgrep", "echo 2")
        self.assertIn("--metric-name Activity --unit Count --value 3", self.told())

    def test_google_is_told_in_the_series_that_its_watchdog_reads(self):
        self.engine(0, running="1.0")
        told = self.told("gcp")
        self.assertIn(f'"metric":{{"type":"{gcp.GPU}"}},"resource":{{"type":"gce_instance","labels":{{"project_id":"acme-dev","instance_id":"4001","zone":"us-central1-a"}}}}', told)
        self.assertIn(f'"metric":{{"type":"{gcp.ACTIVITY}"}}', told)
        self.assertIn('"value":{"doubleValue":71}', told)

    def test_a_group_that_follows_load_is_told_means_over_its_replicas(self):
        self.engine(0, running="30.0", waiting="1.0")
        self.engine(1, running="10.0", waiting="4.0")
        told = self.told(POOL="chat-aws", PLACES="64")
        self.assertIn("--metric-name PlacesInUse --unit Percent --value 31.25 --dimensions Pool=chat-aws", told)
        self.assertIn("--metric-name RequestsWaiting --unit Count --value 2.500 --dimensions Pool=chat-aws", told)
        self.assertNotIn("InstanceId", told.replace("--metric-name Answered --unit Count --value 1 --dimensions InstanceId=i-0abc", ""))

    def test_that_a_machine_answers_is_told_once_and_not_before_all_its_replicas_do(self):
        self.engine(0)
        self.assertEqual(1, self.told(POOL="chat-aws", PLACES="64").count("Answered"))
        self.engine(1, text="")
        (self.folder / "told").unlink()
        self.assertNotIn("Answered", self.told(POOL="chat-aws", PLACES="64"))

    def test_a_replica_that_shows_its_figures_and_has_made_no_token_has_not_answered(self):
        self.engine(0)
        self.engine(1)
        (self.folder / "shut-engine-1.service").touch()
        told = self.told(POOL="chat-aws", PLACES="64")
        self.assertIn("PlacesInUse", told)
        self.assertNotIn("Answered", told)
        (self.folder / "shut-engine-1.service").unlink()
        self.assertEqual(1, self.told("gcp", POOL="chat-gcp", PLACES="64").count('"type":"custom.googleapis.com/gpuinfra/answered"'))

    def test_google_is_told_the_load_of_each_machine(self):
        self.engine(0, running="16.0", waiting="3.0")
        told = self.told("gcp", POOL="chat-gcp", PLACES="64")
        self.assertIn('"metric":{"type":"custom.googleapis.com/gpuinfra/places_in_use"},"resource":{"type":"gce_instance"', told)
        self.assertIn('"value":{"doubleValue":25.00}', told)
        self.assertIn('"value":{"doubleValue":3.000}', told)

    def test_pitfall_30_load_that_cannot_be_read_is_not_told(self):
        self.engine(0, text="vllm:renamed 1\n")
        self.assertEqual("", self.told(POOL="chat-aws", PLACES="64"))

    def test_a_machine_whose_replicas_answer_tells_that_it_is_well(self):
        self.kernel()
        self.engine(0)
        self.assertEqual(["0"], self.broken())
        self.assertIn("--namespace GpuInfra --metric-name Broken --unit None --value 0 --dimensions InstanceId=i-0abc", self.told(REPLACED="1"))
        self.assertIn('"metric":{"type":"custom.googleapis.com/gpuinfra/broken"},"resource":{"type":"gce_instance"', self.told("gcp", REPLACED="1"))

    def test_an_xid_that_asks_for_a_reset_is_told_whatever_the_engines_say(self):
        self.engine(0)
        (self.folder / "shut-engine-0.service").touch()
        self.kernel("NVRM: Xid (PCI:0000:b5:00): 79, pid='<unknown>', name=<unknown>, GPU has fallen off the bus.")
        self.assertEqual(["79"], self.broken())

    def test_xids_that_ask_for_a_reset_count_and_those_of_programs_or_to_be_ignored_do_not(self):
        for number in range(1, 200):
            expected = str(number) if number in (48, 62, 64, 79, 95, 119, 120, 140) else "0"
            self.assertEqual(expected, self.worst(f"NVRM: Xid (PCI:0000:b5:00): {number}, pid=79, name=python3, what it is"))

    def test_what_the_driver_says_that_a_gpu_needs_is_told_until_it_says_that_it_needs_nothing(self):
        def says(action, number, gpu="0000:b5:00"):
            return f"NVRM: Xid (PCI:{gpu}): 154, GPU recovery action changed from 0x0 (None) to 0x{number} ({action})"
        for lines, told in (([says("GPU Reset Required", 1)], "154"), ([says("Node Reboot Required", 2)], "154"), ([says("Drain and Reset", 4)], "154"), ([says("Drain P2P", 3)], "0"),
                            (["NVRM: Xid (PCI:0000:b5:00): 119, pid=1, Timeout", says("GPU Reset Required", 1)], "119"),
                            ([says("GPU Reset Required", 1), says("None", 0)], "0"),
                            ([says("GPU Reset Required", 1), says("None", 0, "0000:1e:00")], "154"),
                            (["NVRM: Xid (PCI:0000:b5:00): 64, pid=1, failure", says("None", 0)], "0")):
            self.assertEqual(told, self.worst(*lines), lines)

    def test_without_the_kernels_log_nothing_is_told(self):
        self.engine(0)
        self.assertEqual([], self.broken())

    def test_a_machine_that_starts_tells_nothing(self):
        self.kernel()
        self.engine(0)
        self.engine(1)
        (self.folder / "shut-engine-1.service").touch()
        (self.folder / "restarts-engine-1.service").write_text("4")
        self.assertEqual([], self.broken())

    def test_a_replica_that_is_started_again_and_again_without_a_token_is_told(self):
        self.kernel()
        self.engine(0)
        self.command("systemctl", """
case "$1 $2" in
  "is-active --quiet") exit 3 ;;
  "show --property=NRestarts") echo . >> "$FOLDER/starts"; echo $(($(wc -l < "$FOLDER/starts") * 4)) ;;
esac""")
        self.assertEqual([], self.broken("1.8"))  # One minute, and the first count of what it was started before.
        self.assertEqual(["1"], self.broken("3.8"))

    def test_no_pool_is_told_of_whose_plan_does_not_say_so(self):
        self.kernel("NVRM: Xid (PCI:0000:b5:00): 79, GPU has fallen off the bus")
        self.engine(0)
        self.assertNotIn("Broken", self.told(WATCHED="1", POOL="chat-aws", PLACES="64"))

    def worst(self, *lines):
        """What the meter reads in the kernel's log, without the minute around it."""
        self.kernel(*lines)
        part = re.search(r"^XIDS=.*?^worst_xid\(\).*?^}", METER.read_text(), re.MULTILINE | re.DOTALL)[0]
        return subprocess.run(["bash", "-c", f"{part}\nworst_xid"], env={"PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}", "FOLDER": str(self.folder)},
                              check=True, capture_output=True, text=True).stdout.strip()

    def kernel(self, *lines):
        (self.folder / "kernel").write_text("".join(f"{line}\n" for line in ("Linux version 6.8", *lines)))

    def broken(self, seconds="1.8"):
        (self.folder / "told").unlink(missing_ok=True)
        return re.findall("--metric-name Broken --unit None --value ([0-9]+)", self.told(seconds=seconds, REPLACED="1"))[:1]


if __name__ == "__main__":
    unittest.main()
