//! Images: how far the new one is from the old one.

use serde_json::Value;

use crate::{
    diagnostic::{
        Code,
        catalogue::change::{
            IMAGE_DIGEST, IMAGE_FLOATING, IMAGE_MAJOR, IMAGE_MINOR, IMAGE_OLDER, IMAGE_OTHER,
            IMAGE_PATCH,
        },
    },
    diff::Happened,
    field,
    image::Reference,
    risk::{Risk, Sides, name, pod},
};

pub(super) fn find(sides: &Sides<'_>, risks: &mut Vec<Risk>) {
    if sides.happened() != Happened::Changed {
        return;
    }
    let before = pod::spec(sides.group, sides.kind, sides.old);
    for container in pod::containers(pod::spec(sides.group, sides.kind, sides.new)) {
        let same = |other: &&Value| name(other) == name(container);
        let Some(old) = pod::containers(before).find(same) else { continue };
        let (old, new) = (field::text(old, "image"), field::text(container, "image"));
        if old == new || new.is_empty() {
            continue;
        }
        let code = step(&Reference::of(old), &Reference::of(new));
        let message = format!("the image of {} goes from {old} to {new}", name(container));
        risks.push(Risk::new(code, message));
    }
}

/// What kind of step it is from one image to another.
fn step(old: &Reference<'_>, new: &Reference<'_>) -> &'static Code {
    if new.floating_tag().is_some() {
        return &IMAGE_FLOATING;
    }
    if old.repository != new.repository {
        return &IMAGE_OTHER;
    }
    if old.tag == new.tag {
        return &IMAGE_DIGEST;
    }
    match (old.version(), new.version()) {
        (Some(old), Some(new)) if new < old => &IMAGE_OLDER,
        (Some(old), Some(new)) if new[0] != old[0] => &IMAGE_MAJOR,
        (Some(old), Some(new)) if new[1] != old[1] => &IMAGE_MINOR,
        (Some(_), Some(_)) => &IMAGE_PATCH,
        _ => &IMAGE_OTHER,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(old: &str, new: &str, code: &Code) {
        assert_eq!(step(&Reference::of(old), &Reference::of(new)).id, code.id, "{old} {new}");
    }

    #[test]
    fn a_step_between_images_is_named() {
        check("a:1.2.3", "a:1.2.4", &IMAGE_PATCH);
        check("a:v2026.7.20", "a:v2026.7.27", &IMAGE_PATCH);
        check("a:1.2.3-slim", "a:1.3.0-slim", &IMAGE_MINOR);
        check("a:1.2", "a:2.0", &IMAGE_MAJOR);
        check("a:2", "a:1.9", &IMAGE_OLDER);
        check("a:1@sha256:aa", "a:1@sha256:bb", &IMAGE_DIGEST);
        check("a:1", "a:1@sha256:bb", &IMAGE_DIGEST);
        check("a:1", "a:latest", &IMAGE_FLOATING);
        check("a:1", "a", &IMAGE_FLOATING);
        check("a:1", "a:latest@sha256:bb", &IMAGE_OTHER);
        check("a:1", "b:1", &IMAGE_OTHER);
        check("host:5000/a:1.0.0", "host:5000/a:1.0.1", &IMAGE_PATCH);
        check("a:blue", "a:green", &IMAGE_OTHER);
    }
}
