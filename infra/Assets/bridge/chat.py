"""OpenAI's chat completions: what a request asks in words that every provider knows, and an answer made of a provider's events.

An event is one of ("text", text), ("tool", number, id, name), ("arguments", number, text), ("finish", reason), ("usage", input, output); a figure of usage that is
None is not known yet. Read 2026-11-29: platform.openai.com/docs/api-reference/chat/object and /chat/streaming."""
import json
import time
from dataclasses import dataclass, field

# What changes an answer and that other providers do not have: to leave it out would answer another question.
ONLY_OPENAI = ("functions", "function_call", "logit_bias", "logprobs", "top_logprobs", "audio", "prediction", "web_search_options", "frequency_penalty", "presence_penalty")


class Refused(Exception):
    """A request that an API cannot be asked; says what to leave out."""


class Failed(Exception):
    """An API that did not answer as it should; carries the status that is told and how long to wait."""

    def __init__(self, status: int, message: str, kind: str = "api_error", retry_after: str | None = None) -> None:
        super().__init__(message)
        self.status, self.kind, self.retry_after = status, kind, retry_after


@dataclass
class Turn:
    """What one of the two says in a row: texts, calls (id, name, arguments) and results of calls (id, text), in order."""
    role: str
    parts: list[tuple] = field(default_factory=list)


@dataclass
class Chat:
    """A request."""
    model: str
    system: list[str]
    turns: list[Turn]
    most: int | None
    stop: list[str]
    temperature: float | None
    top_p: float | None
    tools: list[dict]
    tool_choice: object
    parallel: bool
    is_stream: bool
    tells_usage: bool


def refusal(message: str) -> bytes:
    """The body of an answer that says no."""
    return told(message, "invalid_request_error")


def told(message: str, kind: str) -> bytes:
    return json.dumps({"error": {"message": message, "type": kind, "param": None, "code": None}}).encode()


def parse(body: bytes) -> dict:
    """A request's body."""
    try:
        asked = json.loads(body)
    except ValueError as error:
        raise Refused("the body is not JSON") from error
    if not isinstance(asked, dict) or not isinstance(asked.get("messages"), list):
        raise Refused("the body has no messages")
    return asked


def read(asked: dict) -> Chat:
    """What a request asks."""
    try:
        return _read(asked)
    except (KeyError, TypeError, AttributeError) as error:
        raise Refused("the request is not in the form of OpenAI's chat completions") from error


def _read(asked: dict) -> Chat:
    """Turns of one role in a row are one, as most providers want it."""
    for name in ONLY_OPENAI:
        if asked.get(name) not in (None, False, 0, 0.0, {}, []):
            raise Refused(f"{name} is not carried to this API: leave it out")
    if asked.get("n") not in (None, 1):
        raise Refused("this API gives one answer: leave n out")
    if (asked.get("response_format") or {"type": "text"}).get("type") != "text":
        raise Refused("response_format is not carried to this API: leave it out, or ask for the form in words")
    stop = asked.get("stop") or []
    system, turns = [], []
    for message in asked["messages"]:
        role, text = message.get("role"), texts(message.get("content"))
        if role in ("system", "developer"):
            system += text
            continue
        if role not in ("user", "assistant", "tool"):
            raise Refused(f"messages of the role {role} are not carried to this API")
        parts = [("text", one) for one in text]
        if role == "tool":
            parts = [("result", message.get("tool_call_id", ""), "".join(text))]
        for call in message.get("tool_calls") or []:
            parts.append(("call", call["id"], call["function"]["name"], call["function"].get("arguments") or "{}"))
        role = "assistant" if role == "assistant" else "user"
        if not turns or turns[-1].role != role:
            turns.append(Turn(role))
        turns[-1].parts += parts
    turns = [turn for turn in turns if turn.parts]
    if not turns:
        raise Refused("no message has a text")
    return Chat(
        model=str(asked.get("model", "")), system=system, turns=turns, most=asked.get("max_completion_tokens") or asked.get("max_tokens"),
        stop=[stop] if isinstance(stop, str) else list(stop), temperature=asked.get("temperature"), top_p=asked.get("top_p"),
        tools=[tool["function"] for tool in asked.get("tools") or []], tool_choice=asked.get("tool_choice"), parallel=asked.get("parallel_tool_calls") is not False,
        is_stream=bool(asked.get("stream")), tells_usage=bool((asked.get("stream_options") or {}).get("include_usage")))


def texts(content) -> list[str]:
    """A message's texts; empty ones say nothing, and some providers refuse them."""
    parts = [{"type": "text", "text": content}] if isinstance(content, str) else content or []
    for part in parts:
        if part.get("type") not in ("text", "refusal"):
            raise Refused(f"parts of the type {part.get('type')} are not carried to this API: send text")
    return [text for text in (part.get("text") or part.get("refusal") or "" for part in parts) if text]


class Writer:
    """Makes an answer of events: whole, or in the pieces of a stream."""

    def __init__(self, model: str, tells_usage: bool = True) -> None:
        self.model, self.tells_usage = model, tells_usage
        self.id, self.created = f"chatcmpl-{time.time_ns():x}", int(time.time())
        self.text, self.calls, self.finish, self.usage = [], {}, None, [0, 0]

    def take(self, event: tuple) -> dict | None:
        """Notes an event and gives the delta that it is in a stream; None where it is none."""
        kind, *rest = event
        if kind == "text":
            self.text.append(rest[0])
            return {"content": rest[0]}
        if kind == "tool":
            number, call, name = len(self.calls), rest[1], rest[2]
            self.calls[rest[0]] = [number, call, name, []]
            return {"tool_calls": [{"index": number, "id": call, "type": "function", "function": {"name": name, "arguments": ""}}]}
        if kind == "arguments":
            self.calls[rest[0]][3].append(rest[1])
            return {"tool_calls": [{"index": self.calls[rest[0]][0], "function": {"arguments": rest[1]}}]}
        if kind == "finish":
            self.finish = rest[0]
        if kind == "usage":
            self.usage = [new if new is not None else old for new, old in zip(rest, self.usage)]
        return None

    def whole(self) -> bytes:
        """The answer when all events are in."""
        message: dict = {"role": "assistant", "content": "".join(self.text) or (None if self.calls else "")}
        if self.calls:
            message["tool_calls"] = [
                {"id": call, "type": "function", "function": {"name": name, "arguments": "".join(arguments) or "{}"}} for _, call, name, arguments in self.calls.values()]
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": self.finish or "stop"}
        return json.dumps({**self._base("chat.completion"), "choices": [choice], "usage": self._usage()}).encode()

    async def pieces(self, events):
        """The stream of some events. One that ends without a reason to has been cut."""
        is_first = True
        async for event in events:
            delta = self.take(event)
            if delta is not None:
                yield self.piece({"role": "assistant", "content": "", **delta} if is_first else delta)
                is_first = False
        if self.finish is None:
            raise Failed(502, "the API's stream ended early")
        if is_first:
            yield self.piece({"role": "assistant", "content": ""})
        yield self.piece({}, self.finish)
        if self.tells_usage:
            yield sse({**self._base("chat.completion.chunk"), "choices": [], "usage": self._usage()})
        yield b"data: [DONE]\n\n"

    def piece(self, delta: dict, finish: str | None = None) -> bytes:
        return sse({**self._base("chat.completion.chunk"), "choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}]})

    def _base(self, kind: str) -> dict:
        return {"id": self.id, "object": kind, "created": self.created, "model": self.model}

    def _usage(self) -> dict:
        return {"prompt_tokens": self.usage[0], "completion_tokens": self.usage[1], "total_tokens": sum(self.usage)}


def sse(value: dict) -> bytes:
    return b"data: " + json.dumps(value, separators=(",", ":")).encode() + b"\n\n"


def events_of(answer: dict):
    """The events of an answer in OpenAI's own form."""
    choice = (answer.get("choices") or [{}])[0]
    message = choice.get("message") or {}
    if message.get("content"):
        yield "text", message["content"]
    for number, call in enumerate(message.get("tool_calls") or []):
        yield "tool", number, call["id"], call["function"]["name"]
        yield "arguments", number, call["function"]["arguments"]
    yield "finish", choice.get("finish_reason") or "stop"
    usage = answer.get("usage") or {}
    yield "usage", usage.get("prompt_tokens"), usage.get("completion_tokens")
