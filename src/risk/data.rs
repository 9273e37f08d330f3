//! Data that is lost: claims, namespaces, and definitions that go, volumes that shrink or are left behind.

use std::{cmp::Ordering, collections::BTreeSet};

use crate::{
    diagnostic::catalogue::change::{
        CLAIM_REMOVED, DEFINITION_REMOVED, NAMESPACE_REMOVED, RETENTION, STORAGE_CLASS,
        VOLUME_LEFT, VOLUME_SHRUNK,
    },
    diff::Happened,
    field,
    notation::quantity,
    risk::{Risk, Sides, listed, pod},
};

pub(super) fn find(sides: &Sides<'_>, risks: &mut Vec<Risk>) {
    match sides.happened() {
        Happened::Added => {}
        Happened::Removed => risks.extend(removed(sides)),
        Happened::Changed => {
            if sides.is("", &["PersistentVolumeClaim"]) {
                claim(sides, risks);
            }
            left_behind(sides, risks);
            retention(sides, risks);
        }
    }
}

fn removed(sides: &Sides<'_>) -> Option<Risk> {
    let (code, message) = match (sides.group, sides.kind) {
        ("", "PersistentVolumeClaim") => {
            (&CLAIM_REMOVED, "the claim is gone; once it is deleted, its volume may be too")
        }
        ("", "Namespace") => {
            (&NAMESPACE_REMOVED, "the namespace is gone, and everything in it with it")
        }
        ("apiextensions.k8s.io", "CustomResourceDefinition") => {
            (&DEFINITION_REMOVED, "the definition is gone, and every resource of its kind with it")
        }
        _ => return None,
    };
    Some(Risk::new(code, message))
}

fn claim(sides: &Sides<'_>, risks: &mut Vec<Risk>) {
    let (before, after) = sides.texts("/spec/resources/requests/storage");
    if let (Some(before), Some(after)) = (before, after)
        && let (Ok(old), Ok(new)) = (quantity::parse(before), quantity::parse(after))
        && new.compare(&old) == Ordering::Less
    {
        let message = format!("the volume shrinks from {before} to {after}, which no volume can");
        risks.push(Risk::new(&VOLUME_SHRUNK, message).at("spec.resources.requests.storage"));
    }
    let (before, after) = sides.texts("/spec/storageClassName");
    if before != after {
        let called = |name: Option<&str>| name.unwrap_or("the cluster's default").to_owned();
        let message = format!(
            "the storage class goes from {} to {}, which takes a new claim without the data",
            called(before),
            called(after)
        );
        risks.push(Risk::new(&STORAGE_CLASS, message).at("spec.storageClassName"));
    }
}

/// Claims that the Pod mounted and no longer does.
fn left_behind(sides: &Sides<'_>, risks: &mut Vec<Risk>) {
    let claims = |object| {
        let spec = pod::spec(sides.group, sides.kind, object);
        field::list(spec, "volumes")
            .iter()
            .filter_map(|volume| volume.pointer("/persistentVolumeClaim/claimName")?.as_str())
            .collect::<BTreeSet<&str>>()
    };
    let (before, after) = (claims(sides.old), claims(sides.new));
    let left: Vec<String> = before.difference(&after).map(|name| (*name).to_owned()).collect();
    if !left.is_empty() && pod::spec(sides.group, sides.kind, sides.new).is_object() {
        let message = format!("the Pod no longer mounts {}", listed(&left));
        risks.push(Risk::new(&VOLUME_LEFT, message));
    }
}

fn retention(sides: &Sides<'_>, risks: &mut Vec<Risk>) {
    let cases = [("whenDeleted", "with the StatefulSet"), ("whenScaled", "when it is scaled down")];
    for (when, then) in cases {
        let field = format!("spec.persistentVolumeClaimRetentionPolicy.{when}");
        let (before, after) = sides.texts(&format!("/{}", field.replace('.', "/")));
        if after == Some("Delete") && before != Some("Delete") {
            let message = format!("claims of its template are deleted {then}");
            risks.push(Risk::new(&RETENTION, message).at(field));
        }
    }
}
