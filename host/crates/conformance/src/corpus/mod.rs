//! What plugins are tried with: data files, names, texts and scripts. The scripts speak several dialects; each dialect has
//! to cut all of them into pieces, or say what is wrong with them.

mod asked;
mod growing;
mod literals;
mod names;
mod servers;

pub use asked::{CODES, DATABASES, FOUND, LOCK, TRACKING, WISHES};
pub(crate) use growing::growing;
pub use literals::{BAD_DECIMALS, DECIMALS, TEXTS};
pub use names::{NAMES, PLAIN_NAMES};
pub use servers::SERVERS;

use crate::order::Sample;

/// A row of cells under their names.
type Row = &'static [(&'static str, &'static str)];

/// Files that tools have misread, and their rows.
pub(crate) const CSV_CASES: &[(&str, &[Row])] = &[
    ("zip,n\n01234,007\n", &[&[("zip", "01234"), ("n", "007")]]),
    ("code\n29051_00040\n", &[&[("code", "29051_00040")]]),
    (
        "gene,day\nSEPT2,SAT\nMARCH1,1-2\n",
        &[&[("gene", "SEPT2"), ("day", "SAT")], &[("gene", "MARCH1"), ("day", "1-2")]],
    ),
    ("a,b\n\"\",x\n", &[&[("a", ""), ("b", "x")]]),
    ("a\n1e5\n0x1F\n1_000\n+1\n", &[&[("a", "1e5")], &[("a", "0x1F")], &[("a", "1_000")], &[("a", "+1")]]),
    ("a\n12345678901234567890123\n1.10\n", &[&[("a", "12345678901234567890123")], &[("a", "1.10")]]),
    (
        "a\ntrue\nNO\nnull\nNaN\nNA\n",
        &[&[("a", "true")], &[("a", "NO")], &[("a", "null")], &[("a", "NaN")], &[("a", "NA")]],
    ),
    ("a,b\n=1+1,@x\n", &[&[("a", "=1+1"), ("b", "@x")]]),
    ("a,b\n\"x,y\",\"say \"\"hi\"\"\"\n", &[&[("a", "x,y"), ("b", "say \"hi\"")]]),
    ("a,b\n\"one\ntwo\",x", &[&[("a", "one\ntwo"), ("b", "x")]]),
    ("a,b\r\n1,2\r\n", &[&[("a", "1"), ("b", "2")]]),
    ("\u{feff}a,b\n1,2\n", &[&[("a", "1"), ("b", "2")]]),
    ("a,b\n #1,;\n", &[&[("a", " #1"), ("b", ";")]]),
    ("é,b\nZoë,😀\n", &[&[("é", "Zoë"), ("b", "😀")]]),
];

/// Scripts by name.
pub const SCRIPTS: &[(&str, &str)] = &[
    ("plain", include_str!("scripts/plain.sql")),
    ("comments", include_str!("scripts/comments.sql")),
    ("quotes", include_str!("scripts/quotes.sql")),
    ("transaction", include_str!("scripts/transaction.sql")),
    ("batches", include_str!("scripts/batches.sql")),
    ("delimiters", include_str!("scripts/delimiters.sql")),
    ("dollars", include_str!("scripts/dollars.sql")),
    ("trigger", include_str!("scripts/trigger.sql")),
    ("copy", include_str!("scripts/copy.sql")),
    ("crlf", include_str!("scripts/crlf.sql")),
    ("blank", include_str!("scripts/blank.sql")),
    ("unterminated", include_str!("scripts/unterminated.sql")),
    ("open-string", include_str!("scripts/open-string.sql")),
    ("open-comment", include_str!("scripts/open-comment.sql")),
    ("unicode", include_str!("scripts/unicode.sql")),
    ("empty", ""),
];

/// Data files by the extension that they have.
const SAMPLES: &[(&[&str], &[u8])] = &[
    (&["csv"], include_bytes!("samples/basic.csv")),
    (&["tsv"], include_bytes!("samples/basic.tsv")),
    (&["json", "jsonc", "json5"], include_bytes!("samples/basic.json")),
    (&["json5"], include_bytes!("samples/basic.json5")),
    (&["yaml", "yml"], include_bytes!("samples/basic.yaml")),
    (&["toml"], include_bytes!("samples/basic.toml")),
    (&["ndjson", "jsonl"], include_bytes!("samples/basic.ndjson")),
    (&["xml"], include_bytes!("samples/basic.xml")),
    (&["sql"], include_bytes!("samples/basic.sql")),
    (&["js", "mjs"], include_bytes!("samples/basic.js")),
    (&["ini"], include_bytes!("samples/basic.ini")),
    (&["txt"], include_bytes!("samples/basic.txt")),
    (&["xlsx"], include_bytes!("samples/basic.xlsx")),
];

/// Returns the samples of an extension that are built in.
pub(crate) fn samples(extension: &str) -> Vec<Sample> {
    let of_extension = SAMPLES.iter().filter(|(extensions, _)| extensions.contains(&extension)).enumerate();
    let sample = |(number, (_, content)): (usize, &(&[&str], &[u8]))| Sample {
        path: format!("built-in-{}.{extension}", number + 1),
        content: content.to_vec(),
        expected: None,
        is_own: false,
    };
    of_extension.map(sample).collect()
}
