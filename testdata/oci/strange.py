"""Puts an artifact into a registry's directory, as nobody should: `strange.py DIRECTORY KIND`, under the tag KIND."""
import gzip, hashlib, io, json, os, sys, tarfile

directory, kind = sys.argv[1:]
root = os.path.join(directory, "registry")
os.makedirs(root + "/blobs", exist_ok=True)
os.makedirs(root + "/manifests", exist_ok=True)
FLUX = "application/vnd.cncf.flux."
IMAGE = "application/vnd.oci.image."


def put(content):
    name = "sha256:" + hashlib.sha256(content).hexdigest()
    with open(f"{root}/blobs/{name}", "wb") as out:
        out.write(content)
    return {"digest": name, "size": len(content)}


def archive():
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        def add(name, content=b"", **fields):
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            for field, value in fields.items():
                setattr(entry, field, value)
            tar.addfile(entry, io.BytesIO(content))

        if kind != "empty":
            add("fine.yaml", b"fine: 1\n")
        match kind:
            case "outside":
                add("../outside.yaml", b"a: 1\n")
            case "absolute":
                add("/absolute.yaml", b"a: 1\n")
            case "git":
                add(".git/hooks/post-checkout", b"#!/bin/sh\n", mode=0o755)
            case "below":
                add("fine.yaml/below.yaml", b"a: 1\n")
            case "link":
                add("link", type=tarfile.SYMTYPE, linkname="/etc")
            case "hard-link":
                add("link", type=tarfile.LNKTYPE, linkname="fine.yaml")
            case "device":
                add("device", type=tarfile.CHRTYPE, devmajor=1, devminor=3)
            case "twice":
                add("fine.yaml", b"fine: 2\n")
            case "binary":
                add("image.png", b"\x89PNG\xff")
            case "bomb":
                add("bomb", b"\0" * (200 << 20))
            case "many":
                for number in range(5):
                    add(f"{number}.yaml", b"x" * 1024)
    return out.getvalue()


layer = gzip.compress(archive(), 1)
if kind == "no-archive":
    layer = b"text"
config, parts = FLUX + "config.v1+json", [{"mediaType": FLUX + "content.v1.tar+gzip", **put(layer)}]
match kind:
    case "image":
        config, parts = IMAGE + "config.v1+json", [{"mediaType": IMAGE + "layer.v1.tar+gzip", **put(layer)}] * 2
    case "chart":
        config = "application/vnd.cncf.helm.config.v1+json"
        parts = [{"mediaType": "application/vnd.cncf.helm.chart.content.v1.tar+gzip", **put(layer)}]
    case "larger":
        parts[0]["size"] = 1 << 40
    case "smaller":
        parts[0]["size"] -= 1
manifest = {"schemaVersion": 2, "mediaType": IMAGE + "manifest.v1+json", "config": {"mediaType": config, **put(b"{}")}, "layers": parts}
if kind == "index":
    manifest = {"schemaVersion": 2, "mediaType": IMAGE + "index.v1+json", "manifests": []}
with open(f"{root}/manifests/{kind}", "w") as out:
    json.dump(manifest, out)
