"""A server on the loopback interface that notes who comes: only the daemon can, and it must not be sent there."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer



PORT, LISTED = 7001, 7002  # the policy of `inside` lists the second
ARCHIVE = bytes(10240)  # a tar of nothing


class Bait:
    def __init__(self):
        self.visits = []
        self.serve(PORT, self.visits)
        self.serve(LISTED, [])

    @staticmethod
    def serve(port, visits):
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                visits.append(self.path)
                self.send_response(404 if self.path.startswith("/v") else 200)
                self.send_header("Content-Length", str(len(ARCHIVE)))
                self.send_header("Content-Type", "application/x-tar")
                self.end_headers()
                self.wfile.write(ARCHIVE)

            do_HEAD = do_GET

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()

    def taken(self):
        """Who came since this was asked last."""
        visits, self.visits[:] = list(self.visits), []
        return visits
