//! `petasos helm-post-renderer`.

use std::mem::ManuallyDrop;

use anyhow::anyhow;

use crate::{
    cli::{Failure, input::Settings, report},
    helm,
    object::Format,
    pipeline::{self, Options},
    source,
    terminal::Terminal,
};

/// Render the instances in a chart's output: a post-renderer for Helm 3 and 4
///
/// Reads manifests from standard input and writes them to standard output with what the instances among them render to.
/// Volume claims of instances are kept when the release is uninstalled.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    settings: Settings,
}

/// Renders the output of a chart.
pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<(), Failure> {
    let kinds = ManuallyDrop::new(arguments.settings.packs.kinds()?);
    let mut problems = Vec::new();
    let Some(output) = source::load_stdin(&mut *terminal.stdin, &mut problems)? else {
        report::show(&problems, report::ReportForm::Human, terminal, report::Stream::Error)?;
        return Err(Failure::Reported);
    };
    let options = Options {
        kinds: &kinds,
        parameters: &arguments.settings.parameters(None),
        format: Format::Json,
        flux: None,
        jobs: 1,
    };
    let sources = [output];
    let set = pipeline::render(&sources, problems, &options, &|_| ());
    report::show(&set.report, report::ReportForm::Human, terminal, report::Stream::Error)?;
    if set.is_refused() {
        return Err(Failure::Reported);
    }
    if set.objects.is_empty() {
        return Err(Failure::Input(anyhow!(
            "the chart printed no manifest; a chart that is meant to be empty needs no post-renderer"
        )));
    }
    terminal.print(&helm::manifests(&set.objects, &sources[0])).map_err(Failure::writing)
}
