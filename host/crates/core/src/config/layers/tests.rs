//! Tests of the layers: who wins, field by field.

use super::*;
use crate::settings::Settings;

/// What the layers of a test say.
struct Case {
    flags: Values,
    environment: Environment,
    stored: Option<Config>,
    settings: Settings,
}

impl Case {
    /// Nothing but a stored config of the name `dev`.
    fn new(stored: Value) -> Self {
        let mut config = json!({ "name": "dev", "connection": { "dialect": "x", "database": "stored" } });
        for (field, value) in stored.as_object().expect("fields by path") {
            match field.split_once('.') {
                Some((group, key)) => config[group][key] = value.clone(),
                None => config[field] = value.clone(),
            }
        }
        Self {
            flags: Values::default(),
            environment: Environment::default(),
            stored: Some(serde_json::from_value(config).expect("a config")),
            settings: Settings::default(),
        }
    }

    fn environment(mut self, pairs: &[(&str, &str)]) -> Self {
        let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        self.environment = Environment::read(&pairs.collect()).expect("good variables");
        self
    }

    fn flag(mut self, field: Field, value: impl Into<Value>) -> Self {
        self.flags.say(field, Some(value));
        self
    }

    fn stage(mut self, text: &str) -> Self {
        self.settings = Settings::parse(&format!("stages: {{dev: {text}}}")).expect("good settings");
        self
    }

    fn resolve(&self) -> Result<Resolved, LayerError> {
        let stage = self.settings.stages.get("dev").map(|stage| ("dev", stage));
        let layers = Layers { flags: &self.flags, environment: &self.environment, stored: self.stored.as_ref(), stage };
        layers.resolve()
    }

    /// Checks a field: its value, and who said it.
    #[track_caller]
    fn expect(self, field: Field, value: impl Into<Value>, origin: &str) -> Self {
        let resolved = self.resolve().expect("a config");
        let config = serde_json::to_value(&resolved.config).expect("JSON");
        assert_eq!(field.get(&config), Some(&value.into()), "{field:?}");
        assert_eq!(resolved.origins[&field].to_string(), origin, "{field:?}");
        self
    }

    #[track_caller]
    fn expect_nothing(self, field: Field) -> Self {
        let resolved = self.resolve().expect("a config");
        let config = serde_json::to_value(&resolved.config).expect("JSON");
        assert_eq!(field.get(&config).filter(|value| **value != ""), None, "{field:?}");
        assert_eq!(resolved.origins.get(&field), None, "{field:?}");
        self
    }
}

#[test]
fn the_higher_layer_wins_field_by_field() {
    Case::new(json!({ "connection.host": "stored", "connection.user": "stored" }))
        .stage("{defaults: {host: stage, user: stage, port: 1}}")
        .environment(&[("NOORM_HOST", "environment"), ("NOORM_USER", "environment")])
        .flag(Field::Host, "flag")
        .expect(Field::Host, "flag", "the command line")
        .expect(Field::User, "environment", "the environment variable `NOORM_USER`")
        .expect(Field::Dialect, "x", "the stored config")
        .expect(Field::Port, 1, "the defaults of the stage `dev`")
        .expect(Field::Kind, "local", "the default")
        .expect_nothing(Field::Password);
}

#[test]
fn defaults_of_a_stage_reach_every_field() {
    let stage = "{defaults: {type: remote, isTest: true, protected: true, identity: Ann, host: h, user: u, password: p, \
                 port: 5, ssl: {ca: ca.pem}, pool: {max: 1}, connectTimeoutMs: 1, lockTimeoutMs: 2, \
                 statementTimeoutMs: 3, paths: {schema: s, changesets: c}}}";
    let mut case = Case::new(json!({})).stage(stage);
    for (field, value) in case.settings.stages["dev"].defaults.clone().iter() {
        case = case.expect(field, value.clone(), "the defaults of the stage `dev`");
    }
}

#[test]
fn what_is_stored_as_it_would_be_anyway_does_not_beat_a_stage() {
    Case::new(json!({ "type": "local", "isTest": false, "protected": false }))
        .stage("{defaults: {type: remote, isTest: true, protected: true}}")
        .expect(Field::Kind, "remote", "the defaults of the stage `dev`")
        .expect(Field::IsTest, true, "the defaults of the stage `dev`")
        .expect(Field::Protected, true, "the defaults of the stage `dev`");
    Case::new(json!({ "protected": true })).stage("{defaults: {protected: false}}").expect(
        Field::Protected,
        true,
        "the stored config",
    );
}

#[test]
fn the_environment_protects_and_does_not_unprotect() {
    let protected = [("NOORM_PROTECTED", "1")];
    Case::new(json!({})).environment(&protected).expect(
        Field::Protected,
        true,
        "the environment variable `NOORM_PROTECTED`",
    );
    Case::new(json!({ "protected": true })).environment(&[("NOORM_PROTECTED", "0")]).expect(
        Field::Protected,
        true,
        "the stored config",
    );
}

#[test]
fn a_stored_identity_comes_first() {
    let case = Case::new(json!({ "identity": "Ann" })).environment(&[("NOORM_IDENTITY", "CI")]);
    case.expect(Field::Identity, "Ann", "the stored config");
    let case = Case::new(json!({})).environment(&[("NOORM_IDENTITY", "CI")]).stage("{defaults: {identity: Team}}");
    case.expect(Field::Identity, "CI", "the environment variable `NOORM_IDENTITY`");
}

#[test]
fn database_and_file_are_one_choice() {
    let stored = json!({ "connection.database": "", "connection.filename": "a.db" });
    Case::new(stored.clone())
        .environment(&[("NOORM_DATABASE", "b.db")])
        .expect(Field::Database, "b.db", "the environment variable `NOORM_DATABASE`")
        .expect_nothing(Field::Filename);
    Case::new(stored)
        .stage("{defaults: {database: c}}")
        .expect(Field::Filename, "a.db", "the stored config")
        .expect_nothing(Field::Database);
    Case::new(json!({})).flag(Field::Filename, "b.db").expect_nothing(Field::Database);
}

#[test]
fn details_of_encryption_add_up() {
    Case::new(json!({ "connection.ssl": { "ca": "own.pem" } }))
        .environment(&[("NOORM_SSL_REJECT_UNAUTHORIZED", "0")])
        .expect(
            Field::Ssl,
            json!({ "ca": "own.pem", "rejectUnauthorized": false }),
            "the environment variable `NOORM_SSL_REJECT_UNAUTHORIZED`",
        );
    Case::new(json!({})).environment(&[("NOORM_SSL", "1")]).stage("{defaults: {ssl: {ca: team.pem}}}").expect(
        Field::Ssl,
        json!({ "ca": "team.pem" }),
        "the environment variable `NOORM_SSL`",
    );
}

#[test]
fn what_a_stage_enforces_counts() {
    Case::new(json!({ "protected": false, "connection.host": "h" }))
        .stage("{defaults: {port: 1}, enforced: {protected: true, host: h, port: 2}}")
        .expect(Field::Protected, true, "enforced by the stage `dev`")
        .expect(Field::Host, "h", "enforced by the stage `dev`")
        .expect(Field::Port, 2, "enforced by the stage `dev`");
}

/// The message of the contradiction.
#[track_caller]
fn check_contradiction(case: &Case, expected: &str) {
    assert_eq!(case.resolve().expect_err("a contradiction").to_string(), expected);
}

#[test]
fn saying_something_else_than_is_enforced_is_an_error() {
    check_contradiction(
        &Case::new(json!({ "protected": true })).stage("{enforced: {protected: false}}"),
        "`protected` is `true` by the stored config, and the stage `dev` enforces `false`",
    );
    check_contradiction(
        &Case::new(json!({})).environment(&[("NOORM_HOST", "evil")]).stage("{enforced: {host: db}}"),
        "`connection.host` is `evil` by the environment variable `NOORM_HOST`, and the stage `dev` enforces `db`",
    );
    check_contradiction(
        &Case::new(json!({})).flag(Field::Port, 1).stage("{enforced: {port: 2}}"),
        "`connection.port` is `1` by the command line, and the stage `dev` enforces `2`",
    );
    check_contradiction(
        &Case::new(json!({})).flag(Field::Filename, "x.db").stage("{enforced: {database: stored}}"),
        "`connection.filename` is `x.db` by the command line, and the stage `dev` enforces `connection.database`",
    );
}

#[test]
fn a_config_of_the_environment_alone_has_its_name_and_its_stage() {
    let mut case = Case::new(json!({})).environment(&[("NOORM_DIALECT", "x"), ("NOORM_DATABASE", "d")]);
    case.stored = None;
    let case = case.stage("{defaults: {host: h}}").expect(Field::Host, "h", "the defaults of the stage `dev`");
    assert_eq!(case.resolve().expect("a config").config.name, environment::NAME);
}

#[test]
fn what_a_newer_version_stored_is_kept() {
    let case = Case::new(json!({ "later": 1, "connection.later": [2] })).flag(Field::Host, "h");
    let config = case.resolve().expect("a config").config;
    assert_eq!((config.other["later"].clone(), config.connection.other["later"].clone()), (json!(1), json!([2])));
}
