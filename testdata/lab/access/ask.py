"""ask.py RESOURCE: prints the status with which the API server answers the Pod's own account that lists a resource of its
namespace, as every client in a Pod would ask."""

import os
import ssl
import sys
import urllib.error
import urllib.request

account = "/var/run/secrets/kubernetes.io/serviceaccount"
read = lambda name: open(f"{account}/{name}").read().strip()
server = f"https://{os.environ['KUBERNETES_SERVICE_HOST']}:{os.environ['KUBERNETES_SERVICE_PORT']}"
request = urllib.request.Request(
    f"{server}/api/v1/namespaces/{read('namespace')}/{sys.argv[1]}",
    headers={"Authorization": f"Bearer {read('token')}"},
)
context = ssl.create_default_context(cafile=f"{account}/ca.crt")
try:
    with urllib.request.urlopen(request, timeout=10, context=context) as answer:
        print(answer.status)
except urllib.error.HTTPError as error:
    print(error.code)
