//! From what a module exports to what the host takes.

use std::collections::HashSet;

use boa_engine::builtins::error::Error;
use boa_engine::context::Context;
use boa_engine::object::JsObject;
use boa_engine::object::builtins::{
    JsArray, JsArrayBuffer, JsDataView, JsDate, JsFunction, JsMap, JsPromise, JsRegExp, JsSet, JsTypedArray, JsWeakMap,
    JsWeakSet,
};
use boa_engine::value::JsVariant;
use boa_engine::{JsBigInt, JsError, JsNativeError, JsResult, JsString, JsSymbol, JsValue, js_string};
use noorm_guest::cbor::Value;

use crate::fault::Fault;

/// Deepest nesting that is taken: the host reads no deeper.
const DEPTH_MAX: usize = 120;

/// Largest whole number whose neighbours are all whole numbers too.
const WHOLE_MAX: f64 = 9_007_199_254_740_992.0;

/// Returns `Object.keys`, before a module can put something else in its place.
pub(crate) fn keys(context: &mut Context) -> JsResult<JsFunction> {
    let object = context.intrinsics().constructors().object().constructor();
    let keys = object.get(js_string!("keys"), context)?;
    keys.as_function().ok_or_else(|| JsNativeError::typ().with_message("`Object.keys` is missing").into())
}

/// Converts what a module exports by default.
pub(crate) fn convert(exported: &JsValue, keys: &JsFunction, context: &mut Context) -> Result<Value, Fault> {
    let mut walk = Walk { keys: keys.clone(), context, path: Vec::new(), open: Vec::new() };
    match walk.value(exported)? {
        Some(value) => Ok(value),
        None => Err(walk.wrong("is undefined")),
    }
}

struct Walk<'a> {
    keys: JsFunction,
    context: &'a mut Context,
    /// The way from the export to the value: `.name` or `[3]`.
    path: Vec<String>,
    /// The objects on that way.
    open: Vec<JsObject>,
}

impl Walk<'_> {
    /// Says what is wrong with the value that is being looked at.
    fn wrong(&self, what: &str) -> Fault {
        let path = if self.path.is_empty() { "the default export".to_owned() } else { self.path.concat() };
        let path = path.strip_prefix('.').unwrap_or(&path);
        let path = if self.path.is_empty() { path.to_owned() } else { format!("`{path}`") };
        Fault::new("value", format!("{path} {what}"), None)
    }

    /// An error that was thrown on the way: by a getter, by `toJSON`.
    fn thrown(&mut self, error: &JsError) -> Fault {
        let fault = Fault::of_error(error, self.context);
        let what = format!("cannot be read: {}", fault.message());
        if self.path.is_empty() { fault } else { fault.about(self.wrong(&what).message()) }
    }

    /// Returns the value, and nothing for what is undefined.
    fn value(&mut self, value: &JsValue) -> Result<Option<Value>, Fault> {
        Ok(Some(match value.variant() {
            JsVariant::Undefined => return Ok(None),
            JsVariant::Null => Value::Null,
            JsVariant::Boolean(flag) => Value::Boolean(flag),
            JsVariant::Integer32(number) => Value::Integer(i128::from(number)),
            JsVariant::Float64(number) => self.number(number)?,
            JsVariant::String(text) => Value::Text(self.text(&text)?),
            JsVariant::BigInt(number) => self.integer(&number)?,
            JsVariant::Symbol(_) => return Err(self.wrong("is a symbol")),
            JsVariant::Object(object) => return self.object(&object),
        }))
    }

    #[allow(clippy::cast_possible_truncation)] // bounded by the condition
    fn number(&self, number: f64) -> Result<Value, Fault> {
        if !number.is_finite() {
            let what = if number.is_nan() { "is not a number (NaN)" } else { "is infinite" };
            return Err(self.wrong(what));
        }
        let is_whole = number.fract() == 0.0 && number.abs() <= WHOLE_MAX;
        Ok(if is_whole { Value::Integer(number as i128) } else { Value::Real(number) })
    }

    fn integer(&self, number: &JsBigInt) -> Result<Value, Fault> {
        let parsed = number.to_string_radix(10).parse();
        parsed.map(Value::Integer).map_err(|_| self.wrong("has more than 128 bits"))
    }

    fn text(&self, text: &JsString) -> Result<String, Fault> {
        text.to_std_string().map_err(|_| self.wrong("has half of a surrogate pair in it, which is not a character"))
    }

    fn object(&mut self, object: &JsObject) -> Result<Option<Value>, Fault> {
        if object.is_callable() {
            return Err(self.wrong("is a function"));
        }
        if self.open.iter().any(|open| JsObject::equals(open, object)) {
            return Err(self.wrong("contains itself"));
        }
        if self.open.len() >= DEPTH_MAX {
            return Err(Fault::new("too-deep", format!("the data is nested deeper than {DEPTH_MAX}"), None));
        }
        self.open.push(object.clone());
        let converted = self.inside(object);
        self.open.pop();
        converted
    }

    fn inside(&mut self, object: &JsObject) -> Result<Option<Value>, Fault> {
        if let Ok(date) = JsDate::from_object(object.clone()) {
            let text = date.to_iso_string(self.context).map_err(|_| self.wrong("is a date that does not exist"))?;
            return self.value(&text);
        }
        if let Some(value) = boxed(object) {
            return self.value(&value);
        }
        if let Some(what) = stranger(object) {
            return Err(self.wrong(what));
        }
        if let Ok(map) = JsMap::from_object(object.clone()) {
            return self.map(&map);
        }
        if let Ok(set) = JsSet::from_object(object.clone()) {
            return self.set(&set);
        }
        let method = object.get(js_string!("toJSON"), self.context).map_err(|error| self.thrown(&error))?;
        if let Some(method) = method.as_callable() {
            let this = JsValue::from(object.clone());
            let value = method.call(&this, &[], self.context).map_err(|error| self.thrown(&error))?;
            return self.value(&value);
        }
        if object.is_array() {
            return self.list(object);
        }
        self.refuse_what_only_looks_plain(object)?;
        self.entries(object)
    }

    /// What an error has to say, and what an iterator would give, is in none of their properties.
    fn refuse_what_only_looks_plain(&mut self, object: &JsObject) -> Result<(), Fault> {
        if object.is::<Error>() {
            return Err(self.wrong("is an error: throw it, or write its `message`"));
        }
        let what = "is an iterator or a collection of its own kind: write `Array.from(…)` around it";
        let by_turns = "gives its values one after the other: collect them with `for await`";
        for (symbol, what) in [(JsSymbol::iterator(), what), (JsSymbol::async_iterator(), by_turns)] {
            let method = object.get(symbol, self.context).map_err(|error| self.thrown(&error))?;
            if method.is_callable() {
                return Err(self.wrong(what));
            }
        }
        Ok(())
    }

    fn list(&mut self, object: &JsObject) -> Result<Option<Value>, Fault> {
        let array = JsArray::from_object(object.clone()).map_err(|error| self.thrown(&error))?;
        let length = array.length(self.context).map_err(|error| self.thrown(&error))?;
        let mut items = Vec::new();
        for index in 0..length {
            self.path.push(format!("[{index}]"));
            let item = object.get(index, self.context).map_err(|error| self.thrown(&error))?;
            items.push(self.value(&item)?.unwrap_or(Value::Null));
            self.path.pop();
        }
        Ok(Some(Value::List(items)))
    }

    fn set(&mut self, set: &JsSet) -> Result<Option<Value>, Fault> {
        let mut found = Vec::new();
        let collected = set.for_each_native(|item| {
            found.push(item);
            Ok(())
        });
        collected.map_err(|error| self.thrown(&error))?;
        let mut items = Vec::with_capacity(found.len());
        for (index, item) in found.iter().enumerate() {
            self.path.push(format!("[{index}]"));
            items.push(self.value(item)?.unwrap_or(Value::Null));
            self.path.pop();
        }
        Ok(Some(Value::List(items)))
    }

    fn map(&mut self, map: &JsMap) -> Result<Option<Value>, Fault> {
        let mut found = Vec::new();
        let collected = map.for_each_native(|key, value| {
            found.push((key, value));
            Ok(())
        });
        collected.map_err(|error| self.thrown(&error))?;
        let mut entries: Vec<(String, Value)> = Vec::with_capacity(found.len());
        let mut names = HashSet::with_capacity(found.len());
        for (key, value) in &found {
            let name = match key.variant() {
                JsVariant::String(text) => self.text(&text)?,
                JsVariant::Integer32(number) => number.to_string(),
                JsVariant::Float64(number) if number.is_finite() => number.to_string(),
                _ => return Err(self.wrong("is a map with a key that is neither text nor a number")),
            };
            if !names.insert(name.clone()) {
                return Err(self.wrong(&format!("is a map with two keys that are written `{name}`")));
            }
            self.path.push(step(&name));
            entries.extend(self.value(value)?.map(|value| (name, value)));
            self.path.pop();
        }
        Ok(Some(Value::Map(entries)))
    }

    fn entries(&mut self, object: &JsObject) -> Result<Option<Value>, Fault> {
        let keys = self.keys.clone();
        let names = keys.call(&JsValue::undefined(), &[object.clone().into()], self.context);
        let names = names.and_then(|names| match names.as_object() {
            Some(names) => JsArray::from_object(names.clone()),
            None => Err(JsNativeError::typ().with_message("`Object.keys` returned no list").into()),
        });
        let names = names.map_err(|error| self.thrown(&error))?;
        let count = names.length(self.context).map_err(|error| self.thrown(&error))?;
        let mut entries = Vec::new();
        for index in 0..count {
            let name = names.get(index, self.context).map_err(|error| self.thrown(&error))?;
            let Some(name) = name.as_string() else { continue };
            self.path.push(step(&name.to_std_string_lossy()));
            let value = object.get(name.clone(), self.context).map_err(|error| self.thrown(&error))?;
            let name = self.text(&name)?;
            entries.extend(self.value(&value)?.map(|value| (name, value)));
            self.path.pop();
        }
        Ok(Some(Value::Map(entries)))
    }
}

/// Returns what an object stands for that is made of a number, a text, a truth or a symbol, as by `new Number(5)`.
fn boxed(object: &JsObject) -> Option<JsValue> {
    let number = object.downcast_ref::<f64>().map(|number| JsValue::from(*number));
    let text = || object.downcast_ref::<JsString>().map(|text| JsValue::from(text.clone()));
    let flag = || object.downcast_ref::<bool>().map(|flag| JsValue::from(*flag));
    let integer = || object.downcast_ref::<JsBigInt>().map(|integer| JsValue::from(integer.clone()));
    let symbol = || object.downcast_ref::<JsSymbol>().map(|symbol| JsValue::from(symbol.clone()));
    number.or_else(text).or_else(flag).or_else(integer).or_else(symbol)
}

/// Returns what is wrong with an object of the engine's own that is no data.
fn stranger(object: &JsObject) -> Option<&'static str> {
    let object = || object.clone();
    if JsPromise::from_object(object()).is_ok() {
        Some("is a promise: write `await` before it")
    } else if JsRegExp::from_object(object()).is_ok() {
        Some("is a regular expression")
    } else if JsTypedArray::from_object(object()).is_ok() {
        Some("is a typed array: write `Array.from(…)` around it")
    } else if JsArrayBuffer::from_object(object()).is_ok() || JsDataView::from_object(object()).is_ok() {
        Some("is a buffer of bytes")
    } else if JsWeakMap::from_object(object()).is_ok() || JsWeakSet::from_object(object()).is_ok() {
        Some("is a weak collection, which does not tell what is in it")
    } else {
        None
    }
}

/// One step of a path: `.name`, or `["a name"]`.
fn step(name: &str) -> String {
    let is_plain = !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '$');
    if is_plain { format!(".{name}") } else { format!("[{name:?}]") }
}
