//! `noorm split`: shows how a dialect cuts a script, without a database. The script passes through: neither it nor its
//! pieces are kept, so that a script of any size needs the same memory.

mod window;

use std::io::Read;
use std::path::{Path, PathBuf};

use noorm_core::config::environment::Environment;
use noorm_core::diagnostic::{Diagnostic, Severity};
use noorm_core::directive::{self, DirectiveError};
use noorm_core::script_kind::ScriptKind;
use noorm_core::text::{Decoder, Encoding, TextError};
use noorm_plugin_host::{Dialect, Feed, Piece, PieceEnd, PieceKind, PieceTransaction, PluginError};
use serde::Serialize;

use crate::config::{self, ConfigError};
use crate::home::Home;
use crate::plugin::{self, Here};
use crate::project::Project;
use crate::script::stance::{Because, Decision, Stance};
use window::Window;

/// Bytes that are read at once.
const READ_BYTES: usize = 128 * 1024;

/// Bytes of a statement's first line that are kept to be shown.
const SHOWN_BYTES_MAX: usize = 400;

/// Why a script cannot be shown in pieces.
#[derive(Debug, thiserror::Error)]
pub enum SplitError {
    /// Nobody says which dialect it is in.
    #[error("which dialect `{path}` is in is not known outside of a project")]
    NoDialect {
        /// The script.
        path: String,
        /// The dialects that there are.
        dialects: Vec<String>,
    },
    /// The project's config.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The plugins, or the dialect.
    #[error(transparent)]
    Plugin(#[from] PluginError),
    /// It is a template.
    #[error("`{path}` is a template, and what it renders is what is split")]
    Template {
        /// The script.
        path: String,
    },
    /// It cannot be read.
    #[error("cannot read `{path}`")]
    Read {
        /// The script.
        path: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// It is not in the encoding that it claims.
    #[error("`{path}` is not valid {}: the first wrong byte is on line {line}", .encoding.name())]
    Encoding {
        /// The script.
        path: String,
        /// What its byte-order mark says, or UTF-8.
        encoding: Encoding,
        /// Line, counted from 1.
        line: u32,
    },
    /// It has a NUL.
    #[error("`{path}` has a NUL byte on line {line}; is it a text in UTF-8?")]
    Nul {
        /// The script.
        path: String,
        /// Line, counted from 1.
        line: u32,
    },
    /// Its first line asks for something unknown.
    #[error("`{path}` cannot be run")]
    Directive {
        /// The script.
        path: String,
        /// Why.
        #[source]
        source: DirectiveError,
    },
    /// The dialect says what is wrong with it.
    #[error("`{path}` cannot be split into statements")]
    Script {
        /// The script.
        path: String,
        /// What is wrong, with its place.
        diagnostic: Box<Diagnostic>,
        /// The text around the place, if it is still there.
        part: Option<Part>,
    },
    /// Nobody listens any more.
    #[error("the pieces cannot be written")]
    Unheard(#[source] std::io::Error),
}

impl SplitError {
    /// What the user can do next.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::NoDialect { dialects, .. } => {
                return Some(format!("name it with `--dialect`: there are {}", quoted(dialects)));
            }
            Self::Config(error) => return error.hint(),
            Self::Plugin(error) => return error.hint(),
            Self::Script { diagnostic, .. } => return diagnostic.help.clone(),
            Self::Template { path } => return Some(format!("`noorm run file {path} --preview | noorm split -`")),
            Self::Read { .. } => "check the path and its permissions",
            Self::Encoding { .. } => "save the file as UTF-8",
            Self::Nul { .. } => "save the file as UTF-8, or as UTF-16 with a byte-order mark",
            Self::Directive { .. } => "write `-- noorm: no-transaction`, or another comment",
            Self::Unheard(_) => return None,
        };
        Some(hint.to_owned())
    }
}

/// A part of the script's text around something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The text.
    pub text: String,
    /// Line that it begins on.
    pub line: usize,
    /// The place in it, in bytes.
    pub start: usize,
    /// Where the place ends.
    pub end: usize,
}

/// What to split.
#[derive(Debug)]
pub struct SplitRequest {
    /// The file; none for what `input` reads.
    pub file: Option<PathBuf>,
    /// How it is called in messages.
    pub path: String,
    /// Whether blank pieces are shown too.
    pub blank: bool,
}

/// One piece, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PieceRow {
    /// Counted from 1, without the blank ones.
    pub number: Option<u64>,
    /// Line on which its statement begins.
    pub line: u32,
    /// Line on which its statement ends.
    pub last_line: u32,
    /// `statement`, `copy-in`, `hoisted` or `blank`.
    pub kind: &'static str,
    /// `inside`, `outside`, `begin`, `commit` or `rollback`.
    pub transaction: &'static str,
    /// How often it runs.
    pub repeat: u32,
    /// What ended it: the terminator, delimiter or separator, or `end of file`.
    pub ended_by: String,
    /// First byte of what is sent, in the text in UTF-8 without a mark.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
    /// The beginning of its first line.
    pub text: String,
}

/// How the script as a whole would run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SplitReport {
    /// The dialect.
    pub dialect: String,
    /// How many pieces would be sent.
    pub statements: u64,
    /// Whether they run in one transaction.
    pub in_transaction: bool,
    /// Why.
    pub because: Reason,
}

/// Why a script runs in one transaction, or statement by statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "reason", rename_all = "kebab-case")]
pub enum Reason {
    /// Nothing speaks against a transaction.
    Nothing,
    /// The transaction that it puts around itself is noorm's.
    Wrapper,
    /// Its first line asks for none.
    Directive,
    /// This piece.
    Piece {
        /// Its number.
        number: u64,
        /// Its line.
        line: u32,
        /// How it stands to transactions.
        transaction: &'static str,
    },
}

/// Returns the dialect that is named, or that of the config that counts.
pub fn dialect(
    here: Here<'_>,
    home: &Home,
    config: Option<&str>,
    named: Option<&str>,
    path: &str,
) -> Result<Dialect, SplitError> {
    let plugins = plugin::open(here)?;
    let name = match (named, here.project) {
        (Some(name), _) => name.to_owned(),
        (None, Some(project)) => dialect_name(project, home, config)?,
        (None, None) => {
            return Err(SplitError::NoDialect { path: path.to_owned(), dialects: plugins.dialects() });
        }
    };
    Ok(plugins.dialect(&name)?)
}

/// Returns the name of the dialect of the config that counts.
pub(crate) fn dialect_name(project: &Project, home: &Home, config: Option<&str>) -> Result<String, ConfigError> {
    match of_environment(home, config)? {
        Some(dialect) => Ok(dialect),
        None => Ok(config::resolve(project, home, config)?.config.connection.dialect),
    }
}

/// Returns the dialect that the environment names where no config is named. The rest of a connection is not needed here.
fn of_environment(home: &Home, config: Option<&str>) -> Result<Option<String>, ConfigError> {
    let is_named = config.is_some() || home.variables.get("NOORM_CONFIG").is_some_and(|name| !name.is_empty());
    let environment = Environment::read(&home.variables)?;
    Ok(environment.dialect().filter(|_| !is_named).map(str::to_owned))
}

/// Splits a script and shows its pieces one after the other.
pub fn split(
    request: &SplitRequest,
    dialect: &Dialect,
    input: impl Read,
    show: impl FnMut(&PieceRow) -> std::io::Result<()>,
) -> Result<SplitReport, SplitError> {
    match &request.file {
        Some(file) => split_reader(request, dialect, open(request, file)?, show),
        None => split_reader(request, dialect, input, show),
    }
}

fn open(request: &SplitRequest, file: &Path) -> Result<std::fs::File, SplitError> {
    let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    if matches!(ScriptKind::of(name), ScriptKind::Template | ScriptKind::Foreign) {
        return Err(SplitError::Template { path: request.path.clone() });
    }
    std::fs::File::open(file).map_err(|source| SplitError::Read { path: request.path.clone(), source })
}

fn split_reader<R: Read, S: FnMut(&PieceRow) -> std::io::Result<()>>(
    request: &SplitRequest,
    dialect: &Dialect,
    reader: R,
    show: S,
) -> Result<SplitReport, SplitError> {
    let mut passing = Passing {
        request,
        reader,
        show,
        decoder: Decoder::default(),
        buffer: vec![0; READ_BYTES],
        text: String::new(),
        ended: false,
        window: Window::default(),
        stance: Stance::default(),
        no_transaction: None,
    };
    match dialect.split_each(&request.path, &mut passing) {
        Ok(()) => Ok(passing.report(dialect.name())),
        Err(SplitError::Plugin(PluginError::Input { plugin, diagnostics })) => {
            let first = diagnostics.iter().find(|diagnostic| diagnostic.severity == Severity::Error);
            Err(match first {
                Some(first) => passing.wrong(first.clone()),
                None => SplitError::Plugin(PluginError::Input { plugin, diagnostics }),
            })
        }
        Err(error) => Err(error),
    }
}

/// A script on its way.
struct Passing<'a, R, S> {
    request: &'a SplitRequest,
    reader: R,
    show: S,
    decoder: Decoder,
    buffer: Vec<u8>,
    text: String,
    ended: bool,
    window: Window,
    stance: Stance,
    /// Whether the first line asks for no transaction, once it was seen.
    no_transaction: Option<bool>,
}

impl<R: Read, S: FnMut(&PieceRow) -> std::io::Result<()>> Feed for Passing<'_, R, S> {
    type Error = SplitError;

    fn chunk(&mut self, chunk: &mut Vec<u8>) -> Result<(), SplitError> {
        let path = || self.request.path.clone();
        let encoding =
            |error: TextError| SplitError::Encoding { path: path(), encoding: error.encoding, line: error.line };
        self.text.clear();
        while self.text.is_empty() && !self.ended {
            let read = self.reader.read(&mut self.buffer);
            match read {
                Ok(0) => {
                    self.ended = true;
                    self.decoder.finish(&mut self.text).map_err(encoding)?;
                }
                Ok(len) => self.decoder.push(&self.buffer[..len], &mut self.text).map_err(encoding)?,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(source) => return Err(SplitError::Read { path: path(), source }),
            }
        }
        self.window.push(&self.text);
        if let Some(at) = self.text.find('\0') {
            let line = self.window.line(self.window.end() - self.text.len() + at);
            return Err(SplitError::Nul { path: path(), line });
        }
        if self.no_transaction.is_none() {
            let directives = directive::parse(&self.text);
            let directives = directives.map_err(|source| SplitError::Directive { path: path(), source })?;
            self.no_transaction = Some(directives.no_transaction);
        }
        chunk.extend_from_slice(self.text.as_bytes());
        Ok(())
    }

    fn piece(&mut self, piece: Piece) -> Result<(), SplitError> {
        self.stance.add(&piece);
        if piece.kind != PieceKind::Blank || self.request.blank {
            let row = self.row(&piece);
            (self.show)(&row).map_err(SplitError::Unheard)?;
        }
        self.window.leave(piece.whole.end);
        Ok(())
    }
}

impl<R, S> Passing<'_, R, S> {
    fn row(&mut self, piece: &Piece) -> PieceRow {
        let shown = self.window.first_line(piece.body.start, piece.body.end.min(piece.body.start + SHOWN_BYTES_MAX));
        let ended_by = match &piece.end {
            PieceEnd::File => "end of file".to_owned(),
            PieceEnd::Own(end) => end.to_string(),
            // The data's end marker, not the statement's terminator, is last there.
            PieceEnd::Terminator if piece.kind == PieceKind::CopyIn => "end of data".to_owned(),
            PieceEnd::Terminator => self.window.text(piece.whole.end - 1, piece.whole.end),
        };
        PieceRow {
            number: (piece.kind != PieceKind::Blank).then(|| self.stance.pieces()),
            line: piece.line,
            last_line: self.window.line(piece.body.end).max(piece.line),
            kind: match piece.kind {
                PieceKind::Statement => "statement",
                PieceKind::CopyIn => "copy-in",
                PieceKind::Blank => "blank",
                PieceKind::Hoisted => "hoisted",
            },
            transaction: word(piece.transaction),
            repeat: piece.repeat,
            ended_by,
            start: piece.body.start,
            end: piece.body.end,
            text: shown,
        }
    }

    fn report(&self, dialect: &str) -> SplitReport {
        let (in_transaction, because) = match self.stance.decide() {
            _ if self.no_transaction == Some(true) => (false, Reason::Directive),
            Decision::Inside => (true, Reason::Nothing),
            Decision::Unwrapped => (true, Reason::Wrapper),
            Decision::Outside(Because { number, line, transaction }) => {
                (false, Reason::Piece { number, line, transaction: word(transaction) })
            }
        };
        SplitReport { dialect: dialect.to_owned(), statements: self.stance.pieces(), in_transaction, because }
    }

    /// The script is wrong, as a diagnostic says.
    fn wrong(&self, diagnostic: Diagnostic) -> SplitError {
        let part = diagnostic.span.as_ref().and_then(|span| {
            let at = |offset: u64| usize::try_from(offset).ok();
            self.window.part(at(span.start)?, at(span.end)?, span.line)
        });
        SplitError::Script { path: self.request.path.clone(), diagnostic: Box::new(diagnostic), part }
    }
}

fn word(transaction: PieceTransaction) -> &'static str {
    match transaction {
        PieceTransaction::Inside => "inside",
        PieceTransaction::Outside => "outside",
        PieceTransaction::Begin => "begin",
        PieceTransaction::Commit => "commit",
        PieceTransaction::Rollback => "rollback",
    }
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
