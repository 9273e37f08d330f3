//! What post-build substitution means for a whole object.

use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

use serde_json::Value;

use crate::{
    diagnostic::{Level, Source, catalogue::output::SUBSTITUTION},
    document,
    field_path::{FieldPath, PathRef},
    flux::{
        literal::{Protection, find_text, is_opted_out, protect},
        substitution::{Error, Missing, substitute},
    },
    object::{strict::Fault, yaml},
};

/// What a run does about post-build substitution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Treatment {
    /// Every text arrives in the cluster as it is rendered.
    Protect(Protection),
    /// The run does what Flux would.
    Substitute(Substitution),
}

/// What Flux's `postBuild` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Substitution {
    /// The variables. Without any, Flux leaves every object alone.
    pub variables: BTreeMap<String, String>,
    /// What to do about a name that is not among them.
    pub missing: Missing,
}

impl Treatment {
    /// The object as it is to be written.
    pub fn treat<'a>(&self, object: &'a Value) -> Result<Cow<'a, Value>, Box<Fault>> {
        match self {
            Self::Protect(protection) => {
                Ok(protect(object, protection).map_or(Cow::Borrowed(object), Cow::Owned))
            }
            Self::Substitute(substitution) => substitution.apply(object),
        }
    }
}

impl Substitution {
    /// Flux substitutes in the text of the whole object, so a value can become a number, or more than one field.
    fn apply<'a>(&self, object: &'a Value) -> Result<Cow<'a, Value>, Box<Fault>> {
        if self.variables.is_empty() || is_opted_out(object) {
            return Ok(Cow::Borrowed(object));
        }
        let mut text = String::new();
        yaml::emit(&mut text, object);
        if !text.contains('$') {
            return Ok(Cow::Borrowed(object));
        }
        let text = substitute(&text, &self.variables, self.missing)
            .map_err(|error| Box::new(self.fault(object, &error)))?;
        let source = Arc::new(Source { name: "<substituted>".to_owned(), text });
        let mut problems = Vec::new();
        let mut objects = document::parse(&source, &mut problems);
        problems.retain(|problem| problem.level() == Level::Error);
        match (objects.pop(), objects.is_empty(), problems.first()) {
            (Some(object), true, None) => Ok(Cow::Owned(object.value)),
            (_, _, problem) => {
                let what = problem.map_or("is not one object", |problem| &problem.message);
                Err(Box::new(Fault {
                    code: &SUBSTITUTION,
                    path: FieldPath::default(),
                    message: format!("after substitution the text {what}"),
                }))
            }
        }
    }

    /// At the text that has the error, where one alone has it.
    fn fault(&self, object: &Value, error: &Error) -> Fault {
        let mut faulty = |path: PathRef<'_>, text: &str| {
            substitute(text, &self.variables, self.missing).is_err().then(|| path.to_path())
        };
        let path = find_text(PathRef::Root, object, &mut faulty).unwrap_or_default();
        Fault { code: &SUBSTITUTION, path, message: error.to_string() }
    }
}
