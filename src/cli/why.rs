//! `petasos why`.

use anyhow::anyhow;
use serde_json::Value;

use crate::{
    cli::{
        Failure,
        input::Input,
        report::{self, ReportForm},
    },
    field_path::FieldPath,
    object::{Format, select, to_text},
    pipeline::{self, Found, NotFound},
    terminal::Terminal,
    why,
};

/// Say where a field of an object comes from: template and line, and the field of the instance or a default
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The object, such as statefulset/demo, or statefulset/agents/demo where two namespaces have one
    #[arg(value_name = "KIND/NAME")]
    object: String,
    /// The field, such as `spec.template.spec.containers[hermes].image`; `.` for all fields
    field: String,
    #[command(flatten)]
    input: Input,
    /// The form of the answer
    #[arg(short, long, value_enum, default_value_t)]
    output: AnswerForm,
}

/// The forms of an answer.
#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
enum AnswerForm {
    /// For people
    #[default]
    Human,
    /// For programs
    Json,
}

/// Answers.
pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<(), Failure> {
    let Arguments { object, field, input, output } = arguments;
    let path =
        field.parse::<FieldPath>().map_err(|error| Failure::Input(anyhow!("{field}: {error}")))?;
    let loaded = input.load(terminal)?;
    let options = loaded.options(Format::Yaml);
    let set = pipeline::render(&loaded.sources, loaded.report.clone(), &options, &|_| ());
    if set.is_refused() {
        report::show(&set.report, ReportForm::Human, terminal, report::Stream::Error)?;
        return Err(Failure::Reported);
    }
    let found = pipeline::find(&loaded.sources, &options, object)
        .map_err(|reason| not_found(object, &reason))?;
    let value = match &found {
        Found::PassedThrough(document) => &document.value,
        Found::Rendered { object, .. } => object,
    };
    let field = locate(value, &path).map_err(|error| Failure::Input(anyhow!(error)))?;
    terminal.print(&answer(&found, field.as_ref(), *output)).map_err(Failure::writing)
}

fn answer(found: &Found, field: Option<&FieldPath>, form: AnswerForm) -> String {
    match found {
        Found::PassedThrough(document) => match form {
            AnswerForm::Human => why::passed_through::text(document, field),
            AnswerForm::Json => to_text(&why::passed_through::json(document, field), Format::Json),
        },
        Found::Rendered { instance, object, trace, index } => {
            let answers = why::answers(instance, object, trace, *index, field);
            match form {
                AnswerForm::Human => why::text(&answers),
                AnswerForm::Json => to_text(&why::json(&answers), Format::Json),
            }
        }
    }
}

/// Says which objects could be meant.
fn not_found(pattern: &str, reason: &NotFound) -> Failure {
    /// As many as a person reads.
    const MOST: usize = 10;
    Failure::Input(match reason {
        NotFound::None(others) => {
            let hint = select::nearest(pattern, others.iter())
                .map_or(String::new(), |near| format!("; did you mean {near}?"));
            anyhow!("no object of the output is {pattern:?}{hint}")
        }
        NotFound::Several(meant) => {
            let shown: Vec<String> = meant.iter().take(MOST).map(select::pattern).collect();
            let more = match meant.len().saturating_sub(MOST) {
                0 => String::new(),
                more => format!(", and {more} more"),
            };
            let shown = shown.join(", ");
            anyhow!("{} objects are {pattern:?}; name one of {shown}{more}", meant.len())
        }
    })
}

/// The path with names of list items turned to their places; none for the whole object.
fn locate(object: &Value, path: &FieldPath) -> Result<Option<FieldPath>, String> {
    if path.0.is_empty() {
        return Ok(None);
    }
    why::locate(object, path).map(Some)
}
