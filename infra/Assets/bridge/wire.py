"""HTTP/1.1 as far as the bridge needs it: one request a connection, both ways. A body that ends before its end is told apart from one that is whole."""
import asyncio
import ssl
from urllib.parse import urlsplit

LONGEST_HEAD = 64 * 1024
CONNECT_SECONDS = 5
# Of this connection and of nobody behind it.
HOP = {"connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade", "content-length", "host", "expect"}


class Cut(Exception):
    """The other side ended before its message did."""


class TooLarge(Exception):
    """A body above the limit."""


async def read_head(reader: asyncio.StreamReader) -> tuple[str, list[tuple[str, str]], bytes]:
    """The first line, the headers with lower-case names, and all of it as it came."""
    try:
        raw = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError) as error:
        raise Cut("no head") from error
    first, *lines = raw[:-4].decode("latin-1").split("\r\n")
    headers = [(name.strip().lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines)]
    return first, headers, raw


def find(headers: list[tuple[str, str]], name: str) -> str | None:
    """The last header of a name."""
    return next((value for key, value in reversed(headers) if key == name), None)


async def pieces(reader: asyncio.StreamReader, headers: list[tuple[str, str]], is_answer: bool):
    """The pieces of a body, as its framing says; an answer without one ends with its connection."""
    try:
        if "chunked" in (find(headers, "transfer-encoding") or "").lower():
            while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
                yield await reader.readexactly(size)
                await reader.readexactly(2)
            while (await reader.readuntil(b"\r\n")) != b"\r\n":
                pass
        elif (length := find(headers, "content-length")) is not None:
            left = int(length)
            while left:
                if not (piece := await reader.read(min(left, 65536))):
                    raise Cut("shorter than it said")
                left -= len(piece)
                yield piece
        elif is_answer:
            while piece := await reader.read(65536):
                yield piece
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError, ValueError) as error:
        raise Cut("ended early") from error


async def whole(body, most: int) -> bytes:
    """A body as one."""
    text = bytearray()
    async for piece in body:
        text += piece
        if len(text) > most:
            raise TooLarge
    return bytes(text)


class Answer:
    """What a server says: its status and headers, with the body still to come. Closes its connection when left."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: tuple[str, list[tuple[str, str]], bytes]) -> None:
        self.reader, self.writer = reader, writer
        self.line, self.headers, self.raw_head = head
        parts = self.line.split(" ", 2)
        if len(parts) < 2 or not parts[1].isdigit():
            raise Cut("no status")
        self.status = int(parts[1])
        self.body = pieces(reader, self.headers, is_answer=True)

    async def __aenter__(self) -> "Answer":
        return self

    async def __aexit__(self, *_) -> None:
        self.writer.close()


async def ask(method: str, url: str, headers: dict[str, str], body: bytes = b"") -> Answer:
    """Sends a request and waits for the head of its answer. OSError, TimeoutError or Cut where none comes."""
    at = urlsplit(url)
    port = at.port or (443 if at.scheme == "https" else 80)
    context = ssl.create_default_context() if at.scheme == "https" else None
    reader, writer = await asyncio.wait_for(asyncio.open_connection(at.hostname, port, ssl=context, limit=LONGEST_HEAD), CONNECT_SECONDS)
    try:
        sent = {"host": at.netloc, "connection": "close", "content-length": str(len(body)), **headers}
        path = (at.path or "/") + (f"?{at.query}" if at.query else "")
        writer.write(f"{method} {path} HTTP/1.1\r\n{''.join(f'{name}: {value}' + chr(13) + chr(10) for name, value in sent.items())}\r\n".encode("latin-1") + body)
        await writer.drain()
        while (head := await read_head(reader))[0].split(" ")[1:2] == ["100"]:
            pass
        return Answer(reader, writer, head)
    except BaseException:
        writer.close()
        raise


class Client:
    """Who asked: its request, and what it is answered."""

    def __init__(self, writer: asyncio.StreamWriter, line: str, headers: list[tuple[str, str]], body: bytes) -> None:
        self.writer, self.headers, self.body = writer, headers, body
        self.method, self.path = (line.split(" ") + ["/"])[:2]
        self.has_begun = False

    async def answer(self, status: int, body: bytes, content_type: str = "application/json", more: dict[str, str] | None = None) -> None:
        """A whole answer."""
        headers = {"content-type": content_type, "content-length": str(len(body)), "connection": "close", **(more or {})}
        self._head(status, headers)
        self.writer.write(body)
        await self.writer.drain()

    async def stream(self, events) -> None:
        """Pieces as they are made; the head goes with the first, so that what fails before it is still told by a status. A stream that fails later is cut."""
        async for event in events:
            if not self.has_begun:
                self._head(200, {"content-type": "text/event-stream", "cache-control": "no-cache", "transfer-encoding": "chunked", "connection": "close"})
            self.writer.write(f"{len(event):x}\r\n".encode() + event + b"\r\n")
            await self.writer.drain()
        self.writer.write(b"0\r\n\r\n")
        await self.writer.drain()

    async def copy(self, answer: Answer) -> None:
        """Another server's answer as it is, byte for byte: its framing tells who asked whether it is whole."""
        self.has_begun = True
        self.writer.write(answer.raw_head)
        while piece := await answer.reader.read(65536):
            self.writer.write(piece)
            await self.writer.drain()

    def _head(self, status: int, headers: dict[str, str]) -> None:
        self.has_begun = True
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self.writer.write(f"HTTP/1.1 {status} -\r\n{lines}\r\n".encode("latin-1"))
