//! What the lab is made of, and how each part is built.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use anyhow::{Context, Result, bail};

use crate::cache::{Cache, Key};
use crate::step;

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

/// The agent's release and the tag that the upstream image has for it.
const AGENT: (&str, &str) = ("0.19.0", "v2026.7.20");

/// The newest minor has all parts, for a node too; the one before only those that serve the API.
const NEWEST: Kubernetes =
    Kubernetes { minor: "1.36", module: "go.mod", sums: "go.sum", tags: "node" };
const OLDER: Kubernetes = Kubernetes {
    minor: "1.35",
    module: "kubernetes-1.35.mod",
    sums: "kubernetes-1.35.sum",
    tags: "",
};

struct Kubernetes {
    minor: &'static str,
    module: &'static str,
    sums: &'static str,
    tags: &'static str,
}

/// Builds what is missing and returns the directory with all of it, which `PETASOS_LAB` names.
pub(crate) fn lab(cache: &Cache) -> Result<PathBuf> {
    check_tools()?;
    // Images wait for the network and Kubernetes for the processors: the two go well side by side.
    let (images, kubernetes) = thread::scope(|scope| {
        let images = scope.spawn(|| {
            let debian = debian(cache)?;
            let images = images(cache, &debian)?;
            anyhow::Ok((debian, images))
        });
        let kubernetes = [&NEWEST, &OLDER].map(|kubernetes| kubernetes.build(cache));
        (images.join(), kubernetes)
    });
    let Ok(images) = images else { bail!("the thread that builds images panicked") };
    let (debian, images) = images?;
    let [newest, older] = kubernetes;
    let parts =
        [("debian", debian), ("images", images), (NEWEST.minor, newest?), (OLDER.minor, older?)];
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

impl Kubernetes {
    fn build(&self, cache: &Cache) -> Result<PathBuf> {
        let sources = Path::new(SOURCES).join("kubernetes");
        let mut key =
            Key::new().with(&go_version()?).with(self.tags).with(&version_flags("", self.minor));
        for file in go_files(&sources)? {
            key = key.with_file(&file)?;
        }
        key = key.with_file(&sources.join(self.module))?.with_file(&sources.join(self.sums))?;
        let version = self.version(&sources)?;
        cache.part(&format!("kubernetes-{}", self.minor), key, |out| {
            eprintln!(
                "lab: building Kubernetes {version}: several minutes where Go's own cache is empty"
            );
            let mut go = Command::new("go");
            go.current_dir(&sources)
                .args(["build", "-v", "-buildvcs=false", "-mod=readonly"])
                .arg(format!("-modfile={}", self.module))
                .arg(format!("-tags={}", self.tags))
                .arg(format!("-ldflags={}", version_flags(&version, self.minor)))
                .arg("-o")
                .arg(out.join("bin/kubernetes"))
                .arg(".");
            step::run(&format!("Kubernetes {version}"), out, go)?;
            link(&out.join("bin"))
        })
    }

    /// The version that the module file asks for.
    fn version(&self, sources: &Path) -> Result<String> {
        let text = fs::read_to_string(sources.join(self.module))?;
        text.lines()
            .find_map(|line| line.trim().strip_prefix("k8s.io/kubernetes "))
            .map(str::to_owned)
            .with_context(|| format!("{} does not require k8s.io/kubernetes", self.module))
    }
}

/// A name in `bin` for each part: called by it, the binary is that part.
fn link(bin: &Path) -> Result<()> {
    let usage = Command::new(bin.join("kubernetes")).output()?;
    let usage = String::from_utf8(usage.stderr)?;
    let parts = usage
        .split_whitespace()
        .find(|word| word.contains('|'))
        .context("the binary names no parts")?;
    parts.split('|').try_for_each(|part| Ok(symlink("kubernetes", bin.join(part))?))
}

fn version_flags(version: &str, minor: &str) -> String {
    // Kubernetes' own build stamps these; without them kubectl and client libraries cannot parse the server's version.
    let minor = minor.rsplit('.').next().unwrap_or_default();
    let packages = ["k8s.io/component-base/version", "k8s.io/client-go/pkg/version"];
    packages.iter().fold("-s -w".to_owned(), |flags, package| {
        flags + &format!(" -X {package}.gitVersion={version} -X {package}.gitMajor=1 -X {package}.gitMinor={minor}")
    })
}

fn go_version() -> Result<String> {
    let output = Command::new("go").arg("version").output().context("start go")?;
    Ok(String::from_utf8(output.stdout)?)
}

fn go_files(directory: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "go") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn debian(cache: &Cache) -> Result<PathBuf> {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let key = Key::new().with(&release).with(&PACKAGES.join(" ")).with_file(&script("debian"))?;
    cache
        .part("debian", key, |out| {
            eprintln!("lab: unpacking Debian packages; none is installed");
            let mut command = Command::new(script("debian"));
            command.arg(out.join("root")).args(PACKAGES);
            step::run("Debian packages", out, command)
        })
        .map(|part| part.join("root"))
}

fn images(cache: &Cache, debian: &Path) -> Result<PathBuf> {
    let (agent, tag) = AGENT;
    let archives = [
        image(cache, debian, "tool", &["lab.invalid/tools:1"])?,
        image(
            cache,
            debian,
            "agent",
            &[&format!("docker.io/nousresearch/hermes-agent:{tag}"), agent],
        )?,
    ];
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

fn image(cache: &Cache, debian: &Path, name: &str, arguments: &[&str]) -> Result<PathBuf> {
    let builder = script(&format!("{name}-image"));
    let key = Key::new()
        .with(&arguments.join(" "))
        .with(&debian.to_string_lossy())
        .with_file(&builder)?
        .with_file(&script("image"))?;
    cache
        .part(&format!("image-{name}"), key, |out| {
            eprintln!("lab: building the image {}", arguments[0]);
            let mut command = Command::new(&builder);
            command.arg(debian).arg(out).args(arguments);
            step::run(&format!("image {name}"), out, command)
        })
        .map(|part| part.join("image.tar"))
}

fn script(name: &str) -> PathBuf {
    Path::new(SOURCES).join("scripts").join(name)
}
