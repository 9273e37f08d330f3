"""call.py URL [KEY] [BODY]: prints the status of the answer, and then the answer. A body is sent as JSON.

Nobody there is a failure, after which the same may be asked again. No answer is one, with the status 0.
"""

import sys
import urllib.error
import urllib.request

url, key, body = (sys.argv[1:] + ["", ""])[:3]
headers = {"Content-Type": "application/json"}
if key:
    headers["Authorization"] = f"Bearer {key}"
request = urllib.request.Request(url, data=body.encode() or None, headers=headers)
try:
    with urllib.request.urlopen(request, timeout=120) as answer:
        print(answer.status, answer.read().decode())
except urllib.error.HTTPError as error:
    print(error.code, error.read().decode())
except TimeoutError:
    print(0, "it does not answer")
