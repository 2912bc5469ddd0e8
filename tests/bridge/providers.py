"""Servers that answer as providers do, in forms written from their documentation, and what talks to the bridge."""
import asyncio
import json
import os
import struct
import sys
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "infra", "Assets", "bridge"))
import wire  # noqa: E402  pylint: disable=wrong-import-position


def frame(kind: str, payload: dict, exception: bool = False) -> bytes:
    """A frame of application/vnd.amazon.eventstream."""
    def header(name: str, value: str) -> bytes:
        return bytes([len(name)]) + name.encode() + b"\x07" + struct.pack(">H", len(value)) + value.encode()
    body = json.dumps(payload).encode()
    headers = header(":exception-type" if exception else ":event-type", kind) + header(":content-type", "application/json") + header(":message-type", "exception" if exception else "event")
    prelude = struct.pack(">II", 16 + len(headers) + len(body), len(headers))
    start = prelude + struct.pack(">I", zlib.crc32(prelude)) + headers + body
    return start + struct.pack(">I", zlib.crc32(start))


def sse(name: str | None, value) -> bytes:
    return (f"event: {name}\n" if name else "").encode() + b"data: " + (value if isinstance(value, bytes) else json.dumps(value).encode()) + b"\n\n"


class Said:
    """An answer of a provider."""

    def __init__(self, body: bytes | list[bytes], status: int = 200, headers: dict | None = None, seconds: float = 0, cut: bool = False) -> None:
        self.pieces = [body] if isinstance(body, bytes) else body
        self.status, self.headers, self.seconds, self.cut = status, headers or {}, seconds, cut


class Provider:
    """A server that notes what it is asked and says what it is told to."""

    def __init__(self, answer=None) -> None:
        self.answer, self.asked, self.left = answer, [], 0

    async def __aenter__(self) -> "Provider":
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self.server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_) -> None:
        self.server.close()

    async def _serve(self, reader, writer) -> None:
        try:
            line, headers, _ = await wire.read_head(reader)
            body = await wire.whole(wire.pieces(reader, headers, is_answer=False), 1 << 30)
            self.asked.append((line.split(" ")[1], dict(headers), body))
            said = self.answer(*self.asked[-1]) if callable(self.answer) else self.answer
            if said.seconds and await asyncio.wait({asyncio.ensure_future(reader.read(1))}, timeout=said.seconds) != (set(), set()) and reader.at_eof():
                self.left += 1
                return
            head = "".join(f"{name}: {value}\r\n" for name, value in said.headers.items())
            writer.write(f"HTTP/1.1 {said.status} -\r\ntransfer-encoding: chunked\r\n{head}\r\n".encode())
            for piece in said.pieces:
                writer.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
                await writer.drain()
                await asyncio.sleep(0.01 if len(said.pieces) > 1 else 0)
            if not said.cut:
                writer.write(b"0\r\n\r\n")
                await writer.drain()
        except (ConnectionError, wire.Cut):
            self.left += 1
        finally:
            writer.close()


def openai(text: str, calls: list | None = None, usage: tuple = (7, 3)) -> bytes:
    message = {"role": "assistant", "content": text, **({"tool_calls": calls} if calls else {})}
    return json.dumps({
        "id": "x", "object": "chat.completion", "created": 1, "model": "llama-3.1-8b", "choices": [{"index": 0, "message": message, "finish_reason": "tool_calls" if calls else "stop"}],
        "usage": {"prompt_tokens": usage[0], "completion_tokens": usage[1], "total_tokens": sum(usage)}}).encode()


def whole(dialect: str, text: str, usage: tuple = (7, 3), reason: str = "") -> bytes:
    """A text as each provider answers it at once."""
    return json.dumps({
        "anthropic": {
            "id": "msg_1", "type": "message", "role": "assistant", "model": "claude", "content": [{"type": "text", "text": text}], "stop_reason": reason or "end_turn",
            "stop_sequence": None, "usage": {"input_tokens": usage[0], "output_tokens": usage[1]}},
        "bedrock": {
            "output": {"message": {"role": "assistant", "content": [{"text": text}]}}, "stopReason": reason or "end_turn",
            "usage": {"inputTokens": usage[0], "outputTokens": usage[1], "totalTokens": sum(usage)}, "metrics": {"latencyMs": 9}},
        "vertex": {
            "candidates": [{"content": {"role": "model", "parts": [{"text": text}]}, "finishReason": reason or "STOP"}],
            "usageMetadata": {"promptTokenCount": usage[0], "candidatesTokenCount": usage[1], "totalTokenCount": sum(usage)}, "modelVersion": "gemini"},
    }[dialect]).encode() if dialect != "openai" else openai(text, usage=usage)


def stream(dialect: str, texts: list[str], usage: tuple = (7, 3)) -> list[bytes]:
    """The same in pieces."""
    if dialect == "anthropic":
        return [
            sse("message_start", {"type": "message_start", "message": {"id": "msg_1", "type": "message", "role": "assistant", "content": [], "usage": {"input_tokens": usage[0], "output_tokens": 1}}}),
            sse("content_block_start", {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}), sse("ping", {"type": "ping"}),
            *(sse("content_block_delta", {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}}) for text in texts),
            sse("content_block_stop", {"type": "content_block_stop", "index": 0}),
            sse("message_delta", {"type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": None}, "usage": {"output_tokens": usage[1]}}),
            sse("message_stop", {"type": "message_stop"})]
    if dialect == "bedrock":
        return [
            frame("messageStart", {"role": "assistant"}), *(frame("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": text}}) for text in texts),
            frame("contentBlockStop", {"contentBlockIndex": 0}), frame("messageStop", {"stopReason": "end_turn"}),
            frame("metadata", {"usage": {"inputTokens": usage[0], "outputTokens": usage[1], "totalTokens": sum(usage)}, "metrics": {"latencyMs": 9}})]
    if dialect == "vertex":
        return [
            *(sse(None, {"candidates": [{"content": {"role": "model", "parts": [{"text": text}]}}], "usageMetadata": {"promptTokenCount": usage[0]}}) for text in texts),
            sse(None, {"candidates": [{"content": {"role": "model", "parts": [{"text": ""}]}, "finishReason": "STOP"}],
                       "usageMetadata": {"promptTokenCount": usage[0], "candidatesTokenCount": usage[1], "totalTokenCount": sum(usage)}})]
    return [
        *(sse(None, {"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": None}]}) for text in texts),
        sse(None, {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}),
        sse(None, {"choices": [], "usage": {"prompt_tokens": usage[0], "completion_tokens": usage[1], "total_tokens": sum(usage)}}), b"data: [DONE]\n\n"]


def chunks(body: bytes) -> list[dict]:
    """The pieces of a stream in OpenAI's form, of which the last word must be the last."""
    *events, last, rest = body.split(b"\n\n")
    assert (last, rest) == (b"data: [DONE]", b""), body[-200:]
    return [json.loads(event.removeprefix(b"data: ")) for event in events]
