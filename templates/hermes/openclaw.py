"""Brings what an OpenClaw agent knows, once, before the agent starts for the first time.

    openclaw.py --into DIR --unless FILE (--volume DIR | --endpoint URL --bucket NAME --key KEY [--region NAME] [--certificates FILE])

As a program it copies the files of that agent to a directory that this one can read: its volume belongs to another user. The start
program then has the agent's own `hermes claw migrate` read them.
"""

import argparse
import datetime
import hashlib
import hmac
import json
import os
import pathlib
import shutil
import ssl
import subprocess
import sys
import tarfile
import urllib.error
import urllib.parse
import urllib.request

# What OpenClaw and its earlier names call their configuration.
CONFIGURATIONS = {"openclaw.json", "clawdbot.json", "moltbot.json"}

# More than this is no agent's home, or one that does not fit here.
MOST_BYTES = 16 << 30

HERMES = pathlib.Path(sys.executable).with_name("hermes")


def main(arguments):
    options = parse(arguments)
    if readable(options.unless):
        return
    os.umask(0o027)
    new, home = options.into / "new", options.into / "home"
    shutil.rmtree(new, ignore_errors=True)
    if home.exists():
        return
    new.mkdir()
    if options.volume:
        copy(options.volume, new)
    else:
        unpack(fetch(options), new)
    os.replace(home_in(new), home)
    shutil.rmtree(new, ignore_errors=True)


def parse(arguments):
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--into", type=pathlib.Path, required=True)
    parser.add_argument("--unless", type=pathlib.Path, required=True, help="what is there after a migration")
    parser.add_argument("--volume", type=pathlib.Path)
    parser.add_argument("--certificates", type=pathlib.Path)
    for name in ("endpoint", "bucket", "key"):
        parser.add_argument(f"--{name}")
    parser.add_argument("--region", default="us-east-1")
    return parser.parse_args(arguments)


def readable(path):
    try:
        return path.exists()
    except OSError:
        return False


def home_in(root):
    """The directory with the configuration, the nearest to the root: an archive may hold it under names of its own."""
    found = [path.parent for name in CONFIGURATIONS for path in root.rglob(name)]
    if not found:
        sys.exit("petasos: there is no openclaw.json, so this is not what an OpenClaw agent keeps")
    return min(found, key=lambda path: (len(path.parts), path))


def copy(source, target):
    """Files and directories. Links, which could lead anywhere, and what cannot be read stay behind."""
    for entry in sorted(source.iterdir()):
        try:
            if entry.is_symlink() or entry.name in ("node_modules", "lost+found"):
                continue
            if entry.is_dir():
                (target / entry.name).mkdir()
                copy(entry, target / entry.name)
            elif entry.is_file():
                shutil.copyfile(entry, target / entry.name)
        except PermissionError as error:
            say(f"{entry} stays behind: {error.strerror}")


def unpack(stream, target):
    """An archive as it comes, file by file, so that none of it can lead out of the directory."""
    left = MOST_BYTES
    try:
        with tarfile.open(fileobj=stream, mode="r|*") as archive:
            for member in archive:
                parts = [part for part in pathlib.PurePosixPath(member.name).parts if part not in ("/", ".")]
                if not member.isfile() or ".." in parts or not parts:
                    continue
                left -= member.size
                if left < 0:
                    sys.exit("petasos: the archive is larger than an agent's home")
                path = target.joinpath(*parts)
                path.parent.mkdir(parents=True, exist_ok=True)
                with archive.extractfile(member) as content, open(path, "wb") as file:
                    shutil.copyfileobj(content, file)
    except (tarfile.TarError, EOFError, ValueError) as error:
        sys.exit(f"petasos: the archive cannot be read, it has to be a tar, plain or with gzip, bzip2, or xz: {error}")


def fetch(options):
    """One object of a store that speaks S3, with a signed request."""
    endpoint = options.endpoint if "://" in options.endpoint else f"https://{options.endpoint}"
    path = urllib.parse.quote(f"/{options.bucket}/{options.key.lstrip('/')}", safe="/-_.~")
    request = urllib.request.Request(endpoint.rstrip("/") + path)
    for name, value in signed(request, options.region, datetime.datetime.now(datetime.timezone.utc)).items():
        request.add_header(name, value)
    context = ssl.create_default_context()
    if options.certificates:
        context.load_verify_locations(options.certificates)
    try:
        return urllib.request.urlopen(request, timeout=60, context=context)
    except urllib.error.HTTPError as error:
        sys.exit(f"petasos: {options.bucket}/{options.key} cannot be had: {error.code} {error.reason}")
    except OSError as error:
        sys.exit(f"petasos: {endpoint} does not answer: {error}")


def signed(request, region, now):
    """The headers of Amazon's signature, version 4, for a request without a body."""
    identity, secret = (os.environ.get(f"AWS_{name}", "") for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY"))
    if not identity or not secret:
        sys.exit("petasos: the Secret has no AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
    url = urllib.parse.urlsplit(request.full_url)
    empty = hashlib.sha256(b"").hexdigest()
    day, moment = now.strftime("%Y%m%d"), now.strftime("%Y%m%dT%H%M%SZ")
    headers = {"host": url.netloc, "x-amz-content-sha256": empty, "x-amz-date": moment}
    if token := os.environ.get("AWS_SESSION_TOKEN"):
        headers["x-amz-security-token"] = token
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    asked = "\n".join(["GET", url.path, url.query, lines, names, empty])
    scope = f"{day}/{region}/s3/aws4_request"
    text = "\n".join(["AWS4-HMAC-SHA256", moment, scope, hashlib.sha256(asked.encode()).hexdigest()])
    digest = f"AWS4{secret}".encode()
    for part in (*scope.split("/"), text):
        digest = hmac.digest(digest, part.encode(), "sha256")
    headers["authorization"] = f"AWS4-HMAC-SHA256 Credential={identity}/{scope}, SignedHeaders={names}, Signature={digest.hex()}"
    return headers


def migrate(source, home, state, write, say):
    """Has the agent take over what is in `source`, once. `write` and `say` are the start program's."""
    done, begun = home / ".petasos-migrated.json", state / "migrating"
    if done.exists():
        begun.unlink(missing_ok=True)
        return
    if begun.exists():
        # A migration that was killed may have left half a file.
        (home / "config.yaml").unlink(missing_ok=True)
    elif (home / "state.db").exists():
        say("nothing is migrated: the agent has worked on this volume before")
        return
    write(begun, b"")
    before = set(reports(home))
    command = [HERMES, "claw", "migrate", "--source", source, "--yes", "--overwrite", "--no-backup", "--skill-conflict=overwrite"]
    result = subprocess.run([*command, "--workspace-target", home / "workspace"], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    report = next((report for report in reports(home) if report not in before), None)
    if not report:
        lines = [line.strip() for line in (result.stdout + result.stderr).splitlines() if line.strip()]
        telling = [line for line in lines if "✗" in line or "rror" in line]
        sys.exit(f"petasos: the migration from OpenClaw failed: {(telling or lines or ['it printed nothing'])[-1]}")
    summary = json.loads(report.read_text()).get("summary", {})
    say("from OpenClaw: " + ", ".join(f"{count} {what}" for what, count in summary.items() if count))
    write(done, json.dumps(summary).encode())
    begun.unlink()


def reports(home):
    return sorted((home / "migration" / "openclaw").glob("*/report.json"))


def say(message):
    print(f"petasos: {message}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except OSError as error:
        sys.exit(f"petasos: the files of OpenClaw cannot be had: {error}")
