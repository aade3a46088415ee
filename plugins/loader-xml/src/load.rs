//! Reads one document.

use std::collections::HashSet;

use noorm_guest::cbor::Value;
use noorm_guest::document::exports::noorm::loader::document::{Guest, Request};
use noorm_guest::document::noorm::types::report::Failure;
use noorm_guest::options::Options;
use noorm_guest::position;
use noorm_guest::problem::Problem;
use quick_xml::errors::{Error, IllFormedError};
use quick_xml::escape::EscapeError;
use quick_xml::events::attributes::AttrError;
use quick_xml::events::{BytesDecl, BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use crate::Plugin;
use crate::element::Element;

/// JSON Schema of the options.
pub(crate) const SCHEMA: &str = r#"{
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "lists": {
      "description": "Elements that are always lists, by name (`item`) or by path from the root (`/shop/item`)",
      "type": "array", "items": {"type": "string", "minLength": 1}
    }
  }
}"#;

/// Deepest nesting that is read: the host reads no deeper, and lists take a level of their own.
const DEPTH_MAX: usize = 60;

impl Guest for Plugin {
    fn load(request: Request) -> Result<Vec<u8>, Failure> {
        let loaded = Options::read(&request.options).and_then(|options| {
            options.only(&["lists"])?;
            read(&request.content, &options.texts("lists")?)
        });
        match loaded {
            Ok(value) => Ok(value.encode()),
            Err(problem) => Err(problem.into_document_failure(&request.path)),
        }
    }
}

/// Reads a file's bytes. `lists` names elements that are always lists.
pub fn read(bytes: &[u8], lists: &[&str]) -> Result<Value, Problem> {
    let text = position::text(bytes).map_err(Problem::not_utf8)?;
    let mut reader = Reader::from_str(text.text);
    reader.config_mut().expand_empty_elements = true;
    let lists = lists.iter().copied().collect();
    let mut document =
        Document { text: text.text, version: XmlVersion::Implicit1_0, lists, open: Vec::new(), root: None };
    loop {
        let start = offset(reader.buffer_position());
        let wrong = match reader.read_event() {
            Ok(Event::Eof) => match document.end(start) {
                Ok(value) => return Ok(value),
                Err(wrong) => wrong,
            },
            Ok(event) => match document.take(event, start) {
                Ok(()) => continue,
                Err(wrong) => wrong,
            },
            Err(error) => Wrong::of_error(&error, offset(reader.error_position())),
        };
        let problem = Problem::new(wrong.code, wrong.message).at_offset(bytes, text.skipped + wrong.offset);
        return Err(match wrong.help {
            Some(help) => problem.help(help),
            None => problem,
        });
    }
}

fn offset(position: u64) -> usize {
    usize::try_from(position).unwrap_or(usize::MAX)
}

/// What is wrong, and where in the text.
struct Wrong {
    code: &'static str,
    message: String,
    offset: usize,
    help: Option<String>,
}

impl Wrong {
    fn new(code: &'static str, message: impl Into<String>, offset: usize) -> Self {
        Self { code, message: message.into(), offset, help: None }
    }

    fn syntax(message: impl Into<String>, offset: usize) -> Self {
        Self::new("syntax", message, offset)
    }

    fn of_error(error: &Error, offset: usize) -> Self {
        let message = match error {
            Error::IllFormed(IllFormedError::MismatchedEndTag { expected, found }) => {
                format!("`</{found}>` stands where `</{expected}>` is expected")
            }
            Error::IllFormed(IllFormedError::UnmatchedEndTag(found)) => format!("`</{found}>` ends nothing"),
            Error::Escape(EscapeError::UnrecognizedEntity(_, name)) => return Self::entity(name, offset),
            other => {
                let text = other.to_string();
                let text = text.rsplit_once("error: ").map_or(text.as_str(), |(_, what)| what);
                text.to_owned()
            }
        };
        Self::syntax(message, offset)
    }

    fn entity(name: &str, offset: usize) -> Self {
        let help = "XML itself has `&amp;`, `&lt;`, `&gt;`, `&quot;` and `&apos;`; write other characters as they are";
        let message = format!("the entity `&{name};` is not known, as no document type is read");
        Self { help: Some(help.to_owned()), ..Self::new("entity", message, offset) }
    }
}

/// What has been read so far.
struct Document<'a> {
    text: &'a str,
    version: XmlVersion,
    lists: HashSet<&'a str>,
    open: Vec<Element>,
    root: Option<(String, Value)>,
}

impl Document<'_> {
    /// Takes the next event, which begins at `start`.
    fn take(&mut self, event: Event<'_>, start: usize) -> Result<(), Wrong> {
        match event {
            Event::Start(tag) => self.start(&tag, start),
            Event::End(_) => {
                self.close();
                Ok(())
            }
            Event::Text(text) => {
                if text.contains("]]>") {
                    return Err(Wrong::syntax("`]]>` does not stand in a text", start));
                }
                self.add_text(&text.xml_content(self.version), start)
            }
            Event::CData(text) if self.open.is_empty() => Err(outside(start + usize::from(text.is_empty()))),
            Event::CData(text) => self.add_text(&text.xml_content(self.version), start),
            Event::GeneralRef(name) => self.reference(&name, start),
            Event::Decl(declaration) => self.declaration(&declaration, start),
            Event::DocType(text) => {
                // A name and where its definitions are: they are not looked at, and nothing here needs them.
                if !text.contains('[') && self.root.is_none() && self.open.is_empty() {
                    return Ok(());
                }
                let message = "the document type defines things, which is refused";
                Err(Wrong {
                    help: Some("take `[…]` out of it".to_owned()),
                    ..Wrong::new("document-type", message, start)
                })
            }
            Event::Empty(_) | Event::Comment(_) | Event::PI(_) | Event::Eof => Ok(()),
        }
    }

    fn declaration(&mut self, declaration: &BytesDecl<'_>, start: usize) -> Result<(), Wrong> {
        if start > 0 {
            return Err(Wrong::syntax("the XML declaration does not stand at the beginning", start));
        }
        self.version = declaration.xml_version().map_err(|error| Wrong::of_error(&error, start))?;
        match declaration.encoding() {
            None => Ok(()),
            Some(Ok(name)) if ["utf-8", "utf8", "us-ascii", "ascii"].contains(&name.to_ascii_lowercase().as_str()) => {
                Ok(())
            }
            Some(Ok(name)) => {
                let help = Some("save the file as UTF-8, and say so or nothing".to_owned());
                Err(Wrong { help, ..Wrong::new("encoding", format!("the encoding `{name}` is not read"), start) })
            }
            Some(Err(error)) => Err(Wrong::syntax(error.to_string(), start)),
        }
    }

    fn start(&mut self, tag: &BytesStart<'_>, start: usize) -> Result<(), Wrong> {
        if self.open.is_empty() && self.root.is_some() {
            return Err(Wrong::syntax("a second root element begins here", start));
        }
        if self.open.len() >= DEPTH_MAX {
            return Err(Wrong::new("too-deep", format!("nested deeper than {DEPTH_MAX}"), start));
        }
        let parent = self.open.last().map_or("", |element| element.path.as_str());
        let name: &str = tag.name().into_inner();
        if !name.starts_with(begins_name) {
            return Err(Wrong::syntax("a name is missing", start));
        }
        let mut element = Element::new(name, parent);
        for attribute in tag.attributes() {
            let attribute = attribute.map_err(|error| self.wrong_attribute(&error, start))?;
            let name: &str = attribute.key.into_inner();
            let at = self.offset_of(name).unwrap_or(start);
            if !name.starts_with(begins_name) {
                return Err(Wrong::syntax(format!("`{name}` is not a name for an attribute"), at));
            }
            if attribute.value.contains('<') {
                return Err(Wrong::syntax("`<` in an attribute is written as `&lt;`", at));
            }
            let value = attribute.normalized_value(self.version).map_err(|error| Wrong::of_error(&error, at))?;
            element.attributes.push((format!("@{name}"), Value::Text(value.into_owned())));
        }
        self.open.push(element);
        Ok(())
    }

    fn wrong_attribute(&self, error: &AttrError, start: usize) -> Wrong {
        let (at, what) = match error {
            AttrError::ExpectedEq(at) => (*at, "`=` is missing behind the name of an attribute"),
            AttrError::ExpectedValue(at) => (*at, "an attribute has no value"),
            AttrError::UnquotedValue(at) => (*at, "the value of an attribute stands in quotes"),
            AttrError::ExpectedQuote(at, _) => (*at, "the value of an attribute does not end"),
            AttrError::Duplicated(at, _) => (*at, "this attribute stands twice"),
        };
        // Places in a tag are counted from behind its `<`.
        Wrong::syntax(what, (start + 1 + at).min(self.text.len()))
    }

    /// Returns where a part of the text stands in it, if it is one.
    fn offset_of(&self, part: &str) -> Option<usize> {
        let at = (part.as_ptr() as usize).checked_sub(self.text.as_ptr() as usize)?;
        (at < self.text.len()).then_some(at)
    }

    fn close(&mut self) {
        // The reader has checked that an end tag belongs to the element that is open.
        let Some(element) = self.open.pop() else { return };
        let is_list = self.lists.contains(element.name.as_str()) || self.lists.contains(element.path.as_str());
        let name = element.name.clone();
        let value = element.into_value();
        match self.open.last_mut() {
            Some(parent) => parent.add(name, value, is_list),
            None => self.root = Some((name, value)),
        }
    }

    fn add_text(&mut self, text: &str, start: usize) -> Result<(), Wrong> {
        let blanks = text.len() - text.trim_start_matches([' ', '\t', '\r', '\n']).len();
        match self.open.last_mut() {
            Some(element) => element.text.push_str(text),
            None if blanks < text.len() => return Err(outside(start + blanks)),
            None => {}
        }
        Ok(())
    }

    fn reference(&mut self, name: &BytesRef<'_>, start: usize) -> Result<(), Wrong> {
        let character = name.resolve_char_ref().map_err(|error| Wrong::of_error(&error, start))?;
        let character = match character {
            Some(character) => character,
            None => match &**name {
                "amp" => '&',
                "lt" => '<',
                "gt" => '>',
                "quot" => '"',
                "apos" => '\'',
                other => return Err(Wrong::entity(other, start)),
            },
        };
        match self.open.last_mut() {
            Some(element) => element.text.push(character),
            None => return Err(outside(start)),
        }
        Ok(())
    }

    /// No more events will come.
    fn end(&mut self, start: usize) -> Result<Value, Wrong> {
        if let Some(element) = self.open.last() {
            return Err(Wrong::syntax(format!("the file ends before `</{}>`", element.name), start));
        }
        match self.root.take() {
            Some(root) => Ok(Value::Map(vec![root])),
            None => Err(Wrong::syntax("there is no element", start)),
        }
    }
}

/// Whether a name may begin with this: NameStartChar, production 4 of XML 1.0. What the keys of attributes and of text begin
/// with, `@` and `#`, is none.
fn begins_name(c: char) -> bool {
    matches!(c,
        ':' | '_' | 'A'..='Z' | 'a'..='z'
        | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{2ff}' | '\u{370}'..='\u{37d}'
        | '\u{37f}'..='\u{1fff}' | '\u{200c}'..='\u{200d}' | '\u{2070}'..='\u{218f}' | '\u{2c00}'..='\u{2fef}'
        | '\u{3001}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fffd}' | '\u{10000}'..='\u{effff}')
}

fn outside(offset: usize) -> Wrong {
    Wrong::syntax("text outside of the root element", offset)
}

#[cfg(test)]
mod tests;
