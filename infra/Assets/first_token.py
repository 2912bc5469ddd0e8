"""Succeeds once an engine has made a token: one that answers health checks may make none."""

import json
import os
import sys
import urllib.request

FIRST = {"generation": ("completions", {"prompt": "1", "max_tokens": 1}), "embedding": ("embeddings", {"input": "1"})}


def proves(task, answer):
    """Whether an answer holds what the task makes: a counted token, or numbers."""
    if task == "generation":
        return answer.get("usage", {}).get("completion_tokens", 0) >= 1
    data = answer.get("data") or [{}]
    return bool(data[0].get("embedding"))


def ask(base, task, model, seconds):
    """The engine's answer to the smallest request of its task."""
    path, body = FIRST[task]
    request = urllib.request.Request(
        f"{base}/v1/{path}", json.dumps({"model": model, **body}).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=seconds) as response:
        return json.load(response)


def main():
    """Exit code 0 when it has, 1 when not yet."""
    task, model = os.environ["TASK"], os.environ["MODEL"].split()[0]
    try:
        return 0 if proves(task, ask(f"http://127.0.0.1:{os.environ['PORT']}", task, model, 50)) else 1
    except (OSError, ValueError) as error:
        print(f"no token yet: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
