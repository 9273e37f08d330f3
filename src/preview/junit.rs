//! The risks as test results (`JUnit` XML), for build servers that show nothing else: an object is a test, and a risk that
//! is no note fails it.

use crate::{
    diagnostic::Level,
    preview::{Preview, Shown, text},
};

/// The preview as a test suite.
pub fn junit(preview: &Preview) -> String {
    let failures = preview.changes.iter().filter(|change| fails(change)).count();
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <testsuites>\n<testsuite name=\"petasos diff\" tests=\"{}\" failures=\"{failures}\" errors=\"0\">\n",
        preview.changes.len()
    );
    for change in &preview.changes {
        let instance =
            change.instance.as_ref().map_or_else(|| "no instance".to_owned(), text::title);
        xml.extend([
            "<testcase classname=\"",
            &escaped(&instance),
            "\" name=\"",
            &escaped(&text::object(change)),
            "\">\n",
        ]);
        for risk in &change.risks {
            let (start, end) = match risk.code.level {
                Level::Error | Level::Warning => ("<failure type=\"", "</failure>\n"),
                Level::Note => continue,
            };
            let field = risk.field.as_deref().unwrap_or_default();
            xml.extend([
                start,
                risk.code.id,
                "\" message=\"",
                &escaped(&risk.message),
                "\">",
                &escaped(&format!(
                    "{}: {} {field} ({})",
                    risk.code.title,
                    risk.message,
                    change.place()
                )),
                end,
            ]);
        }
        xml.push_str("</testcase>\n");
    }
    xml + "</testsuite>\n</testsuites>\n"
}

fn fails(change: &Shown) -> bool {
    change.risks.iter().any(|risk| risk.code.level != Level::Note)
}

/// Text as XML 1.0 takes it: characters that it cannot hold are replaced.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\n' | '\t' => out.push(' '),
            '\0'..=' ' if letter != ' ' => out.push(char::REPLACEMENT_CHARACTER),
            '\u{fffe}' | '\u{ffff}' => out.push(char::REPLACEMENT_CHARACTER),
            letter => out.push(letter),
        }
    }
    out
}
