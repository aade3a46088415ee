//! The options that settings have for a loader, held against the schema that it declares.
//!
//! A schema is read once for each loader. What is wrong with an option is told by the setting that has it. Defaults are the
//! loader's own to know.

use jsonschema::Validator;
use jsonschema::error::ValidationErrorKind;
use noorm_core::value::Value;
use serde_json::{Map, Value as Json};

use crate::choose::OptionInForce;
use crate::error::PluginError;
use crate::info::PluginInfo;

/// Bytes of a schema; that of an ordinary loader has some hundred.
const SCHEMA_BYTES_MAX: usize = 64 * 1024;

/// Reads a loader's schema, or says why it is none. One that says nothing allows nothing to be said about it.
pub(crate) fn schema(text: &str) -> Result<Validator, String> {
    if text.len() > SCHEMA_BYTES_MAX {
        return Err(format!("it has {} bytes, and {SCHEMA_BYTES_MAX} are allowed", text.len()));
    }
    let schema: Json = serde_json::from_str(text).map_err(|error| format!("it is not JSON: {error}"))?;
    if !schema.is_object() && !schema.is_boolean() {
        return Err("it is neither an object nor `true` or `false`".to_owned());
    }
    if let Some(reference) = reference(&schema) {
        return Err(format!("it has a `{reference}`, and options have no use for references"));
    }
    jsonschema::options().build(&schema).map_err(|error| error.to_string())
}

/// Returns the first reference of a schema. A few hundred bytes of them can mean more checks than anybody waits for, as
/// each is followed anew wherever it is named.
fn reference(schema: &Json) -> Option<&str> {
    match schema {
        Json::Object(entries) => entries.iter().find_map(|(key, value)| {
            let is_reference = matches!(key.as_str(), "$ref" | "$dynamicRef" | "$recursiveRef") && value.is_string();
            if is_reference { Some(key.as_str()) } else { reference(value) }
        }),
        Json::Array(items) => items.iter().find_map(reference),
        _ => None,
    }
}

/// Says what is wrong with the schema that a loader declares, which has to take no options at all as well.
#[must_use]
pub fn schema_fault(text: &str) -> Option<String> {
    match schema(text) {
        Err(what) => Some(what),
        Ok(validator) => {
            let none = Json::Object(Map::new());
            validator.validate(&none).err().map(|error| format!("a file without options is refused: {error}"))
        }
    }
}

/// Refuses options that the loader's schema does not allow. `path` is the file that they are for.
pub(crate) fn check(
    schema: &Validator,
    info: &PluginInfo,
    path: &str,
    options: &[OptionInForce],
) -> Result<(), PluginError> {
    let object = Json::Object(as_map(options));
    // It looks for all of them, which are no more than the schema is long, and knows the first one better than `validate`.
    let Some(error) = schema.iter_errors(&object).next() else { return Ok(()) };
    let name = unescaped(error.instance_path().as_str().split('/').nth(1).unwrap_or_default());
    let known = known(info);
    // A schema that lists no properties says of the whole that it is too much.
    let first = || options.iter().map(|option| option.name.clone()).find(|name| !known.contains(name));
    let unexpected = match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } if name.is_empty() => unexpected.first().cloned(),
        ValidationErrorKind::FalseSchema if name.is_empty() => first(),
        _ => None,
    };
    let (name, what) = match error.kind() {
        _ if unexpected.is_some() => {
            let name = unexpected.unwrap_or_default();
            let what = match noorm_core::similar::closest(&name, known.iter().map(String::as_str)) {
                Some(similar) => format!("it has no such option; did you mean `{similar}`?"),
                None if known.is_empty() => "it has no options".to_owned(),
                None => format!("it has no such option, but {}", listed(&known)),
            };
            (name, what)
        }
        ValidationErrorKind::Required { property } if name.is_empty() => {
            let name = property.as_str().unwrap_or_default().to_owned();
            (name, "it has to be said".to_owned())
        }
        _ => (name, error.to_string()),
    };
    let setting = options.iter().find(|option| option.name == name).map(|option| option.setting.clone());
    let setting = setting.unwrap_or_else(|| match name.is_empty() {
        true => "plugins".to_owned(),
        false => format!("plugins.extensions.{}.options.{name}", crate::choose::extension_of(path)),
    });
    Err(PluginError::Options { plugin: Box::new(info.plugin_ref()), path: path.to_owned(), setting, what })
}

/// Returns the names of a loader's options, as far as its schema lists them.
fn known(info: &PluginInfo) -> Vec<String> {
    let schema = info.options_schema.as_deref().and_then(|text| serde_json::from_str::<Json>(text).ok());
    let properties = schema.as_ref().and_then(|schema| schema["properties"].as_object());
    properties.map(|properties| properties.keys().cloned().collect()).unwrap_or_default()
}

fn listed(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// A segment of a JSON pointer (RFC 6901, section 3).
fn unescaped(segment: &str) -> String {
    segment.replace("~1", "/").replace("~0", "~")
}

/// Returns options as one object.
pub(crate) fn as_map(options: &[OptionInForce]) -> Map<String, Json> {
    options.iter().map(|option| (option.name.clone(), option.value.clone())).collect()
}

/// Returns options as the loader gets them.
pub(crate) fn as_value(options: &[OptionInForce]) -> Value {
    Value::Map(options.iter().map(|option| (option.name.clone(), value(&option.value))).collect())
}

fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(flag) => Value::Boolean(*flag),
        Json::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(integer), _) => Value::Integer(integer),
            (_, Some(large)) => Value::Big(large.into()),
            _ => Value::Real(number.as_f64().unwrap_or_default()),
        },
        Json::String(text) => Value::Text(text.clone()),
        Json::Array(items) => Value::List(items.iter().map(value).collect()),
        Json::Object(entries) => Value::Map(entries.iter().map(|(name, one)| (name.clone(), value(one))).collect()),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    const SCHEMA: &str = r#"{"type":"object","additionalProperties":false,"properties":{
        "delimiter":{"type":"string","minLength":1,"maxLength":1},"header":{"type":"boolean"},"null":{"type":["array"]}}}"#;

    #[track_caller]
    fn refused(options: Json, expected: &str) {
        let Json::Object(options) = options else { panic!("an object") };
        let in_force: Vec<_> = options
            .into_iter()
            .map(|(name, value)| OptionInForce { setting: format!("s.{name}"), name, value })
            .collect();
        let info = PluginInfo { options_schema: Some(SCHEMA.to_owned()), ..crate::registry::tests::info("loader-x") };
        let error = check(&schema(SCHEMA).unwrap(), &info, "a/b.csv", &in_force);
        assert_eq!(error.map_err(|error| error.to_string()), Err(expected.to_owned()));
    }

    #[test]
    fn an_option_is_refused_by_the_setting_that_has_it() {
        let said = |what: &str| format!("`{what} (for `a/b.csv`)");
        refused(
            json!({"header": true, "delimiter": ";;"}),
            &said("s.delimiter` is not what `loader-x` takes: \";;\" is longer than 1 character"),
        );
        refused(
            json!({"delimter": ";"}),
            &said("s.delimter` is not what `loader-x` takes: it has no such option; did you mean `delimiter`?"),
        );
        refused(
            json!({"zzz": 1}),
            &said("s.zzz` is not what `loader-x` takes: it has no such option, but `delimiter`, `header`, `null`"),
        );
        refused(
            json!({"null": [1], "header": 1}),
            &said("s.header` is not what `loader-x` takes: 1 is not of type \"boolean\""),
        );
    }

    #[test]
    fn a_loader_without_options_says_so() {
        let info = crate::registry::tests::info("loader-x");
        let option = OptionInForce { setting: "s.upper".to_owned(), name: "upper".to_owned(), value: Json::Bool(true) };
        let none = schema(r#"{"type":"object","additionalProperties":false}"#).unwrap();
        let error = check(&none, &info, "a.b", &[option]).map_err(|error| error.to_string());
        assert_eq!(error, Err("`s.upper` is not what `loader-x` takes: it has no options (for `a.b`)".to_owned()));
    }

    #[test]
    fn a_schema_that_is_none_is_told() {
        assert!(schema("{}").is_ok() && schema("true").is_ok() && schema(SCHEMA).is_ok());
        let (away, inside) = (r#"{"$ref":"https://example.com/x.json"}"#, r##"{"allOf":[{"$ref":"#/$defs/a"}]}"##);
        for broken in ["", "[]", "{", r#"{"type":"texts"}"#, away, inside, r##"{"$dynamicRef":"#a"}"##] {
            assert!(schema(broken).is_err(), "{broken}");
        }
        assert!(schema(&format!("{{\"description\":\"{}\"}}", "x".repeat(SCHEMA_BYTES_MAX))).is_err());
    }

    #[test]
    fn a_schema_has_to_take_no_options() {
        assert_eq!(schema_fault(SCHEMA), None);
        assert_eq!(schema_fault(r#"{"properties":{"$ref":{"type":"string"}}}"#), None);
        for wrong in ["", r#"{"type":"object","required":["a"]}"#] {
            assert!(schema_fault(wrong).is_some(), "{wrong}");
        }
    }

    #[test]
    fn options_are_values() {
        let option = |name: &str, value| OptionInForce { name: name.to_owned(), value, setting: String::new() };
        let options = [option("a", json!([1, 1.5, null, "x", true])), option("b", json!({"c": u64::MAX}))];
        let list =
            vec![Value::Integer(1), Value::Real(1.5), Value::Null, Value::Text("x".to_owned()), Value::Boolean(true)];
        let map = Value::Map(vec![("c".to_owned(), Value::Big(u64::MAX.into()))]);
        assert_eq!(as_value(&options), Value::Map(vec![("a".to_owned(), Value::List(list)), ("b".to_owned(), map)]));
    }
}
