# What a killed agent leaves, with a number that another process of the Pod has: its first one.
cd /opt/data
sed -i 's/"pid": [0-9]*/"pid": 1/' gateway.pid
cp gateway.pid gateway.lock
grep -q '"pid": 1,' gateway.lock
