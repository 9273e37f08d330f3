"""Makes the agent's volume ready, then becomes the agent.

It runs at each start of the container, before the agent, as the agent's user and with the agent's own Python. What it
does, it may do again: every file is written beside its place and then moved there, so a start that is killed anywhere
leaves nothing that the next one does not repair. Only the standard library, and the agent's YAML reader where a YAML
file has to be merged.

    start.py [--openclaw DIR] [--seeds DIR] [--seeds-from DIR] [--soul FILE] [--certificates FILE] [--own NAME,...] [--cron FILE]
             [--skills FILE] [--patience SECONDS] [--config FILE]... [--config-into FILE] [-- COMMAND...]

Without COMMAND the volume is made ready and nothing is started (profile `s6`, where this is an init container).
"""

import argparse
import contextlib
import datetime
import json
import os
import pathlib
import re
import secrets
import shutil
import signal
import ssl
import sys

HOME = pathlib.Path(os.environ.get("HERMES_HOME", "/opt/data"))
STATE = HOME / ".petasos"
API_KEY_FILE = STATE / "api-server-key"
SEEDED = STATE / "seeded.json"
ENVIRONMENT = HOME / ".env"
JOBS = HOME / "cron" / "jobs.json"
DECLARED_JOBS = STATE / "cron.json"
DECLARED_KEYS = STATE / "config.json"
SOUL = HOME / "SOUL.md"
CERTIFICATES = STATE / "certificates.pem"

# What the image's own boot makes. A start that goes around it has to.
DIRECTORIES = """backups cron sessions logs logs/gateways hooks memories skills skins plans workspace home pairing
platforms/pairing lazy-packages""".split()

# Files that name processes of a container that is gone. `gateway_state.json` may hold `stopped`, which keeps a
# supervised gateway down.
STALE = """gateway.pid gateway.lock gateway.sock cron.pid processes.json gateway_state.json
.local/state/hermes/gateway-locks""".split()

# Others may not read these. A volume whose group the kubelet has just set gives them to the group.
PRIVATE = {"config.yaml": 0o640, ".env": 0o600, "auth.json": 0o600, "cron": 0o700, ".petasos": 0o700}

# The agent refuses such keys, goes on without its API server, and then the probes kill it.
SHORTEST_API_KEY = 16


def main(arguments):
    options = parse(arguments)
    # The first process of a container hears no signal that it does not ask for.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    os.umask(0o077)
    make_directories()
    remove_stale_files()
    if options.openclaw:
        import openclaw

        openclaw.migrate(options.openclaw, HOME, STATE, write, say)
    make_first_files()
    seed(options.seeds, options.seeds_from)
    if options.soul and (not SOUL.is_file() or SOUL.read_bytes() != options.soul.read_bytes()):
        write(SOUL, options.soul.read_bytes())
    if options.certificates:
        write(CERTIFICATES, public_certificates() + options.certificates.read_bytes())
    take_out(filter(None, options.own.split(",")), "the instance decides on it")
    take_out_weak_key()
    merge_jobs(json.loads(options.cron.read_text()) if options.cron else [])
    if options.config:
        write_config(options.config, options.config_into)
    if options.skills:
        import skills

        skills.bring(json.loads(options.skills.read_text()), HOME, STATE, options.patience, write, say)
    make_private()
    if options.command:
        import first

        os.environ["API_SERVER_KEY"] = api_key()
        if browser := find_browser():
            os.environ.setdefault("AGENT_BROWSER_EXECUTABLE_PATH", browser)
        os.chdir(HOME)
        sys.stdout.flush()
        first.become(options.command)


def parse(arguments):
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--openclaw", type=pathlib.Path, help="what an OpenClaw agent kept, for the first start")
    parser.add_argument("--seeds", type=pathlib.Path, help="rendered seeds: `_index.json` and the files it names")
    parser.add_argument("--seeds-from", type=pathlib.Path, help="a user's ConfigMap: in its keys, `__` stands for `/`")
    parser.add_argument("--soul", type=pathlib.Path, help="what SOUL.md says")
    parser.add_argument("--certificates", type=pathlib.Path, help="authorities to trust beside the public ones")
    parser.add_argument("--own", default="", help="variables that `.env` on the volume must not change")
    parser.add_argument("--cron", type=pathlib.Path, help="jobs of the instance, as the agent keeps them")
    parser.add_argument("--skills", type=pathlib.Path, help="where the skills of the instance come from")
    parser.add_argument("--patience", type=float, default=120, help="how many seconds all of them may take")
    parser.add_argument("--config", type=pathlib.Path, action="append", default=[], help="later files win")
    parser.add_argument("--config-into", type=pathlib.Path, help="the managed configuration, where it has to be made")
    parser.add_argument("command", nargs="*")
    return parser.parse_args(arguments)


def make_directories():
    for name in DIRECTORIES:
        (HOME / name).mkdir(parents=True, exist_ok=True)
    STATE.mkdir(exist_ok=True)
    shutil.rmtree(STATE / "new", ignore_errors=True)
    (STATE / "new").mkdir()


def remove_stale_files():
    for name in STALE:
        path = HOME / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def make_first_files():
    """The gateway reads managed configuration only where its own file exists; an empty `.env` keeps the image from
    seeding its example, whose values would beat those of the Pod."""
    for name, text in (("config.yaml", "{}\n"), (".env", "")):
        if not os.path.lexists(HOME / name):
            write(HOME / name, text.encode())


def make_private():
    for name, mode in PRIVATE.items():
        path = HOME / name
        if not path.is_symlink() and path.exists() and path.stat().st_mode & 0o777 & ~mode:
            try:
                path.chmod(mode)
            except OSError as error:
                say(f"{path} is readable to others and stays so: {error}")


def seed(rendered, foreign):
    """Writes each seed once in the life of the volume. A file that is there already, or that was deleted after it was
    seeded, stays as it is: from then on it is the agent's."""
    files = {}
    if foreign:
        files.update((entry.name.replace("__", "/"), entry) for entry in foreign.iterdir() if not entry.name.startswith(".."))
    if rendered:
        index = json.loads((rendered / "_index.json").read_text())
        files.update((path, rendered / key) for path, key in index.get("files", {}).items())
        for path in index.get("directories", []):
            if target := inside_home(path):
                target.mkdir(parents=True, exist_ok=True)
    seeded = read_seeded()
    for path in sorted(files.keys() - seeded):
        target = inside_home(path)
        if target and os.path.lexists(target):
            say(f"{path} is on the volume already and stays as it is")
        elif target:
            target.parent.mkdir(parents=True, exist_ok=True)
            write(target, files[path].read_bytes())
    if files.keys() - seeded:
        write(SEEDED, json.dumps(sorted(seeded | files.keys()), indent=1).encode())


def read_seeded():
    try:
        return set(json.loads(SEEDED.read_text()))
    except (FileNotFoundError, ValueError):
        return set()


def inside_home(path):
    target = HOME / path
    parts = pathlib.PurePosixPath(path).parts
    if not parts or ".." in parts or parts[0] == ".petasos" or not target.parent.resolve().is_relative_to(HOME.resolve()):
        say(f"{path} is not a place for a seed and is left out")
        return None
    return target


def take_out(names, why):
    """The agent puts `.env` of its volume over its environment: a token that was once written there would beat the one that
    the Pod has from a Secret, and who is let in there would be let in. A value between quotes may have many lines."""
    text = read_environment()
    for name in names:
        text, count = line_of(name).subn("", text)
        if count:
            say(f"{name} in .env on the volume is taken out: {why}")
            write(ENVIRONMENT, text.encode(errors="surrogateescape"))


def take_out_weak_key():
    """With such a key the agent would run without its API server, whatever other key there is, and the probes would kill it."""
    if given := line_of("API_SERVER_KEY").findall(read_environment()):
        last = given[-1][1:-1] if given[-1][:1] in ("'", '"') else re.sub(r"\s+#.*", "", given[-1])
        if len(last.strip()) < SHORTEST_API_KEY:
            take_out(["API_SERVER_KEY"], f"it is shorter than {SHORTEST_API_KEY} characters")
        else:
            say("API_SERVER_KEY in .env on the volume beats the key of the Pod")


def read_environment():
    """A link to nowhere is no file, for the agent too."""
    with contextlib.suppress(FileNotFoundError):
        return ENVIRONMENT.read_text(errors="surrogateescape")
    return ""


def line_of(name):
    """All that gives a variable its value in `.env`, with the value."""
    value = r"""('(?:\\'|[^'])*'|"(?:\\"|[^"])*"|[^\n]*)"""
    return re.compile(rf"^[ \t]*(?:export[ \t]+)?'?{name}'?[ \t]*=[ \t]*{value}[^\n]*\n?", re.MULTILINE)


# What the agent notes about a job, for one that it does not have yet. Without a next run, the agent plans one.
NEW_JOB = dict.fromkeys("""provider_snapshot model_snapshot base_url context_from paused_at paused_reason next_run_at
last_run_at last_status last_error last_delivery_error origin""".split()) | {"repeat": {"times": None, "completed": 0}, "state": "scheduled"}

# The reason that a job waits for where the instance says so. One that a user paused stays paused.
SUSPENDED = "suspended in the instance"


def merge_jobs(declared):
    """Makes each declared job what the instance says, and leaves what the agent notes about it and all other jobs alone. A job
    that is no longer declared goes, if it ever was: the record of those grows before the jobs change and shrinks after."""
    recorded = set(read_list(DECLARED_JOBS))
    if not declared and not recorded:
        return
    before = read_list(JOBS, "jobs")
    wanted = {job["id"]: job for job in declared}
    jobs = []
    for job in before:
        identifier = job.get("id") if isinstance(job, dict) else None
        if identifier in wanted:
            jobs.append(renew(job, wanted.pop(identifier)))
        elif identifier not in recorded:
            jobs.append(job)
    now = datetime.datetime.now(datetime.timezone.utc).isoformat()
    jobs += [renew(NEW_JOB | {"created_at": now}, job) for job in wanted.values()]
    identifiers = {job["id"] for job in declared}
    write(DECLARED_JOBS, json.dumps(sorted(recorded | identifiers)).encode())
    if jobs != before:
        write(JOBS, json.dumps({"jobs": jobs, "updated_at": now}, indent=2).encode())
    write(DECLARED_JOBS, json.dumps(sorted(identifiers)).encode())


def renew(old, declared):
    job = old | declared
    if not declared["enabled"]:
        job |= {"state": "paused", "paused_reason": SUSPENDED}
    elif old.get("paused_reason") == SUSPENDED:
        job |= {"state": "scheduled", "paused_reason": None, "next_run_at": None}
    else:
        job["enabled"] = old.get("enabled", True)
    if old.get("schedule") != declared["schedule"]:
        job["next_run_at"] = None
    return job


def read_list(path, key=None):
    """A list in a file of JSON, or under a key there. What cannot be read is put aside: the agent would stop at it."""
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"), strict=False)
        found = found.get(key, []) if key and isinstance(found, dict) else found
        if not isinstance(found, list):
            raise ValueError("it is not a list")
        return found
    except FileNotFoundError:
        return []
    except ValueError as error:
        aside = path.with_name(f"{path.name}.unreadable")
        os.replace(path, aside)
        say(f"{path} cannot be read and is now {aside.name}: {error}")
        return []


def public_certificates():
    """What Python trusts if nobody says otherwise. `SSL_CERT_FILE` is not asked: it names the file that is made of it."""
    with contextlib.suppress(ImportError, OSError):
        import certifi

        return pathlib.Path(certifi.where()).read_bytes() + b"\n"
    with contextlib.suppress(OSError):
        return pathlib.Path(ssl.get_default_verify_paths().openssl_cafile).read_bytes() + b"\n"
    say("no public certificates are found: only the given ones are trusted")
    return b""


def write_config(sources, managed):
    """Puts the configuration on the volume, key by key over what is there: parts of the agent read that file only, past managed
    configuration. A key that is not given any more goes, if it is as it was put: the record grows before the file changes and
    shrinks after."""
    import yaml

    given = {}
    for source in sources:
        given = merge(given, yaml.safe_load(source.read_text()) or {})
    if managed:
        write(managed, dump(given))
        if (environment := sources[-1].with_name(".env")).exists():
            write(managed.with_name(".env"), environment.read_bytes())
    recorded, declared = read_list(DECLARED_KEYS), list(leaves(given))
    before = read_config(HOME / "config.yaml")
    after = before
    for path, value in recorded:
        after = without(after, path, value)
    after = merge(after, given)
    write(DECLARED_KEYS, json.dumps(recorded + declared, default=str).encode())
    if after != before:
        write(HOME / "config.yaml", dump(after))
    write(DECLARED_KEYS, json.dumps(declared, default=str).encode())


def leaves(value, path=()):
    """Each value of a configuration, with the keys that lead to it."""
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif path:
        yield [list(path), value]


def without(config, path, value):
    """A configuration without one value, where it is still there, and without the maps that are empty then."""
    if not path:
        return {} if config == value else config
    if not isinstance(config, dict) or path[0] not in config:
        return config
    inner = without(config[path[0]], path[1:], value)
    rest = {key: inner if key == path[0] else kept for key, kept in config.items()}
    if inner == {}:
        del rest[path[0]]
    return rest


def dump(config):
    import yaml

    return yaml.safe_dump(config, sort_keys=False, allow_unicode=True).encode()


def read_config(path):
    """The configuration on the volume. What cannot be read is put aside."""
    import yaml

    try:
        found = yaml.safe_load(path.read_text()) or {}
        if not isinstance(found, dict):
            raise ValueError("it is not a map")
        return found
    except (ValueError, yaml.YAMLError) as error:
        aside = path.with_name("config.yaml.unreadable")
        os.replace(path, aside)
        write(path, b"{}\n")
        say(f"{path} cannot be read and is now {aside.name}: {error}")
        return {}


def merge(under, over):
    if not (isinstance(under, dict) and isinstance(over, dict)):
        return over
    return under | {key: merge(under[key], value) if key in under else value for key, value in over.items()}


def api_key():
    """The key of the agent's API server: the Pod's, else the volume's own, made at the first start."""
    if given := os.environ.get("API_SERVER_KEY", "").strip():
        if len(given) < SHORTEST_API_KEY:
            sys.exit(f"petasos: API_SERVER_KEY is shorter than {SHORTEST_API_KEY} characters, the agent would start without its API server")
        return given
    with contextlib.suppress(OSError):
        if len(kept := API_KEY_FILE.read_text().strip()) >= SHORTEST_API_KEY:
            return kept
    key = secrets.token_hex(32)
    write(API_KEY_FILE, key.encode() + b"\n")
    return key


def find_browser():
    """The image's own Chromium, as its boot finds it."""
    kept = pathlib.Path("/etc/hermes/agent-browser-executable-path")
    if kept.exists():
        return kept.read_text().strip()
    names = {"chrome", "headless_shell", "chrome-headless-shell"}
    directory = pathlib.Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", "/opt/hermes/.playwright"))
    return next((str(path) for path in sorted(directory.glob("chromium*/*/*")) if path.name in names), None)


def write(target, content):
    """All of the file or none of it. It is written on the volume's own file system, or beside a target elsewhere."""
    new = (STATE / "new" if target.is_relative_to(HOME) else target.parent) / f"{target.name}.new"
    with open(new, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(new, target)


def say(message):
    print(f"petasos: {message}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except OSError as error:
        sys.exit(f"petasos: the agent cannot be started: {error}")
