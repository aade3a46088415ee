//! XML files as values, by a mapping that can be told in a few sentences:
//!
//! - The document is a map with one entry, the root element.
//! - An element with neither attributes nor elements in it is its text, exactly: `<a/>` is an empty text.
//! - Any other element is a map: its attributes as `@name`, its elements by their names, and its text as `#text`, unless that
//!   is blanks alone. The text of mixed content is joined; where elements stood in it is not kept.
//! - Elements of one name beside each other are a list, and one alone is itself. What the option `lists` names is always a
//!   list: an element's name (`item`), or its path from the root (`/shop/item`).
//! - Names are kept as they are written, prefixes included (`@xsi:type`, `dc:title`); `xmlns` is an attribute like others.
//! - Text is text: no numbers, dates or truths are guessed. CDATA is text; comments and processing instructions are left out.
//!
//! Entities are the five that XML defines, and characters by their numbers. A document type that defines anything is refused,
//! and nothing is ever read from elsewhere, so no entity can stand for a file or grow into gigabytes. Files are UTF-8.

mod describe;
mod element;
pub mod load;

/// The plugin.
#[derive(Debug)]
pub struct Plugin;

noorm_guest::export_document_loader!(Plugin);
