"""Serves Git repositories below a directory over HTTP, through `git http-backend`, and fails as it is told.

usage: server.py DIRECTORY [--user NAME:PASSWORD] [--status CODE] [--times N] [--only PART] [--stall SECONDS]

Prints the port. With --status, requests whose path or query holds PART get that status, the first N of them or all. With
--stall, they wait first. Ends when its standard input does.
"""
import argparse, base64, http.server, os, subprocess, sys, threading, time

arguments = argparse.ArgumentParser()
arguments.add_argument("directory")
arguments.add_argument("--user")
arguments.add_argument("--status", type=int)
arguments.add_argument("--times", type=int, default=1 << 30)
arguments.add_argument("--only", default="")
arguments.add_argument("--stall", type=float, default=0)
options = arguments.parse_args()
lock = threading.Lock()


def is_chosen(path):
    with lock:
        if options.times < 1 or options.only not in path:
            return False
        options.times -= 1
        return True


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, headers=(), body=b""):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        try:
            self.end_headers()
            self.wfile.write(body)
        except ConnectionError:
            self.close_connection = True  # of a client that gave up, or was killed

    def body(self):
        if self.headers.get("Transfer-Encoding", "") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = []
        while size := int(self.rfile.readline().strip(), 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def serve(self):
        body = self.body()
        if options.user:
            expected = "Basic " + base64.b64encode(options.user.encode()).decode()
            if self.headers.get("Authorization") != expected:
                return self.answer(401, [("WWW-Authenticate", 'Basic realm="git"')])
        if (options.status or options.stall) and is_chosen(self.path):
            time.sleep(options.stall)
            if options.status:
                return self.answer(options.status, [("Retry-After", "1")])
        path, _, query = self.path.partition("?")
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": options.directory,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_PROJECT_ROOT": options.directory,
            "GIT_HTTP_EXPORT_ALL": "1",
            "REMOTE_USER": "test",
            "REQUEST_METHOD": self.command,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
        }
        made = subprocess.run(["git", "http-backend"], input=body, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment)
        head, _, rest = made.stdout.partition(b"\r\n\r\n")
        headers = [line.split(": ", 1) for line in head.decode().split("\r\n") if line]
        status = next((int(value.split()[0]) for name, value in headers if name == "Status"), 200)
        self.answer(status, [one for one in headers if one[0] != "Status"], rest)

    do_GET = do_POST = serve


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
print(server.server_port, flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
