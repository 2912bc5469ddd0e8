"""What the agent sees where replicas span machines, on doubles of both clouds."""
import io
import json
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "infra", "Assets", "router"))
import agent  # noqa: E402  pylint: disable=wrong-import-position
import heads  # noqa: E402  pylint: disable=wrong-import-position

SPANS = {"chat": "rendezvous/chat"}


def replica(epoch, *ready):
    return json.dumps({"epoch": epoch, "members": [None if one is None else {"machine": f"i-{rank}", "address": f"10.0.0.{rank}", "beat": 1, "ready": one} for rank, one in enumerate(ready)]})


class Heads(unittest.TestCase):
    def test_a_replica_has_a_head_once_all_are_ready_for_the_same_beginning(self):
        self.assertEqual(heads.head_of(replica(3, 3, 3)), "10.0.0.0")
        self.assertIsNone(heads.head_of(replica(3, 3, 2)))
        self.assertIsNone(heads.head_of(replica(3, 3, None)))
        self.assertIsNone(heads.head_of(replica(3, None, 3)))


class Cloud:
    """A cloud as the agent has it."""
    looked = 0

    def __init__(self, objects):
        self.objects, self.settings = objects, {"BUCKET": "b"}

    def machines(self):
        return [{"pool": pool, "type": "p5.48xlarge", "address": f"10.0.0.{number}"} for number, pool in ((0, "chat"), (1, "chat"), (2, "chat"), (9, "other"))]

    def read(self, key):
        return self.objects[key]


class Seeing(unittest.TestCase):
    def test_a_machine_that_is_no_head_is_not_seen_and_pools_of_one_machine_a_replica_are_as_ever(self):
        seen = heads.seeing_heads(Cloud, SPANS)({"rendezvous/chat/v1/0.json": replica(3, 3, 3), "rendezvous/chat/v2/0.json": replica(1, None, 1)})
        seen.list = lambda prefix: [key for key in sorted(seen.objects) if key.startswith(prefix)]
        self.assertEqual([machine["address"] for machine in seen.machines()], ["10.0.0.0", "10.0.0.9"])

    def test_heads_are_looked_for_every_third_time_and_a_failed_look_is_done_again(self):
        seen = heads.seeing_heads(Cloud, SPANS)({"rendezvous/chat/v1/0.json": replica(3, 3, 3)})
        looks = []

        def found(prefix):
            looks.append(prefix)
            if len(looks) == 1:
                raise OSError("no answer")
            return ["rendezvous/chat/v1/0.json"]
        seen.list = found
        with self.assertRaises(OSError):
            seen.machines()
        for _ in range(4):
            seen.machines()
        self.assertEqual(looks, ["rendezvous/chat/"] * 3)

    def test_aws_lists_in_botocores_own_shapes(self):
        from botocore.response import StreamingBody  # pylint: disable=import-outside-toplevel
        from botocore.stub import Stubber  # pylint: disable=import-outside-toplevel
        os.environ.setdefault("AWS_ACCESS_KEY_ID", "x")
        os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "x")
        cloud = heads.seeing_heads(agent.Amazon, SPANS)({"REGION": "us-east-1", "BUCKET": "b", "TAG_KEY": "managed-by", "TAG_VALUE": "x", "POOL_KEY": "pool"})
        text = replica(3, 3, 3).encode()
        with Stubber(cloud.ec2) as ec2, Stubber(cloud.s3) as s3:
            ec2.add_response("describe_instances", {"Reservations": [{"Instances": [
                {"InstanceType": "p5.48xlarge", "PrivateIpAddress": f"10.0.0.{number}", "Tags": [{"Key": "pool", "Value": "chat"}]} for number in (0, 1)]}]})
            s3.add_response("list_objects_v2", {"Contents": [{"Key": "rendezvous/chat/v1/0.json"}]}, {"Bucket": "b", "Prefix": "rendezvous/chat/"})
            s3.add_response("get_object", {"Body": StreamingBody(io.BytesIO(text), len(text))}, {"Bucket": "b", "Key": "rendezvous/chat/v1/0.json"})
            self.assertEqual([machine["address"] for machine in cloud.machines()], ["10.0.0.0"])

    def test_google_cloud_lists_page_by_page(self):
        class Paged(agent.Google):
            def __init__(self):  # pylint: disable=super-init-not-called
                self.settings, self.asked = {"BUCKET": "b"}, []

            def _get(self, service, path, query=None):
                self.asked.append((service, path, query))
                return json.dumps({"items": [{"name": "second"}]} if "pageToken" in query else {"items": [{"name": "first"}], "nextPageToken": "t"}).encode()
        cloud = heads.seeing_heads(Paged, SPANS)()
        self.assertEqual(cloud.list("rendezvous/chat/"), ["first", "second"])
        self.assertEqual(cloud.asked[0], ("storage", "storage/v1/b/b/o", {"prefix": "rendezvous/chat/"}))


if __name__ == "__main__":
    unittest.main()
