"""Brings the skills of an instance, before the agent starts.

Those of ConfigMaps and of Git are put together anew at each start, in a directory that the agent's configuration names; what Git
brought once is kept, by its commit. The others are left to the agent's own installer, once each. The agent does not start before, and
the kubelet waits for it no longer than the startup probe says: so there is one time for all of them.
"""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

HERMES = pathlib.Path(sys.executable).with_name("hermes")


def bring(wanted, home, state, seconds, write, say):
    """`write` and `say` are the start program's."""
    end = time.monotonic() + seconds
    put_together([skill for skill in wanted if "hub" not in skill], state, end, say)
    install({skill["hub"] for skill in wanted if "hub" in skill}, home, state / "skills.json", end, write, say)


def put_together(wanted, state, end, say):
    new, directory, commits = state / "new" / "skills", state / "skills", state / "git"
    new.mkdir()
    commits.mkdir(exist_ok=True)
    for skill in wanted:
        try:
            source = pathlib.Path(skill["from"]) if "from" in skill else commit(skill, new.with_name("commit"), commits, end)
            if not any(path.name == "SKILL.md" for path in source.rglob("*SKILL.md")):
                raise Missing("there is no SKILL.md")
            copy(source, new / skill["name"])
        except Missing as missing:
            say(f"the skill {skill['name']} is left out: {missing}")
    kept = {skill.get("revision") for skill in wanted}
    for old in commits.iterdir():
        if old.name not in kept:
            shutil.rmtree(old)
    shutil.rmtree(directory, ignore_errors=True)
    os.replace(new, directory)


class Missing(Exception):
    pass


def commit(skill, new, commits, end):
    """The directory of a skill in a commit. What is kept is whole, since it is moved there at the end."""
    kept = commits / skill["revision"]
    if not kept.exists():
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir()
        fetch = ["fetch", "--quiet", "--depth=1", skill["repository"], skill["revision"]]
        for arguments in (["init", "--quiet"], fetch, ["checkout", "--quiet", "FETCH_HEAD"]):
            if failure := run(["git", "-C", str(new), *arguments], end)[1]:
                raise Missing(f"{skill['repository']} cannot be had: {failure}")
        shutil.rmtree(new / ".git")
        os.replace(new, kept)
    directory = (kept / skill["directory"]).resolve()
    if not (directory.is_dir() and directory.is_relative_to(kept.resolve())):
        raise Missing(f"{skill['repository']} has no directory {skill['directory']}")
    return directory


def copy(source, target):
    """The kubelet shows the keys of a ConfigMap as links beside hidden directories; in them `__` stands for `/`. Other links,
    which could lead anywhere, are left out."""
    is_config_map = (source / "..data").exists()
    for entry in sorted(source.iterdir()):
        if is_config_map and entry.is_symlink() and entry.is_file():
            path = target / entry.name.replace("__", "/")
        elif not is_config_map and not entry.is_symlink():
            path = target / entry.name
        else:
            continue
        if entry.is_dir():
            copy(entry, path)
        elif ".." not in path.parts:
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(entry, path)


def install(wanted, home, record, end, write, say):
    """The record says which skills a source brought, so that they go with it. What a user installed stays."""
    recorded = json.loads(record.read_text()) if record.exists() else {}
    for source in sorted(recorded.keys() - wanted):
        if any(run([HERMES, "skills", "uninstall", name], end, "y\n")[1] == LATE for name in recorded[source]):
            say(f"the skill {source} stays until the next start: {LATE}")
            continue
        del recorded[source]
        write(record, json.dumps(recorded).encode())
    for source in sorted(wanted):
        before = installed(home)
        if any(name in before for name in recorded.get(source, ())):
            continue
        printed, failure = run([HERMES, "skills", "install", source, "--yes"], end)
        brought = [name for name, skill in installed(home).items() if name not in before or skill.get("identifier") == source]
        if brought:
            recorded[source] = brought
            write(record, json.dumps(recorded).encode())
        else:
            say(f"the skill {source} is left out: {failure or reason(printed)}")


def installed(home):
    try:
        return json.loads((home / "skills" / ".hub" / "lock.json").read_text())["installed"]
    except (OSError, ValueError, KeyError):
        return {}


LATE = "the time for all skills is over"


def run(command, end, answer=""):
    """What a program printed, and why it failed, if it did. At the end of the time it is ended with all that it started."""
    if time.monotonic() >= end:
        return "", LATE
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    environment = os.environ | {"GIT_TERMINAL_PROMPT": "0", "NO_COLOR": "1", "COLUMNS": "200"}
    try:
        process = subprocess.Popen(command, **pipes, text=True, env=environment, start_new_session=True)
    except OSError as error:
        return "", str(error)
    with process:
        try:
            printed, complaint = process.communicate(answer, timeout=end - time.monotonic())
        except BaseException as error:
            os.killpg(process.pid, signal.SIGKILL)
            if isinstance(error, subprocess.TimeoutExpired):
                return "", LATE
            raise
    return printed, (reason(complaint) or f"exit code {process.returncode}") if process.returncode else ""


def reason(printed):
    """The line that says most of what went wrong."""
    lines = [line.strip() for line in printed.splitlines() if line.strip()]
    telling = [line for line in lines if any(word in line for word in ("rror", "fatal", "blocked"))]
    return (telling or lines or ["it printed nothing"])[-1]
