//! Tries a loader, and keeps what the host otherwise judges and forgets: what the guest said word for word, the bytes of
//! its document, the memory that it took.
//!
//! For the suite of authors. Whatever it says of a loader is what a run would get from it.

use noorm_core::cbor;
use noorm_core::diagnostic::Diagnostic;
use noorm_core::value::Value;

use crate::bindings::report::Failure;
use crate::check::word_for_word;
use crate::error::PluginError;
use crate::loader::{Format, LoadRequest, Loader};
use crate::sandbox::Sandbox;

/// What came of one try.
#[derive(Debug)]
pub struct Trial {
    /// What a run gets.
    pub answer: Result<Value, PluginError>,
    /// What the guest said of its input, its places as they came: a run gets only those that are inside of it.
    pub said: Vec<Diagnostic>,
    /// A document as it came.
    pub document: Option<Vec<u8>>,
    /// The files that it read besides.
    pub read: Vec<String>,
    /// Its memory at the end, which is the most that it had.
    pub memory_bytes: u64,
}

impl Loader {
    /// Returns whether the loader answers with rows, and so takes its file in chunks.
    #[must_use]
    pub fn is_rows(&self) -> bool {
        matches!(self.format, Format::Rows(_))
    }

    /// Loads a file that is cut at these places, which a document is not.
    #[must_use]
    pub fn try_load(&self, request: &LoadRequest<'_>, cuts: &[usize]) -> Trial {
        match &self.format {
            Format::Document(linked) => {
                let open = |store: &mut _| linked.instantiate(store);
                match Sandbox::open_linked(&self.plugin, self.access(request), open) {
                    Ok(mut sandbox) => self.try_document(&mut sandbox, request),
                    Err(error) => Trial::stillborn(error),
                }
            }
            Format::Rows(linked) => {
                let open = |store: &mut _| linked.instantiate(store);
                match Sandbox::open_linked(&self.plugin, self.access(request), open) {
                    Ok(mut sandbox) => {
                        let answer = self.load_rows(&mut sandbox, request, chunks(request.content, cuts));
                        Trial::of(&mut sandbox, answer.map(|loaded| loaded.value), None)
                    }
                    Err(error) => Trial::stillborn(error),
                }
            }
        }
    }

    fn try_document(
        &self,
        sandbox: &mut Sandbox<crate::bindings::document::DocumentLoader>,
        request: &LoadRequest<'_>,
    ) -> Trial {
        let document = match self.document(sandbox, request) {
            Ok(document) => document,
            Err(error) => return Trial::of(sandbox, Err(error), None),
        };
        let answer = cbor::decode(&document)
            .map_err(|error| self.plugin.nonsense("document.load", format!("bad CBOR: {error}")));
        Trial::of(sandbox, answer, Some(document))
    }
}

impl Trial {
    fn of<W>(sandbox: &mut Sandbox<W>, answer: Result<Value, PluginError>, document: Option<Vec<u8>>) -> Self {
        let said = match sandbox.take_refusal() {
            Some(Failure::Invalid(diagnostics)) => diagnostics.into_iter().map(word_for_word).collect(),
            _ => Vec::new(),
        };
        Self { answer, said, document, read: sandbox.take_read(), memory_bytes: sandbox.memory_used() }
    }

    fn stillborn(error: PluginError) -> Self {
        Self { answer: Err(error), said: Vec::new(), document: None, read: Vec::new(), memory_bytes: 0 }
    }
}

/// Cuts a file at places in ascending order.
fn chunks<'a>(content: &'a [u8], cuts: &'a [usize]) -> impl Iterator<Item = &'a [u8]> {
    let starts = std::iter::once(0).chain(cuts.iter().copied());
    let ends = cuts.iter().copied().chain([content.len()]);
    starts.zip(ends).map(|(start, end)| &content[start..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_cut_where_it_is_told() {
        let cut = |cuts: &[usize]| chunks(b"abc", cuts).map(<[u8]>::to_vec).collect::<Vec<_>>();
        assert_eq!(cut(&[]), [b"abc"]);
        assert_eq!(cut(&[1, 2]), [b"a", b"b", b"c"]);
        assert_eq!(cut(&[0]), [b"".to_vec(), b"abc".to_vec()]);
    }
}
