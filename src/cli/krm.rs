//! `petasos krm`.

use std::{mem::ManuallyDrop, sync::Arc};

use crate::{
    cli::{Failure, all_cores, input::Settings, report},
    diagnostic::{Diagnostic, Source},
    document,
    kinds::Kinds,
    krm::{self, ResourceList},
    object::{Format, yaml},
    pipeline::{self, ObjectSet, Options, Parameters},
    project, source,
    terminal::Terminal,
};

/// Render the instances of a `ResourceList`: a KRM function for kustomize and kpt
///
/// Reads a `ResourceList` from standard input and writes it to standard output with what its instances render to, and with a
/// result for each problem. The instances stay, marked as local configuration.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    settings: Settings,
}

/// Renders a list.
pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<(), Failure> {
    let mut report = Vec::new();
    let list = match source::load_stdin(&mut *terminal.stdin, &mut report)? {
        Some(source) => read(&source, &mut report),
        None => None,
    };
    let Some(list) = list else {
        report::show(&report, report::ReportForm::Human, terminal, report::Stream::Error)?;
        return Err(Failure::Reported);
    };
    let (kinds, set) = match arguments.settings.packs.kinds() {
        Ok(kinds) => {
            let set = render(&list, &kinds, &arguments.settings, report);
            (kinds, set)
        }
        Err(Failure::Unprepared(mut problems)) => {
            report.append(&mut problems);
            (Kinds::that_pass_through(), ObjectSet { report, ..ObjectSet::default() })
        }
        Err(failure) => return Err(failure),
    };
    let kinds = ManuallyDrop::new(kinds);
    let mut text = String::new();
    // Engines want the list also of a run that failed: its results say why.
    yaml::emit(&mut text, &list.answer(&set, &kinds));
    terminal.print(&text).map_err(Failure::writing)?;
    report::show(&set.errors(), report::ReportForm::Human, terminal, report::Stream::Error)?;
    if set.is_refused() { Err(Failure::Reported) } else { Ok(()) }
}

fn read(source: &Arc<Source>, report: &mut Vec<Diagnostic>) -> Option<ResourceList> {
    let mut documents = document::read(source, report);
    if documents.is_empty() {
        documents.push(document::Document::empty(source));
    }
    match ResourceList::read(&documents[0]) {
        Ok(list) => Some(list),
        Err(problem) => {
            report.push(*problem);
            None
        }
    }
}

fn render(
    list: &ResourceList,
    kinds: &Kinds,
    settings: &Settings,
    mut report: Vec<Diagnostic>,
) -> ObjectSet {
    let Some(config) = krm::config(list, kinds, &mut report) else {
        return ObjectSet { report, ..ObjectSet::default() };
    };
    let mut sources = list.sources(kinds);
    if let (Some(project), Some(target)) = (&config.project, &config.target) {
        sources = project::apply(project, target, sources, &mut report);
    }
    let of_target = settings.parameters(config.target.as_ref());
    let namespace = settings.namespace.clone().or(config.namespace);
    let parameters = Parameters { namespace, include_instances: false, ..of_target };
    let options = Options {
        kinds,
        parameters: &parameters,
        format: Format::Json,
        flux: None,
        jobs: settings.jobs.map_or_else(all_cores, usize::from),
    };
    pipeline::render(&sources, report, &options, &|_| ())
}
