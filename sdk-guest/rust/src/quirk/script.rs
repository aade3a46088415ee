//! The base's splitter with the quirk's rules over it.

use std::cell::RefCell;
use std::marker::PhantomData;

use super::base;
use super::bindings::exports::noorm::dialect::script::{GuestSplitter, Splitter as Handle};
use super::statement::Reader;
use super::{Failure, Options, Piece, Quirk};

/// A script on its way.
#[derive(Debug)]
pub struct Script<Q> {
    base: base::Splitter,
    /// Without rules nobody needs the text.
    reader: Option<RefCell<Reader>>,
    quirk: PhantomData<Q>,
}

impl<Q: Quirk> Script<Q> {
    fn judged(&self, pieces: Vec<Piece>) -> Result<Vec<Piece>, Failure> {
        match &self.reader {
            Some(reader) => reader.borrow_mut().judge(Q::rules(), pieces),
            None => Ok(pieces),
        }
    }
}

impl<Q: Quirk> GuestSplitter for Script<Q> {
    fn open(path: String, options: Options) -> Result<Handle, Failure> {
        let options = Q::options(options);
        let base = base::Splitter::open(&path, &options).map_err(Q::script_failure)?;
        let reader = (!Q::rules().is_empty()).then(|| RefCell::new(Reader::new(path, options)));
        Ok(Handle::new(Self { base, reader, quirk: PhantomData }))
    }

    fn push(&self, chunk: Vec<u8>) -> Result<Vec<Piece>, Failure> {
        if let Some(reader) = &self.reader {
            reader.borrow_mut().take(&chunk);
        }
        self.judged(self.base.push(&chunk).map_err(Q::script_failure)?)
    }

    fn finish(&self) -> Result<Vec<Piece>, Failure> {
        let last = self.judged(self.base.finish().map_err(Q::script_failure)?)?;
        if let Some(reader) = &self.reader {
            reader.borrow_mut().end()?;
        }
        Ok(last)
    }
}
