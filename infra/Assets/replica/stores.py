"""Where replicas are kept: objects of the region's bucket, written only over the version that was read. Each cloud has one call for that."""
import json
import time
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

from rendezvous import Member, Replica

TIMEOUT_SECONDS = 10
ABSENT = (403, 404)  # Who may not list a bucket is told "forbidden" of what is not there; a write that is forbidden fails all the same.
OVERTAKEN = (409, 412)
ADDRESSES = {"storage": "https://storage.googleapis.com", "metadata": "http://metadata.google.internal/computeMetadata/v1"}


def text_of(replica: Replica) -> str:
    return json.dumps({"epoch": replica.epoch, "members": [member and vars(member) for member in replica.members]}, sort_keys=True)


def parse(text: str) -> Replica:
    told = json.loads(text)
    return Replica(told["epoch"], tuple(member and Member(**member) for member in told["members"]))


class Amazon:
    """S3: If-Match and If-None-Match."""

    def __init__(self, region: str, bucket: str, prefix: str, client=None) -> None:
        if client is None:
            import boto3  # pylint: disable=import-outside-toplevel
            from botocore.config import Config  # pylint: disable=import-outside-toplevel
            # A write that is sent again after it was taken would be told that it was overtaken; the next look finds out.
            client = boto3.client("s3", region_name=region, config=Config(connect_timeout=TIMEOUT_SECONDS, read_timeout=TIMEOUT_SECONDS, retries={"total_max_attempts": 1}))
        self.client, self.bucket, self.prefix = client, bucket, prefix

    def read(self, number: int) -> tuple[str | None, Replica | None]:
        try:
            found = self.client.get_object(Bucket=self.bucket, Key=self._key(number))
            return found["ETag"], parse(found["Body"].read().decode())
        except self.client.exceptions.ClientError as error:
            if _status(error) in ABSENT:
                return None, None
            raise

    def write(self, number: int, version: str | None, replica: Replica) -> bool:
        condition = {"IfMatch": version} if version else {"IfNoneMatch": "*"}
        try:
            self.client.put_object(Bucket=self.bucket, Key=self._key(number), Body=text_of(replica).encode(), ContentType="application/json", **condition)
            return True
        except self.client.exceptions.ClientError as error:
            if _status(error) in OVERTAKEN:
                return False
            raise

    def _key(self, number: int) -> str:
        return f"{self.prefix}/{number}.json"


class Google:
    """Cloud Storage: ifGenerationMatch."""

    def __init__(self, bucket: str, prefix: str, addresses: dict[str, str] = ADDRESSES) -> None:
        self.bucket, self.prefix, self.addresses, self.token, self.until = bucket, prefix, addresses, "", 0.0

    def read(self, number: int) -> tuple[str | None, Replica | None]:
        try:
            with self._ask(f"storage/v1/b/{self.bucket}/o/{self._key(number)}", {"alt": "media"}) as found:
                return found.headers["x-goog-generation"], parse(found.read().decode())
        except HTTPError as error:
            if error.code in ABSENT:
                return None, None
            raise

    def write(self, number: int, version: str | None, replica: Replica) -> bool:
        query = {"uploadType": "media", "name": f"{self.prefix}/{number}.json", "ifGenerationMatch": version or "0"}
        try:
            with self._ask(f"upload/storage/v1/b/{self.bucket}/o", query, text_of(replica).encode()):
                return True
        except HTTPError as error:
            if error.code in OVERTAKEN:
                return False
            raise

    def _key(self, number: int) -> str:
        return quote(f"{self.prefix}/{number}.json", safe="")

    def _ask(self, path: str, query: dict[str, str], body: bytes | None = None):
        if time.monotonic() >= self.until:
            request = Request(f"{self.addresses['metadata']}/instance/service-accounts/default/token", headers={"Metadata-Flavor": "Google"})
            with urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
                told = json.load(answer)
            self.token, self.until = told["access_token"], time.monotonic() + told["expires_in"] / 2
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        return urlopen(Request(f"{self.addresses['storage']}/{path}?{urlencode(query)}", data=body, headers=headers), timeout=TIMEOUT_SECONDS)


def _status(error) -> int:
    return error.response["ResponseMetadata"]["HTTPStatusCode"]
