#!/usr/bin/python3
"""Stands in for the companions of an agent whose images no package brings.

Each function below is one program, called by its name as our manifests call it. It asks for what the real one needs to
start, ends with a message where that is missing, and then speaks as much of the real one's protocol as an agent, a probe,
or a test asks of it. What a test wants to know is at `/seen`, or in the log.
"""

import base64
import http.client
import http.server
import json
import os
import pathlib
import re
import socket
import sys
import threading
import time
import urllib.error
import urllib.request


def ollama(arguments):
    """Models on the volume. Only one that was pulled answers."""
    if arguments != ["serve"]:
        with urllib.request.urlopen("http://127.0.0.1:11434/api/pull", json.dumps(arguments).encode(), 5) as answer:
            return print(answer.read().decode())
    host, _, port = os.environ["OLLAMA_HOST"].rpartition(":")
    pulled = pathlib.Path(os.environ["OLLAMA_MODELS"]) / "pulled"
    pulled.touch()

    def answer(path, body, _):
        models = pulled.read_text().split()
        if path == "/api/version":
            return {"version": "0.12.6"}
        if path == "/api/pull":
            pulled.write_text("\n".join(models + [model for model in body[1:] if body[0] == "pull"]))
            return {"status": "success"}
        if path == "/v1/models":
            return {"object": "list", "data": [{"id": model, "object": "model"} for model in models]}
        if path != "/v1/chat/completions" or body["model"] not in models:
            return None
        said = f"{body['model']} heard {body['messages'][-1]['content'][-4:]}"
        if body.get("stream"):
            return chunks(body["model"], said)
        return {"id": "1", "object": "chat.completion", "created": 1, "model": body["model"], "choices": [
            {"index": 0, "message": {"role": "assistant", "content": said}, "finish_reason": "stop"}]}

    serve(host, int(port), answer)


def chunks(model, said):
    for delta, reason in (({"role": "assistant", "content": said}, None), ({}, "stop")):
        yield {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": model,
               "choices": [{"index": 0, "delta": delta, "finish_reason": reason}]}


def honcho(_):
    """The API of Honcho, without a memory: it keeps what it was asked."""
    database()
    seen = []

    def answer(path, body, headers):
        if path == "/health":
            return {"status": "ok"}
        if path == "/seen":
            return seen
        seen.append([path, body])
        whose = {"workspace_id": "hermes", "created_at": "2026-01-01T00:00:00Z", "metadata": {}, "configuration": {}}
        if path.endswith("/messages"):
            return [whose | message | {"id": "1", "session_id": "1", "token_count": 1} for message in body["messages"]]
        return whose | {"id": (body or {}).get("id", "1"), "is_active": True, "items": [], "total": 0, "page": 1, "size": 50, "pages": 0}

    serve("", 8000, answer)


def deriver(_):
    database()
    print("deriver: waits for work", flush=True)
    threading.Event().wait()


def database():
    """Waits for the database as Honcho does, with the settings that Honcho does not start without."""
    address = re.fullmatch(r"postgresql\+psycopg://honcho:(.+)@(.+):(\d+)/honcho", os.environ["DB_CONNECTION_URI"])
    if not address:
        sys.exit("DB_CONNECTION_URI is no address of Postgres with the driver psycopg")
    if not any(re.fullmatch("LLM_.*_API_KEY", name) for name in os.environ):
        sys.exit("no key of a model")
    for _ in range(60):
        try:
            with socket.create_connection((address[2], int(address[3])), 2) as connection:
                connection.sendall(address[1].encode() + b"\n")
                if connection.recv(10) == b"welcome\n":
                    return print("the database answers", flush=True)
                sys.exit("the database knows another password")
        except OSError:
            time.sleep(1)
    sys.exit("the database does not answer")


def postgres(arguments):
    """Not Postgres: a port that knows the password, and a volume that is prepared once."""
    if os.getuid() != 999:
        sys.exit("the user has no name")
    data = pathlib.Path(os.environ["PGDATA"])
    if not data.is_dir():
        data.mkdir(mode=0o700)
        for file in sorted(pathlib.Path("/docker-entrypoint-initdb.d").glob("*.sql")):
            (data / file.name).write_text(file.read_text())
    print(f"postgres: {arguments}, prepared with {sorted(file.name for file in data.iterdir())}", flush=True)
    local = socket.socket(socket.AF_UNIX)
    local.bind("/var/run/postgresql/.s.PGSQL.5432")
    local.listen()
    port = socket.create_server(("", 5432))
    while True:
        connection, _ = port.accept()
        with connection:
            said = connection.recv(1000).decode().strip()
            connection.sendall(b"welcome\n" if said == os.environ["POSTGRES_PASSWORD"] else b"no\n")


def pg_isready(_):
    with socket.socket(socket.AF_UNIX) as local:
        local.connect("/var/run/postgresql/.s.PGSQL.5432")


def collector(arguments):
    """Takes OTLP over HTTP as JSON, and shows it to Prometheus, at the addresses of its configuration."""
    text = pathlib.Path(arguments[0].removeprefix("--config=")).read_text()
    receives, shows = (
        re.search(rf"^\s+{name}:.*?endpoint: (\S+):(\d+)$", text, re.DOTALL | re.MULTILINE).groups()
        for name in ("otlp", "prometheus")
    )
    found = {}

    def receive(path, body, _):
        if path != "/v1/metrics":
            return None
        for resource in body["resourceMetrics"]:
            for scope in resource["scopeMetrics"]:
                for metric in scope["metrics"]:
                    found[metric["name"].replace(".", "_")] = metric["gauge"]["dataPoints"][0]["asDouble"]
        return {}

    def show(path, *_):
        return "".join(f"{name} {value}\n" for name, value in found.items()) if path == "/metrics" else None

    threading.Thread(target=serve, args=(receives[0], int(receives[1]), receive)).start()
    serve(shows[0], int(shows[1]), show)


def tailscale(_):
    """Offers what its configuration says to nobody, after it has asked it itself."""
    if not os.environ["TS_AUTHKEY"] or os.environ["TS_KUBE_SECRET"] or os.environ["TS_USERSPACE"] != "true":
        sys.exit("it would not start without a key, without a Secret of its own, and without a device")
    pathlib.Path(os.environ["TS_STATE_DIR"]).mkdir(parents=True)
    config = json.loads(pathlib.Path(os.environ["TS_SERVE_CONFIG"]).read_text())
    for name, site in config["Web"].items():
        for path, handler in site["Handlers"].items():
            while status(handler["Proxy"] + "/health") != 200:
                time.sleep(1)
            print(f"{os.environ['TS_HOSTNAME']} serves {handler['Proxy']} at {name}{path}", flush=True)
    threading.Event().wait()


def status(url):
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return answer.status
    except (OSError, http.client.HTTPException):
        return None


def ttyd(arguments):
    """Asks for a name and a password, and tells what the shell would see."""
    after = dict(zip(arguments, arguments[1:]))
    expected = "Basic " + base64.b64encode(after["--credential"].encode()).decode()

    def answer(_path, _body, headers):
        return os.listdir(".") if headers["Authorization"] == expected else 401

    serve("", int(after["--port"]), answer)


def browser(arguments):
    """Speaks as much of the DevTools protocol as says which browser it is."""
    options = dict(word.removeprefix("--").partition("=")[::2] for word in arguments)
    pathlib.Path(options["user-data-dir"]).mkdir()
    with open("/dev/shm/large", "wb") as file:
        file.truncate(200 << 20)
    serve(options["remote-debugging-address"], int(options["remote-debugging-port"]), lambda path, *_: {
        "Browser": "Stand-in/1", "webSocketDebuggerUrl": "ws://127.0.0.1:9222/devtools/browser/1"} if path == "/json/version" else None)


def signal_cli(arguments):
    """The daemon of signal-cli, with an account that never gets a message."""
    command, address = arguments
    host, _, port = address.removeprefix("--http=").rpartition(":")
    seen = pathlib.Path(os.environ["HOME"]) / "seen"

    def answer(path, body, _):
        with seen.open("a") as file:
            file.write(f"{command} {path} {(body or {}).get('method', '')}\n")
        if path == "/api/v1/events":
            return silence()
        return {"jsonrpc": "2.0", "result": {}, "id": body["id"]} if body else {}

    serve(host, int(port), answer)


def silence():
    while True:
        time.sleep(10)
        yield {}


def serve(host, port, answer):
    """Serves what `answer` gives for a path, a body, and headers: a status, JSON, a text, events, or nothing."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            self.do(json.loads(body or "null"))

        do_PUT = do_POST

        def do_GET(self):
            self.do(None)

        def do(self, body):
            found = answer(self.path.partition("?")[0], body, self.headers)
            if found is None or isinstance(found, int):
                return self.send_error(found or 404)
            self.send_response(200)
            if hasattr(found, "__next__"):
                self.send_header("Content-Type", "text/event-stream")
                self.end_headers()
                for event in found:
                    self.wfile.write(b"data: " + json.dumps(event).encode() + b"\n\n")
                return self.wfile.write(b"data: [DONE]\n\n")
            text = found if isinstance(found, str) else json.dumps(found)
            self.send_header("Content-Type", "text/plain" if isinstance(found, str) else "application/json")
            self.end_headers()
            self.wfile.write(text.encode())

    http.server.ThreadingHTTPServer((host, port), Handler).serve_forever()


globals()[os.path.basename(sys.argv[0]).replace("-", "_")](sys.argv[1:])
