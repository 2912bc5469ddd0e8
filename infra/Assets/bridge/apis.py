"""An API as the plan names it: asked in its own dialect, within its rate, with the router's key or the machine's identity."""
import datetime
import json
import time

import amazon
from chat import Chat, Failed, Refused
from dialects import DIALECTS
from wire import Answer, Cut, TooLarge, ask, whole

LONGEST_ANSWER = 64 * 1024 * 1024
# So many failures in a row, and HAProxy leaves it alone for so long, as it does with engines.
FAILURES, PAUSE_SECONDS = 5, 10
# What the client got wrong is told as it is; what the router's own key or model's name does, is not his to mend.
HIS = (400, 413, 422)
OURS = (401, 403, 404)


class Rate:
    """What may be sent: a second's worth is saved up at most, and one request at least."""

    def __init__(self, per_second: float) -> None:
        self.per_second, self.most = per_second, max(1.0, per_second)
        self.saved, self.at = self.most, time.monotonic()

    def take(self) -> bool:
        """One more; false where that is too many. It counts all the same: who has been let in elsewhere says so here."""
        now = time.monotonic()
        self.saved, self.at = min(self.most, self.saved + (now - self.at) * self.per_second), now
        self.saved = max(self.saved - 1, -self.most)
        return self.saved >= 0

    def may(self) -> bool:
        """The same for those who can do without: only what is there is taken."""
        if self.take():
            return True
        self.saved += 1
        return False


class Api:
    """An API of a serving."""

    def __init__(self, name: str, settings: dict, key: str, credentials: amazon.Credentials, token) -> None:
        self.name, self.settings, self.key, self.credentials, self.token = name, settings, key, credentials, token
        self.dialect, self.rate = DIALECTS[settings["dialect"]], Rate(settings["requestsPerSecond"])
        self.failures, self.back = 0, 0.0

    @property
    def is_well(self) -> bool:
        """Whether it may be asked: not for a while once it has failed again and again."""
        return time.monotonic() >= self.back

    def note(self, failed: bool) -> None:
        """How it did."""
        self.failures = self.failures + 1 if failed else 0
        if self.failures >= FAILURES:
            self.failures, self.back = 0, time.monotonic() + PAUSE_SECONDS

    async def events(self, chat: Chat, asked: dict):
        """The events of its answer. Refused where it cannot be asked this; Failed where it does not answer."""
        try:
            body = json.dumps(self.dialect.body(chat, asked, self.settings)).encode()
        except (KeyError, TypeError, AttributeError) as error:
            raise Refused("the request's tools are not in OpenAI's form") from error
        url = self.settings["url"] + self.dialect.path(self.settings, chat.is_stream)
        try:
            async with await ask("POST", url, await self._headers(url, body), body) as answer:
                if answer.status != 200:
                    raise await failure(answer)
                async for value, kind in self._values(answer, chat.is_stream):
                    for event in (self.dialect.event(value, kind) if chat.is_stream else self.dialect.whole(value)):
                        yield event
        except (OSError, TimeoutError) as error:
            raise Failed(503, "the API cannot be reached") from error
        except (Cut, TooLarge) as error:
            raise Failed(502, "the API's answer ended early, or has no end") from error
        except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
            raise Failed(502, "the API answered in a form that is not known") from error

    async def _headers(self, url: str, body: bytes) -> dict[str, str]:
        if self.settings["dialect"] == "bedrock":
            return amazon.sign(url, body, self.settings["region"], "bedrock", await self.credentials.now(), datetime.datetime.now(datetime.UTC))
        own = {"authorization": f"Bearer {await self.token.now()}"} if self.settings["dialect"] == "vertex" else self.dialect.headers(self.key)
        return {"content-type": "application/json", **own}

    async def _values(self, answer: Answer, is_stream: bool):
        if not is_stream:
            yield json.loads(await whole(answer.body, LONGEST_ANSWER)), ""
        elif self.settings["dialect"] == "bedrock":
            async for kind, payload in amazon.frames(answer.body):
                yield json.loads(payload), kind
        else:
            async for text in server_sent(answer.body):
                yield json.loads(text), ""


async def server_sent(body):
    """The data of server-sent events up to OpenAI's last word."""
    rest, data = b"", []
    async for piece in body:
        *lines, rest = (rest + piece).split(b"\n")
        if len(rest) > LONGEST_ANSWER:
            raise Cut("a line without an end")
        for line in (line.rstrip(b"\r") for line in lines):
            if line.startswith(b"data:"):
                data.append(line[5:].strip())
            elif not line and data:
                text, data = b"\n".join(data), []
                if text == b"[DONE]":
                    return
                yield text
    if data:  # The last one needs no empty line.
        if (text := b"\n".join(data)) != b"[DONE]":
            yield text


async def failure(answer: Answer) -> Failed:
    """What a status that is not 200 is to who asked."""
    status, retry_after = answer.status, next((value for name, value in answer.headers if name == "retry-after"), None)
    if status == 429:
        return Failed(429, "the API's rate is used up", "rate_limit_error", retry_after)
    if status in HIS:
        return Failed(status, said(await whole(answer.body, 1024 * 1024)), "invalid_request_error")
    if status in OURS:
        return Failed(502, "the API does not take the router's key, or does not know the model")
    return Failed({408: 504, 424: 502}.get(status, status if status in (500, 502, 503, 504) else 503 if status > 500 else 502), "the API failed", "api_error", retry_after)


def said(body: bytes) -> str:
    """The words of an error, wherever the provider has them."""
    try:
        told = json.loads(body)
        told = told.get("error", told)
        return str(told.get("message") or "the API refused the request")
    except (ValueError, AttributeError):
        return "the API refused the request"
