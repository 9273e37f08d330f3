"""look.py VARIABLE: prints what a container reads in /proc of others: the variable, the account's token, the agent's volume."""

import pathlib
import sys

# What it has itself is no discovery. In the image /var/run is a link, which would lead back to one's own root.
PLACES = {"token": "run/secrets/kubernetes.io/serviceaccount/token", "volume": "opt/data/config.yaml"}
places = {name: place for name, place in PLACES.items() if not pathlib.Path("/", place).exists()}
found = set()
for process in pathlib.Path("/proc").glob("[0-9]*"):
    try:
        if f"{sys.argv[1]}=".encode() in (process / "environ").read_bytes():
            found.add("variable")
        found.update(name for name, place in places.items() if (process / "root" / place).exists())
    except OSError:
        pass
print(*sorted(found))
