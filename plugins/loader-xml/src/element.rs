//! One element while it is read, and what becomes of it.

use std::collections::HashMap;

use noorm_guest::cbor::Value;

/// An element whose end has not come yet.
#[derive(Debug)]
pub(crate) struct Element {
    pub(crate) name: String,
    /// Its path from the root: `/shop/item`.
    pub(crate) path: String,
    /// Attributes, under the names that they get in the map.
    pub(crate) attributes: Vec<(String, Value)>,
    pub(crate) text: String,
    children: Vec<Child>,
    places: HashMap<String, usize>,
}

/// The elements of one name.
#[derive(Debug)]
struct Child {
    name: String,
    values: Vec<Value>,
    is_list: bool,
}

impl Element {
    pub(crate) fn new(name: &str, parent: &str) -> Self {
        Self {
            name: name.to_owned(),
            path: format!("{parent}/{name}"),
            attributes: Vec::new(),
            text: String::new(),
            children: Vec::new(),
            places: HashMap::new(),
        }
    }

    /// Takes an element that ended.
    pub(crate) fn add(&mut self, name: String, value: Value, is_list: bool) {
        if let Some(place) = self.places.get(&name) {
            self.children[*place].values.push(value);
            return;
        }
        self.places.insert(name.clone(), self.children.len());
        self.children.push(Child { name, values: vec![value], is_list });
    }

    /// Returns the value of the element.
    pub(crate) fn into_value(self) -> Value {
        if self.attributes.is_empty() && self.children.is_empty() {
            return Value::Text(self.text);
        }
        let mut entries = self.attributes;
        let is_blank = |text: &str| text.chars().all(|c| matches!(c, ' ' | '\t' | '\r' | '\n'));
        if !is_blank(&self.text) {
            entries.push(("#text".to_owned(), Value::Text(self.text)));
        }
        for Child { name, mut values, is_list } in self.children {
            let value = match values.pop() {
                Some(only) if values.is_empty() && !is_list => only,
                last => {
                    values.extend(last);
                    Value::List(values)
                }
            };
            entries.push((name, value));
        }
        Value::Map(entries)
    }
}
