"""The bridge beside a router: puts requests into other providers' dialects, copies a share of them to an API, and asks a small model before a large one.

HAProxy says by the header x-gpuinfra-bridge what is to be done with a request: `api NAME`, `shadow` or `cascade`; whatever goes to the fleet goes through
HAProxy again, at an address that this machine alone reaches. Nothing of a request is kept or written down; what fails is told by its kind."""
import asyncio
import json
import os
import signal
import sys
import time
from contextlib import aclosing

import amazon
import google
from apis import Api
from chat import Failed, Refused, Writer, events_of, parse, read, refusal, told
from figures import Figures
from wire import HOP, Answer, Client, Cut, TooLarge, ask, find, pieces, read_head, whole

LONGEST_BODY = 32 * 1024 * 1024
HEAD_SECONDS = 30
# Copies that wait and that are on their way: beyond these, a request has none.
COPIES, COPIES_BYTES, COPIERS, COPY_SECONDS = 100, 64 * 1024 * 1024, 8, 120


class Bridge:
    """What the settings say, done."""

    def __init__(self, settings: dict, keys: dict[str, str], credentials=None, token=None) -> None:
        self.settings, self.keys, self.figures = settings, keys, Figures()
        credentials, token = credentials or amazon.Credentials(), token or google.Token()
        self.apis = {
            (serving, name): Api(name, api, keys.get(api.get("key", ""), ""), credentials, token)
            for serving, route in settings["servings"].items() for name, api in route["apis"].items()}
        self.copies: asyncio.Queue = asyncio.Queue(COPIES)
        self.copied_bytes = self.running = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """A connection, which is a request."""
        client = None
        try:
            line, headers, _ = await asyncio.wait_for(read_head(reader), HEAD_SECONDS)
            client = Client(writer, line, headers, b"")
            client.body = await whole(pieces(reader, headers, is_answer=False), LONGEST_BODY)
            await self._until_gone(reader, self._answer(client))
        except TooLarge:
            await client.answer(413, refusal("the body is longer than 32 MiB"))
        except (Cut, ConnectionError, TimeoutError):
            pass  # Who asked has gone, or never asked: there is nobody to tell.
        except Exception as error:  # pylint: disable=broad-except # One request must not end the others.
            print(f"{type(error).__name__} at {where(error)}", file=sys.stderr, flush=True)
            if client and not client.has_begun:
                await client.answer(500, told("the bridge failed", "api_error"))
        finally:
            writer.close()

    @staticmethod
    async def _until_gone(reader: asyncio.StreamReader, work) -> None:
        """Does some work until who wants it has gone: what it asks of others ends then."""
        working, gone = asyncio.ensure_future(work), asyncio.ensure_future(reader.read(1))
        try:
            await asyncio.wait((working, gone), return_when=asyncio.FIRST_COMPLETED)
            if not working.done():
                raise Cut("gone")
            working.result()
        finally:
            for task in (working, gone):
                task.cancel()
            await asyncio.gather(working, gone, return_exceptions=True)

    async def _answer(self, client: Client) -> None:
        if client.path.startswith("/health"):
            api = self.apis.get(tuple(client.path.split("/")[2:4]))
            await client.answer(200 if api is None or api.is_well else 503, b"", "text/plain")
        elif client.path == "/metrics":
            await client.answer(200, self.figures.text(), "text/plain; version=0.0.4")
        else:
            self.running += 1
            serving = (client.path.split("/") + ["", ""])[2]
            what, _, name = (find(client.headers, "x-gpuinfra-bridge") or "").partition(" ")
            try:
                if what == "api" and (serving, name) in self.apis:
                    await self._overflow(client, serving, name)
                elif what == "shadow" and serving in self.settings["servings"]:
                    self._copy(client, serving)
                    async with await self._fleet(client, client.path, client.body) as answer:
                        await client.copy(answer)
                elif what == "cascade" and serving in self.settings["servings"]:
                    await self._cascade(client, serving)
                else:
                    await client.answer(404, refusal("the bridge knows no such route"))
            except Refused as no:
                await client.answer(400, refusal(str(no)))
            except Failed as failed:
                if client.has_begun:
                    return  # A stream that is not ended is seen to be cut.
                await client.answer(failed.status, told(str(failed), failed.kind), more={"retry-after": failed.retry_after} if failed.retry_after else None)
            finally:
                self.running -= 1

    async def _overflow(self, client: Client, serving: str, name: str) -> None:
        """The API's answer; where it fails or cannot be asked this, HAProxy says who else there is."""
        self.apis[serving, name].rate.take()  # HAProxy has counted it; copies and cascades have less.
        try:
            await self._api(client, serving, name, "overflow")
        except (Refused, Failed) as no:
            if client.has_begun or isinstance(no, Failed) and no.status < 500:
                raise
            asked_before = find(client.headers, "x-gpuinfra-asked")
            async with await self._fleet(client, client.path, client.body, {"x-gpuinfra-asked": f"{asked_before}, {name}" if asked_before else name}) as answer:
                await client.copy(answer)

    async def _api(self, client: Client, serving: str, name: str, why: str) -> None:
        """Who asked gets the API's answer, in OpenAI's form."""
        writer, result, start = Writer(""), "left", time.monotonic()
        try:
            asked = parse(client.body)
            chat = read(asked)
            writer = Writer(chat.model, chat.tells_usage)
            async with aclosing(self.apis[serving, name].events(chat, asked)) as events:
                if chat.is_stream:
                    await client.stream(writer.pieces(events))
                else:
                    async for event in events:
                        writer.take(event)
                    await client.answer(200, writer.whole())
            result = "answered"
        except Refused:
            result = "refused"
            raise
        except Failed as failed:
            result = {429: "limited", 400: "refused", 413: "refused", 422: "refused"}.get(failed.status, "failed")
            raise
        finally:
            self._done(serving, name, why, result, writer, start)

    def _done(self, serving: str, name: str, why: str, result: str, writer: Writer, start: float) -> None:
        if result in ("answered", "failed", "late"):
            self.apis[serving, name].note(result != "answered")
        self.figures.done(serving, name, why, result, writer.usage, time.monotonic() - start)

    async def _fleet(self, client: Client, path: str, body: bytes, more: dict[str, str] | None = None) -> Answer:
        """Through HAProxy again, which decides where; Failed where it is not there."""
        headers = {name: value for name, value in client.headers if name not in HOP | {"x-gpuinfra-bridge", "accept-encoding"}}
        try:
            return await ask(client.method, self.settings["router"] + path, {**headers, **(more or {})}, body)
        except (OSError, TimeoutError, Cut) as error:
            raise Failed(503, "the router ended the request") from error

    def _copy(self, client: Client, serving: str) -> None:
        """Notes a request for the API; where too many wait, it has none."""
        name = self.settings["servings"][serving]["shadow"]
        if self.copies.full() or self.copied_bytes + len(client.body) > COPIES_BYTES or not self.apis[serving, name].rate.may():
            self.figures.add("gpuinfra_bridge_requests_total", serving=serving, api=name, why="shadow", result="dropped")
            return
        self.copied_bytes += len(client.body)
        self.copies.put_nowait((serving, name, client.body))

    async def copier(self) -> None:
        """Sends copies, one after the other. Their answers are counted and thrown away."""
        while True:
            serving, name, body = await self.copies.get()
            start, writer, result = time.monotonic(), Writer(""), "failed"
            try:
                async with asyncio.timeout(COPY_SECONDS):
                    asked = {key: value for key, value in parse(body).items() if key not in ("stream", "stream_options")}
                    async with aclosing(self.apis[serving, name].events(read(asked), asked)) as events:
                        async for event in events:
                            writer.take(event)
                result = "answered"
            except TimeoutError:
                result = "late"
            except Refused:
                result = "refused"
            except Failed as failed:
                result = "limited" if failed.status == 429 else "failed"
            except Exception as error:  # pylint: disable=broad-except # A copy that fails must not end the next.
                print(f"{type(error).__name__} at {where(error)}", file=sys.stderr, flush=True)
            finally:
                self.copied_bytes -= len(body)
                self._done(serving, name, "shadow", result, writer, start)

    async def _cascade(self, client: Client, serving: str) -> None:
        """The small model's whole answer, if the guardrail takes it; else the larger one's, and the small one's again where that has none."""
        asked, cascade = parse(client.body), self.settings["servings"][serving]["cascade"]
        small = {key: value for key, value in asked.items() if key not in ("stream", "stream_options")}
        async with await self._fleet(client, client.path, json.dumps(small).encode()) as answer:
            if answer.status != 200:
                await client.copy(answer)
                return
            first = await whole(answer.body, LONGEST_BODY)
        verdict = "accepted"
        if not await self._accepts(serving, cascade, small, first):
            verdict = "escalated" if await self._escalate(client, serving, cascade) else "kept"
        self.figures.add("gpuinfra_bridge_cascades_total", serving=serving, verdict=verdict)
        if verdict != "escalated":
            await self._give(client, asked, first)

    async def _escalate(self, client: Client, serving: str, cascade: dict) -> bool:
        """Answers from the larger model; false where it gave nothing and who asked has been told nothing."""
        try:
            if name := cascade.get("api"):
                if not self.apis[serving, name].rate.may():
                    return False
                await self._api(client, serving, name, "cascade")
                return True
            path = client.path.replace(f"/servings/{serving}/", f'/servings/{cascade["serving"]}/', 1)
            async with await self._fleet(client, path, client.body) as answer:
                if answer.status == 200:
                    await client.copy(answer)
                return answer.status == 200
        except (Refused, Failed):
            if client.has_begun:
                raise
            return False

    async def _accepts(self, serving: str, cascade: dict, asked: dict, answer: bytes) -> bool:
        guardrail = cascade["guardrail"]
        try:
            body = json.dumps({"request": asked, "answer": json.loads(answer)}).encode()
            key = self.keys.get(guardrail.get("key", ""), "")
            async with asyncio.timeout(guardrail["seconds"]):
                async with await ask("POST", guardrail["url"], {"content-type": "application/json", **({"authorization": f"Bearer {key}"} if key else {})}, body) as said:
                    accept = json.loads(await whole(said.body, 1024 * 1024))["accept"]
                    if said.status == 200 and isinstance(accept, bool):
                        return accept
        except (OSError, TimeoutError, Cut, TooLarge, ValueError, KeyError, TypeError):
            pass
        self.figures.add("gpuinfra_bridge_guardrail_failures_total", serving=serving)
        return guardrail["onFailure"] == "accept"

    @staticmethod
    async def _give(client: Client, asked: dict, answer: bytes) -> None:
        """The small model's answer: as it is, or in the pieces of a stream where one was asked for."""
        if not asked.get("stream"):
            await client.answer(200, answer)
            return
        given = json.loads(answer)
        writer = Writer(given.get("model", ""), bool((asked.get("stream_options") or {}).get("include_usage")))

        async def events():
            for event in events_of(given):
                yield event
        await client.stream(writer.pieces(events()))


def where(error: BaseException) -> str:
    """The line that failed, without what it held."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}" if trace else "nowhere"


async def run(settings: dict, keys: dict[str, str], credentials=None, token=None) -> None:
    """Serves until it is told to stop, and then until what it has is answered."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    bridge = Bridge(settings, keys, credentials, token)
    copiers = [asyncio.create_task(bridge.copier()) for _ in range(COPIERS)]
    server = await asyncio.start_server(bridge.serve, "127.0.0.1", settings["port"], limit=64 * 1024)
    await stop.wait()
    while bridge.running:
        await asyncio.sleep(0.1)
    server.close()
    for copier in copiers:
        copier.cancel()


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        asyncio.run(run(json.load(file), dict(os.environ)))
