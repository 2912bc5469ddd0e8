"""AWS for those without its SDK: the credentials of a machine or pod, Signature Version 4, and the framing of Bedrock's streams.

Read 2026-11-29: docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html,
docs.aws.amazon.com/lexv2/latest/dg/event-stream-encoding.html, docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html."""
import datetime
import hashlib
import hmac
import json
import os
import struct
import zlib
from urllib.parse import quote, urlsplit

from wire import Cut, ask, whole

METADATA = "http://169.254.169.254"
LONGEST_FRAME = 16 * 1024 * 1024
RENEW_BEFORE = datetime.timedelta(minutes=5)


class Credentials:
    """Whose requests are: of the pod where it has some (EKS Pod Identity), else of the machine. Asked anew before they end."""

    def __init__(self, metadata: str = METADATA) -> None:
        self.metadata, self.until, self.values = metadata, datetime.datetime.min.replace(tzinfo=datetime.UTC), {}

    async def now(self) -> tuple[str, str, str]:
        if datetime.datetime.now(datetime.UTC) + RENEW_BEFORE > self.until:
            self.values = json.loads(await (self._of_pod(address) if (address := os.environ.get("AWS_CONTAINER_CREDENTIALS_FULL_URI")) else self._of_machine()))
            self.until = datetime.datetime.fromisoformat(self.values["Expiration"].replace("Z", "+00:00"))
        return self.values["AccessKeyId"], self.values["SecretAccessKey"], self.values["Token"]

    async def _of_pod(self, address: str) -> bytes:
        with open(os.environ["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"], encoding="utf-8") as file:
            return await get("GET", address, {"authorization": file.read().strip()})

    async def _of_machine(self) -> bytes:
        token = await get("PUT", f"{self.metadata}/latest/api/token", {"x-aws-ec2-metadata-token-ttl-seconds": "300"})
        headers, folder = {"x-aws-ec2-metadata-token": token.decode()}, f"{self.metadata}/latest/meta-data/iam/security-credentials/"
        role = await get("GET", folder, headers)
        return await get("GET", folder + role.decode().split()[0], headers)


async def get(method: str, url: str, headers: dict[str, str]) -> bytes:
    """A small answer of a service of the machine's own cloud; OSError where there is none."""
    async with await ask(method, url, headers) as answer:
        body = await whole(answer.body, 1024 * 1024)
        if answer.status != 200:
            raise OSError(f"{urlsplit(url).netloc} answered {answer.status}")
        return body


def sign(url: str, body: bytes, region: str, service: str, credentials: tuple[str, str, str], at: datetime.datetime) -> dict[str, str]:
    """The headers that a POST needs beside its own."""
    key, secret, token = credentials
    parts = urlsplit(url)
    moment = at.strftime("%Y%m%dT%H%M%SZ")
    scope = f"{moment[:8]}/{region}/{service}/aws4_request"
    headers = {"content-type": "application/json", "host": parts.netloc, "x-amz-date": moment, "x-amz-security-token": token}
    names = ";".join(sorted(headers))
    canonical = "\n".join([
        # A path is quoted once more than it is sent, but for S3.
        "POST", quote(parts.path or "/", safe="/-_.~"), "", *(f"{name}:{headers[name]}" for name in sorted(headers)), "", names, hashlib.sha256(body).hexdigest()])
    text = "\n".join(["AWS4-HMAC-SHA256", moment, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    signing = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        signing = hmac.new(signing, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(signing, text.encode(), hashlib.sha256).hexdigest()
    return {**headers, "authorization": f"AWS4-HMAC-SHA256 Credential={key}/{scope}, SignedHeaders={names}, Signature={signature}"}


async def frames(body):
    """The events of a stream, as (kind, payload). A frame that is damaged or missing its end is a cut."""
    rest = b""
    async for piece in body:
        rest += piece
        while len(rest) >= 12 and len(rest) >= (size := _size(rest)):
            frame, rest = rest[:size], rest[size:]
            yield _event(frame)
    if rest:
        raise Cut("half a frame")


def _size(prelude: bytes) -> int:
    size, headers, check = struct.unpack(">III", prelude[:12])
    if zlib.crc32(prelude[:8]) != check or not 16 + headers <= size <= LONGEST_FRAME:
        raise Cut("a damaged frame")
    return size


def _event(frame: bytes) -> tuple[str, bytes]:
    if zlib.crc32(frame[:-4]) != struct.unpack(">I", frame[-4:])[0]:
        raise Cut("a damaged frame")
    end, at, headers = 12 + struct.unpack(">I", frame[4:8])[0], 12, {}
    while at < end:
        length = frame[at]
        name, kind = frame[at + 1:at + 1 + length].decode(), frame[at + 1 + length]
        if kind != 7:  # Bedrock's headers are all texts.
            raise Cut("a header of an unknown type")
        size = struct.unpack(">H", frame[at + 2 + length:at + 4 + length])[0]
        headers[name] = frame[at + 4 + length:at + 4 + length + size].decode()
        at += 4 + length + size
    return headers.get(":event-type") or headers.get(":exception-type") or "", frame[end:-4]
