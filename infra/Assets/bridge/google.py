"""Google Cloud for those without its SDK: the token of a machine or pod. Read 2026-11-29: cloud.google.com/compute/docs/access/authenticate-workloads."""
import json
import time

from amazon import get

METADATA = "http://metadata.google.internal"


class Token:
    """Whose requests are. Asked anew when half of its time is over."""

    def __init__(self, metadata: str = METADATA) -> None:
        self.metadata, self.until, self.value = metadata, 0.0, ""

    async def now(self) -> str:
        if time.monotonic() > self.until:
            told = json.loads(await get("GET", f"{self.metadata}/computeMetadata/v1/instance/service-accounts/default/token", {"metadata-flavor": "Google"}))
            self.value, self.until = told["access_token"], time.monotonic() + told["expires_in"] / 2
        return self.value
