"""The probe that lets nobody reach an engine before it has made a token."""
import json
import os
import sys
import threading
import unittest
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "infra" / "Assets"))
import first_token  # noqa: E402


class Engine(BaseHTTPRequestHandler):
    answer, asked = {}, []

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        Engine.asked.append((self.path, body))
        text = json.dumps(Engine.answer).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


class FirstTokenTest(unittest.TestCase):
    def setUp(self):
        self.server = HTTPServer(("127.0.0.1", 0), Engine)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        Engine.asked.clear()
        os.environ.update(PORT=str(self.server.server_port), MODEL="llama alias", TASK="generation")

    def tearDown(self):
        self.server.shutdown()
        self.server.server_close()

    def test_an_engine_that_counts_a_token_has_started(self):
        Engine.answer = {"usage": {"completion_tokens": 1}}
        self.assertEqual(0, first_token.main())
        self.assertEqual([("/v1/completions", {"model": "llama", "prompt": "1", "max_tokens": 1})], Engine.asked)

    def test_one_that_answers_without_a_token_has_not(self):
        Engine.answer = {"usage": {"completion_tokens": 0}}
        self.assertEqual(1, first_token.main())

    def test_an_embedding_is_numbers(self):
        os.environ["TASK"] = "embedding"
        Engine.answer = {"data": [{"embedding": [0.1]}]}
        self.assertEqual(0, first_token.main())
        Engine.answer = {"data": [{"embedding": []}]}
        self.assertEqual(1, first_token.main())
        self.assertEqual("/v1/embeddings", Engine.asked[0][0])

    def test_one_that_does_not_listen_has_not(self):
        self.server.server_close()
        self.assertEqual(1, first_token.main())


if __name__ == "__main__":
    unittest.main()
