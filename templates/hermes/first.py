"""Becomes a program, or stays the first process of its container and has the program as its child.

The first process is given whatever others leave behind, and a signal that it does not ask for is not delivered to it. No agent
expects either. Where the containers of a Pod share their processes, Kubernetes' own is the first, and nobody has to stay.

    first.py CHILD
"""

import contextlib
import os
import signal
import sys

# What Kubernetes and people send.
PASSED_ON = {signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGUSR1, signal.SIGUSR2}
HEARD = PASSED_ON | {signal.SIGCHLD}


def become(command):
    if os.getpid() == 1:
        # A signal that is blocked waits until it is asked for.
        signal.pthread_sigmask(signal.SIG_BLOCK, HEARD)
        if child := os.fork():
            # With the agent's command in its own, the agent would take it for another agent.
            os.execv(sys.executable, [sys.executable, __file__, str(child)])
        signal.pthread_sigmask(signal.SIG_UNBLOCK, HEARD)
    os.execv(command[0], command)


def stay(child):
    """The exit code of the child, at its end."""
    while True:
        heard = signal.sigwait(HEARD)
        if heard in PASSED_ON:
            os.kill(child, heard)
        elif (code := collect(child)) is not None:
            return code if code >= 0 else 128 - code


def collect(child):
    code = None
    with contextlib.suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            if ended[0] == child:
                code = os.waitstatus_to_exitcode(ended[1])
    return code


if __name__ == "__main__":
    sys.exit(stay(int(sys.argv[1])))
