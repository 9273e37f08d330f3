//! What is said of unquoted words that are not read as they look. A word that may be a secret is not repeated.

use crate::{
    diagnostic::{Code, Diagnostic, catalogue::reading::NUMBER},
    document::{key::shown, scalar::Plain},
};

/// The warning about a word that is read as something else. `text` is none where it may be a secret.
pub(super) fn surprise(code: &'static Code, text: Option<&str>, plain: &Plain) -> Diagnostic {
    let Some(text) = text else { return hidden_surprise(code, plain) };
    let meaning = match plain {
        Plain::Bool(value) => value.to_string(),
        Plain::Number(number) => number.to_string(),
        Plain::Text | Plain::Null | Plain::Outside => shown(text).into_owned(),
    };
    Diagnostic::new(code, format!("`{}` is read as `{meaning}`", shown(text)))
        .help(format!("write `{meaning}` if that is meant, else quote it: \"{}\"", shown(text)))
}

fn hidden_surprise(code: &'static Code, plain: &Plain) -> Diagnostic {
    let meaning = match plain {
        Plain::Bool(_) => "the unquoted word is read as a boolean",
        Plain::Number(_) | Plain::Text | Plain::Null | Plain::Outside => {
            "the unquoted number is not read as it is written"
        }
    };
    Diagnostic::new(code, meaning).secret().help("quote it if text is meant")
}

/// The problem of a number that has no place in an object. `text` is none where it may be a secret.
pub(super) fn outside(text: Option<&str>) -> Diagnostic {
    let name = text.map_or("this".into(), |text| format!("`{}`", shown(text)));
    let problem = Diagnostic::new(&NUMBER, format!("{name} is a number that JSON cannot hold"))
        .help("Kubernetes objects are JSON: write a finite number, or quote it");
    Diagnostic { is_secret: text.is_none(), ..problem }
}
