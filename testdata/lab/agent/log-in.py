"""log-in.py URL PATH [PASSWORD]: prints what a dashboard answers, as JSON: the status of the login, if there is a password, and
then the status and the body of PATH with the session that the login gave."""

import http.cookiejar
import json
import sys
import urllib.error
import urllib.request

url, path, password = (sys.argv[1:] + [""])[:3]
jar = http.cookiejar.CookieJar(http.cookiejar.DefaultCookiePolicy(secure_protocols=("http", "https")))
opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))


def call(path, body=None):
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(url + path, data=body and json.dumps(body).encode(), headers=headers)
    try:
        with opener.open(request, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


result = {}
if password:
    login = {"provider": "basic", "username": "admin", "password": password}
    result["login"], _ = call("/auth/password-login", login)
result["status"], body = call(path)
try:
    result["body"] = json.loads(body)
except ValueError:
    result["body"] = body
print(json.dumps(result))
