"""What Prometheus reads of the bridge: counts, tokens and seconds, and of no request a word."""
from collections import Counter

BUCKETS = (0.5, 1, 2.5, 5, 10, 30, 60, 120, 300)
HELP = {
    "gpuinfra_bridge_requests_total": ("counter", "Requests for APIs, by what became of them"),
    "gpuinfra_bridge_tokens_total": ("counter", "Tokens that APIs counted"),
    "gpuinfra_bridge_seconds": ("histogram", "Seconds until an API's answer was whole"),
    "gpuinfra_bridge_cascades_total": ("counter", "Requests of cascades, by whose answer was given"),
    "gpuinfra_bridge_guardrail_failures_total": ("counter", "Guardrails that did not answer in time or in form"),
}


class Figures:
    """Counts since the start."""

    def __init__(self) -> None:
        self.counts: Counter = Counter()

    def add(self, name: str, value: float = 1, **labels: str) -> None:
        self.counts[name, tuple(labels.items())] += value

    def done(self, serving: str, api: str, why: str, result: str, usage: list[int], seconds: float) -> None:
        """A request for an API that has come to its end."""
        self.add("gpuinfra_bridge_requests_total", serving=serving, api=api, why=why, result=result)
        if result == "answered":
            for kind, tokens in zip(("input", "output"), usage):
                self.add("gpuinfra_bridge_tokens_total", tokens, serving=serving, api=api, why=why, kind=kind)
            for bucket in BUCKETS:
                self.add("gpuinfra_bridge_seconds_bucket", int(seconds <= bucket), serving=serving, api=api, why=why, le=str(bucket))
            self.add("gpuinfra_bridge_seconds_bucket", serving=serving, api=api, why=why, le="+Inf")
            self.add("gpuinfra_bridge_seconds_count", serving=serving, api=api, why=why)
            self.add("gpuinfra_bridge_seconds_sum", seconds, serving=serving, api=api, why=why)

    def text(self) -> bytes:
        """The page, in Prometheus' text format 0.0.4."""
        lines = []
        for family, (kind, help_text) in HELP.items():
            lines += [f"# HELP {family} {help_text}.", f"# TYPE {family} {kind}"]
            for (name, labels), value in self.counts.items():
                if name == family or kind == "histogram" and name.startswith(f"{family}_"):
                    text = ",".join(f'{key}="{one}"' for key, one in labels)
                    lines.append(f"{name}{{{text}}} {round(value, 3):.15g}")
        return "\n".join([*lines, ""]).encode()
