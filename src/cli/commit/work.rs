//! What `petasos commit` and `petasos sync` do: load, render, and publish the targets of a revision.

use std::{
    collections::BTreeSet,
    sync::{Arc, atomic::AtomicBool},
};

use anyhow::anyhow;
use camino::{Utf8Path, Utf8PathBuf};

use crate::{
    changeset::Files,
    cli::{
        Failure,
        commit::{Outcome, Work},
        load::{self, FoundProject, Loaded, Nothing},
        place::Place,
        report,
    },
    diagnostic::catalogue::{
        output::PLAIN_SECRET,
        rules::{LITERAL_CONFIG_SECRET, LITERAL_SECRET},
    },
    git::{
        Destination, GitError, Published, Remote, Repository, Request, Revision, Stranger, publish,
    },
    hydrator::DryCommit,
    object::Format,
    project::Target,
    publication::{self, Rules},
    terminal::Terminal,
};

/// One target with all that its commit is made from.
struct Job {
    target: Target,
    branch: String,
    loaded: Loaded,
}

/// What is rendered.
pub(in crate::cli) struct Origin {
    /// A directory whose repository holds the revision.
    pub repository: Utf8PathBuf,
    /// The revision.
    pub revision: String,
    /// Where it comes from, without credentials, if that is not the remote `origin` of the repository.
    pub address: Option<String>,
    /// How it stands to what was committed before.
    pub order: Order,
}

/// How a revision stands to others that were or will be committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) enum Order {
    /// Somebody names it, and others may have been faster with a later one.
    Named,
    /// It was the tip of what is followed at the last look.
    Followed,
    /// The same, and it still was at another look: what counts, even where it has gone back.
    Confirmed,
}

/// What is rendered and committed.
struct Dry<'a> {
    /// What holds it.
    repository: &'a Repository,
    /// As the manifests describe it.
    commit: &'a DryCommit,
    /// How it stands to others.
    order: Order,
    /// Who knows commits that are not in the repository.
    origin: Option<Remote>,
}

/// Commits every target that is meant. Nothing is committed before all of them are read.
pub(in crate::cli) fn commit(
    work: &Work,
    origin: &Origin,
    stop: Option<&Arc<AtomicBool>>,
    terminal: &mut Terminal,
) -> Result<Vec<Outcome>, Failure> {
    let repository = Repository::open(&origin.repository)?;
    let revision = repository.resolve(&origin.revision)?;
    let source = Source { place: &origin.repository, revision: &revision };
    let project = load::project(&source.open()?, ".".into())?;
    let mut jobs = Vec::new();
    for target in targets(work, project.as_ref())? {
        jobs.push(job(work, &source, project.as_ref(), target, terminal)?);
    }
    let here = Repository::open(&work.repository)?;
    let address = address(work, origin, &repository)?;
    let dry = Dry {
        repository: &repository,
        commit: &repository.dry_commit(revision.commit, &address)?,
        order: origin.order,
        origin: work.place.origin(&repository, &here),
    };
    work.place.with(&here, stop, |destination| {
        let mut outcomes = Vec::new();
        for job in jobs {
            outcomes.push(run(work, &dry, destination, job, terminal)?);
        }
        Ok(outcomes)
    })
}

/// A revision of a repository as a place to read from.
struct Source<'a> {
    place: &'a Utf8Path,
    revision: &'a Revision,
}

impl Source<'_> {
    /// Each target starts at the same directory.
    fn open(&self) -> Result<Place, Failure> {
        let repository = Repository::open(self.place)?;
        Ok(Place::Revision(Box::new(repository), self.revision.clone()))
    }
}

/// Where the revision comes from, as the metadata says it: nothing where nobody knows.
fn address(work: &Work, origin: &Origin, repository: &Repository) -> Result<String, GitError> {
    match (&work.making.source_url, &origin.address) {
        (Some(url), _) => Ok(repository.address(url)?.shown()),
        (None, Some(address)) => Ok(address.clone()),
        (None, None) => {
            Ok(repository.address("origin").map_or_else(|_| String::new(), |found| found.shown()))
        }
    }
}

/// The targets that are meant, each with a branch.
fn targets(work: &Work, project: Option<&FoundProject>) -> Result<Vec<(Target, String)>, Failure> {
    let all = project.map_or(&[][..], |found| &found.project.settings.targets);
    let named = match (project, work.targets.as_slice()) {
        (_, []) => all.iter().collect(),
        (Some(found), names) => names
            .iter()
            .map(|name| load::chosen(&found.project, name))
            .collect::<Result<Vec<_>, _>>()?,
        (None, _) => return Err(load::without_project()),
    };
    match (named.as_slice(), &work.branch) {
        ([], Some(branch)) => {
            let path = work.path.clone().unwrap_or_default();
            let target =
                Target::at(&path).map_err(|why| Failure::Input(anyhow!("--path {why}")))?;
            Ok(vec![(target, branch.clone())])
        }
        ([], None) => Err(Failure::Input(anyhow!(
            "no target is named: give --branch, or write `targets` into petasos.yaml"
        ))),
        (_, Some(_)) if work.path.is_some() || named.len() > 1 => Err(Failure::Input(anyhow!(
            "--branch and --path are for projects without targets, and --branch for one target"
        ))),
        (named, given) => named
            .iter()
            .map(|target| {
                let branch = given.clone().or_else(|| target.branch.clone()).ok_or_else(|| {
                    Failure::Input(anyhow!("the target {} has no branch", target.name))
                })?;
                Ok(((*target).clone(), branch))
            })
            .collect(),
    }
}

fn job(
    work: &Work,
    source: &Source<'_>,
    project: Option<&FoundProject>,
    (target, branch): (Target, String),
    terminal: &mut Terminal,
) -> Result<Job, Failure> {
    let mut place = source.open()?;
    // Without a project file, the directory that was given is the source.
    let paths = if project.is_some() { vec![] } else { vec![".".into()] };
    let settings = &work.settings;
    let loaded = load::load(
        &mut place,
        &paths,
        project,
        Some(&target),
        settings,
        Nothing::IsWrong,
        terminal,
    )?;
    Ok(Job { target, branch, loaded })
}

/// Renders and publishes one target.
fn run(
    work: &Work,
    dry: &Dry<'_>,
    destination: &Destination<'_>,
    job: Job,
    terminal: &mut Terminal,
) -> Result<Outcome, Failure> {
    let Job { target, branch, loaded } = job;
    let (path, inputs) = (target.path.as_str(), loaded.inputs.clone());
    // gitops-promoter has one proposed branch for each directory that it watches.
    let (active, branch) = match (target.promoter, path) {
        (false, _) => (None, branch),
        (true, "") => (Some(branch.clone()), format!("{branch}-next")),
        (true, path) => (Some(branch.clone()), format!("{branch}-next/{path}")),
    };
    let done = |published| Outcome {
        target: target.name.clone(),
        branch: branch.clone(),
        path: target.path.clone(),
        published,
    };
    // What could not be read is no part of the digest, and has to be said.
    let may_be_current = !work.making.note && !loaded.is_refused();
    if may_be_current && destination.is_current(&branch, path, &inputs)? {
        return Ok(done(Published::Unchanged));
    }
    let manifests = manifests(work, &loaded, terminal)?;
    drop(loaded);
    let allowed = target.remove.iter().chain(&work.safety.remove).cloned();
    let rules = Rules {
        remove: allowed.collect::<BTreeSet<_>>(),
        most_lost: work.safety.most_lost,
        adopt: work.safety.adopt,
    };
    let command = match target.name.as_str() {
        "" => "petasos render .".to_owned(),
        name => format!("petasos render --target {name}"),
    };
    let objects = destination.objects();
    let signer = work.making.signer(objects)?;
    let request = Request {
        branch: &branch,
        base: active.as_deref(),
        path,
        with_root: !target.promoter || path.is_empty(),
        manifests: &manifests,
        dry: dry.commit,
        commands: &[command],
        inputs: &inputs,
        rules: &rules,
        create: work.safety.create_branch,
        older: work.safety.older || dry.order == Order::Confirmed,
        stranger: match dry.order {
            _ if work.dry_run => Stranger::IsLeft,
            Order::Named => Stranger::AskOrigin(dry.origin.as_ref()),
            Order::Followed | Order::Confirmed => Stranger::IsLater,
        },
        note: work.making.note,
        author: &work.making.person(objects)?,
        signer: signer.as_ref(),
        dry_run: work.dry_run,
    };
    Ok(done(publish(dry.repository, destination, &request)?))
}

/// The rendered files, if they may be committed.
fn manifests(work: &Work, loaded: &Loaded, terminal: &mut Terminal) -> Result<Files, Failure> {
    let set = loaded.render(Format::Yaml, terminal);
    report::show_beside(&set.report, &work.deny, terminal)?;
    if set.is_refused() {
        return Err(Failure::Reported);
    }
    work.deny.check(&set.report)?;
    let has = |code| set.report.iter().any(|problem| problem.code == code);
    if has(&PLAIN_SECRET) {
        return Err(Failure::Refused(anyhow!(
            "a Secret is not encrypted, and what is in Git stays there"
        )));
    }
    if has(&LITERAL_SECRET) || has(&LITERAL_CONFIG_SECRET) {
        return Err(Failure::Refused(anyhow!(
            "a secret stands in plain text, and what is in Git stays there"
        )));
    }
    Ok(publication::manifests(set.objects))
}
