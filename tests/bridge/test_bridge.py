"""The bridge as it runs, between a router and providers that only pretend."""
import asyncio
import contextlib
import io
import json
import time
import unittest
from unittest import mock

from providers import Provider, Said, chunks, openai, stream, whole

import main
import wire

SECRET, WORDS = "sk-very-secret", "the words of a client"
HELLO = {"model": "llama-3.1-8b", "messages": [{"role": "user", "content": WORDS}]}


class Creds:
    async def now(self):
        return "AKID", "aws-secret", "token"


class Token:
    async def now(self):
        return "google-token"


class Running(unittest.IsolatedAsyncioTestCase):
    """A bridge with an API of each dialect, beside a router that answers from the fleet."""

    async def asyncSetUp(self) -> None:
        self.stack = contextlib.AsyncExitStack()
        self.logs = self.stack.enter_context(contextlib.redirect_stderr(io.StringIO()))
        self.stack.enter_context(contextlib.redirect_stdout(self.logs))
        self.provider = await self.stack.enter_async_context(Provider(Said(b"{}", 500)))
        self.router = await self.stack.enter_async_context(Provider(Said(openai("small"))))
        self.guardrail = await self.stack.enter_async_context(Provider(Said(b'{"accept": true}')))
        api = {"url": self.provider.url, "path": "", "region": "us-east-1", "project": "acme", "model": "their-model", "key": "KEY_CLAUDE", "requestsPerSecond": 1000}
        self.settings = {
            "port": 0, "router": self.router.url,
            "servings": {"assistant": {
                "apis": {dialect: {**api, "dialect": dialect} for dialect in ("anthropic", "bedrock", "vertex", "openai")}, "shadow": "anthropic",
                "cascade": {"api": "anthropic", "guardrail": {"url": f"{self.guardrail.url}/check", "seconds": 0.5, "onFailure": "accept", "key": "KEY_GUARD"}}}}}
        await self.start()

    async def start(self) -> None:
        self.bridge = main.Bridge(self.settings, {"KEY_CLAUDE": SECRET, "KEY_GUARD": "guard-key"}, Creds(), Token())
        server = await asyncio.start_server(self.bridge.serve, "127.0.0.1", 0, limit=65536)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        copiers = [asyncio.create_task(self.bridge.copier()) for _ in range(main.COPIERS)]

        async def stop():
            server.close()
            for copier in copiers:
                copier.cancel()
        self.stack.push_async_callback(stop)

    async def asyncTearDown(self) -> None:
        await self.stack.aclose()
        for secret in (SECRET, WORDS, "aws-secret", "google-token", "guard-key", "small"):
            self.assertNotIn(secret, self.logs.getvalue())
            self.assertNotIn(secret, self.bridge.figures.text().decode())

    async def ask(self, what: str, value=None, path: str = "/servings/assistant/v1/chat/completions", body: bytes | None = None, **headers: str):
        async with await wire.ask("POST", self.url + path, {"x-gpuinfra-bridge": what, "authorization": "Bearer team-key", **headers}, body if body is not None else json.dumps(value or HELLO).encode()) as answer:
            return answer.status, dict(answer.headers), await wire.whole(answer.body, 1 << 30)

    def count(self, name: str, **labels: str) -> float:
        return sum(value for (one, have), value in self.bridge.figures.counts.items() if one == name and labels.items() <= dict(have).items())

    async def until(self, true) -> None:
        for _ in range(200):
            if true():
                return
            await asyncio.sleep(0.02)
        self.fail("it did not come to it")


class Overflow(Running):
    async def test_each_dialect_answers_at_once_and_in_pieces_as_if_it_were_our_model(self):
        for dialect in ("anthropic", "bedrock", "vertex", "openai"):
            with self.subTest(dialect):
                self.provider.answer = Said(whole(dialect, "hello"))
                status, _, body = await self.ask(f"api {dialect}")
                told = json.loads(body)
                self.assertEqual((status, told["model"], told["choices"][0]["message"]["content"], told["usage"]["total_tokens"]), (200, "llama-3.1-8b", "hello", 10))
                self.provider.answer = Said(stream(dialect, ["hel", "lo"]))
                status, headers, body = await self.ask(f"api {dialect}", {**HELLO, "stream": True})
                pieces = chunks(body)
                self.assertEqual((status, headers["content-type"]), (200, "text/event-stream"))
                self.assertEqual("".join(piece["choices"][0]["delta"].get("content", "") for piece in pieces), "hello")
                self.assertNotIn("usage", pieces[-1])  # Nobody asked for it.
        self.assertEqual(self.count("gpuinfra_bridge_tokens_total", kind="input", why="overflow"), 8 * 7)
        self.assertEqual(self.count("gpuinfra_bridge_seconds_count"), 8)

    async def test_each_provider_is_shown_its_own_key_and_no_teams(self):
        shown = {}
        for dialect in ("anthropic", "bedrock", "vertex", "openai"):
            self.provider.answer = Said(whole(dialect, "x"))
            await self.ask(f"api {dialect}")
            shown[dialect] = self.provider.asked[-1]
            self.assertNotIn("team-key", str(shown[dialect][1]))
        self.assertEqual((shown["anthropic"][0], shown["anthropic"][1]["x-api-key"], shown["anthropic"][1]["anthropic-version"]), ("/v1/messages", SECRET, "2023-06-01"))
        self.assertTrue(shown["bedrock"][0] == "/model/their-model/converse" and shown["bedrock"][1]["authorization"].startswith("AWS4-HMAC-SHA256 Credential=AKID/"))
        self.assertEqual((shown["vertex"][0], shown["vertex"][1]["authorization"]), ("/v1/projects/acme/locations/us-east-1/publishers/google/models/their-model:generateContent", "Bearer google-token"))
        self.assertEqual((shown["openai"][1]["authorization"], json.loads(shown["openai"][2])["model"]), (f"Bearer {SECRET}", "their-model"))

    async def test_a_used_up_rate_is_told_with_how_long_to_wait(self):
        self.provider.answer = Said(b'{"type":"error","error":{"type":"rate_limit_error","message":"slow"}}', 429, {"retry-after": "17"})
        status, headers, body = await self.ask("api anthropic", {**HELLO, "stream": True})
        self.assertEqual((status, headers["retry-after"], json.loads(body)["error"]["type"]), (429, "17", "rate_limit_error"))
        self.assertEqual(self.count("gpuinfra_bridge_requests_total", result="limited"), 1)

    async def test_what_the_client_got_wrong_is_told_in_the_providers_words(self):
        self.provider.answer = Said(b'{"message":"too many tokens"}', 400)
        status, _, body = await self.ask("api bedrock")
        self.assertEqual((status, json.loads(body)["error"]["message"]), (400, "too many tokens"))
        self.assertEqual((await self.ask("api bedrock", body=b"{"))[0], 200)  # What cannot be read is the fleet's to answer.

    async def test_an_API_that_fails_or_cannot_be_asked_this_leaves_the_request_to_the_fleet(self):
        for said in (Said(b"", 500), Said(b"", 529), Said(b"", 401), Said(b"no json"), Said(b'{"content": 3}'), Said(whole("anthropic", "x")[:20], cut=True)):
            self.provider.answer = said
            status, _, body = await self.ask("api anthropic", **{"x-gpuinfra-asked": "other"})
            self.assertEqual((status, json.loads(body)["choices"][0]["message"]["content"]), (200, "small"))
            path, headers, sent = self.router.asked[-1]
            self.assertEqual((path, headers["x-gpuinfra-asked"], headers["authorization"], json.loads(sent)), ("/servings/assistant/v1/chat/completions", "other, anthropic", "Bearer team-key", HELLO))
            self.assertNotIn("x-gpuinfra-bridge", headers)
        asked = len(self.provider.asked)
        self.assertEqual((await self.ask("api anthropic", {**HELLO, "n": 3}))[0], 200)
        self.assertEqual((len(self.provider.asked), self.count("gpuinfra_bridge_requests_total", result="refused")), (asked, 1))

    async def test_one_that_fails_again_and_again_is_left_alone_for_a_while(self):
        health = "/health/assistant/anthropic"
        self.assertEqual((await self.ask("", path=health))[0], 200)
        for _ in range(5):
            await self.ask("api anthropic")
        self.assertEqual([(await self.ask("", path=path))[0] for path in (health, "/health/assistant/bedrock", "/health")], [503, 200, 200])
        self.bridge.apis["assistant", "anthropic"].back = time.monotonic()
        self.assertEqual((await self.ask("", path=health))[0], 200)

    async def test_a_stream_that_is_cut_is_seen_to_be_cut(self):
        for dialect in ("anthropic", "bedrock", "vertex"):
            self.provider.answer = Said(stream(dialect, ["one", "two"])[:4 if dialect == "anthropic" else 2], cut=dialect != "vertex")
            with self.assertRaises(wire.Cut):
                await self.ask(f"api {dialect}", {**HELLO, "stream": True})
        self.assertEqual(self.count("gpuinfra_bridge_requests_total", result="failed"), 3)

    async def test_who_hangs_up_takes_the_API_along(self):
        self.provider.answer = Said(whole("anthropic", "late"), seconds=20)
        with self.assertRaises(TimeoutError):
            await asyncio.wait_for(self.ask("api anthropic"), 0.3)
        await self.until(lambda: self.provider.left == 1)
        await self.until(lambda: self.count("gpuinfra_bridge_requests_total", result="left") == 1)

    async def test_a_long_body_passes_and_one_without_end_is_refused(self):
        self.provider.answer = Said(whole("anthropic", "y" * 4_000_000))
        long = {**HELLO, "messages": [{"role": "user", "content": "x" * 4_000_000}]}
        status, _, body = await self.ask("api anthropic", long)
        self.assertEqual((status, len(json.loads(body)["choices"][0]["message"]["content"])), (200, 4_000_000))
        self.assertEqual((await self.ask("api anthropic", body=b"x" * (main.LONGEST_BODY + 1)))[0], 413)

    async def test_what_is_asked_for_no_route_is_refused(self):
        for what in ("", "api nobody", "dance"):
            self.assertEqual((await self.ask(what))[0], 404)
        self.assertEqual((await self.ask("shadow", path="/servings/nobody/v1/chat/completions"))[0], 404)


class Shadow(Running):
    async def test_the_answer_is_the_fleets_byte_for_byte_and_the_API_has_a_copy(self):
        self.provider.answer = Said(whole("anthropic", "other", (11, 5)))
        pieces = stream("openai", ["one", "two"])
        self.router.answer = Said(pieces, headers={"x-who": "engine", "content-type": "text/event-stream"})
        status, headers, body = await self.ask("shadow", {**HELLO, "stream": True})
        self.assertEqual((status, headers["x-who"], body), (200, "engine", b"".join(pieces)))
        self.assertEqual((self.router.asked[0][0], json.loads(self.router.asked[0][2])), ("/servings/assistant/v1/chat/completions", {**HELLO, "stream": True}))
        await self.until(lambda: self.count("gpuinfra_bridge_requests_total", why="shadow", result="answered") == 1)
        self.assertNotIn("stream", json.loads(self.provider.asked[0][2]))
        self.assertEqual([self.count("gpuinfra_bridge_tokens_total", kind=kind, why="shadow") for kind in ("input", "output")], [11, 5])

    async def test_an_API_that_is_slow_or_fails_changes_nothing_for_who_asked(self):
        for said in (Said(b"", 500), Said(whole("anthropic", "x"), seconds=30)):
            self.provider.answer = said
            start = time.monotonic()
            self.assertEqual((await self.ask("shadow"))[0], 200)
            self.assertLess(time.monotonic() - start, 2)
        await self.until(lambda: self.count("gpuinfra_bridge_requests_total", why="shadow", result="failed") == 1)

    async def test_the_fleets_refusal_and_its_cut_are_passed_on(self):
        self.router.answer = Said(b"full", 429, {"retry-after": "2"})
        self.assertEqual((await self.ask("shadow"))[:1], (429,))
        self.router.answer = Said(stream("openai", ["one"])[:1], cut=True)
        with self.assertRaises(wire.Cut):
            await self.ask("shadow")

    async def test_copies_that_wait_are_bounded(self):
        with mock.patch.object(main, "COPIES", 5):
            await self.start()
            self.provider.answer = Said(whole("anthropic", "x"), seconds=60)
            for _ in range(5 + main.COPIERS + 4):
                await self.ask("shadow")
        self.assertEqual((self.count("gpuinfra_bridge_requests_total", result="dropped"), self.bridge.copies.qsize()), (4, 5))
        self.assertEqual(len(self.router.asked), 5 + main.COPIERS + 4)

    async def test_a_copy_that_takes_too_long_is_given_up(self):
        self.provider.answer = Said(whole("anthropic", "x"), seconds=60)
        with mock.patch.object(main, "COPY_SECONDS", 0.2):
            await self.ask("shadow")
            await self.until(lambda: self.count("gpuinfra_bridge_requests_total", result="late") == 1)
        await self.until(lambda: self.provider.left == 1)
        self.assertEqual(self.bridge.copied_bytes, 0)

    async def test_an_API_gets_no_more_copies_than_its_rate(self):
        self.settings["servings"]["assistant"]["apis"]["anthropic"]["requestsPerSecond"] = 0.5
        await self.start()
        self.provider.answer = Said(whole("anthropic", "x"))
        for _ in range(4):
            await self.ask("shadow")
        await self.until(lambda: self.count("gpuinfra_bridge_requests_total", result="answered") == 1)
        self.assertEqual(self.count("gpuinfra_bridge_requests_total", result="dropped"), 3)


class Cascade(Running):
    async def test_what_the_guardrail_takes_is_the_small_models_answer(self):
        status, _, body = await self.ask("cascade")
        self.assertEqual((status, body), (200, openai("small")))
        path, headers, hooked = self.guardrail.asked[0]
        self.assertEqual((path, headers["authorization"], json.loads(hooked)), ("/check", "Bearer guard-key", {"request": HELLO, "answer": json.loads(openai("small"))}))
        self.assertEqual((self.count("gpuinfra_bridge_cascades_total", verdict="accepted"), self.provider.asked), (1, []))

    async def test_who_asked_for_a_stream_gets_the_whole_answer_as_one(self):
        calls = [{"id": "c1", "type": "function", "function": {"name": "weather", "arguments": "{}"}}]
        self.router.answer = Said(openai("small", calls))
        pieces = chunks((await self.ask("cascade", {**HELLO, "stream": True, "stream_options": {"include_usage": True}}))[2])
        self.assertNotIn("stream", json.loads(self.router.asked[0][2]))
        self.assertEqual(("".join(piece["choices"][0]["delta"].get("content", "") for piece in pieces[:-1]), pieces[-2]["choices"][0]["finish_reason"], pieces[-1]["usage"]["total_tokens"]), ("small", "tool_calls", 10))
        self.assertEqual(pieces[1]["choices"][0]["delta"]["tool_calls"][0]["id"], "c1")

    async def test_what_it_does_not_take_is_asked_of_the_larger_model_and_streamed_from_it(self):
        self.guardrail.answer = Said(b'{"accept": false}')
        self.provider.answer = Said(stream("anthropic", ["lar", "ge"]))
        pieces = chunks((await self.ask("cascade", {**HELLO, "stream": True}))[2])
        self.assertEqual("".join(piece["choices"][0]["delta"].get("content", "") for piece in pieces), "large")
        self.assertEqual(self.count("gpuinfra_bridge_cascades_total", verdict="escalated"), 1)
        self.assertEqual(self.count("gpuinfra_bridge_requests_total", why="cascade", result="answered"), 1)

    async def test_the_larger_model_may_be_a_serving_of_the_fleet(self):
        del self.settings["servings"]["assistant"]["cascade"]["api"]
        self.settings["servings"]["assistant"]["cascade"]["serving"] = "coder"
        await self.start()
        self.guardrail.answer = Said(b'{"accept": false}')
        self.router.answer = lambda path, _, __: Said(openai("large" if "/coder/" in path else "small"))
        self.assertEqual((await self.ask("cascade"))[2], openai("large"))
        self.router.answer = lambda path, _, __: Said(b"", 429) if "/coder/" in path else Said(openai("small"))
        self.assertEqual((await self.ask("cascade"))[2], openai("small"))
        self.assertEqual([self.count("gpuinfra_bridge_cascades_total", verdict=verdict) for verdict in ("escalated", "kept")], [1, 1])

    async def test_a_larger_model_that_fails_leaves_the_small_ones_answer(self):
        self.guardrail.answer = Said(b'{"accept": false}')
        for said in (Said(b"", 500), Said(b"", 429), Said(b"", 400)):
            self.provider.answer = said
            self.assertEqual((await self.ask("cascade"))[2], openai("small"))
        self.assertEqual(self.count("gpuinfra_bridge_cascades_total", verdict="kept"), 3)

    async def test_a_guardrail_that_fails_does_what_the_plan_says(self):
        self.provider.answer = Said(whole("anthropic", "large"))
        for failing in (Said(b"", 500), Said(b"{}"), Said(b'{"accept": "yes"}'), Said(b'{"accept": true}', seconds=5), Said(b"<html>")):
            self.guardrail.answer = failing
            self.settings["servings"]["assistant"]["cascade"]["guardrail"]["onFailure"] = "accept"
            self.assertEqual(json.loads((await self.ask("cascade"))[2])["choices"][0]["message"]["content"], "small")
            self.settings["servings"]["assistant"]["cascade"]["guardrail"]["onFailure"] = "escalate"
            self.assertEqual(json.loads((await self.ask("cascade"))[2])["choices"][0]["message"]["content"], "large")
        self.assertEqual(self.count("gpuinfra_bridge_guardrail_failures_total"), 10)

    async def test_a_small_model_that_is_full_says_so(self):
        self.router.answer = Said(b'{"error":{}}', 429, {"retry-after": "2"})
        status, headers, _ = await self.ask("cascade")
        self.assertEqual((status, headers["retry-after"], self.guardrail.asked), (429, "2", []))


class Page(Running):
    async def test_prometheus_can_read_it(self):
        self.provider.answer = Said(whole("anthropic", "x"))
        await self.ask("api anthropic")
        _, headers, body = await self.ask("", path="/metrics")
        self.assertEqual(headers["content-type"], "text/plain; version=0.0.4")
        self.assertIn('gpuinfra_bridge_requests_total{serving="assistant",api="anthropic",why="overflow",result="answered"} 1\n', body.decode())
        for family in main.Figures().text().decode().splitlines():
            self.assertIn(family, body.decode())


if __name__ == "__main__":
    unittest.main()
