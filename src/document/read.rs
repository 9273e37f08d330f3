//! A text to the documents in it.

use std::sync::Arc;

use granit_parser::Event;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{
    diagnostic::{Diagnostic, Location, Source, Span, catalogue::reading::TOO_MANY_DOCUMENTS},
    document::{Document, Spans, encoding, tree::Reader},
};

/// How many documents one text may have.
const MAX_DOCUMENTS: usize = 100_000;

/// Every YAML document of a text, whatever it holds; those that are empty or cannot be read are left out.
pub fn read(source: &Arc<Source>, report: &mut Vec<Diagnostic>) -> Vec<Document> {
    if let Some((span, problem)) = encoding::forbidden(source) {
        report.push(problem.at(Location { source: Arc::clone(source), span }));
        return Vec::new();
    }
    let mut documents = Vec::new();
    let mut reader = Reader::new(source, report);
    while begin(&mut reader) {
        if documents.len() == MAX_DOCUMENTS {
            let message = format!("the text has more than {MAX_DOCUMENTS} documents");
            let problem =
                Diagnostic::new(&TOO_MANY_DOCUMENTS, message).help("divide it into several files");
            reader.problems.add(Span::default(), problem);
            break;
        }
        match reader.document() {
            Ok((Value::Null, _)) => {}
            Ok((value, spans)) => {
                let source = Arc::clone(source);
                documents.push(Document { source, value, spans: Spans(spans) });
            }
            Err(_abandoned) if !skip(&mut reader) => break,
            Err(_abandoned) => {}
        }
    }
    documents
}

/// One document that is part of the program, as what it is read for; an error says what is wrong with it.
pub(crate) fn read_as<T: DeserializeOwned>(name: &str, text: &str) -> Result<T, String> {
    let source = Arc::new(Source { name: name.to_owned(), text: text.to_owned() });
    let mut problems = Vec::new();
    let document = read(&source, &mut problems).into_iter().next();
    match (document, problems.first()) {
        (Some(document), None) => {
            serde_json::from_value(document.value).map_err(|error| error.to_string())
        }
        (_, problem) => Err(problem.map(|problem| problem.message.clone()).unwrap_or_default()),
    }
}

/// Moves to the start of the next document. Errors between documents are reported and passed over.
fn begin(reader: &mut Reader) -> bool {
    loop {
        match reader.parser.next_event() {
            Some(Ok((Event::DocumentStart(..), _))) => return true,
            Some(Ok((Event::StreamEnd, _))) | None => return false,
            Some(Ok(_)) => {}
            Some(Err(error)) => {
                reader.syntax_error(&error);
                if !skip(reader) {
                    return false;
                }
            }
        }
    }
}

/// Leaves a document that cannot be read on for the next `---`.
fn skip(reader: &mut Reader) -> bool {
    reader.parser.proceed_next_document().unwrap_or(false)
}
