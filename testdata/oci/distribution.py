"""Starts the registry of the Distribution project with TLS and a user `ada` whose password is `lovelace`.

usage: distribution.py PROGRAM DIRECTORY [certificates]

Makes an authority, `ca.pem`, in the directory, and a certificate for 127.0.0.1 and localhost; with `certificates`, one for who asks,
too, `client.pem` with `client.key`, and nobody is answered without. Prints the port. Ends when its
standard input does.
"""
import json, os, subprocess, sys, threading

program, directory, *wanted = sys.argv[1:]
here = os.path.join(directory, "distribution")
os.makedirs(here)


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], cwd=here, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=of the test",
        "-keyout", "ca.key", "-out", "../ca.pem")
openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=localhost", "-keyout", "key.pem", "-out", "request.pem")
with open(f"{here}/extensions", "w") as out:
    out.write("subjectAltName = IP:127.0.0.1, DNS:localhost\nbasicConstraints = critical, CA:false\nextendedKeyUsage = serverAuth\n")
openssl("x509", "-req", "-in", "request.pem", "-CA", "../ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "extensions", "-out", "certificate.pem")
with open(f"{here}/users", "w") as out:
    out.write("ada:$2b$04$5yk7EsURCEJC933pvelxpuRseCIEwu6LWPRREAjd35o6h22qp8OKO\n")
openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=ada", "-keyout", "../client.key", "-out", "client.csr")
openssl("x509", "-req", "-in", "client.csr", "-CA", "../ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-out", "../old.pem")
with open(f"{here}/client.extensions", "w") as out:
    out.write("extendedKeyUsage = clientAuth\n")
openssl("x509", "-req", "-in", "client.csr", "-CA", "../ca.pem", "-CAkey", "ca.key", "-days", "2", "-extfile", "client.extensions", "-out", "../client.pem")
config = {
    "version": "0.1",
    "log": {"accesslog": {"disabled": True}, "level": "info"},
    "storage": {"filesystem": {"rootdirectory": f"{here}/data"}},
    "auth": {"htpasswd": {"realm": "registry", "path": f"{here}/users"}},
    "http": {"addr": "127.0.0.1:0", "tls": {"certificate": f"{here}/certificate.pem", "key": f"{here}/key.pem"}},
}
if wanted == ["certificates"]:
    config["http"]["tls"]["clientcas"] = [f"{directory}/ca.pem"]
    del config["auth"]
with open(f"{here}/config.json", "w") as out:
    json.dump(config, out)
# An environment of its own: its variables would change the configuration.
server = subprocess.Popen([program, "serve", f"{here}/config.json"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env={}, text=True)
said = ""
for line in server.stderr:
    said += line
    if "listening on" in line:
        print(line.split("listening on 127.0.0.1:")[1].split(",")[0].split('"')[0].strip(), flush=True)
        break
else:
    sys.exit(said)
threading.Thread(target=server.stderr.read, daemon=True).start()
sys.stdin.read()
server.terminate()
server.wait()
