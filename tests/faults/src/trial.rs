//! One fault: strike a run, let one more run finish, compare.

use serde_json::Value;

use crate::catalog::Catalog;
use crate::process::{End, Run};
use crate::question;
use crate::site::{PATIENCE, Site};

/// The exit code of a run that finds the lock held.
const LOCKED: i32 = 4;

/// A fault that can be tried.
pub struct Fault {
    /// What it does, for people.
    pub what: String,
    /// Runs noorm and strikes it.
    pub strike: Box<dyn Fn(&Site) -> Struck + Send + Sync>,
}

impl Fault {
    /// Names a fault.
    pub fn new(what: impl Into<String>, strike: impl Fn(&Site) -> Struck + Send + Sync + 'static) -> Self {
        Self { what: what.into(), strike: Box::new(strike) }
    }
}

/// What is done with a site when a trial is over.
pub type Afterwards = Box<dyn FnOnce(&Site)>;

/// What became of the runs that a fault strikes.
pub struct Struck {
    /// Whether the fault came before they had ended.
    pub is_hit: bool,
    /// How they ended.
    pub ends: Vec<End>,
    /// What is done when the next run has ended, such as closing a connection that nobody closed.
    pub afterwards: Option<Afterwards>,
    /// What the runs that were struck did wrong, beyond what is wrong after any fault.
    pub wrong: Option<&'static str>,
}

impl Struck {
    /// One run that was struck.
    pub fn hit(end: End) -> Self {
        Self::all(vec![end])
    }

    /// Runs that were struck.
    pub fn all(ends: Vec<End>) -> Self {
        Self { is_hit: true, ends, afterwards: None, wrong: None }
    }

    /// A run that ended before the fault came.
    pub fn missed(end: End) -> Self {
        Self { is_hit: false, ..Self::hit(end) }
    }
}

/// What came of a trial.
#[derive(Debug, Default)]
pub struct Verdict {
    /// Whether the fault came in time.
    pub is_hit: bool,
    /// How often noorm asked whether a statement was carried out.
    pub asked: usize,
    /// Lines of the undisturbed database that are missing.
    pub lost: Vec<String>,
    /// Lines that are more than there should be.
    pub doubled: Vec<String>,
    /// Why one more run was not enough.
    pub stuck: Option<String>,
}

impl Verdict {
    /// Whether noorm did what it should.
    pub fn is_good(&self) -> bool {
        self.lost.is_empty() && self.doubled.is_empty() && self.stuck.is_none()
    }
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "asked {} times", self.asked)?;
        for (what, lines) in [("lost", &self.lost), ("doubled", &self.doubled)] {
            for line in lines {
                writeln!(f, "{what}: {line}")?;
            }
        }
        match &self.stuck {
            Some(why) => writeln!(f, "stuck: {why}"),
            None => Ok(()),
        }
    }
}

/// Tries a fault on an empty database. `undisturbed` is what a run leaves that nothing happened to.
pub fn try_fault(site: &mut Site, fault: &Fault, undisturbed: &Catalog) -> Verdict {
    site.reset();
    let mut struck = (fault.strike)(site);
    let mut verdict = Verdict { is_hit: struck.is_hit, ..Verdict::default() };
    check_words(site, &struck, undisturbed, &mut verdict);
    recover(site, &mut struck.afterwards, &mut verdict);
    if let Some(afterwards) = struck.afterwards {
        afterwards(site);
    }
    if verdict.stuck.is_some() {
        return verdict;
    }
    let found = site.read();
    compare(undisturbed, &found, &mut verdict);
    check_open(site, &found, &mut verdict);
    verdict
}

/// A run that says that it came to its end has to be right, and one that was not killed has to end.
fn check_words(site: &Site, struck: &Struck, undisturbed: &Catalog, verdict: &mut Verdict) {
    if let Some(wrong) = struck.wrong {
        let ends: Vec<String> = struck.ends.iter().map(End::to_string).collect();
        verdict.stuck = Some(format!("{wrong}\n{}", ends.join("\n")));
    }
    if let Some(late) = struck.ends.iter().find(|end| end.is_late) {
        verdict.stuck = Some(format!("the run that was struck did not end\n{late}"));
    }
    if let Some(end) = struck.ends.iter().find(|end| end.code.is_some_and(|code| !is_fair(end, code))) {
        verdict.stuck = Some(format!("the run that was struck does not tell what happened\n{end}"));
    }
    if struck.ends.iter().any(|end| end.code == Some(0)) {
        let found = site.read();
        let difference = undisturbed.difference(&found);
        verdict.lost = difference.lost;
        verdict.doubled = difference.doubled;
    }
}

/// Whether the output and the exit code belong together.
fn is_fair(end: &End, code: i32) -> bool {
    let Ok(answer) = serde_json::from_str::<Value>(&end.stdout) else { return false };
    answer["success"] == (code == 0) && (code == 0 || answer["error"]["code"].is_string())
}

/// One more run; where noorm asks, the database is looked at, the answer given, and the run made again.
///
/// Before noorm's tables are there, nobody can know whose session it is that nobody closed: the next run has to say that
/// it finds one, and is made again when the session has ended.
fn recover(site: &Site, afterwards: &mut Option<Afterwards>, verdict: &mut Verdict) {
    loop {
        let end = site.start_next().wait(PATIENCE);
        if end.code == Some(0) {
            return;
        }
        if end.code == Some(LOCKED)
            && let Some(end_session) = afterwards.take()
        {
            end_session(site);
            continue;
        }
        let answer = serde_json::from_str::<Value>(&end.stdout).unwrap_or_default();
        let is_question = answer["error"]["code"] == "uncertain-statement";
        // A run that was struck once can leave one such statement.
        if !is_question || verdict.asked == 1 {
            verdict.stuck = Some(format!("the next run does not come to its end\n{end}"));
            return;
        }
        verdict.asked += 1;
        if let Err(why) = question::answer(site, &answer["error"]) {
            verdict.stuck = Some(why);
            return;
        }
    }
}

fn compare(undisturbed: &Catalog, found: &Catalog, verdict: &mut Verdict) {
    let difference = undisturbed.difference(found);
    verdict.lost.extend(difference.lost);
    verdict.doubled.extend(difference.doubled);
}

/// Whether nothing is under way any more. A run that finds nothing to do does not look at the lock, so that the one of a
/// process that died after its last change is still there: the next one who wants it has to get it at once.
fn check_open(site: &Site, found: &Catalog, verdict: &mut Verdict) {
    let open = found.open();
    if open.is_empty() {
        return;
    }
    let end = Run::start(site.command(&["lock", "acquire", "--reason", "to see"])).wait(PATIENCE);
    let answer = serde_json::from_str::<Value>(&end.stdout).unwrap_or_default();
    let is_free = end.code == Some(0) && answer["locked"] == true;
    if !is_free || open.iter().any(|line| !line.starts_with(Catalog::LOCK)) {
        verdict.stuck = Some(format!("the last run left something open: {}\n{end}", open.join(", ")));
    }
}
