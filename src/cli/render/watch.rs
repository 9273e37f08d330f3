//! `petasos render --watch`: renders, and again after each change, until somebody ends it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    sync::atomic::Ordering,
    time::Duration,
};

use anyhow::anyhow;
use camino::Utf8PathBuf;

use crate::{
    cli::{
        Failure,
        render::{Arguments, print, rendered, selected, write},
        stop,
    },
    object::{Identity, RenderedObject},
    source,
    terminal::Terminal,
    watch::Watch,
};

/// The objects of a round that ended well, by what makes them themselves.
type Texts = BTreeMap<Identity, String>;

/// How long one wait lasts at most.
const LONGEST: Duration = Duration::from_hours(24);

/// Renders until a signal comes.
pub(super) fn watch(arguments: &Arguments, terminal: &mut Terminal) -> Result<(), Failure> {
    if arguments.input.paths.iter().any(|path| path == source::STDIN) {
        return Err(Failure::Input(anyhow!("standard input ends, and cannot be watched")));
    }
    let stop = stop::on_signals()?;
    let mut before: Option<Texts> = None;
    let mut changed = BTreeSet::new();
    let mut is_first = true;
    while !stop.load(Ordering::Relaxed) {
        let watch = Watch::over(arguments.input.watched());
        match round(arguments, before.as_ref(), &changed, terminal) {
            Ok(now) => before = Some(now),
            Err(failure) if failure.is_broken_pipe() => return Err(failure),
            Err(failure) => failure.tell(terminal).map_err(Failure::writing)?,
        }
        terminal.flush().map_err(Failure::writing)?;
        if is_first {
            tell("watching; Ctrl-C ends it\n", terminal)?;
            is_first = false;
        }
        changed = watch.wait(LONGEST, &stop);
    }
    Ok(())
}

fn tell(text: &str, terminal: &mut Terminal) -> Result<(), Failure> {
    terminal.tell(text).map_err(Failure::writing)
}

/// Renders once. The first time everything is written, later what has changed.
fn round(
    arguments: &Arguments,
    before: Option<&Texts>,
    changed: &BTreeSet<Utf8PathBuf>,
    terminal: &mut Terminal,
) -> Result<Texts, Failure> {
    for file in changed {
        tell(&format!("{file} has changed\n"), terminal)?;
    }
    let mut loaded = arguments.input.load(terminal)?;
    loaded.flux = arguments.flux.treatment(terminal)?;
    let set = rendered(arguments, &loaded, terminal)?;
    let wanted = selected(&set, &arguments.select)?;
    let now: Texts =
        wanted.iter().map(|object| (object.identity.clone(), object.text.clone())).collect();
    if let Some(before) = before {
        tell(&listing(before, &now), terminal)?;
    }
    let is_other = |object: &&&RenderedObject| {
        before.is_none_or(|before| before.get(&object.identity) != Some(&object.text))
    };
    let others: Vec<&RenderedObject> = wanted.iter().filter(is_other).copied().collect();
    if let Some(directory) = &arguments.output {
        write(directory, set, arguments.form(), arguments.dry_run, terminal)?;
    } else if before.is_none() || !others.is_empty() {
        print(&others, arguments.form(), terminal)?;
    }
    Ok(now)
}

/// What differs between two rounds, a line an object.
fn listing(before: &Texts, now: &Texts) -> String {
    let mut text = String::new();
    let mut unchanged = 0;
    for (identity, object) in now {
        match before.get(identity) {
            Some(old) if old == object => unchanged += 1,
            _ => {
                let _ = writeln!(text, "  write   {identity}");
            }
        }
    }
    for identity in before.keys().filter(|identity| !now.contains_key(*identity)) {
        let _ = writeln!(text, "  remove  {identity}");
    }
    text + &format!("  {unchanged} unchanged\n")
}
