//! Where a filled value comes from.

use crate::{
    api::defaults_map::{FILLINGS, Filling, Shape},
    document::Document,
    field_path::{FieldPath, Step},
    resolve::defaults::applies,
};

/// The place in the cluster's defaults that fills a field of an instance, if one does. `own` is the instance as its user
/// wrote it.
pub(in crate::resolve) fn origin(
    defaults: &Document,
    own: &Document,
    path: &FieldPath,
) -> Option<FieldPath> {
    let (root, steps) = path.0.split_first()?;
    if !is_key(root, "spec") {
        return None;
    }
    FILLINGS
        .iter()
        .filter(|filling| applies(filling, &own.value["spec"]))
        .filter_map(|filling| place(filling, steps))
        .find(|place| defaults.get(place).is_some_and(|value| !value.is_null()))
}

/// Where a filling keeps what an instance keeps at these steps below `spec`.
fn place(filling: &Filling, steps: &[Step]) -> Option<FieldPath> {
    let to: Vec<&str> = filling.to.split('.').collect();
    if !steps.iter().zip(&to).all(|(step, key)| is_key(step, key)) {
        return None;
    }
    let mut from: Vec<&str> = filling.from.split('.').collect();
    if let Some(missing) = to.get(steps.len()..)
        && from.ends_with(missing)
    {
        // A map above the field: the map in the defaults that holds it.
        from.truncate(from.len() - missing.len());
    }
    let mut place = from.into_iter().fold(FieldPath::of("spec"), FieldPath::key);
    if let (Shape::Same, Some(rest)) = (filling.shape, steps.get(to.len()..)) {
        place.0.extend_from_slice(rest);
    }
    Some(place)
}

fn is_key(step: &Step, key: &str) -> bool {
    matches!(step, Step::Key(found) if found == key)
}
