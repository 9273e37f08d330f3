//! What brings a target into a cluster: an Application of Argo CD, or a source and a Kustomization of Flux.
//!
//! Both engines own what a target renders to, remove what is no longer there, and undo what others change. Volumes stay, because
//! their manifests say so.

use serde_json::{Value, json};

/// A branch that `petasos commit` writes.
#[derive(Debug)]
pub struct Branch<'t> {
    /// The address of the repository.
    pub repository: &'t str,
    /// The branch.
    pub name: &'t str,
    /// The directory on it; the root is empty.
    pub path: &'t str,
}

/// How the addresses begin that Argo CD takes for a repository. Files are those of its own server.
pub const SCHEMES_OF_ARGOCD: &[&str] = &["https", "http", "ssh", "file"];

/// How the addresses begin that Flux takes for a repository.
pub const SCHEMES_OF_FLUX: &[&str] = &["https", "http", "ssh"];

/// What an Application says.
#[derive(Debug)]
pub struct ArgoCd<'t> {
    /// What it is called.
    pub name: &'t str,
    /// Where manifests come from.
    pub source: ArgoCdSource<'t>,
    /// The namespace of what names none.
    pub target_namespace: Option<&'t str>,
    /// The namespace of Applications.
    pub namespace: &'t str,
    /// The project of Argo CD.
    pub project: &'t str,
    /// The cluster: its name, or the address of its API server.
    pub cluster: Cluster<'t>,
}

/// Where Argo CD finds manifests, or what it makes them of.
#[derive(Debug)]
pub enum ArgoCdSource<'t> {
    /// What is rendered.
    Branch(Branch<'t>),
    /// An artifact in a registry.
    Artifact {
        /// The address, which begins with `oci://`.
        address: &'t str,
        /// The tag.
        tag: &'t str,
    },
    /// Instances that the plugin renders.
    Plugin {
        /// The address of the repository.
        repository: &'t str,
        /// The revision: a branch, a tag, a commit.
        revision: &'t str,
        /// The directory of the project file; the root is empty.
        path: &'t str,
        /// The target.
        target: &'t str,
    },
}

/// A cluster that Argo CD knows.
#[derive(Debug)]
pub enum Cluster<'t> {
    /// By the address of its API server.
    Server(&'t str),
    /// By its name.
    Name(&'t str),
}

/// The Application of a target.
pub fn application(argocd: &ArgoCd<'_>) -> Value {
    let source = match argocd.source {
        ArgoCdSource::Branch(Branch { repository, name, path }) => {
            json!({"repoURL": repository, "targetRevision": name, "path": or_dot(path)})
        }
        ArgoCdSource::Artifact { address, tag } => {
            json!({"repoURL": address, "targetRevision": tag, "path": "."})
        }
        ArgoCdSource::Plugin { repository, revision, path, target } => json!({
            "repoURL": repository, "targetRevision": revision, "path": or_dot(path),
            "plugin": {"name": "petasos", "parameters": [{"name": "target", "string": target}]},
        }),
    };
    let mut destination = match argocd.cluster {
        Cluster::Server(address) => json!({"server": address}),
        Cluster::Name(name) => json!({"name": name}),
    };
    let mut options = Vec::new();
    if let Some(namespace) = argocd.target_namespace {
        destination["namespace"] = namespace.into();
        options.push("CreateNamespace=true");
    }
    options.push("ServerSideApply=true");
    json!({
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": {"name": argocd.name, "namespace": argocd.namespace},
        "spec": {
            "project": argocd.project,
            "source": source,
            "destination": destination,
            "syncPolicy": {
                "automated": {"prune": true, "selfHeal": true},
                "syncOptions": options,
            },
        },
    })
}

/// Where Flux finds manifests.
#[derive(Debug)]
pub enum FluxSource<'t> {
    /// What is rendered.
    Branch(Branch<'t>),
    /// An artifact in a registry.
    Artifact {
        /// The address, which begins with `oci://`.
        address: &'t str,
        /// The tag.
        tag: &'t str,
    },
}

/// What Flux's objects say besides where the manifests come from.
#[derive(Debug)]
pub struct Flux<'t> {
    /// The namespace of its objects.
    pub namespace: &'t str,
    /// How often it looks, as Go writes durations.
    pub interval: &'t str,
    /// The Secret with the credentials of the source.
    pub secret: Option<&'t str>,
    /// The Secret with the public keys by which the source is verified.
    pub verify: Option<&'t str>,
    /// The account that applies.
    pub account: Option<&'t str>,
}

/// The source of a target and its Kustomization, both called `name`.
pub fn kustomization(name: &str, source: &FluxSource<'_>, flux: &Flux<'_>) -> [Value; 2] {
    let named = |name: Option<&str>| name.map(|name| json!({ "name": name }));
    let keys = named(flux.verify);
    let (kind, mut spec, verify, path) = match *source {
        FluxSource::Branch(Branch { repository, name, path }) => {
            let spec = json!({"url": with_scheme(repository), "ref": {"branch": name}});
            ("GitRepository", spec, json!({"mode": "HEAD"}), path)
        }
        FluxSource::Artifact { address, tag } => {
            let spec = json!({"url": address, "ref": {"tag": tag}});
            ("OCIRepository", spec, json!({"provider": "cosign"}), "")
        }
    };
    spec["interval"] = flux.interval.into();
    set(&mut spec, "secretRef", named(flux.secret));
    if keys.is_some() {
        spec["verify"] = verify;
        set(&mut spec["verify"], "secretRef", keys);
    }
    let metadata = json!({"name": name, "namespace": flux.namespace});
    let source = json!({
        "apiVersion": "source.toolkit.fluxcd.io/v1", "kind": kind, "metadata": metadata, "spec": spec,
    });
    let mut spec = json!({
        "interval": flux.interval,
        // Without it, Flux waits for the interval after a failure, too.
        "retryInterval": "1m",
        "sourceRef": {"kind": kind, "name": name},
        "path": if path.is_empty() { "./".to_owned() } else { format!("./{path}") },
        "prune": true,
        "wait": true,
        "timeout": "10m",
        "healthCheckExprs": [waiting_claims()],
    });
    set(&mut spec, "serviceAccountName", flux.account.map(Value::from));
    let kustomization = json!({
        "apiVersion": "kustomize.toolkit.fluxcd.io/v1", "kind": "Kustomization",
        "metadata": {"name": name, "namespace": flux.namespace}, "spec": spec,
    });
    [source, kustomization]
}

/// A claim that waits for its first Pod is as it should be: with most classes of storage, that of a suspended instance waits for ever.
/// An instance with a Pod is not ready without its volume, so nothing is overlooked.
fn waiting_claims() -> Value {
    json!({
        "apiVersion": "v1", "kind": "PersistentVolumeClaim",
        "current": "status.phase != 'Lost'", "failed": "status.phase == 'Lost'",
    })
}

fn set(spec: &mut Value, key: &str, value: Option<Value>) {
    if let Some(value) = value {
        spec[key] = value;
    }
}

fn or_dot(path: &str) -> &str {
    if path.is_empty() { "." } else { path }
}

/// Whether an engine can reach a repository by an address: a path is one of this machine.
pub fn is_reachable(address: &str, schemes: &[&str]) -> bool {
    match address.split_once("://") {
        Some((scheme, rest)) => schemes.contains(&scheme) && !rest.is_empty(),
        None => address.split_once(':').is_some_and(|(host, path)| {
            !host.is_empty() && !host.contains('/') && !path.is_empty() && !path.contains('\\')
        }),
    }
}

/// `git@host:path` as an address with a scheme: Flux takes no other.
fn with_scheme(repository: &str) -> String {
    match repository.split_once(':') {
        Some((host, path)) if !path.starts_with("//") && !host.contains('/') => {
            format!("ssh://{host}/{}", path.trim_start_matches('/'))
        }
        _ => repository.to_owned(),
    }
}

/// The name of a target's objects: that of the repository, and its own.
pub fn name(repository: &str, target: &str) -> String {
    let last = repository.trim_end_matches('/').rsplit(['/', ':']).next().unwrap_or_default();
    let last = last.strip_suffix(".git").unwrap_or(last);
    let plain = |letter: char| match letter.to_ascii_lowercase() {
        letter if letter.is_ascii_alphanumeric() => letter,
        _ => '-',
    };
    let name: String = format!("{last}-{target}").chars().map(plain).collect();
    name.trim_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_called_after_the_repository_and_the_target() {
        for (repository, expected) in [
            ("https://git.example.com/platform/agents.git", "agents-prod"),
            ("git@git.example.com:agents.git", "agents-prod"),
            ("ssh://git@git.example.com/Team/My_Agents/", "my-agents-prod"),
            ("", "prod"),
        ] {
            assert_eq!(name(repository, "prod"), expected, "{repository}");
        }
    }

    #[test]
    fn a_path_is_no_address_for_an_engine() {
        for address in
            ["https://a.b/c", "http://a.b/c", "ssh://git@a.b/c", "git@a.b:c.git", "a.b:/c"]
        {
            assert!(is_reachable(address, SCHEMES_OF_FLUX), "{address}");
        }
        for address in [
            "/srv/a.git",
            "../a",
            "a",
            "a/b:c",
            "C:\\a",
            "file:///srv/a.git",
            "https://",
            "a:",
            ":a",
        ] {
            assert!(!is_reachable(address, SCHEMES_OF_FLUX), "{address}");
        }
        assert!(is_reachable("file:///srv/a.git", SCHEMES_OF_ARGOCD));
    }

    #[test]
    fn flux_is_given_an_address_with_a_scheme() {
        for (given, expected) in [
            ("git@git.example.com:team/agents.git", "ssh://git@git.example.com/team/agents.git"),
            ("ssh://git@git.example.com:2222/a.git", "ssh://git@git.example.com:2222/a.git"),
            ("https://git.example.com/a.git", "https://git.example.com/a.git"),
        ] {
            assert_eq!(with_scheme(given), expected);
        }
    }
}
