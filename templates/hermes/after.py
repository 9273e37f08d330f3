"""after.py PROGRAM [ARGUMENT...]: waits until the agent answers, then becomes the program.

What shares the agent's volume begins after the start program has made it ready: a file that is there too early would not be
seeded, and a database that two create at once is broken.
"""

import os
import signal
import sys
import time
import urllib.request

import first

HEALTH = "http://127.0.0.1:8642/health"


def agent_answers():
    try:
        with urllib.request.urlopen(HEALTH, timeout=5):
            return True
    except OSError:
        return False


# The first process of a container hears no signal that it does not ask for.
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
os.umask(0o077)
while not agent_answers():
    time.sleep(1)
first.become(sys.argv[1:])
