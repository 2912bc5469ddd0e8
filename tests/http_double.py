"""A cloud's interfaces, played by a server on this machine."""
import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def serve(test: unittest.TestCase, answer) -> str:
    """Starts a server for the time of a test and gives its address. `answer` takes the request and its body, None for a GET."""
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def do_GET(self):
            answer(self, None)

        def do_POST(self):
            answer(self, self.rfile.read(int(self.headers.get("Content-Length", 0))))

        do_PATCH = do_POST
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    test.addCleanup(server.server_close)
    test.addCleanup(server.shutdown)
    return f"http://127.0.0.1:{server.server_port}"
