"""Brings the skills of an instance, before the agent starts.

Those of ConfigMaps and of Git are put together anew at each start, in a directory that the agent's configuration names; what Git
brought once is kept, by its commit. The others are left to the agent's own installer, once each.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys

HERMES = pathlib.Path(sys.executable).with_name("hermes")

# How long the network may take.
PATIENCE = 120


def bring(wanted, home, state, write, say):
    """`write` and `say` are the start program's."""
    put_together([skill for skill in wanted if "hub" not in skill], state, say)
    install({skill["hub"] for skill in wanted if "hub" in skill}, home, state / "skills.json", write, say)


def put_together(wanted, state, say):
    new, directory, commits = state / "new" / "skills", state / "skills", state / "git"
    new.mkdir()
    commits.mkdir(exist_ok=True)
    for skill in wanted:
        try:
            source = pathlib.Path(skill["from"]) if "from" in skill else commit(skill, new.with_name("commit"), commits)
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


def commit(skill, new, commits):
    """The directory of a skill in a commit. What is kept is whole, since it is moved there at the end."""
    kept = commits / skill["revision"]
    if not kept.exists():
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir()
        fetch = ["fetch", "--quiet", "--depth=1", skill["repository"], skill["revision"]]
        for arguments in (["init", "--quiet"], fetch, ["checkout", "--quiet", "FETCH_HEAD"]):
            if failure := run(["git", "-C", str(new), *arguments])[1]:
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


def install(wanted, home, record, write, say):
    """The record says which skills a source brought, so that they go with it. What a user installed stays."""
    recorded = json.loads(record.read_text()) if record.exists() else {}
    for source in sorted(recorded.keys() - wanted):
        for name in recorded.pop(source):
            run([HERMES, "skills", "uninstall", name], "y\n")
        write(record, json.dumps(recorded).encode())
    for source in sorted(wanted):
        before = installed(home)
        if any(name in before for name in recorded.get(source, ())):
            continue
        printed, failure = run([HERMES, "skills", "install", source, "--yes"])
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


def run(command, answer=""):
    """What a program printed, and why it failed, if it did."""
    environment = os.environ | {"GIT_TERMINAL_PROMPT": "0", "NO_COLOR": "1", "COLUMNS": "200"}
    try:
        done = subprocess.run(command, input=answer, capture_output=True, text=True, timeout=PATIENCE, env=environment)
    except (OSError, subprocess.TimeoutExpired) as error:
        return "", str(error)
    return done.stdout, (reason(done.stderr) or f"exit code {done.returncode}") if done.returncode else ""


def reason(printed):
    """The line that says most of what went wrong."""
    lines = [line.strip() for line in printed.splitlines() if line.strip()]
    telling = [line for line in lines if any(word in line for word in ("rror", "fatal", "blocked"))]
    return (telling or lines or ["it printed nothing"])[-1]
