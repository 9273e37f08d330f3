//! Texts whose meaning the reader decides: `testdata/lab/verdict/reading/` has one object a file, or what is meant to be one.

use petasos::field_path::FieldPath;

use crate::case::sorted;
use crate::lab::{
    sources,
    verdict::input::{Change, Input, Subject},
};

/// An input for each file.
pub(crate) fn of(subject: &Subject) -> Vec<Input<'_>> {
    sorted(&sources().join("verdict/reading"))
        .into_iter()
        .map(|file| {
            let text = std::fs::read_to_string(&file).expect("the files are UTF-8");
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            Input {
                subject,
                class: "reading",
                what: format!("reading/{name}"),
                path: FieldPath::default(),
                change: Change::Text(text),
            }
        })
        .collect()
}
