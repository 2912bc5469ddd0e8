"""Cloud Storage with one bucket, as far as replicas need it."""
import json
import threading
from urllib.parse import parse_qs, unquote, urlparse


class Bucket:
    """Objects by name, each with its generation, and what was asked."""

    def __init__(self):
        self.objects, self.asked, self.denied, self.lock = {}, [], False, threading.Lock()

    def answer(self, request, body):
        address = urlparse(request.path)
        query = {key: values[0] for key, values in parse_qs(address.query).items()}
        if address.path.endswith("/token"):
            return self._reply(request, 200, json.dumps({"access_token": "t", "expires_in": 3000}).encode())
        name = query.get("name") or unquote(address.path.rsplit("/", 1)[1])
        with self.lock:
            self.asked.append((request.command, address.path, query, request.headers["Authorization"]))
            generation, text = self.objects.get(name, (0, b""))
            if self.denied:
                return self._reply(request, 403, b"")
            if body is None:
                return self._reply(request, 200 if generation else 404, text, generation)
            if int(query["ifGenerationMatch"]) != generation:
                return self._reply(request, 412, b"")
            self.objects[name] = (generation + 1, body)
        return self._reply(request, 200, b"{}")

    @staticmethod
    def _reply(request, status, body, generation=None):
        request.send_response(status)
        request.send_header("Content-Length", str(len(body)))
        if generation:
            request.send_header("x-goog-generation", str(generation))
        request.end_headers()
        request.wfile.write(body)
