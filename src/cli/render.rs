//! `petasos render`.

use std::{
    mem::ManuallyDrop,
    path::{Path, PathBuf},
};

use anyhow::anyhow;

use crate::{
    changeset::{Others, Plan, Writer},
    cli::{Failure, flux, input::Input, load::Loaded, report},
    layout,
    object::{Format, RenderedObject, select},
    output_directory,
    pipeline::ObjectSet,
    terminal::Terminal,
};

#[cfg(feature = "watch")]
mod watch;

/// Render instances to plain manifests
///
/// Other objects of the input pass through, so a directory can hold everything of an agent. Nothing is written where
/// anything in the input is wrong.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    input: Input,
    /// Write one file an object below this directory instead of a stream; files that are no longer rendered go away
    #[arg(short, long, value_name = "DIR", conflicts_with = "select")]
    output: Option<PathBuf>,
    /// The form of the manifests
    #[arg(long, value_enum, default_value_t)]
    format: FormatName,
    /// Only these objects: a kind, kind/name, or kind/namespace/name; `*` stands for a whole part
    #[arg(long, value_name = "KIND/NAME")]
    select: Vec<String>,
    /// Say what would be written to the directory, and write nothing
    #[arg(long, requires = "output")]
    dry_run: bool,
    /// Render again whenever a file changes, and say which objects change, until Ctrl-C; a mistake does not end it
    #[arg(long, conflicts_with_all = ["revision", "dry_run"])]
    watch: bool,
    #[command(flatten)]
    deny: report::Deny,
    #[command(flatten)]
    flux: flux::Options,
}

/// The forms of manifests.
#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
pub(super) enum FormatName {
    /// YAML, a document an object
    #[default]
    Yaml,
    /// JSON: one List of all objects, or one object a file
    Json,
}

impl Arguments {
    /// The form of the manifests.
    fn form(&self) -> Format {
        match self.format {
            FormatName::Yaml => Format::Yaml,
            FormatName::Json => Format::Json,
        }
    }
}

/// Renders.
pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<(), Failure> {
    if arguments.watch {
        #[cfg(feature = "watch")]
        return watch::watch(arguments, terminal);
        #[cfg(not(feature = "watch"))]
        return Err(Failure::without("watch"));
    }
    let treatment = arguments.flux.treatment(terminal)?;
    // The process ends soon, and to take the packs apart would only take time.
    let mut loaded = ManuallyDrop::new(arguments.input.load(terminal)?);
    loaded.flux = treatment;
    let set = rendered(arguments, &loaded, terminal)?;
    if let Some(directory) = &arguments.output {
        write(directory, set, arguments.form(), arguments.dry_run, terminal)
    } else {
        let objects = selected(&set, &arguments.select)?;
        print(&objects, arguments.form(), terminal)
    }
}

/// Renders, and fails where anything is wrong, or not accepted.
fn rendered(
    arguments: &Arguments,
    loaded: &Loaded,
    terminal: &mut Terminal,
) -> Result<ObjectSet, Failure> {
    let set = loaded.render(arguments.form(), terminal);
    report::show_beside(&set.report, &arguments.deny, terminal)?;
    if set.is_refused() {
        return Err(Failure::Reported);
    }
    arguments.deny.check(&set.report)?;
    Ok(set)
}

/// The objects that the user asked for; all without `--select`.
fn selected<'a>(
    set: &'a ObjectSet,
    patterns: &[String],
) -> Result<Vec<&'a RenderedObject>, Failure> {
    if patterns.is_empty() {
        return Ok(set.objects.iter().collect());
    }
    for pattern in patterns {
        if !set.objects.iter().any(|object| select::matches(pattern, &object.identity)) {
            let near = select::nearest(pattern, set.objects.iter().map(|object| &object.identity));
            let hint = near.map_or(String::new(), |near| format!("; did you mean {near}?"));
            return Err(Failure::Input(anyhow!("no object of the output is {pattern:?}{hint}")));
        }
    }
    let wanted = |object: &&RenderedObject| {
        patterns.iter().any(|pattern| select::matches(pattern, &object.identity))
    };
    Ok(set.objects.iter().filter(wanted).collect())
}

/// Writes the objects one after the other: together they would take as much memory again.
fn print(
    objects: &[&RenderedObject],
    format: Format,
    terminal: &mut Terminal,
) -> Result<(), Failure> {
    let mut print = |text: &str| terminal.print(text).map_err(Failure::writing);
    match format {
        Format::Yaml => {
            for object in objects {
                print("---\n")?;
                print(&object.text)?;
            }
        }
        Format::Json => {
            print("{\n  \"apiVersion\": \"v1\",\n  \"kind\": \"List\",\n  \"items\": [")?;
            for (index, object) in objects.iter().enumerate() {
                print(if index == 0 { "\n    " } else { ",\n    " })?;
                print(&object.text.trim_end().replace('\n', "\n    "))?;
            }
            print(if objects.is_empty() { "]\n}\n" } else { "\n  ]\n}\n" })?;
        }
    }
    Ok(())
}

fn write(
    directory: &Path,
    set: ObjectSet,
    format: Format,
    dry_run: bool,
    terminal: &mut Terminal,
) -> Result<(), Failure> {
    let extension = match format {
        Format::Yaml => "yaml",
        Format::Json => "json",
    };
    let is_empty = set.objects.is_empty();
    let files = layout::files(set.objects, extension);
    let plan = output_directory::plan(directory, files, Writer::Render, Others::Remove)?;
    if is_empty && !plan.remove.is_empty() {
        let count = plan.remove.len();
        return Err(Failure::Refused(anyhow!(
            "the input renders to nothing, and all {count} files of {} would go; remove the directory if that is meant",
            directory.display()
        )));
    }
    if dry_run {
        return terminal.print(&listing(&plan)).map_err(Failure::writing);
    }
    output_directory::act(directory, &plan)?;
    written(directory, &plan, terminal)
}

/// Says what was done to a directory.
pub(super) fn written(
    directory: &Path,
    plan: &Plan,
    terminal: &mut Terminal,
) -> Result<(), Failure> {
    let Plan { write, remove, unchanged, record: _ } = plan;
    let done = format!(
        "{}: {} written, {} removed, {unchanged} unchanged\n",
        directory.display(),
        write.len(),
        remove.len()
    );
    terminal.tell(&done).map_err(Failure::writing)
}

/// What a plan would do, a line a file.
pub(super) fn listing(plan: &Plan) -> String {
    let write = plan.write.keys().map(|path| format!("write   {path}\n"));
    let remove = plan.remove.iter().map(|path| format!("remove  {path}\n"));
    write.chain(remove).collect::<String>() + &format!("{} unchanged\n", plan.unchanged)
}
