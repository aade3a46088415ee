//! Data files of any length, as their format has them.

/// Returns what makes a file of at least so many bytes with an extension.
pub(crate) fn growing(extension: &str) -> Option<fn(usize) -> Vec<u8>> {
    match extension {
        "csv" => Some(|bytes| table(bytes, ',')),
        "tsv" => Some(|bytes| table(bytes, '\t')),
        // JSON is YAML as well.
        "json" | "jsonc" | "json5" | "yaml" | "yml" => Some(|bytes| list("[", ITEM, ",\n", "]\n", bytes)),
        "js" | "mjs" => Some(|bytes| list("export default [", ITEM, ",\n", "];\n", bytes)),
        "ndjson" | "jsonl" => Some(|bytes| list("", ITEM, "\n", "\n", bytes)),
        "toml" => {
            Some(|bytes| list("", "[[row]]\nid = 1\nname = \"Zoë, who is long\"\nnote = \"\"\n", "\n", "", bytes))
        }
        "xml" => Some(|bytes| list("<rows>", "<row id=\"1\">Zoë, who is long</row>", "\n", "</rows>\n", bytes)),
        _ => None,
    }
}

const ITEM: &str = r#"{"id": 1, "name": "Zoë, who is long", "tags": ["a", "b"], "note": null}"#;

fn table(bytes: usize, separator: char) -> Vec<u8> {
    let row = ["1", "Zoë who is long", "2026-01-31", "19.90"].join(&separator.to_string());
    let head = ["id", "name", "day", "price"].join(&separator.to_string());
    list(&format!("{head}\n"), &row, "\n", "\n", bytes)
}

fn list(open: &str, item: &str, between: &str, close: &str, bytes: usize) -> Vec<u8> {
    let count = bytes.div_ceil(item.len() + between.len()).max(1);
    let items = vec![item; count].join(between);
    [open, &items, close].concat().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_as_long_as_asked() {
        for extension in ["csv", "tsv", "json", "js", "ndjson", "toml", "xml"] {
            let make = growing(extension).expect("it grows");
            for bytes in [1, 1000, 100_000] {
                let length = make(bytes).len();
                assert!(length >= bytes && length < bytes + 300, "{extension}: {length} for {bytes}");
            }
        }
    }
}
