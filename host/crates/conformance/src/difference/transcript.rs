//! Everything that a dialect is asked, and its answers as lines of text.

use std::fmt::Display;

use noorm_core::value::Scalar;
use noorm_plugin_host::{Dialect, Facts, Found, Piece, PluginError, Query};

use crate::corpus::{
    CODES, DATABASES, DECIMALS, FOUND, LOCK, NAMES, PLAIN_NAMES, SCRIPTS, SERVERS, TEXTS, TRACKING, WISHES,
};
use crate::dialect::VERSIONS_MAX;

/// One answer.
pub(super) struct Answer {
    pub(super) function: &'static str,
    pub(super) question: String,
    pub(super) lines: Vec<String>,
}

/// Asks a dialect everything. What no server has a say in is asked only `once`.
pub(super) fn transcript(dialect: &Dialect, once: bool) -> Vec<Answer> {
    let mut asking = Asking { dialect, answers: Vec::new() };
    if once {
        asking.session();
        asking.names();
        asking.values();
    }
    asking.control();
    asking.databases();
    asking.tables();
    asking.scripts();
    asking.errors();
    asking.answers
}

struct Asking<'a> {
    dialect: &'a Dialect,
    answers: Vec<Answer>,
}

type Answered = Result<Vec<String>, PluginError>;

impl Asking<'_> {
    fn put(&mut self, function: &'static str, question: impl Display, answer: Answered) {
        let lines = answer.unwrap_or_else(|error| vec![refusal(&error)]);
        self.answers.push(Answer { function, question: question.to_string(), lines });
    }

    fn session(&mut self) {
        for wishes in WISHES {
            let wishes = facts(wishes);
            self.put("server.login", told(&wishes), self.dialect.login(&wishes).map(|answer| pairs(&answer)));
        }
        self.put("server.probe", "", self.dialect.probe().map(|sql| text(&sql)));
        for (server, answer) in SERVERS {
            self.put("server.facts", server, self.dialect.facts(&facts(answer)).map(|facts| pairs(&facts)));
        }
    }

    fn names(&mut self) {
        let rules = self.dialect.rules().map(|rules| {
            vec![
                format!("at most {} bytes, folds to {}", rules.bytes_max, rules.folds),
                format!("separator {:?}, default schema {:?}", rules.separator, rules.default_schema),
            ]
        });
        self.put("naming.rules", "", rules);
        for name in PLAIN_NAMES.iter().chain(NAMES).copied().chain(["", "a\0b", &"n".repeat(200)]) {
            self.put("naming.quote", shown(name), self.dialect.quote(name).map(|sql| text(&sql)));
        }
        for (schema, name) in [(None, "users"), (Some("app"), "users"), (Some("a\"b"), "x.y")] {
            let question = schema.map_or(shown(name), |schema| format!("{} in {}", shown(name), shown(schema)));
            self.put("naming.qualify", question, self.dialect.qualify(schema, name).map(|sql| text(&sql)));
        }
    }

    fn values(&mut self) {
        let mut values = vec![
            Scalar::Null,
            Scalar::Boolean(true),
            Scalar::Boolean(false),
            Scalar::Integer(i64::MIN),
            Scalar::Integer(-1),
            Scalar::Integer(0),
            Scalar::Real(0.5),
            Scalar::Real(1e300),
            Scalar::Real(f64::NAN),
            Scalar::Bytes(vec![0, 0x27, 0xff]),
        ];
        values.extend(DECIMALS.iter().map(|text| Scalar::Decimal((*text).to_owned())));
        values.extend(TEXTS.iter().map(|text| Scalar::Text((*text).to_owned())));
        for value in &values {
            self.put("literals.literal", format!("{value:?}"), self.dialect.literal(value).map(|sql| text(&sql)));
        }
        for value in TEXTS {
            self.put("literals.escape", shown(value), self.dialect.escape(value).map(|sql| text(&sql)));
        }
    }

    fn control(&mut self) {
        let control = self.dialect.control().map(|it| {
            let mut lines = Vec::new();
            let parts = [("setup", &it.setup), ("reset", &it.reset)];
            let parts = parts.into_iter().flat_map(|(part, all)| all.iter().map(move |sql| (part, sql)));
            let words = [("begin", &it.begin), ("commit", &it.commit), ("rollback", &it.rollback)];
            for (part, sql) in parts.chain(words) {
                lines.extend(text(sql).into_iter().map(|line| format!("{part}: {line}")));
            }
            lines.push(format!("DDL takes part in transactions: {}", if it.ddl { "yes" } else { "no" }));
            lines
        });
        self.put("transaction.control", "", control);
    }

    fn databases(&mut self) {
        self.put("database.maintenance", "", self.dialect.maintenance().map(|name| vec![name]));
        self.put("database.exists", "", self.dialect.database_exists().map(|it| query(&it)));
        for name in DATABASES {
            self.put("database.create", shown(name), self.dialect.create_database(name).map(|all| statements(&all)));
            self.put("database.destroy", shown(name), self.dialect.destroy_database(name).map(|all| statements(&all)));
        }
    }

    fn tables(&mut self) {
        let latest = self.dialect.latest();
        let newest = latest.as_ref().copied().unwrap_or_default();
        self.put("tracking.latest", "", latest.map(|version| vec![version.to_string()]));
        for version in 0..=newest.min(VERSIONS_MAX) {
            let question = format!("from version {version}");
            self.put("tracking.upgrade", question, self.dialect.upgrade(version).map(|all| statements(&all)));
        }
        for action in TRACKING {
            self.put("tracking.action", action, self.dialect.tracking(action).map(|it| query(&it)));
        }
        for schema in ["elsewhere", "public"] {
            let column = |(table, column): &(&str, &str)| Found {
                schema: schema.to_owned(),
                table: (*table).to_owned(),
                column: (*column).to_owned(),
            };
            let found: Vec<_> = FOUND.iter().map(column).collect();
            let adoption = self.dialect.adopt(&found).map(|adoption| {
                let Some(it) = adoption else { return vec!["nothing to take over".to_owned()] };
                let mut lines = vec![it.origin];
                lines.extend(text(&it.check).into_iter().map(|line| format!("check: {line}")));
                lines.extend(statements(&it.statements));
                lines
            });
            self.put("tracking.adopt", format!("tables in {}", shown(schema)), adoption);
        }
        for action in LOCK {
            self.put("lock.action", action, self.dialect.lock(action).map(|it| query(&it)));
        }
    }

    fn scripts(&mut self) {
        for (name, script) in SCRIPTS {
            let pieces = self.dialect.split(&format!("{name}.sql"), script);
            if let Ok(pieces) = &pieces {
                for piece in pieces {
                    let body = &script[piece.body.clone()];
                    let evidence = self.dialect.look(body).map(|found| match found {
                        Some(it) => vec![it.query, format!("a row says that it was done: {}", it.present)],
                        None => vec!["the catalog cannot tell".to_owned()],
                    });
                    self.put("effect.look", first_line(body), evidence);
                }
                let marks: Facts = pieces.iter().flat_map(|piece| piece.marks.clone()).collect();
                let around = self.dialect.around(&marks).map(|it| {
                    let before = it.before.iter().flat_map(|sql| text(sql)).map(|line| format!("before: {line}"));
                    let check = text(&it.check).into_iter().map(|line| format!("check: {line}"));
                    let after = it.after.iter().flat_map(|sql| text(sql)).map(|line| format!("after: {line}"));
                    before.chain(check).chain(after).collect()
                });
                self.put("transaction.around", format!("{name}.sql"), around);
            }
            let lines = pieces.map(|pieces| pieces.iter().map(|one| piece(script, one)).collect());
            self.put("script.split", format!("{name}.sql"), lines);
        }
    }

    fn errors(&mut self) {
        for code in CODES {
            self.put("errors.classify", code, self.dialect.class_word(code, "").map(|word| vec![word]));
        }
    }
}

fn facts(pairs: &[(&str, &str)]) -> Facts {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn told(facts: &Facts) -> String {
    pairs(facts).join(", ")
}

fn pairs(facts: &Facts) -> Vec<String> {
    facts.iter().map(|(name, value)| format!("{name} = {value}")).collect()
}

/// A text on one line, as Rust writes it.
fn shown(text: &str) -> String {
    format!("{text:?}")
}

fn text(sql: &str) -> Vec<String> {
    sql.lines().map(str::to_owned).collect()
}

fn statements(all: &[String]) -> Vec<String> {
    all.iter().flat_map(|sql| text(sql).into_iter().chain([";".to_owned()])).collect()
}

fn query(it: &Query) -> Vec<String> {
    let mut lines = text(&it.sql);
    lines.extend(it.then.iter().flat_map(|sql| text(sql)).map(|line| format!("then: {line}")));
    if !it.parameters.is_empty() {
        lines.push(format!("values: {}", it.parameters.join(", ")));
    }
    if !it.columns.is_empty() {
        lines.push(format!("columns: {}", it.columns.join(", ")));
    }
    lines
}

fn piece(script: &str, it: &Piece) -> String {
    let marks: String = it.marks.iter().map(|(name, value)| format!(" {name}={value}")).collect();
    let body = first_line(&script[it.body.clone()]);
    format!("line {}: {:?}, {:?}, {} ×{marks}: {body}", it.line, it.kind, it.transaction, it.repeat)
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

/// What a plugin refuses with. Its own name is not part of the answer: it differs anyway.
fn refusal(error: &PluginError) -> String {
    match error {
        PluginError::Unsupported { what, .. } => format!("unsupported: {what}"),
        PluginError::Input { diagnostics, .. } => {
            let one = |it: &noorm_core::diagnostic::Diagnostic| {
                let place = it.span.as_ref().map(|span| format!("{}:{}: ", span.line, span.column)).unwrap_or_default();
                format!("{place}{} ({})", it.message, it.code)
            };
            format!("refused: {}", diagnostics.iter().map(one).collect::<Vec<_>>().join("; "))
        }
        other => format!("failed: {other}"),
    }
}
