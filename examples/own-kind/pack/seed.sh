#!/bin/sh
# The gateway writes to its configuration, so it lies on the volume. What Git says is copied there at each start.
set -eu
mkdir -p /home/node/.openclaw/workspace
cp /etc/claw/openclaw.json /home/node/.openclaw/openclaw.json
exec node /app/dist/index.js gateway run
