//! What the lab is made of, and how each part is built.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use anyhow::{Context, Result, bail};

use crate::cache::{Cache, Key};
use crate::{go, step};

/// Where the lab's sources are in the checkout.
pub(crate) const SOURCES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/lab");

/// Packages of the node, of the images, and libraries that a minimal machine does not have.
const PACKAGES: &[&str] = &[
    "busybox-static",
    "containerd",
    "containernetworking-plugins",
    "debootstrap",
    "docker-registry",
    "libedit2",
    "libjansson4",
    "libmnl0",
    "libnftables1",
    "libnftnl11",
    "libseccomp2",
    "libxtables12",
    "nftables",
    "runc",
];

/// What Argo CD keeps its results in, and libraries that a minimal machine does not have. Unpacked alone: no image holds it.
const REDIS: &[&str] = &["libatomic1", "libjemalloc2", "liblzf1", "redis-server", "redis-tools"];

/// A registry for artifacts.
const REGISTRY: &[&str] = &["docker-registry"];

/// Tools that the lab takes from the machine, and the package that has each.
const TOOLS: &[(&str, &str)] = &[
    ("dpkg-deb", "dpkg"),
    ("flock", "util-linux"),
    ("go", "golang-go, 1.26 or later, or from go.dev"),
    ("ip", "iproute2"),
    ("nsenter", "util-linux"),
    ("openssl", "openssl"),
    ("setpriv", "util-linux"),
    ("unshare", "util-linux"),
];

/// Releases of the agent, and the tags that the upstream image has for them: the newest that `PyPI` has, and the oldest.
const AGENTS: &[(&str, &str)] = &[("0.19.0", "v2026.7.20"), ("0.13.0", "v2026.5.7")];

/// Builds what is missing and returns the directory with all of it, which `PETASOS_LAB` names.
pub(crate) fn lab(cache: &Cache) -> Result<PathBuf> {
    check_tools()?;
    // Images wait for the network and Kubernetes for the processors: the two go well side by side. So do two versions of
    // Kubernetes, which share nothing: one is compiled while the other is linked, which only one processor can do.
    let (programs, images) = thread::scope(|scope| {
        let images = scope.spawn(|| {
            let redis = debian(cache, "redis", REDIS)?;
            let registry = debian(cache, "registry", REGISTRY)?;
            let debian = debian(cache, "debian", PACKAGES)?;
            let images = images(cache, &debian)?;
            let (minor, older) = go::older(cache)?;
            anyhow::Ok([
                (minor, older),
                ("debian", debian),
                ("images", images),
                ("redis", redis),
                ("registry", registry),
            ])
        });
        (go::build(cache), images.join())
    });
    let Ok(images) = images else { bail!("the thread that builds images panicked") };
    let mut parts = Vec::from(images?);
    parts.extend(programs?);
    let key = parts
        .iter()
        .fold(Key::new(), |key, (name, path)| key.with(name).with(&path.to_string_lossy()));
    cache.part("lab", key, |out| {
        parts.iter().try_for_each(|(name, path)| Ok(symlink(path, out.join(name))?))
    })
}

fn check_tools() -> Result<()> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let directories: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let missing: Vec<String> = TOOLS
        .iter()
        .filter(|(tool, _)| !directories.iter().any(|directory| directory.join(tool).is_file()))
        .map(|(tool, package)| format!("{tool} (package {package})"))
        .collect();
    if !missing.is_empty() {
        bail!("the lab needs what this machine does not have: {}", missing.join(", "));
    }
    let id = Command::new("id").arg("-u").output().context("ask who runs this")?;
    if id.stdout.trim_ascii() != b"0" {
        bail!(
            "the lab needs root, for namespaces, mounts, and containers: try `sudo -E env PATH=\"$PATH\" cargo lab`"
        );
    }
    Ok(())
}

/// Packages of the distribution, unpacked as the part `name`.
fn debian(cache: &Cache, name: &str, packages: &[&str]) -> Result<PathBuf> {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let key = Key::new().with(&release).with(&packages.join(" ")).with_file(&script("debian"))?;
    cache
        .part(name, key, |out| {
            eprintln!("lab: unpacking Debian packages; none is installed");
            let mut command = Command::new(script("debian"));
            command.arg(out.join("root")).args(packages);
            step::run("Debian packages", out, command)
        })
        .map(|part| part.join("root"))
}

fn images(cache: &Cache, debian: &Path) -> Result<PathBuf> {
    let base = base(cache, debian)?;
    let mut archives = vec![image(cache, debian, "tool", "tool", &["lab.invalid/tools:1"])?];
    for (version, tag) in AGENTS {
        let name = format!("docker.io/nousresearch/hermes-agent:{tag}");
        archives.push(image(cache, &base, "agent", version, &[&name, version])?);
    }
    let stand_ins = Path::new(SOURCES).join("stand-ins");
    let program = fs::read_to_string(stand_ins.join("stand-in.py"))?;
    let names = fs::read_to_string(stand_ins.join("images"))?;
    archives.push(image(cache, &base, "stand-in", "stand-ins", &[&program, &names])?);
    let key = archives.iter().fold(Key::new(), |key, archive| key.with(&archive.to_string_lossy()));
    let key = key
        .with(&debian.to_string_lossy())
        .with_file(&script("images"))?
        .with_file(&script("parts"))?;
    cache.part("images", key, |out| {
        let mut command = Command::new(script("images"));
        command.arg(debian).arg(out).args(&archives);
        step::run("images", out, command)
    })
}

/// A Debian with Python, on which images are built.
fn base(cache: &Cache, debian: &Path) -> Result<PathBuf> {
    let key = Key::new().with(&debian.to_string_lossy()).with_file(&script("base"))?;
    cache
        .part("base", key, |out| {
            eprintln!("lab: making a Debian for images");
            let mut command = Command::new(script("base"));
            command.arg(debian).arg(out);
            step::run("base", out, command)
        })
        .map(|part| part.join("root"))
}

/// An archive that the script of a kind makes from a directory and arguments. `name` is what the part is called.
fn image(
    cache: &Cache,
    from: &Path,
    kind: &str,
    name: &str,
    arguments: &[&str],
) -> Result<PathBuf> {
    let builder = script(&format!("{kind}-image"));
    let key = Key::new()
        .with(&arguments.join(" "))
        .with(&from.to_string_lossy())
        .with_file(&builder)?
        .with_file(&script("image"))?;
    cache
        .part(&format!("image-{name}"), key, |out| {
            eprintln!("lab: building the image {name}");
            let mut command = Command::new(&builder);
            command.arg(from).arg(out).args(arguments);
            step::run(&format!("image {name}"), out, command)
        })
        .map(|part| part.join("image.tar"))
}

fn script(name: &str) -> PathBuf {
    Path::new(SOURCES).join("scripts").join(name)
}
