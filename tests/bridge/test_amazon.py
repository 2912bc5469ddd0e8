"""Signatures against botocore's own, frames against botocore's reader, and where credentials come from."""
import asyncio
import datetime
import json
import os
import random
import tempfile
import unittest
from unittest import mock

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.eventstream import EventStreamBuffer

from providers import Provider, Said, frame

import amazon
import google
from wire import Cut

AT = datetime.datetime(2026, 11, 29, 20, 1, 2, tzinfo=datetime.UTC)


class Fixed(datetime.datetime):
    @classmethod
    def utcnow(cls):
        return AT.replace(tzinfo=None)

    @classmethod
    def now(cls, tz=None):
        return AT if tz else AT.replace(tzinfo=None)


async def bytes_of(pieces):
    for piece in pieces:
        yield piece


async def read(pieces):
    return [event async for event in amazon.frames(bytes_of(pieces))]


class Signing(unittest.TestCase):
    def test_a_signature_is_botocores(self):
        chance = random.Random(3)
        for model in ("amazon.nova-lite-v1%3A0", "us.anthropic.claude-sonnet-4-5-20250929-v1%3A0", "plain"):
            body, host = bytes(chance.randrange(256) for _ in range(200)), "bedrock-runtime.us-east-1.amazonaws.com"
            url = f"https://{host}/model/{model}/converse-stream"
            request = AWSRequest("POST", url, data=body, headers={"content-type": "application/json", "host": host})
            with mock.patch("botocore.auth.datetime.datetime", Fixed):
                SigV4Auth(Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI", "token//=="), "bedrock", "us-east-1").add_auth(request)
            ours = amazon.sign(url, body, "us-east-1", "bedrock", ("AKIDEXAMPLE", "wJalrXUtnFEMI", "token//=="), AT)
            self.assertEqual(ours["authorization"], request.headers["Authorization"])
            self.assertEqual((ours["x-amz-date"], ours["x-amz-security-token"]), ("20261129T200102Z", "token//=="))


class Frames(unittest.TestCase):
    def test_they_are_read_as_botocore_reads_them_however_they_are_cut(self):
        chance = random.Random(4)
        told = [("contentBlockDelta", {"delta": {"text": "世" * chance.randint(0, 50)}}) for _ in range(30)] + [("throttlingException", {"message": "slow"})]
        rest = b"".join(frame(kind, payload, kind.endswith("Exception")) for kind, payload in told)
        buffer, pieces = EventStreamBuffer(), []
        buffer.add_data(rest)
        self.assertEqual([json.loads(event.payload) for event in buffer], [payload for _, payload in told])
        while rest:
            size = chance.randint(1, 90)
            pieces, rest = [*pieces, rest[:size]], rest[size:]
        self.assertEqual([(kind, json.loads(payload)) for kind, payload in asyncio.run(read(pieces))], told)

    def test_a_damaged_or_short_one_is_a_cut(self):
        good = frame("messageStart", {"role": "assistant"})
        for at in range(len(good)):
            with self.subTest(at), self.assertRaises(Cut):
                asyncio.run(read([good[:at] + bytes([good[at] ^ 1]) + good[at + 1:]]))
        with self.assertRaises(Cut):
            asyncio.run(read([good[:-1]]))


class Whose(unittest.IsolatedAsyncioTestCase):
    async def test_a_machines_role_by_its_second_metadata_service_and_asked_once(self):
        told = {"AccessKeyId": "a", "SecretAccessKey": "b", "Token": "c", "Expiration": (datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")}

        def answer(path, headers, _):
            if path == "/latest/api/token":
                return Said(b"session")
            if headers.get("x-aws-ec2-metadata-token") != "session":
                return Said(b"", 401)
            return Said(b"role\n") if path.endswith("/security-credentials/") else Said(json.dumps(told).encode())
        async with Provider(answer) as metadata:
            credentials = amazon.Credentials(metadata.url)
            self.assertEqual(await credentials.now(), ("a", "b", "c"))
            self.assertEqual(await credentials.now(), ("a", "b", "c"))
            self.assertEqual([path for path, _, _ in metadata.asked][1:], ["/latest/meta-data/iam/security-credentials/", "/latest/meta-data/iam/security-credentials/role"])

    async def test_a_pods_role_by_the_agent_of_its_cluster(self):
        told = {"AccessKeyId": "a", "SecretAccessKey": "b", "Token": "c", "Expiration": "2000-01-01T00:00:00Z"}
        async with Provider(lambda _, headers, __: Said(json.dumps(told).encode()) if headers["authorization"] == "jwt" else Said(b"", 403)) as agent:
            with tempfile.NamedTemporaryFile("w") as file, mock.patch.dict(os.environ, {"AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{agent.url}/v1/credentials", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": file.name}):
                file.write("jwt\n")
                file.flush()
                credentials = amazon.Credentials()
                self.assertEqual(await credentials.now(), ("a", "b", "c"))
                await credentials.now()  # What has ended is asked for anew.
        self.assertEqual(len(agent.asked), 2)

    async def test_a_google_machines_token(self):
        async with Provider(Said(b'{"access_token": "t", "expires_in": 3599, "token_type": "Bearer"}')) as metadata:
            token = google.Token(metadata.url)
            self.assertEqual((await token.now(), await token.now()), ("t", "t"))
            self.assertEqual([(path, headers["metadata-flavor"]) for path, headers, _ in metadata.asked], [("/computeMetadata/v1/instance/service-accounts/default/token", "Google")])


if __name__ == "__main__":
    unittest.main()
