//! A guest that reads the files that its data file names, one a line, and answers with their texts. What one cannot be read
//! for is told with the line's place; a file of the text `bad` is refused with a place in that file.

// The bindings export C functions, which Rust counts as unsafe.
#![allow(unsafe_code)]

#[allow(missing_docs, unreachable_pub, clippy::all)]
mod world {
    wit_bindgen::generate!({
        path: ["../../../../wit/types", "../../../../wit/host", "../../../../wit/loader"],
        world: "noorm:loader/linked-loader",
        generate_all,
    });
}

use world::exports::noorm::loader::{describe, document};
use world::noorm::host::files;
use world::noorm::types::report::{Diagnostic, Failure, Severity, Span};

struct Plugin;

impl describe::Guest for Plugin {
    fn describe() -> describe::Descriptor {
        describe::Descriptor {
            name: "loader-linked".to_owned(),
            version: "0.1.0".to_owned(),
            summary: "the texts of the files that it names".to_owned(),
            extensions: vec!["linked".to_owned()],
            media_types: Vec::new(),
            options_schema: r#"{"type":"object","additionalProperties":false}"#.to_owned(),
            attrs: Vec::new(),
        }
    }
}

impl document::Guest for Plugin {
    fn load(request: document::Request) -> Result<Vec<u8>, Failure> {
        let content = String::from_utf8_lossy(&request.content).into_owned();
        let mut texts = Vec::new();
        let mut offset = 0;
        for (number, line) in (1..).zip(content.lines()) {
            let span = Span {
                input: request.path.clone(),
                start: offset,
                end: offset + line.len() as u64,
                line: number,
                column: 1,
            };
            offset += line.len() as u64 + 1;
            texts.push(read(line, span)?);
        }
        // An array of texts (RFC 8949, section 3.1), each shorter than 256 bytes.
        let mut cbor = vec![0x98, u8::try_from(texts.len()).expect("few files")];
        for text in texts {
            cbor.extend([0x78, u8::try_from(text.len()).expect("short files")]);
            cbor.extend(text);
        }
        Ok(cbor)
    }
}

fn read(path: &str, span: Span) -> Result<Vec<u8>, Failure> {
    match files::read(path) {
        Ok(bytes) if bytes == b"bad\n" => {
            let span = Span { input: path.to_owned(), start: 0, end: 3, line: 1, column: 1 };
            Err(invalid("this file is bad".to_owned(), span))
        }
        Ok(bytes) => Ok(bytes),
        Err(Failure::Unsupported(why)) => Err(invalid(why, span)),
        Err(other) => Err(other),
    }
}

fn invalid(message: String, span: Span) -> Failure {
    let (severity, code, span, help, attrs) = (Severity::Error, "link".to_owned(), Some(span), None, Vec::new());
    Failure::Invalid(vec![Diagnostic { severity, code, message, span, help, attrs }])
}

world::export!(Plugin with_types_in world);
