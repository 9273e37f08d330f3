"""Writes the files that a page shows: each block of Markdown whose fence names one after the language. Scripts can be run."""
import os, re, sys

with open(sys.argv[1]) as page:
    for name, text in re.findall(r"^```\w+ (\S+)\n(.*?)^```$", page.read(), re.M | re.S):
        os.makedirs(os.path.dirname(name) or ".", exist_ok=True)
        with open(name, "w") as out:
            out.write(text)
        os.chmod(name, 0o755 if text.startswith("#!") else 0o644)
