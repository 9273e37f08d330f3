"""A registry that fails as it is told. It keeps what it has below DIRECTORY/registry: `blobs/DIGEST`, `manifests/TAG`, and in
`requests` a line for each request: method, path, status, and how it says who asks.

usage: registry.py DIRECTORY [--user NAME:PASSWORD] [--token] [--fault NAME]... [--only PART] [--times N] [--status CODE] [--after S]

Prints the port. With --token, users are known by tokens, of which each is good for four requests. Faults happen to the first N
requests whose method and path hold PART, or to all:

  status      answers CODE, with Retry-After where --after is given
  cut         breaks a blob, or a piece of an upload, off in the middle
  forget      as cut, and nobody knows the upload afterwards
  silent      answers nothing for five seconds
  keep        takes no piece of an upload, and says so
  garble      one byte of a blob is another
  digest      says that it has another digest
  long        a blob is longer than its manifest says
  elsewhere   leads to another host, which must not be told who asks
  relative    leads from there to other addresses of the same host, of which it says only the end
  realm       tokens are given on another machine, without TLS
  loop        leads to itself
  nowhere     leads to no address
  echo        answers 403 with what it was told of who asks
  html        answers a page of the web

Ends when its standard input does.
"""
import argparse, base64, hashlib, http.server, json, os, re, sys, threading, time, urllib.parse

arguments = argparse.ArgumentParser()
arguments.add_argument("directory")
arguments.add_argument("--user")
arguments.add_argument("--token", action="store_true")
arguments.add_argument("--fault", action="append", default=[])
arguments.add_argument("--only", default="")
arguments.add_argument("--times", type=int, default=1 << 30)
arguments.add_argument("--status", type=int, default=500)
arguments.add_argument("--after")
options = arguments.parse_args()
root = os.path.join(options.directory, "registry")
os.makedirs(root + "/blobs", exist_ok=True)
os.makedirs(root + "/manifests", exist_ok=True)
lock = threading.Lock()
uploads, tokens = {}, {}
ELSEWHERE, AGAIN = "/elsewhere", "/again"


def digest(content):
    return "sha256:" + hashlib.sha256(content).hexdigest()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def fault(self, name):
        with lock:
            if name not in options.fault or options.times < 1 or options.only not in f"{self.command} {self.path}":
                return False
            options.times -= 1
            return True

    def answer(self, status, headers=(), body=b""):
        who = self.headers.get("Authorization", "nobody").split()[0]
        with lock, open(root + "/requests", "a") as log:
            log.write(f"{self.command} {self.asked} {status} {who}\n")
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def error(self, status, code, message, headers=()):
        self.answer(status, headers, json.dumps({"errors": [{"code": code, "message": message}]}).encode())

    def break_off(self, body=b""):
        self.wfile.write(body)
        self.close_connection = True
        self.connection.close()

    def is_known(self):
        if not options.user or self.path.startswith(ELSEWHERE):
            return True
        given = self.headers.get("Authorization", "")
        basic = "Basic " + base64.b64encode(options.user.encode()).decode()
        if not options.token:
            if given == basic:
                return True
            self.error(401, "UNAUTHORIZED", "authentication required", [("WWW-Authenticate", 'Basic realm="registry"')])
            return False
        if self.path.startswith("/token"):
            if given == basic or (self.command == "POST" and b"refresh_token=of-ada" in self.body):
                token = f"token-{len(tokens)}"
                tokens[token] = 4
                self.answer(200, [], json.dumps({"token": token}).encode())
            else:
                self.error(401, "UNAUTHORIZED", "authentication required")
            return False
        left = tokens.get(given.removeprefix("Bearer "), 0)
        tokens[given.removeprefix("Bearer ")] = left - 1
        if left > 0:
            return True
        host = "registry.example.com" if self.fault("realm") else f"127.0.0.1:{server.server_port}"
        challenge = f'Bearer realm="http://{host}/token",service="registry",scope="repository:team/agents:pull,push"'
        self.error(401, "UNAUTHORIZED", "authentication required", [("WWW-Authenticate", challenge)])
        return False

    def upload(self, host="127.0.0.1", name=None):
        return f"http://{host}:{server.server_port}{ELSEWHERE if host == 'localhost' else ''}/v2/team/agents/blobs/uploads/{name}"

    def serve(self):
        self.asked = self.path
        length = int(self.headers.get("Content-Length") or 0)
        if self.command == "PATCH" and any(self.fault(name) for name in ("cut", "forget")):
            name = self.path.rsplit("/", 1)[1]
            if "forget" in options.fault:
                uploads.pop(name, None)
            else:
                uploads[name] += self.rfile.read(length // 2)
            return self.break_off()
        self.body = self.rfile.read(length)
        if self.path.startswith(ELSEWHERE):
            if self.headers.get("Authorization"):
                return self.error(400, "TOLD", "this host must not know who asks")
            self.path = self.path.removeprefix(ELSEWHERE)
            is_elsewhere = True
            if self.command == "GET" and "relative" in options.fault and "?whole" not in self.path:
                is_second = self.path.startswith(AGAIN)
                end = "./" + self.path.rsplit("/", 1)[1] + "?whole" if is_second else ELSEWHERE + AGAIN + self.path
                return self.answer(307, [("Location", end)])
            self.path = self.path.removeprefix(AGAIN)
        else:
            is_elsewhere = False
            if not self.is_known():
                return
        if self.fault("status"):
            headers = [("Retry-After", options.after)] if options.after else []
            return self.error(options.status, "FAULT", "as it was told", headers)
        if self.fault("silent"):
            time.sleep(5)
        if self.fault("echo"):
            given = self.headers.get("Authorization", " ").split()[1]
            return self.error(403, "DENIED", f"denied to {given}")
        if self.fault("html"):
            return self.answer(200, [("Content-Type", "text/html")], b"<html>log in</html>")
        if self.fault("loop"):
            return self.answer(307, [("Location", self.path)])
        if self.fault("nowhere"):
            return self.answer(202 if self.command == "POST" else 307, [("Location", "ftp://localhost/")])
        path, _, query = self.path.partition("?")
        query = urllib.parse.parse_qs(query)
        if not path.startswith("/v2/team/agents/"):
            return self.error(404, "NAME_UNKNOWN", "repository name not known to registry")
        kind, _, name = path.removeprefix("/v2/team/agents/").partition("/")
        if kind == "manifests":
            return self.manifest(name)
        if name.startswith("uploads/"):
            return self.uploading(name.removeprefix("uploads/"), query)
        return self.blob(name, is_elsewhere)

    def manifest(self, name):
        file = f"{root}/manifests/{name}"
        if self.command == "PUT":
            for part in [json.loads(self.body)["config"], *json.loads(self.body)["layers"]]:
                if not os.path.exists(f"{root}/blobs/{part['digest']}"):
                    return self.error(400, "MANIFEST_BLOB_UNKNOWN", "blob unknown to registry")
            for one in (file, f"{root}/manifests/{digest(self.body)}"):
                with open(one, "wb") as out:
                    out.write(self.body)
        if not os.path.exists(file):
            return self.error(404, "MANIFEST_UNKNOWN", "manifest unknown")
        with open(file, "rb") as found:
            content = found.read()
        said = "sha256:" + "0" * 64 if self.fault("digest") else digest(content)
        headers = [("Docker-Content-Digest", said), ("Content-Type", "application/vnd.oci.image.manifest.v1+json")]
        self.answer(201 if self.command == "PUT" else 200, headers, b"" if self.command == "PUT" else content)

    def uploading(self, name, query):
        host = "127.0.0.1"
        if self.command == "POST":
            name = f"upload-{len(uploads)}"
            uploads[name] = b""
            host = "localhost" if self.fault("elsewhere") else host
            return self.answer(202, [("Location", self.upload(host, name))])
        if name not in uploads:
            return self.error(404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry")
        have = uploads[name]
        if self.command == "PATCH":
            start = int(self.headers["Content-Range"].split("-")[0])
            if start != len(have):
                return self.error(416, "RANGE_INVALID", "the range is not the next one")
            if not self.fault("keep"):
                uploads[name] = have = have + self.body
        if self.command == "PUT":
            content, expected = have + self.body, query["digest"][0]
            if digest(content) != expected:
                return self.error(400, "DIGEST_INVALID", "the digest is that of something else")
            with open(f"{root}/blobs/{expected}", "wb") as out:
                out.write(content)
            said = "sha256:" + "0" * 64 if self.fault("digest") else expected
            return self.answer(201, [("Docker-Content-Digest", said)])
        headers = [("Location", self.upload(host, name)), ("Range", f"0-{max(len(have) - 1, 0)}")]
        self.answer(202 if self.command == "PATCH" else 204, headers)

    def blob(self, name, is_elsewhere):
        if not re.fullmatch("sha256:[0-9a-f]{64}", name) or not os.path.exists(f"{root}/blobs/{name}"):
            return self.error(404, "BLOB_UNKNOWN", "blob unknown to registry")
        if self.command == "GET" and not is_elsewhere and self.fault("elsewhere"):
            return self.answer(307, [("Location", f"http://localhost:{server.server_port}{ELSEWHERE}{self.path}")])
        with open(f"{root}/blobs/{name}", "rb") as found:
            content = found.read()
        if self.fault("garble"):
            content = content[:-1] + bytes([content[-1] ^ 1])
        if self.fault("long"):
            content += b"more"
        begin = int((self.headers.get("Range") or "bytes=0-").removeprefix("bytes=").split("-")[0])
        part = content[begin:]
        if self.command == "GET" and self.fault("cut"):
            self.send_response(206 if begin else 200)
            self.send_header("Content-Length", str(len(part)))
            self.end_headers()
            return self.break_off(part[: len(part) // 2])
        self.answer(206 if begin else 200, [], part)

    do_GET = do_HEAD = do_POST = do_PATCH = do_PUT = serve


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, *_):
        """Who asks may go before the answer comes."""


server = Server(("127.0.0.1", 0), Handler)
server.daemon_threads = True
print(server.server_port, flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
