"""What is asked and answered means the same in every dialect."""
import asyncio
import json
import random
import unittest

import providers
from providers import frame, sse

import amazon
import apis
import chat
from dialects import DIALECTS

TOOLS = [{"type": "function", "function": {"name": "weather", "description": "Tells it", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}}}]
API = {"model": "m", "path": "", "project": "acme-prod", "region": "us-central1"}


async def bytes_of(pieces):
    for piece in pieces:
        yield piece


def asked(messages: list, **more) -> dict:
    return {"model": "llama", "messages": messages, **more}


def body(dialect: str, value: dict) -> dict:
    return DIALECTS[dialect].body(chat.read(value), value, API)


def said_by(dialect: str, value: dict) -> list[tuple[str, str]]:
    """Who says what, read back from a provider's request."""
    told = body(dialect, value)
    system = told.get("system") or told.get("systemInstruction") or []
    system = system if isinstance(system, str) else "\n\n".join(part["text"] for part in (system.get("parts") if isinstance(system, dict) else system))
    turns = told.get("messages") or told["contents"]
    return [*([("system", system)] if system else []), *(("user" if turn["role"] == "user" else "assistant", "".join(part["text"] for part in turn.get("content") or turn["parts"])) for turn in turns)]


def answer(dialect: str, pieces: list[bytes], is_stream: bool, model: str = "llama") -> tuple[dict, list[dict]]:
    """What becomes of a provider's answer: the whole one, and the pieces of a stream."""
    async def run():
        async def events():
            of = DIALECTS[dialect]
            if not is_stream:
                for event in of.whole(json.loads(b"".join(pieces))):
                    yield event
            elif dialect == "bedrock":
                async for kind, payload in amazon.frames(bytes_of(pieces)):
                    for event in of.event(json.loads(payload), kind):
                        yield event
            else:
                async for text in apis.server_sent(bytes_of(pieces)):
                    for event in of.event(json.loads(text), ""):
                        yield event
        writer = chat.Writer(model)
        streamed = b"".join([piece async for piece in writer.pieces(events())])
        return json.loads(writer.whole()), providers.chunks(streamed)
    return asyncio.run(run())


class Requests(unittest.TestCase):
    def test_system_and_turns_keep_their_order_and_words_whatever_they_are(self):
        chance = random.Random(1)
        for _ in range(300):
            messages, want = [], []
            if chance.random() < 0.5:
                messages.append({"role": chance.choice(["system", "developer"]), "content": "be kind"})
                want.append(("system", "be kind"))
            for turn in range(chance.randint(1, 6)):
                role = "user" if turn % 2 == 0 else "assistant"
                text = "".join(chance.choice("aß世\n\"\\{}é ") for _ in range(chance.randint(1, 30)))
                messages.append({"role": role, "content": text if chance.random() < 0.5 else [{"type": "text", "text": text}]})
                want.append((role, text))
            for dialect in ("anthropic", "bedrock", "vertex"):
                self.assertEqual(said_by(dialect, asked(messages)), want)

    def test_limits_and_stops_have_each_providers_names(self):
        value = asked([{"role": "user", "content": "hi"}], max_tokens=9, stop="END", temperature=1.5, top_p=0.5)
        told = body("anthropic", value)
        self.assertEqual((told["max_tokens"], told["stop_sequences"], told["temperature"], told["top_p"], told["model"]), (9, ["END"], 1, 0.5, "m"))
        self.assertEqual(body("bedrock", value)["inferenceConfig"], {"maxTokens": 9, "temperature": 1, "topP": 0.5, "stopSequences": ["END"]})
        self.assertEqual(body("vertex", value)["generationConfig"], {"maxOutputTokens": 9, "temperature": 1.5, "topP": 0.5, "stopSequences": ["END"]})
        self.assertEqual(body("anthropic", asked([{"role": "user", "content": "hi"}]))["max_tokens"], 4096)
        self.assertEqual(body("openai", value), {**value, "model": "m"})

    def test_tools_their_calls_and_results_go_where_they_belong(self):
        value = asked([
            {"role": "user", "content": "weather?"},
            {"role": "assistant", "content": None, "tool_calls": [{"id": f"c{i}", "type": "function", "function": {"name": "weather", "arguments": f'{{"city": "{i}"}}'}} for i in (1, 2)]},
            {"role": "tool", "tool_call_id": "c1", "content": "rain"}, {"role": "tool", "tool_call_id": "c2", "content": "sun"}, {"role": "user", "content": "and?"}],
            tools=TOOLS, tool_choice="required", parallel_tool_calls=False)
        told = body("anthropic", value)
        self.assertEqual([turn["role"] for turn in told["messages"]], ["user", "assistant", "user"])
        self.assertEqual(told["messages"][1]["content"], [{"type": "tool_use", "id": f"c{i}", "name": "weather", "input": {"city": f"{i}"}} for i in (1, 2)])
        self.assertEqual([part["type"] for part in told["messages"][2]["content"]], ["tool_result", "tool_result", "text"])
        self.assertEqual(told["tool_choice"], {"type": "any", "disable_parallel_tool_use": True})
        self.assertEqual(told["tools"][0]["input_schema"], TOOLS[0]["function"]["parameters"])
        told = body("bedrock", value)
        self.assertEqual(told["messages"][2]["content"][0], {"toolResult": {"toolUseId": "c1", "content": [{"text": "rain"}]}})
        self.assertEqual(told["toolConfig"]["toolChoice"], {"any": {}})
        self.assertEqual(body("bedrock", {**value, "tool_choice": {"type": "function", "function": {"name": "weather"}}})["toolConfig"]["toolChoice"], {"tool": {"name": "weather"}})

    def test_what_would_be_left_out_is_refused_by_name(self):
        hello = [{"role": "user", "content": "hi"}]
        for more, word in (({"n": 2}, "n out"), ({"logprobs": True}, "logprobs"), ({"logit_bias": {"1": 2}}, "logit_bias"), ({"response_format": {"type": "json_object"}}, "response_format"),
                           ({"frequency_penalty": 0.5}, "frequency_penalty"), ({"functions": [{}]}, "functions")):
            with self.subTest(word), self.assertRaisesRegex(chat.Refused, word):
                chat.read(asked(hello, **more))
        with self.assertRaisesRegex(chat.Refused, "image_url"):
            chat.read(asked([{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:"}}]}]))
        with self.assertRaisesRegex(chat.Refused, "tools"):
            body("vertex", asked(hello, tools=TOOLS))
        with self.assertRaisesRegex(chat.Refused, "none"):
            body("bedrock", asked(hello, tools=TOOLS, tool_choice="none"))
        with self.assertRaisesRegex(chat.Refused, "arguments"):
            body("anthropic", asked([*hello, {"role": "assistant", "tool_calls": [{"id": "c", "function": {"name": "f", "arguments": "["}}]}]))
        for broken in (b"[", b"{}", b'{"messages": 3}'):
            with self.assertRaises(chat.Refused):
                chat.parse(broken)
        for odd in ([3], [{"role": "user", "content": 3}], [{"role": "user"}], [{"role": "robot", "content": "x"}]):
            with self.assertRaises(chat.Refused):
                chat.read(asked(odd))


class Answers(unittest.TestCase):
    def test_a_text_is_the_same_whole_and_in_pieces_and_usage_adds_up(self):
        chance = random.Random(2)
        for _ in range(200):
            texts = ["".join(chance.choice("aß世\n\"\\é ") for _ in range(chance.randint(1, 8))) for _ in range(chance.randint(1, 6))]
            usage = (chance.randint(1, 9999), chance.randint(1, 9999))
            for dialect in ("anthropic", "bedrock", "vertex", "openai"):
                # However the network cuts it.
                joined, cut = b"".join(providers.stream(dialect, texts, usage)), []
                while joined:
                    size = chance.randint(1, 80)
                    cut, joined = [*cut, joined[:size]], joined[size:]
                for told, pieces in (answer(dialect, cut, True), answer(dialect, [providers.whole(dialect, "".join(texts), usage)], False)):
                    self.assertEqual(told["choices"][0]["message"], {"role": "assistant", "content": "".join(texts)})
                    self.assertEqual(told["choices"][0]["finish_reason"], "stop")
                    self.assertEqual(told["usage"], {"prompt_tokens": usage[0], "completion_tokens": usage[1], "total_tokens": sum(usage)})
                    self.assertEqual("".join(piece["choices"][0]["delta"].get("content", "") for piece in pieces if piece["choices"]), "".join(texts))
                    self.assertEqual([pieces[0]["choices"][0]["delta"]["role"], pieces[-2]["choices"][0]["finish_reason"], pieces[-1]["usage"]["total_tokens"]], ["assistant", "stop", sum(usage)])
                    self.assertEqual({(piece["model"], piece["id"]) for piece in pieces}, {("llama", pieces[0]["id"])})

    def test_calls_of_tools_come_whole_and_in_pieces(self):
        want = [{"id": "c1", "type": "function", "function": {"name": "weather", "arguments": '{"city": "Rome"}'}}]
        whole = {
            "anthropic": {"content": [{"type": "text", "text": "I look"}, {"type": "tool_use", "id": "c1", "name": "weather", "input": {"city": "Rome"}}], "stop_reason": "tool_use",
                          "usage": {"input_tokens": 1, "cache_read_input_tokens": 4, "output_tokens": 2}},
            "bedrock": {"output": {"message": {"content": [{"text": "I look"}, {"toolUse": {"toolUseId": "c1", "name": "weather", "input": {"city": "Rome"}}}]}}, "stopReason": "tool_use",
                        "usage": {"inputTokens": 1, "cacheReadInputTokens": 4, "outputTokens": 2}}}
        parts = ['{"city"', ': "Rome"}']
        streams = {
            "anthropic": [
                sse(None, {"type": "message_start", "message": {"usage": {"input_tokens": 1, "cache_read_input_tokens": 4, "output_tokens": 1}}}),
                sse(None, {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "I look"}}),
                sse(None, {"type": "content_block_start", "index": 1, "content_block": {"type": "tool_use", "id": "c1", "name": "weather", "input": {}}}),
                *(sse(None, {"type": "content_block_delta", "index": 1, "delta": {"type": "input_json_delta", "partial_json": part}}) for part in ["", *parts]),
                sse(None, {"type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": {"output_tokens": 2}})],
            "bedrock": [
                frame("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": "I look"}}), frame("contentBlockStart", {"contentBlockIndex": 1, "start": {"toolUse": {"toolUseId": "c1", "name": "weather"}}}),
                *(frame("contentBlockDelta", {"contentBlockIndex": 1, "delta": {"toolUse": {"input": part}}}) for part in parts),
                frame("messageStop", {"stopReason": "tool_use"}), frame("metadata", {"usage": {"inputTokens": 1, "cacheReadInputTokens": 4, "outputTokens": 2}})]}
        for dialect in ("anthropic", "bedrock"):
            for told, pieces in (answer(dialect, [json.dumps(whole[dialect]).encode()], False), answer(dialect, streams[dialect], True)):
                self.assertEqual((told["choices"][0]["message"]["content"], told["choices"][0]["message"]["tool_calls"], told["choices"][0]["finish_reason"]), ("I look", want, "tool_calls"))
                self.assertEqual(told["usage"], {"prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 7})
                calls = [call for piece in pieces if piece["choices"] for call in piece["choices"][0]["delta"].get("tool_calls", [])]
                self.assertEqual((calls[0]["id"], {call["index"] for call in calls}), ("c1", {0}))
                self.assertEqual(json.loads("".join(call["function"]["arguments"] for call in calls)), {"city": "Rome"})

    def test_why_an_answer_ended_is_said_in_OpenAIs_words(self):
        for dialect, reason, want in (("anthropic", "max_tokens", "length"), ("anthropic", "stop_sequence", "stop"), ("anthropic", "refusal", "content_filter"),
                                      ("bedrock", "guardrail_intervened", "content_filter"), ("bedrock", "max_tokens", "length"), ("vertex", "MAX_TOKENS", "length"), ("vertex", "SAFETY", "content_filter")):
            self.assertEqual(answer(dialect, [providers.whole(dialect, "x", reason=reason)], False)[0]["choices"][0]["finish_reason"], want)
        self.assertEqual(answer("vertex", [json.dumps({"promptFeedback": {"blockReason": "SAFETY"}, "usageMetadata": {"promptTokenCount": 4}}).encode()], False)[0]["choices"][0]["finish_reason"], "content_filter")

    def test_thoughts_are_counted_and_not_told(self):
        told = answer("vertex", [json.dumps({"candidates": [{"content": {"parts": [{"text": "hm", "thought": True}, {"text": "yes"}]}, "finishReason": "STOP"}],
                                             "usageMetadata": {"promptTokenCount": 1, "candidatesTokenCount": 2, "thoughtsTokenCount": 5}}).encode()], False)[0]
        self.assertEqual((told["choices"][0]["message"]["content"], told["usage"]["completion_tokens"]), ("yes", 7))

    def test_a_stream_that_breaks_off_is_never_taken_for_a_whole_one(self):
        for dialect in ("anthropic", "bedrock", "vertex", "openai"):
            with self.subTest(dialect), self.assertRaises((chat.Failed, amazon.Cut)):
                answer(dialect, providers.stream(dialect, ["one", "two"])[:2], True)
        for dialect, piece in (("anthropic", sse("error", {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}})), ("bedrock", frame("throttlingException", {"message": "slow"}, True))):
            with self.subTest(dialect), self.assertRaises(chat.Failed):
                answer(dialect, [*providers.stream(dialect, ["one"])[:2], piece], True)


if __name__ == "__main__":
    unittest.main()
