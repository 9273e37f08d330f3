//! What `petasos commit` and `petasos sync` do: load, render, and publish the targets of a revision.

use std::collections::BTreeSet;

use anyhow::anyhow;

use crate::{
    changeset::Files,
    cli::{
        Failure,
        commit::{Arguments, Outcome},
        load::{self, FoundProject, Loaded, Nothing},
        place::Place,
        report,
    },
    diagnostic::catalogue::output::PLAIN_SECRET,
    git::{Destination, Published, Repository, Request, Revision, publish},
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

/// Commits every target that the arguments mean. Nothing is committed before all of them are read.
pub(in crate::cli) fn commit(
    arguments: &Arguments,
    terminal: &mut Terminal,
) -> Result<Vec<Outcome>, Failure> {
    let here = Repository::open(&arguments.repository)?;
    let revision = here.resolve(&arguments.revision)?;
    let project = project(arguments, &revision, terminal)?;
    let mut jobs = Vec::new();
    for target in targets(arguments, project.as_ref())? {
        jobs.push(job(arguments, &revision, project.as_ref(), target, terminal)?);
    }
    arguments.place.with(&here, |destination| {
        let mut outcomes = Vec::new();
        for job in jobs {
            outcomes.push(run(arguments, &here, &revision, destination, job, terminal)?);
        }
        Ok(outcomes)
    })
}

/// The revision as a place to read from. Each target starts at the same directory.
fn place(arguments: &Arguments, revision: &Revision) -> Result<Place, Failure> {
    let repository = Repository::open(&arguments.repository)?;
    Ok(Place::Revision(Box::new(repository), revision.clone()))
}

fn project(
    arguments: &Arguments,
    revision: &Revision,
    terminal: &mut Terminal,
) -> Result<Option<FoundProject>, Failure> {
    load::project(&place(arguments, revision)?, ".".into(), terminal)
}

/// The targets that are meant, each with a branch.
fn targets(
    arguments: &Arguments,
    project: Option<&FoundProject>,
) -> Result<Vec<(Target, String)>, Failure> {
    let all = project.map_or(&[][..], |found| &found.project.settings.targets);
    let named = match (project, arguments.targets.as_slice()) {
        (_, []) => all.iter().collect(),
        (Some(found), names) => names
            .iter()
            .map(|name| load::chosen(&found.project, name))
            .collect::<Result<Vec<_>, _>>()?,
        (None, _) => return Err(load::without_project()),
    };
    match (named.as_slice(), &arguments.branch) {
        ([], Some(branch)) => {
            let path = arguments.path.clone().unwrap_or_default();
            let target =
                Target::at(&path).map_err(|why| Failure::Input(anyhow!("--path {why}")))?;
            Ok(vec![(target, branch.clone())])
        }
        ([], None) => Err(Failure::Input(anyhow!(
            "no target is named: give --branch, or write `targets` into petasos.yaml"
        ))),
        (_, Some(_)) if arguments.path.is_some() || named.len() > 1 => {
            Err(Failure::Input(anyhow!(
                "--branch and --path are for projects without targets, and --branch for one target"
            )))
        }
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
    arguments: &Arguments,
    revision: &Revision,
    project: Option<&FoundProject>,
    (target, branch): (Target, String),
    terminal: &mut Terminal,
) -> Result<Job, Failure> {
    let mut place = place(arguments, revision)?;
    // Without a project file, the directory that was given is the source.
    let paths = if project.is_some() { vec![] } else { vec![".".into()] };
    let settings = &arguments.settings;
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
    arguments: &Arguments,
    here: &Repository,
    revision: &Revision,
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
    if !arguments.making.note && destination.is_current(&branch, path, &inputs)? {
        return Ok(done(Published::Unchanged));
    }
    let manifests = manifests(arguments, &loaded, terminal)?;
    let source = match &arguments.making.source_url {
        Some(url) => here.address(url)?.shown(),
        None => here.address("origin").map(|address| address.shown()).unwrap_or_default(),
    };
    let dry = here.dry_commit(revision.commit, &source)?;
    let allowed = target.remove.iter().chain(&arguments.safety.remove).cloned();
    let rules = Rules {
        remove: allowed.collect::<BTreeSet<_>>(),
        most_lost: arguments.safety.most_lost,
        adopt: arguments.safety.adopt,
    };
    let command = match target.name.as_str() {
        "" => "petasos render .".to_owned(),
        name => format!("petasos render --target {name}"),
    };
    let signer = arguments.making.signer(here)?;
    let request = Request {
        branch: &branch,
        base: active.as_deref(),
        path,
        with_root: !target.promoter || path.is_empty(),
        manifests: &manifests,
        dry: &dry,
        commands: &[command],
        inputs: &inputs,
        rules: &rules,
        create: arguments.safety.create_branch,
        older: arguments.safety.older,
        note: arguments.making.note,
        author: &arguments.making.person(here)?,
        signer: signer.as_ref(),
        dry_run: arguments.dry_run,
    };
    Ok(done(publish(here, destination, &request)?))
}

/// The rendered files, if they may be committed.
fn manifests(
    arguments: &Arguments,
    loaded: &Loaded,
    terminal: &mut Terminal,
) -> Result<Files, Failure> {
    let set = loaded.render(Format::Yaml, terminal);
    report::show_beside(&set.report, &arguments.deny, terminal)?;
    if set.is_refused() {
        return Err(Failure::Reported);
    }
    arguments.deny.check(&set.report)?;
    if set.report.iter().any(|problem| problem.code == &PLAIN_SECRET) {
        return Err(Failure::Refused(anyhow!(
            "a Secret is not encrypted, and what is in Git stays there"
        )));
    }
    Ok(publication::manifests(&set.objects))
}
