//! The laws of loaders.

mod bytes;
mod chunks;
mod csv;
mod fuzz;
mod load;
mod places;
mod sample;

use noorm_core::cbor;
use noorm_core::checksum::Checksum;
use noorm_plugin_host::{LoadRequest, Loader, Trial, schema_fault};

use crate::bench::{Bench, Cases, Pass, Verdict};
use crate::order::{Digests, Order, Sample};
use crate::report::Fault;
use crate::shrink::shrink;

/// Makes every check of a loader.
pub(crate) fn test(loader: &Loader, bench: &mut Bench<'_>) {
    let subject = Subject::new(loader, bench.order);
    bench.check("options-schema", "the schema of options is a JSON Schema that takes none", |cases| {
        cases.next();
        let schema = loader.info().options_schema.as_deref().unwrap_or_default();
        schema_fault(schema).map_or(Ok(Pass::Held), |fault| Err(Fault::new(fault).with(schema)))
    });
    sample::check(&subject, bench);
    bench.check("empty-input", "a file without a byte is read or refused", |cases| {
        cases.next();
        subject.sound(&subject.path(), b"").map(|_| Pass::Held)
    });
    bench.check("repeats", "the same bytes give the same answer in a fresh instance", |cases| repeats(&subject, cases));
    elsewhere(&subject, bench);
    chunks::check(&subject, bench);
    bytes::check(&subject, bench);
    places::check(&subject, bench);
    csv::check(&subject, bench);
    load::check(&subject, bench);
    fuzz::check(&subject, bench);
}

/// Returns checksums of what the loader makes of its samples, and of halves of them.
pub(crate) fn digests(loader: &Loader, order: &Order<'_>) -> Digests {
    let subject = Subject::new(loader, order);
    let mut digests = Digests::new();
    for sample in &subject.samples {
        let half = &sample.content[..sample.content.len() / 2];
        for (part, content) in [("", sample.content.as_slice()), (" half", half)] {
            let seen = seen(&subject.load(&sample.path, content, &[]));
            digests.push((format!("{}{part}", sample.path), Checksum::of_text(&seen).as_str().to_owned()));
        }
    }
    digests.push((
        "empty".to_owned(),
        Checksum::of_text(&seen(&subject.load(&subject.path(), b"", &[]))).as_str().to_owned(),
    ));
    digests
}

/// A loader with what it is tried with.
pub(crate) struct Subject<'a> {
    pub(crate) loader: &'a Loader,
    /// Those that it reads.
    pub(crate) samples: Vec<Sample>,
    order: &'a Order<'a>,
}

impl<'a> Subject<'a> {
    fn new(loader: &'a Loader, order: &'a Order<'a>) -> Self {
        let mut subject = Self { loader, samples: Vec::new(), order };
        let served =
            |path: &str| loader.info().provides.iter().any(|extension| path.ends_with(&format!(".{extension}")));
        let own = order.samples.iter().filter(|sample| served(&sample.path)).cloned();
        let built_in = loader.info().provides.iter().flat_map(|extension| crate::corpus::samples(extension));
        let readable = |sample: &Sample| subject.load(&sample.path, &sample.content, &[]).answer.is_ok();
        let samples: Vec<Sample> = own.chain(built_in.filter(readable)).collect();
        subject.samples = samples;
        subject
    }

    /// A file name that the loader serves, for what is made of no sample.
    pub(crate) fn path(&self) -> String {
        format!("data/input.{}", self.loader.info().provides.first().map_or("txt", String::as_str))
    }

    /// The bytes of all samples.
    pub(crate) fn contents(&self) -> Vec<&[u8]> {
        self.samples.iter().map(|sample| sample.content.as_slice()).collect()
    }

    /// Samples that are known to be read, for what is made of samples.
    pub(crate) fn readable(&self) -> impl Iterator<Item = &Sample> {
        let is_read = |sample: &&Sample| !sample.is_own || self.load(&sample.path, &sample.content, &[]).answer.is_ok();
        self.samples.iter().filter(is_read)
    }

    /// Loads a file.
    pub(crate) fn load(&self, path: &str, content: &[u8], cuts: &[usize]) -> Trial {
        let options = Order::options();
        let request = LoadRequest { path, content, options: &options, files: self.order.files.clone() };
        self.loader.try_load(&request, cuts)
    }

    /// Loads a file that may be refused. Everything else is the loader's fault, and told with this file. What is made of a
    /// sample has its path: a loader may read one extension otherwise than another.
    pub(crate) fn sound(&self, path: &str, content: &[u8]) -> Result<Trial, Fault> {
        let trial = self.load(path, content, &[]);
        match &trial.answer {
            Err(error) if error.is_plugin_fault() => Err(Fault::of(error).with(content)),
            _ => Ok(trial),
        }
    }

    /// The same of a file that was made, and so can be made smaller.
    pub(crate) fn sound_or_smaller(&self, path: &str, content: Vec<u8>) -> Result<Trial, Fault> {
        match self.sound(path, &content) {
            // Each try would take all the time of a call.
            Err(fault) if fault.is_stuck => Err(fault),
            Err(fault) => {
                let smallest = shrink(content, |smaller| self.sound(path, smaller).is_err());
                Err(self.sound(path, &smallest).err().unwrap_or(fault))
            }
            sound => sound,
        }
    }
}

/// What a trial showed, so that two can be compared.
pub(crate) fn seen(trial: &Trial) -> String {
    match &trial.answer {
        Ok(value) => cbor::encode(value).iter().map(|byte| format!("{byte:02x}")).collect(),
        Err(error) => format!("{error} {:?}", trial.said),
    }
}

fn repeats(subject: &Subject<'_>, cases: &mut Cases) -> Verdict {
    for sample in &subject.samples {
        let half = &sample.content[..sample.content.len() / 2];
        for content in [sample.content.as_slice(), half] {
            cases.next();
            let [one, other] = [(); 2].map(|()| seen(&subject.load(&sample.path, content, &[])));
            if one != other {
                return Err(Fault::new(format!("`{}` gave two answers", sample.path)).with(content));
            }
        }
    }
    if subject.samples.is_empty() {
        return Ok(Pass::Skipped(no_sample(subject)));
    }
    Ok(Pass::Held)
}

fn elsewhere(subject: &Subject<'_>, bench: &mut Bench<'_>) {
    let here = || digests(subject.loader, subject.order);
    crate::order::compare_elsewhere(bench, here);
}

/// Why a check that needs a sample is not made.
pub(crate) fn no_sample(subject: &Subject<'_>) -> String {
    let extensions = subject.loader.info().provides.iter().map(|one| format!("`.{one}`")).collect::<Vec<_>>();
    format!("there is no sample with {}: put some into `samples/`", extensions.join(" or "))
}
