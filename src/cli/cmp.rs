//! `petasos cmp`: a config management plugin of Argo CD.

use std::{collections::BTreeMap, fmt::Write as _};

use anyhow::anyhow;
use camino::{Utf8Path, Utf8PathBuf};

use crate::{
    cli::{
        Failure,
        input::{Packs, Settings},
        load::{self, Loaded, Nothing},
        place::Place,
    },
    cmp::{self, Call},
    diagnostic::{Diagnostic, Level},
    document::{self, Document},
    kinds::Role,
    object::Format,
    pipeline::ObjectSet,
    project::FILE,
    render_cache::RenderCache,
    source,
    terminal::Terminal,
};

/// How many bytes of results are kept unless `PETASOS_CACHE_MB` says otherwise.
const CACHE_MB: u64 = 64;

/// The variables that Argo CD and ours have.
const PREFIXES: [&str; 3] = ["ARGOCD_", "KUBE_VERSION", "PETASOS_"];

/// Serve as a config management plugin of Argo CD
///
/// `argocd/plugin.yaml` names these commands. They run in the directory of the Application and get everything by the
/// environment that Argo CD makes.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Print the name of a file with an instance, if the directory has one
    Discover,
    /// Print the manifests of the Application
    Generate,
    /// Print the parameters that an Application may set, as JSON
    Parameters,
}

pub(super) fn run(command: &Command, terminal: &mut Terminal) -> Result<(), Failure> {
    match command {
        Command::Discover => discover(terminal),
        Command::Generate => {
            let environment = environment();
            let call =
                Call::read(&environment).map_err(|problem| Failure::Input(anyhow!(problem)))?;
            match generate(&call, &environment, terminal) {
                Err(Failure::Unprepared(problems)) => refuse(&call, &problems, terminal),
                outcome => outcome,
            }
        }
        Command::Parameters => parameters(terminal),
    }
}

/// The variables of the call. What is not UTF-8 is none of them.
fn environment() -> BTreeMap<String, String> {
    let all = std::env::vars_os();
    let ours =
        all.filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    ours.filter(|(name, _)| PREFIXES.iter().any(|prefix| name.starts_with(prefix))).collect()
}

/// Looks for a project file or one document of our kinds, and no further.
fn discover(terminal: &mut Terminal) -> Result<(), Failure> {
    if Utf8Path::new(FILE).is_file() {
        return terminal.print(&format!("{FILE}\n")).map_err(Failure::writing);
    }
    let kinds = Packs { directories: Vec::new() }.kinds()?;
    for path in source::list(&[Utf8PathBuf::from(".")])? {
        let Some(source) = source::load(&path, &mut Vec::new())? else { continue };
        let documents = document::read(&source, &mut Vec::new());
        let is_instance = |document: &Document| {
            matches!(kinds.role(document.api_version(), document.kind()), Role::Renders(..))
        };
        if documents.iter().any(is_instance) {
            return terminal.print(&format!("{path}\n")).map_err(Failure::writing);
        }
    }
    Ok(())
}

fn parameters(terminal: &mut Terminal) -> Result<(), Failure> {
    let project = load::project(&Place::Disk, Utf8Path::new("."))?;
    let targets: Vec<&str> = project
        .iter()
        .flat_map(|found| &found.project.settings.targets)
        .map(|target| target.name.as_str())
        .collect();
    terminal.print(&format!("{}\n", cmp::announcements(&targets))).map_err(Failure::writing)
}

fn generate(
    call: &Call,
    environment: &BTreeMap<String, String>,
    terminal: &mut Terminal,
) -> Result<(), Failure> {
    let mut place = Place::Disk;
    let here = Utf8PathBuf::from(".");
    let project = load::project(&place, &here)?;
    let target = load::target(call.target.as_deref(), project.as_ref())?;
    // What a target says of its cluster comes before what the cluster says: it is the way to say something else.
    let is_told = target.is_some_and(|target| target.kubernetes_version.is_some());
    let of_target = target.and_then(|target| target.namespace.as_ref());
    let namespace = call.namespace.as_ref().or(of_target).or(call.app_namespace.as_ref());
    let settings = Settings {
        namespace: namespace.cloned(),
        kubernetes_version: call.kubernetes.filter(|_| !is_told),
        packs: Packs { directories: call.packs.iter().map(Utf8PathBuf::from).collect() },
        jobs: None,
    };
    let paths = if target.is_some() { Vec::new() } else { vec![here] };
    let loaded = load::load(
        &mut place,
        &paths,
        project.as_ref(),
        target,
        &settings,
        Nothing::IsFine,
        terminal,
    )?;
    // What is missing in the texts is missing in their digest, too.
    let mut notes = String::new();
    let cache = if loaded.is_refused() { None } else { cache(environment, &mut notes)? };
    // Warnings are not kept, so where they count, everything is looked at.
    let kept = cache.as_ref().filter(|_| !call.strict);
    let text = if let Some(text) = kept.and_then(|cache| cache.get(&loaded.inputs)) {
        text
    } else {
        let text = rendered(call, &loaded, terminal)?;
        if let Some(Err(error)) = cache.as_ref().map(|cache| cache.put(&loaded.inputs, &text)) {
            let _ = writeln!(notes, "the result is not kept: {error}");
        }
        text
    };
    if text.is_empty() && !call.allow_empty {
        return Err(Failure::Refused(anyhow!(
            "there is no manifest, and Argo CD would remove what is there; if that is meant, set the parameter allow-empty to true"
        )));
    }
    // A condition has room for the first lines, so this is said only where nothing else is.
    terminal.tell(&notes).map_err(Failure::writing)?;
    terminal.print(&text).map_err(Failure::writing)
}

/// The manifests, or what is wrong in a few lines.
fn rendered(call: &Call, loaded: &Loaded, terminal: &mut Terminal) -> Result<String, Failure> {
    let set: ObjectSet = loaded.render(Format::Yaml, terminal);
    let counts = |problem: &&Diagnostic| match problem.level() {
        Level::Error => true,
        Level::Warning => call.strict,
        Level::Note => false,
    };
    let problems: Vec<Diagnostic> = set.report.iter().filter(counts).cloned().collect();
    if !problems.is_empty() {
        refuse(call, &problems, terminal)?;
    }
    Ok(set.objects.iter().flat_map(|object| ["---\n", &object.text]).collect())
}

/// Says what is wrong as a condition has room for it.
fn refuse(call: &Call, problems: &[Diagnostic], terminal: &mut Terminal) -> Result<(), Failure> {
    let text = cmp::condition(problems, call.source_path.as_deref());
    terminal.tell(&text).map_err(Failure::writing)?;
    Err(Failure::Reported)
}

/// Results of earlier calls, unless the sidecar wants none. One that cannot be used costs time, and nothing else.
fn cache(
    environment: &BTreeMap<String, String>,
    notes: &mut String,
) -> Result<Option<RenderCache>, Failure> {
    let megabytes = number(environment, "PETASOS_CACHE_MB")?.unwrap_or(CACHE_MB);
    if megabytes == 0 {
        return Ok(None);
    }
    let directory = match environment.get("PETASOS_CACHE_DIR") {
        Some(directory) => Utf8PathBuf::from(directory),
        None => match Utf8PathBuf::from_path_buf(std::env::temp_dir()) {
            Ok(temporary) => temporary.join("petasos-cache"),
            Err(_) => return Ok(None),
        },
    };
    match RenderCache::open(&directory, megabytes << 20) {
        Ok(cache) => Ok(Some(cache)),
        Err(error) => {
            let _ = writeln!(notes, "results are not kept in {directory}: {error}");
            Ok(None)
        }
    }
}

fn number(environment: &BTreeMap<String, String>, name: &str) -> Result<Option<u64>, Failure> {
    let Some(text) = environment.get(name).filter(|text| !text.is_empty()) else { return Ok(None) };
    let number = text.parse().ok().filter(|number| *number <= 1 << 20);
    number
        .map(Some)
        .ok_or_else(|| Failure::Input(anyhow!("{name} is {text:?}: write a whole number")))
}
