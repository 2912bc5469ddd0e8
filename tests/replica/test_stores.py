"""The two stores: S3 against botocore's own check of calls, Cloud Storage against a server on this machine."""
import io
import sys
import unittest
from pathlib import Path
from urllib.error import HTTPError

sys.dont_write_bytecode = True
sys.path[:0] = [str(Path(__file__).parents[2] / "infra" / "Assets" / "replica"), str(Path(__file__).parents[1]), str(Path(__file__).parent)]

import boto3  # noqa: E402
from botocore.response import StreamingBody  # noqa: E402
from botocore.stub import Stubber  # noqa: E402
from bucket import Bucket  # noqa: E402
from http_double import serve  # noqa: E402
from rendezvous import Member, Replica  # noqa: E402
from stores import Amazon, Google, parse, text_of  # noqa: E402

ONE = Replica(3, (Member("i-1", "10.0.0.1", 7, 3), None))
PREFIX = "rendezvous/chat/0123456789ab"


class Texts(unittest.TestCase):
    def test_what_is_written_is_read(self):
        self.assertEqual(parse(text_of(ONE)), ONE)

    def test_what_is_not_understood_is_not_taken_for_nothing(self):
        with self.assertRaises((ValueError, KeyError, TypeError)):
            parse('{"epoch": 1}')


class OnAmazon(unittest.TestCase):
    def setUp(self):
        client = boto3.client("s3", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
        self.s3 = Stubber(client)
        self.s3.activate()
        self.addCleanup(self.s3.assert_no_pending_responses)
        self.store = Amazon("us-east-1", "weights", PREFIX, client)

    def put(self, **condition):
        return {"Bucket": "weights", "Key": f"{PREFIX}/1.json", "Body": text_of(ONE).encode(), "ContentType": "application/json", **condition}

    def test_a_replica_is_read_with_its_version(self):
        text = text_of(ONE).encode()
        self.s3.add_response("get_object", {"ETag": '"e1"', "Body": StreamingBody(io.BytesIO(text), len(text))}, {"Bucket": "weights", "Key": f"{PREFIX}/1.json"})
        self.assertEqual(self.store.read(1), ('"e1"', ONE))

    def test_what_is_not_there_is_told_as_forbidden_to_who_may_not_list(self):
        for code, status in (("AccessDenied", 403), ("NoSuchKey", 404)):
            self.s3.add_client_error("get_object", code, http_status_code=status)
            self.assertEqual(self.store.read(0), (None, None))

    def test_a_first_write_asks_that_nothing_is_there_and_a_later_one_for_the_version_that_was_read(self):
        self.s3.add_response("put_object", {}, self.put(IfNoneMatch="*"))
        self.assertTrue(self.store.write(1, None, ONE))
        self.s3.add_response("put_object", {}, self.put(IfMatch='"e1"'))
        self.assertTrue(self.store.write(1, '"e1"', ONE))

    def test_who_was_overtaken_is_told_so_and_who_may_not_write_hears_why(self):
        for code, status in (("PreconditionFailed", 412), ("ConditionalRequestConflict", 409)):
            self.s3.add_client_error("put_object", code, http_status_code=status)
            self.assertFalse(self.store.write(1, '"e1"', ONE))
        self.s3.add_client_error("put_object", "AccessDenied", http_status_code=403)
        with self.assertRaisesRegex(Exception, "AccessDenied"):
            self.store.write(1, '"e1"', ONE)


class OnGoogle(unittest.TestCase):
    def setUp(self):
        self.bucket = Bucket()
        address = serve(self, self.bucket.answer)
        self.store = Google("weights", PREFIX, {"storage": address, "metadata": address})

    def test_only_one_of_two_writes_over_the_same_version_holds(self):
        self.assertEqual(self.store.read(0), (None, None))
        self.assertTrue(self.store.write(0, None, ONE))
        self.assertFalse(self.store.write(0, None, ONE))
        version, found = self.store.read(0)
        self.assertEqual((version, found), ("1", ONE))
        self.assertTrue(self.store.write(0, version, ONE))
        self.assertFalse(self.store.write(0, version, ONE))
        self.assertEqual({authorization for *_, authorization in self.bucket.asked}, {"Bearer t"})
        self.assertIn(f"{PREFIX}/0.json", self.bucket.objects)

    def test_who_may_not_write_hears_so(self):
        self.bucket.denied = True
        with self.assertRaises(HTTPError):
            self.store.write(0, None, ONE)


if __name__ == "__main__":
    unittest.main()
