//! Guests written in WebAssembly text: those that no compiler would make, and those that speak an interface which is not
//! there yet.
//!
//! A guest of a world has every function that the world exports, with the signature of the canonical ABI. What is not
//! written is `unreachable`, but for `describe`, which answers with what the guest was given. Nothing here is run.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};

mod image;
mod world;

pub use image::{Image, Value};
use world::World;

/// Where the guest's own data lies; what a test puts below it stays.
pub const IMAGE_AT: u32 = 64 * 1024;

/// A guest in the making.
#[derive(Clone, Debug)]
pub struct Crafted {
    kind: Kind,
    word: String,
    described: Vec<Value>,
    versions: Vec<(String, String)>,
    more: Vec<(String, String)>,
    rewritten: Vec<(String, String)>,
    encoding: Encoding,
    imports: String,
    items: String,
    bodies: BTreeMap<String, String>,
    realloc: String,
    memory: String,
}

/// Which world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A loader of documents.
    Document,
    /// A loader of documents that may ask for other files.
    Linked,
    /// A loader of rows.
    Rows,
    /// A dialect.
    Dialect,
    /// A dialect over another one.
    Quirk,
}

/// How the guest writes its strings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// As every compiler does.
    Utf8,
    /// As the component model allows too.
    Utf16,
}

impl Crafted {
    /// Begins a guest that serves `word` and is called after it.
    #[must_use]
    pub fn new(kind: Kind, word: &str) -> Self {
        Self {
            kind,
            word: word.to_owned(),
            described: kind.description(word),
            versions: Vec::new(),
            more: Vec::new(),
            rewritten: Vec::new(),
            encoding: Encoding::Utf8,
            imports: String::new(),
            items: String::new(),
            bodies: BTreeMap::new(),
            realloc: ALLOC.to_owned(),
            memory: String::new(),
        }
    }

    /// Writes a function of the world: `function` is the interface and the name, such as `document.load` or
    /// `rows.[method]reader.next`.
    #[must_use]
    pub fn function(mut self, function: &str, body: &str) -> Self {
        self.bodies.insert(function.to_owned(), body.to_owned());
        self
    }

    /// Adds imports of the core module.
    #[must_use]
    pub fn imports(mut self, imports: &str) -> Self {
        self.imports.push_str(imports);
        self
    }

    /// Adds whatever else a core module holds.
    #[must_use]
    pub fn items(mut self, items: &str) -> Self {
        self.items.push_str(items);
        self
    }

    /// Puts bytes into the memory.
    #[must_use]
    pub fn data(mut self, at: u32, bytes: &[u8]) -> Self {
        writeln!(self.items, "(data (i32.const {at}) \"{}\")", image::escaped(bytes)).expect("text");
        self
    }

    /// Takes another description of itself: the fields of the world's record, in order.
    #[must_use]
    pub fn described(mut self, fields: Vec<Value>) -> Self {
        self.described = fields;
        self
    }

    /// Changes one field of the description.
    #[must_use]
    pub fn field(mut self, index: usize, value: Value) -> Self {
        self.described[index] = value;
        self
    }

    /// Gives what the host calls for room in the guest another body, of the parameters 0 to 3.
    #[must_use]
    pub fn realloc(mut self, body: &str) -> Self {
        self.realloc = body.to_owned();
        self
    }

    /// Declares the memory with these limits.
    #[must_use]
    pub fn memory(mut self, limits: &str) -> Self {
        self.memory = limits.to_owned();
        self
    }

    /// Writes strings in another encoding.
    #[must_use]
    pub fn encoding(mut self, encoding: Encoding) -> Self {
        self.encoding = encoding;
        self
    }

    /// Speaks a package of the interfaces in another version: the same shapes under another number.
    #[must_use]
    pub fn speaks(mut self, package: &str, version: &str) -> Self {
        self.versions.push((package.to_owned(), version.to_owned()));
        self
    }

    /// Speaks interfaces in whose text `from` is `to`: other shapes under the same number.
    #[must_use]
    pub fn rewritten(mut self, from: &str, to: &str) -> Self {
        self.rewritten.push((from.to_owned(), to.to_owned()));
        self
    }

    /// Imports an interface that is none of the world's. `package` is one of WIT, with its body in braces.
    #[must_use]
    pub fn importing(mut self, package: &str, interface: &str) -> Self {
        self.more.push((package.to_owned(), interface.to_owned()));
        self
    }

    /// Returns the core module with its interface embedded, as `plugin add` takes it.
    ///
    /// # Panics
    /// If the text is none, which is a fault of the test.
    #[must_use]
    pub fn module(&self) -> Vec<u8> {
        let world = World::of(self);
        let text = self.text(&world);
        let mut module = wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}\n{}", self.text_shown(&text)));
        let encoding = match self.encoding {
            Encoding::Utf8 => StringEncoding::UTF8,
            Encoding::Utf16 => StringEncoding::UTF16,
        };
        embed_component_metadata(&mut module, &world.resolve, world.id, encoding)
            .expect("the interface can be embedded");
        module
    }

    /// Returns the component.
    ///
    /// # Panics
    /// If the module does not fit its interface, which is a fault of the test.
    #[must_use]
    pub fn component(&self) -> Vec<u8> {
        let encoder = ComponentEncoder::default().module(&self.module()).expect("an interface is embedded");
        encoder.validate(true).encode().unwrap_or_else(|error| panic!("`{}`: {error:#}", self.word))
    }

    fn text(&self, world: &World) -> String {
        let mut image = Image::new(IMAGE_AT);
        let described = image.record(&self.described);
        let end = image.end().next_multiple_of(8);
        let pages = end / 65_536 + 2;
        let memory = if self.memory.is_empty() { pages.to_string() } else { self.memory.clone() };
        let mut text = format!(
            "(module {}\n(memory (export \"memory\") {memory})\n(global $top (mut i32) (i32.const {end}))\n\
             (func $alloc (export \"cabi_realloc\") (param i32 i32 i32 i32) (result i32) (local $at i32)\n{})\n\
             (data (i32.const {IMAGE_AT}) \"{}\")\n{}\n",
            self.imports,
            self.realloc,
            image::escaped(image.bytes()),
            self.items
        );
        for export in world.exports() {
            let body = match self.bodies.get(&export.key) {
                Some(body) => body.clone(),
                None if export.describes => format!("(i32.const {described})"),
                None => "unreachable".to_owned(),
            };
            writeln!(text, "(func (export {:?}) {} {body})", export.name, export.signature).expect("text");
        }
        let unknown: Vec<_> =
            self.bodies.keys().filter(|key| !world.exports().any(|export| export.key == **key)).collect();
        assert!(unknown.is_empty(), "the world has no {unknown:?}");
        text.push(')');
        text
    }

    fn text_shown<'a>(&self, text: &'a str) -> &'a str {
        &text[..text.floor_char_boundary(4096)]
    }
}

/// Takes room behind everything, and more memory when it is full.
const ALLOC: &str = "
    (local.set $at (i32.and (i32.add (global.get $top) (i32.const 7)) (i32.const -8)))
    (global.set $top (i32.add (local.get $at) (local.get 3)))
    (block $enough (loop $more
        (br_if $enough (i32.le_u (global.get $top) (i32.mul (memory.size) (i32.const 65536))))
        (br_if $enough (i32.eq (memory.grow (i32.const 1)) (i32.const -1)))
        (br $more)))
    (local.get $at)";

impl Kind {
    /// What a guest says of itself, field by field.
    fn description(self, word: &str) -> Vec<Value> {
        let text = |text: &str| Value::Text(text.as_bytes().to_vec());
        let (version, summary) = (text("0.1.0"), text("a crafted guest"));
        match self {
            Self::Document | Self::Linked | Self::Rows => vec![
                text(&format!("loader-{word}")),
                version,
                summary,
                Value::Texts(vec![word.to_owned()]),
                Value::Texts(Vec::new()),
                text("{}"),
                Value::Texts(Vec::new()),
            ],
            Self::Dialect => {
                let name = text(&format!("dialect-{word}"));
                vec![name, version, summary, text(word), text("sqlite"), Value::Texts(Vec::new())]
            }
            Self::Quirk => {
                let none = || Value::Texts(Vec::new());
                vec![text(&format!("quirk-{word}")), version, summary, none(), none()]
            }
        }
    }
}
