//! `petasos init`.

use std::{fs, io};

use anyhow::{Context, anyhow};
use camino::{Utf8Path, Utf8PathBuf};

use crate::{
    api,
    changeset::Files,
    cli::{
        Failure,
        report::{self, ReportForm, Stream},
    },
    diagnostic::{
        Diagnostic, Level,
        catalogue::reading::{ENCODING, TOO_LARGE},
    },
    document::{self, Document},
    project::FILE,
    source,
    starter::{self, Forge},
    terminal::Terminal,
};

/// Begin a repository: an instance, the project file, and what the forge runs
///
/// Asks nothing, and writes over nothing: a file that is there already stays, and is named.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The directory
    #[arg(default_value = ".", value_name = "DIR")]
    directory: Utf8PathBuf,
    /// Take over the instances and defaults of this directory, such as a repository of hermes-operator
    #[arg(long, value_name = "DIR")]
    from: Option<Utf8PathBuf>,
    /// Say what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// Begins.
pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<(), Failure> {
    let directory = &arguments.directory;
    if directory.join(FILE).exists() {
        return Err(Failure::Refused(anyhow!("{directory} has a {FILE} already")));
    }
    let found = match &arguments.from {
        Some(from) => documents(from, terminal)?,
        None => Vec::new(),
    };
    let forge = Forge::of(origin(directory).as_deref(), |name| directory.join(name).exists());
    let files = starter::files(forge, &found);
    let (there, new): (Files, Files) =
        files.into_iter().partition(|(path, _)| directory.join(path).exists());
    for (path, text) in &new {
        if !arguments.dry_run {
            write(&directory.join(path), text)?;
        }
        terminal.print(&format!("write   {path}\n")).map_err(Failure::writing)?;
    }
    for path in there.keys() {
        terminal.print(&format!("is there already  {path}\n")).map_err(Failure::writing)?;
    }
    let written = forge.filter(|forge| new.contains_key(forge.path()));
    let needs = written.map_or_else(String::new, |forge| {
        let variables = forge.variables().join(" and ");
        format!(
            "\nto be set at the forge: {variables}; the first lines of {} say how\n",
            forge.path()
        )
    });
    terminal.print(&(needs + &next(home(directory)))).map_err(Failure::writing)
}

/// What there is of Git already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Home {
    /// No repository.
    Nowhere,
    /// A repository of its own.
    Here,
    /// A repository with a remote `origin`.
    There,
}

/// What to do now, each line a command that works.
fn next(home: Home) -> String {
    let begin = if home == Home::Nowhere { "git init -b main && " } else { "" };
    let push = if home == Home::There { " --push" } else { "" };
    format!(
        "\nnext:\n  petasos validate --target production\n  {begin}git add -A && git commit -m agents\n  \
         petasos commit --create-branch{push} --dry-run\n  petasos commit --create-branch{push}\n\
         and after each change that is committed:\n  petasos diff --base HEAD~1\n  petasos commit{push}\n"
    )
}

/// What a repository holds that is ours. What cannot be read in a file that may hold some ends it: nobody would miss an
/// instance that is left out.
fn documents(from: &Utf8Path, terminal: &mut Terminal) -> Result<Vec<Document>, Failure> {
    let mut report: Vec<Diagnostic> = Vec::new();
    let sources = source::read(&[from.to_owned()], &mut terminal.stdin, &mut report)?;
    let documents = sources.iter().flat_map(|source| document::parse(source, &mut report));
    let documents: Vec<Document> = documents.filter(api::is_ours).collect();
    report.retain(may_hide_ours);
    if !report.is_empty() {
        report::show(&report, ReportForm::Human, terminal, Stream::Error)?;
        let problem = "nothing is written: correct what cannot be read, or move it out of the way";
        return Err(Failure::Input(anyhow!("{problem}")));
    }
    if documents.is_empty() {
        return Err(Failure::Input(anyhow!("{from} has no HermesInstance")));
    }
    Ok(documents)
}

/// Whether a problem is an error in a text that names our group, or whose content is not known. Other files are none of ours.
fn may_hide_ours(problem: &Diagnostic) -> bool {
    let is_unread = [&ENCODING, &TOO_LARGE].contains(&problem.code);
    let text = problem.location.as_ref().map_or("", |location| &location.source.text);
    problem.level() == Level::Error && (is_unread || text.contains(api::GROUP))
}

fn write(path: &Utf8Path, text: &str) -> Result<(), Failure> {
    let written = || -> io::Result<()> {
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        // What somebody else writes there meanwhile stays.
        io::Write::write_all(&mut fs::File::create_new(path)?, text.as_bytes())
    };
    written().with_context(|| format!("cannot write {path}")).map_err(Failure::Surroundings)
}

/// The address of the remote `origin`, without credentials.
#[cfg(feature = "git")]
fn origin(directory: &Utf8Path) -> Option<String> {
    let repository = crate::git::Repository::open(directory).ok()?;
    Some(repository.address("origin").ok()?.shown())
}

#[cfg(not(feature = "git"))]
fn origin(_: &Utf8Path) -> Option<String> {
    None
}

#[cfg(feature = "git")]
fn home(directory: &Utf8Path) -> Home {
    match crate::git::Repository::open(directory) {
        Ok(repository) if repository.address("origin").is_ok() => Home::There,
        Ok(_) => Home::Here,
        Err(_) => Home::Nowhere,
    }
}

#[cfg(not(feature = "git"))]
fn home(directory: &Utf8Path) -> Home {
    if directory.join(".git").exists() { Home::Here } else { Home::Nowhere }
}
