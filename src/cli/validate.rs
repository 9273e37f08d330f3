//! `petasos validate`.

use crate::{
    cli::{
        Failure,
        input::Input,
        report::{self, ReportForm},
    },
    diagnostic::Diagnostic,
    object::Format,
    terminal::Terminal,
};

/// Check instances as `render` does, and write a report instead of manifests
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    input: Input,
    /// The form of the report
    #[arg(short, long, value_enum, default_value_t)]
    output: ReportForm,
    #[command(flatten)]
    deny: report::Deny,
}

/// Validates.
pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<(), Failure> {
    let show = |report: &[Diagnostic], terminal: &mut Terminal| {
        report::show(report, arguments.output, terminal, report::Stream::Result)
    };
    let set = match arguments.input.render(Format::Yaml, None, terminal) {
        Err(Failure::Unprepared(problems)) => {
            show(&problems, terminal)?;
            return Err(Failure::Reported);
        }
        set => set?,
    };
    show(&set.report, terminal)?;
    if set.is_refused() {
        return Err(Failure::Reported);
    }
    arguments.deny.check(&set.report)?;
    let fine = format!(
        "{} and {}: fine\n",
        count(set.instances, "instance"),
        count(set.objects.len(), "object")
    );
    match arguments.output {
        ReportForm::Human if set.report.is_empty() => {
            terminal.print(&fine).map_err(Failure::writing)
        }
        _ => Ok(()),
    }
}

fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}
