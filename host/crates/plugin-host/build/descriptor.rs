//! Asks a bundled plugin who it is while the host is being built, so that listing plugins needs no engine.
//!
//! Reads the answer by field names rather than through the generated bindings, which are slow to compile.

use wasmtime::component::{Component, Linker, Val};
use wasmtime::{Engine, Error, Result, Store};

/// What a plugin says about itself.
pub(crate) struct Descriptor {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) summary: String,
    pub(crate) provides: Vec<String>,
    pub(crate) driver: Option<String>,
    pub(crate) options_schema: Option<String>,
}

/// Calls `describe` of the interface `interface`, such as `noorm:loader/describe@1.0.0`.
pub(crate) fn descriptor(engine: &Engine, component: &Component, interface: &str) -> Result<Descriptor> {
    let mut linker = Linker::<()>::new(engine);
    // Whoever describes itself needs nothing for it.
    linker.define_unknown_imports_as_traps(component)?;
    let mut store = Store::new(engine, ());
    // Nothing moves the epoch here: a bundled plugin is trusted to describe itself and return.
    store.set_epoch_deadline(1);
    let instance = linker.instantiate(&mut store, component)?;
    let missing = || Error::msg(format!("`{interface}` exports no `describe`"));
    let outer = instance.get_export_index(&mut store, None, interface).ok_or_else(missing)?;
    let inner = instance.get_export_index(&mut store, Some(&outer), "describe").ok_or_else(missing)?;
    let describe = instance.get_func(&mut store, inner).ok_or_else(missing)?;
    let mut answer = [Val::Bool(false)];
    describe.call(&mut store, &[], &mut answer)?;
    let [Val::Record(fields)] = &answer else {
        return Err(Error::msg(format!("`{interface}` describes itself without a record")));
    };
    let text = |name: &str| field(fields, name).and_then(text);
    let need = |name: &str| text(name).ok_or_else(|| Error::msg(format!("no `{name}`")));
    let dialect = text("dialect").map(|dialect| vec![dialect]);
    Ok(Descriptor {
        name: need("name")?,
        version: need("version")?,
        summary: need("summary")?,
        provides: dialect
            .or_else(|| texts(field(fields, "extensions")?))
            .ok_or_else(|| Error::msg("neither `dialect` nor `extensions`"))?,
        driver: text("driver"),
        options_schema: text("options-schema"),
    })
}

fn field<'a>(fields: &'a [(String, Val)], name: &str) -> Option<&'a Val> {
    fields.iter().find(|(field, _)| field == name).map(|(_, value)| value)
}

fn text(value: &Val) -> Option<String> {
    match value {
        Val::String(text) => Some(text.clone()),
        _ => None,
    }
}

fn texts(value: &Val) -> Option<Vec<String>> {
    match value {
        Val::List(list) => list.iter().map(text).collect(),
        _ => None,
    }
}
