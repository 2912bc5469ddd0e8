"""What each provider calls what chat.py reads, and its answers as chat.py's events.

Read 2026-11-29. Anthropic: docs.anthropic.com/en/api/messages, /messages-streaming, /errors (version 2023-06-01). Bedrock:
docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html and _ConverseStream.html. Vertex:
cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference (generateContent of Google's own models)."""
import json
from urllib.parse import quote

from chat import Chat, Failed, Refused, events_of

# Anthropic wants a limit of an answer; who names none gets what the smallest of its models gives.
MOST_TOKENS = 4096
# Why an answer ended; what is not here ended by itself.
FINISH = {
    "max_tokens": "length", "model_context_window_exceeded": "length", "MAX_TOKENS": "length", "tool_use": "tool_calls",
    "refusal": "content_filter", "guardrail_intervened": "content_filter", "content_filtered": "content_filter", "SAFETY": "content_filter",
    "RECITATION": "content_filter", "BLOCKLIST": "content_filter", "PROHIBITED_CONTENT": "content_filter", "SPII": "content_filter",
}


def finish(reason: str) -> tuple:
    return "finish", FINISH.get(reason, "stop")


def without(values: dict) -> dict:
    """Without what nobody said."""
    return {name: value for name, value in values.items() if value not in (None, [], {}, "")}


def at_most_one(temperature: float | None) -> float | None:
    """OpenAI's goes to 2, theirs to 1, where answers vary most."""
    return None if temperature is None else min(1, temperature)


def arguments_of(text: str) -> dict:
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise Refused("a tool call's arguments are not a JSON object")
    return value


class OpenAi:
    """The same dialect under another name of the model."""

    def path(self, api: dict, is_stream: bool) -> str:
        return f'{api["path"]}/v1/chat/completions'

    def headers(self, key: str) -> dict[str, str]:
        return {"authorization": f"Bearer {key}", "api-key": key}

    def body(self, chat: Chat, asked: dict, api: dict) -> dict:
        return {**asked, "model": api.get("model") or chat.model, **({"stream_options": {"include_usage": True}} if chat.is_stream else {})}

    def whole(self, answer: dict):
        return events_of(answer)

    def event(self, value: dict, _: str):
        choice = next(iter(value.get("choices") or []), {})
        delta = choice.get("delta") or {}
        if delta.get("content"):
            yield "text", delta["content"]
        for call in delta.get("tool_calls") or []:
            if call.get("id"):
                yield "tool", call["index"], call["id"], call["function"]["name"]
            if (call.get("function") or {}).get("arguments"):
                yield "arguments", call["index"], call["function"]["arguments"]
        if choice.get("finish_reason"):
            yield "finish", choice["finish_reason"]
        if usage := value.get("usage"):
            yield "usage", usage.get("prompt_tokens"), usage.get("completion_tokens")


class Anthropic:
    """Messages."""

    def path(self, api: dict, is_stream: bool) -> str:
        return f'{api["path"]}/v1/messages'

    def headers(self, key: str) -> dict[str, str]:
        return {"x-api-key": key, "anthropic-version": "2023-06-01"}

    def body(self, chat: Chat, asked: dict, api: dict) -> dict:
        choice = {"auto": {"type": "auto"}, "required": {"type": "any"}, "none": {"type": "none"}}.get(chat.tool_choice, None) if isinstance(chat.tool_choice, str) else (
            {"type": "tool", "name": chat.tool_choice["function"]["name"]} if chat.tool_choice else None)
        if chat.tools and not chat.parallel:
            choice = {**(choice or {"type": "auto"}), "disable_parallel_tool_use": True}
        return without({
            "model": api["model"], "max_tokens": chat.most or MOST_TOKENS, "system": "\n\n".join(chat.system),
            "messages": [{"role": turn.role, "content": [self._part(part) for part in turn.parts]} for turn in chat.turns],
            "stop_sequences": chat.stop, "temperature": at_most_one(chat.temperature), "top_p": chat.top_p, "stream": chat.is_stream or None,
            "tools": [without({"name": tool["name"], "description": tool.get("description")}) | {"input_schema": tool.get("parameters") or {"type": "object"}} for tool in chat.tools],
            "tool_choice": choice if chat.tools else None})

    def _part(self, part: tuple) -> dict:
        if part[0] == "call":
            return {"type": "tool_use", "id": part[1], "name": part[2], "input": arguments_of(part[3])}
        if part[0] == "result":
            return {"type": "tool_result", "tool_use_id": part[1], "content": part[2]}
        return {"type": "text", "text": part[1]}

    def whole(self, answer: dict):
        for number, block in enumerate(answer.get("content") or []):
            if block.get("type") == "text":
                yield "text", block["text"]
            elif block.get("type") == "tool_use":
                yield "tool", number, block["id"], block["name"]
                yield "arguments", number, json.dumps(block["input"])
        yield finish(answer.get("stop_reason") or "")
        yield self._usage(answer.get("usage") or {})

    def event(self, value: dict, _: str):
        kind, block, delta = value.get("type"), value.get("content_block") or {}, value.get("delta") or {}
        if kind == "message_start":
            yield self._usage(value["message"].get("usage") or {})
        elif kind == "content_block_start" and block.get("type") == "tool_use":
            yield "tool", value["index"], block["id"], block["name"]
        elif kind == "content_block_delta" and delta.get("type") == "text_delta":
            yield "text", delta["text"]
        elif kind == "content_block_delta" and delta.get("type") == "input_json_delta" and delta["partial_json"]:
            yield "arguments", value["index"], delta["partial_json"]
        elif kind == "message_delta":
            yield "usage", None, (value.get("usage") or {}).get("output_tokens")
            if delta.get("stop_reason"):
                yield finish(delta["stop_reason"])
        elif kind == "error":
            error = value.get("error") or {}
            raise Failed(429 if error.get("type") == "rate_limit_error" else 503, "the API broke its stream off", error.get("type") or "api_error")

    def _usage(self, usage: dict) -> tuple:
        # What is written to or read from the provider's cache is not in its input tokens.
        cached = [usage.get("cache_creation_input_tokens") or 0, usage.get("cache_read_input_tokens") or 0]
        return "usage", usage.get("input_tokens", 0) + sum(cached), usage.get("output_tokens")


class Bedrock:
    """Converse. Requests are signed (amazon.py) and streams come in its own framing."""

    def path(self, api: dict, is_stream: bool) -> str:
        return f'/model/{quote(api["model"], safe="")}/{"converse-stream" if is_stream else "converse"}'

    def headers(self, key: str) -> dict[str, str]:
        return {}

    def body(self, chat: Chat, asked: dict, api: dict) -> dict:
        if chat.tools and chat.tool_choice == "none":
            raise Refused("tool_choice none is not carried to this API: leave tools out")
        choice = {"auto": {"auto": {}}, "required": {"any": {}}}.get(chat.tool_choice) if isinstance(chat.tool_choice, str) else (
            {"tool": {"name": chat.tool_choice["function"]["name"]}} if chat.tool_choice else None)
        tools = [{"toolSpec": without({"name": tool["name"], "description": tool.get("description")}) | {"inputSchema": {"json": tool.get("parameters") or {"type": "object"}}}} for tool in chat.tools]
        return without({
            "system": [{"text": text} for text in chat.system],
            "messages": [{"role": turn.role, "content": [self._part(part) for part in turn.parts]} for turn in chat.turns],
            "inferenceConfig": without({"maxTokens": chat.most, "temperature": at_most_one(chat.temperature), "topP": chat.top_p, "stopSequences": chat.stop}),
            "toolConfig": without({"tools": tools, "toolChoice": choice}) if tools else None})

    def _part(self, part: tuple) -> dict:
        if part[0] == "call":
            return {"toolUse": {"toolUseId": part[1], "name": part[2], "input": arguments_of(part[3])}}
        if part[0] == "result":
            return {"toolResult": {"toolUseId": part[1], "content": [{"text": part[2]}]}}
        return {"text": part[1]}

    def whole(self, answer: dict):
        for number, block in enumerate(((answer.get("output") or {}).get("message") or {}).get("content") or []):
            if "text" in block:
                yield "text", block["text"]
            elif use := block.get("toolUse"):
                yield "tool", number, use["toolUseId"], use["name"]
                yield "arguments", number, json.dumps(use["input"])
        yield finish(answer.get("stopReason") or "")
        yield self._usage(answer.get("usage") or {})

    def event(self, value: dict, kind: str):
        if kind == "contentBlockStart" and (use := (value.get("start") or {}).get("toolUse")):
            yield "tool", value["contentBlockIndex"], use["toolUseId"], use["name"]
        elif kind == "contentBlockDelta":
            delta = value["delta"]
            if delta.get("text"):
                yield "text", delta["text"]
            elif (delta.get("toolUse") or {}).get("input"):
                yield "arguments", value["contentBlockIndex"], delta["toolUse"]["input"]
        elif kind == "messageStop":
            yield finish(value.get("stopReason") or "")
        elif kind == "metadata":
            yield self._usage(value.get("usage") or {})
        elif kind.endswith("Exception"):
            raise Failed(429 if kind == "throttlingException" else 503, "the API broke its stream off", kind)

    def _usage(self, usage: dict) -> tuple:
        cached = [usage.get("cacheReadInputTokens") or 0, usage.get("cacheWriteInputTokens") or 0]
        return "usage", usage.get("inputTokens", 0) + sum(cached), usage.get("outputTokens")


class Vertex:
    """generateContent. Tools are refused: its schemas are another subset, and newer models want their own signatures back with each call."""

    def path(self, api: dict, is_stream: bool) -> str:
        method = "streamGenerateContent?alt=sse" if is_stream else "generateContent"
        return f'/v1/projects/{api["project"]}/locations/{api["region"]}/publishers/google/models/{quote(api["model"], safe="")}:{method}'

    def headers(self, key: str) -> dict[str, str]:
        return {}

    def body(self, chat: Chat, asked: dict, api: dict) -> dict:
        if chat.tools or any(part[0] != "text" for turn in chat.turns for part in turn.parts):
            raise Refused("tools are not carried to this API: leave tools and their results out")
        return without({
            "systemInstruction": {"parts": [{"text": text} for text in chat.system]} if chat.system else None,
            "contents": [{"role": "model" if turn.role == "assistant" else "user", "parts": [{"text": text} for _, text in turn.parts]} for turn in chat.turns],
            "generationConfig": without({"maxOutputTokens": chat.most, "temperature": chat.temperature, "topP": chat.top_p, "stopSequences": chat.stop})})

    def whole(self, answer: dict):
        return self.event(answer, "")

    def event(self, value: dict, _: str):
        if (value.get("promptFeedback") or {}).get("blockReason"):
            yield "finish", "content_filter"
        candidate = next(iter(value.get("candidates") or []), {})
        for part in (candidate.get("content") or {}).get("parts") or []:
            if part.get("text") and not part.get("thought"):
                yield "text", part["text"]
        if candidate.get("finishReason"):
            yield finish(candidate["finishReason"])
        if usage := value.get("usageMetadata"):
            output = [usage.get("candidatesTokenCount"), usage.get("thoughtsTokenCount")]
            yield "usage", usage.get("promptTokenCount"), sum(one or 0 for one in output) if any(one is not None for one in output) else None


DIALECTS = {"openai": OpenAi(), "anthropic": Anthropic(), "bedrock": Bedrock(), "vertex": Vertex()}
