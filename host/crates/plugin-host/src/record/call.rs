//! A call into a plugin as data: what was asked, so that it can be asked again without a project or a database.
//!
//! The bytes of a data file or a script are not in it; they lie beside it.

use noorm_core::value::{Scalar, Value};
use serde::{Deserialize, Serialize};

use crate::dialect::{Dialect, Facts, Found};
use crate::error::PluginError;

/// One question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub(crate) enum Call {
    /// Of a loader: a data file, with CBOR of its options in hex.
    Load {
        path: String,
        options: String,
    },
    /// Of a dialect, as all that follow.
    Quote {
        identifier: String,
    },
    Qualify {
        schema: Option<String>,
        name: String,
    },
    Literal {
        value: Literal,
    },
    Escape {
        text: String,
    },
    Split {
        path: String,
    },
    Look {
        statement: String,
    },
    Classify {
        code: String,
        message: String,
    },
    Latest,
    Upgrade {
        installed: u32,
    },
    Adopt {
        found: Vec<(String, String, String)>,
    },
    Tracking {
        action: String,
    },
    Lock {
        schema: Option<String>,
        action: String,
    },
    Login {
        wishes: Facts,
    },
    Probe,
    Facts {
        answer: Facts,
    },
    Control,
    Around {
        marks: Facts,
    },
    Maintenance,
    DatabaseExists,
    CreateDatabase {
        name: String,
    },
    DestroyDatabase {
        name: String,
    },
}

/// A scalar, written down.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Literal {
    Null,
    Boolean(bool),
    Integer(i64),
    Decimal(String),
    /// Its bits, as JSON has neither infinity nor NaN.
    Real(u64),
    Text(String),
    Bytes(Vec<u8>),
}

impl From<&Scalar> for Literal {
    fn from(value: &Scalar) -> Self {
        match value {
            Scalar::Null => Self::Null,
            Scalar::Boolean(value) => Self::Boolean(*value),
            Scalar::Integer(value) => Self::Integer(*value),
            Scalar::Decimal(value) => Self::Decimal(value.clone()),
            Scalar::Real(value) => Self::Real(value.to_bits()),
            Scalar::Text(value) => Self::Text(value.clone()),
            Scalar::Bytes(value) => Self::Bytes(value.clone()),
        }
    }
}

impl From<&Literal> for Scalar {
    fn from(value: &Literal) -> Self {
        match value {
            Literal::Null => Self::Null,
            Literal::Boolean(value) => Self::Boolean(*value),
            Literal::Integer(value) => Self::Integer(*value),
            Literal::Decimal(value) => Self::Decimal(value.clone()),
            Literal::Real(bits) => Self::Real(f64::from_bits(*bits)),
            Literal::Text(value) => Self::Text(value.clone()),
            Literal::Bytes(value) => Self::Bytes(value.clone()),
        }
    }
}

impl Call {
    /// The question of a data file.
    pub(crate) fn load(path: &str, options: &Value) -> Self {
        let options = noorm_core::cbor::encode(options).iter().map(|byte| format!("{byte:02x}")).collect();
        Self::Load { path: path.to_owned(), options }
    }

    /// Asks a dialect again. `input` is the script, where there is one.
    pub(crate) fn ask(&self, dialect: &Dialect, input: &[u8]) -> Result<(), PluginError> {
        match self {
            Self::Load { .. } => Ok(()),
            Self::Quote { identifier } => dialect.quote(identifier).map(drop),
            Self::Qualify { schema, name } => dialect.qualify(schema.as_deref(), name).map(drop),
            Self::Literal { value } => dialect.literal(&value.into()).map(drop),
            Self::Escape { text } => dialect.escape(text).map(drop),
            Self::Split { path } => dialect.split(path, &String::from_utf8_lossy(input)).map(drop),
            Self::Look { statement } => dialect.look(statement).map(drop),
            Self::Classify { code, message } => dialect.classify(code, message).map(drop),
            Self::Latest => dialect.latest().map(drop),
            Self::Upgrade { installed } => dialect.upgrade(*installed).map(drop),
            Self::Adopt { found } => {
                let found: Vec<Found> = found.iter().map(of_column).collect();
                dialect.adopt(&found).map(drop)
            }
            Self::Tracking { action } => dialect.tracking(action).map(drop),
            Self::Lock { schema: None, action } => dialect.lock(action).map(drop),
            Self::Lock { schema: Some(schema), action } => dialect.lock_in(schema, action).map(drop),
            Self::Login { wishes } => dialect.login(wishes).map(drop),
            Self::Probe => dialect.probe().map(drop),
            Self::Facts { answer } => dialect.facts(answer).map(drop),
            Self::Control => dialect.control().map(drop),
            Self::Around { marks } => dialect.around(marks).map(drop),
            Self::Maintenance => dialect.maintenance().map(drop),
            Self::DatabaseExists => dialect.database_exists().map(drop),
            Self::CreateDatabase { name } => dialect.create_database(name).map(drop),
            Self::DestroyDatabase { name } => dialect.destroy_database(name).map(drop),
        }
    }
}

fn of_column((schema, table, column): &(String, String, String)) -> Found {
    Found { schema: schema.clone(), table: table.clone(), column: column.clone() }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_written_and_read() {
        let check = |call: Call, expected: &str| {
            let text = serde_json::to_string(&call).unwrap();
            assert_eq!(text, expected);
            assert_eq!(serde_json::from_str::<Call>(&text).unwrap(), call);
        };
        check(Call::Probe, r#"{"ask":"probe"}"#);
        check(Call::Quote { identifier: "a b".into() }, r#"{"ask":"quote","identifier":"a b"}"#);
        check(
            Call::Literal { value: (&Scalar::Real(f64::NEG_INFINITY)).into() },
            r#"{"ask":"literal","value":{"real":18442240474082181120}}"#,
        );
        let options = Value::Map(vec![("a".to_owned(), Value::Integer(1))]);
        check(Call::load("a.csv", &options), r#"{"ask":"load","path":"a.csv","options":"a1616101"}"#);
    }
}
