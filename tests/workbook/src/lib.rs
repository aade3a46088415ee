//! Excel workbooks for tests, made of their parts by hand: a writer of real ones writes no broken ones, and none that unpacks
//! to gigabytes. It knows what the tests need, and no more of the format.

mod zip;

use std::fmt::Write as _;

use zip::Zip;

/// Styles of cells, by their number: general, a date, a duration, a date with a time.
const STYLES: &str = r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="46"/><xf numFmtId="22"/></cellXfs></styleSheet>"#;

/// The style of a date.
pub const DATE: u32 = 1;
/// The style of a duration.
pub const DURATION: u32 = 2;
/// The style of a date with a time.
pub const INSTANT: u32 = 3;

/// A workbook that is being made.
#[derive(Debug, Default)]
pub struct Workbook {
    sheets: Vec<Sheet>,
    shared: Vec<String>,
    is_1904: bool,
}

#[derive(Debug)]
struct Sheet {
    name: String,
    is_hidden: bool,
    rows: String,
}

impl Workbook {
    /// Starts a workbook without sheets.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a sheet; `rows` is the XML inside of `sheetData`, as [`row`] makes it.
    #[must_use]
    pub fn sheet(mut self, name: &str, rows: impl Into<String>) -> Self {
        self.sheets.push(Sheet { name: name.to_owned(), is_hidden: false, rows: rows.into() });
        self
    }

    /// Adds a sheet that is hidden.
    #[must_use]
    pub fn hidden(mut self, name: &str, rows: impl Into<String>) -> Self {
        self.sheets.push(Sheet { name: name.to_owned(), is_hidden: true, rows: rows.into() });
        self
    }

    /// Adds a text that cells share, by its number; `xml` is the inside of `si`.
    #[must_use]
    pub fn shared(mut self, xml: &str) -> Self {
        self.shared.push(xml.to_owned());
        self
    }

    /// Counts days from 1904, as workbooks of old Macs do.
    #[must_use]
    pub fn since_1904(mut self) -> Self {
        self.is_1904 = true;
        self
    }

    /// Returns the file.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let mut zip = self.parts();
        let shared: String = self.shared.iter().map(|text| format!("<si>{text}</si>")).collect();
        zip.file("xl/sharedStrings.xml", &format!("<sst>{shared}</sst>"));
        zip.end()
    }

    /// Returns a file of a few megabytes whose one shared text unpacks to so many.
    #[must_use]
    pub fn bomb(&self, megabytes: usize) -> Vec<u8> {
        let mut zip = self.parts();
        zip.repeated("xl/sharedStrings.xml", "<sst><si><t>", b'a', megabytes << 20, "</t></si></sst>");
        zip.end()
    }

    fn parts(&self) -> Zip {
        let mut zip = Zip::default();
        let (mut sheets, mut relations) = (String::new(), String::new());
        for (index, sheet) in self.sheets.iter().enumerate() {
            let number = index + 1;
            let state = if sheet.is_hidden { r#" state="hidden""# } else { "" };
            let _ = write!(sheets, r#"<sheet name="{}" sheetId="{number}"{state} r:id="r{number}"/>"#, sheet.name);
            let _ = write!(
                relations,
                r#"<Relationship Id="r{number}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet{number}.xml"/>"#
            );
            let rows = &sheet.rows;
            zip.file(
                &format!("xl/worksheets/sheet{number}.xml"),
                &format!(r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>"#),
            );
        }
        let epoch = if self.is_1904 { r#"<workbookPr date1904="1"/>"# } else { "" };
        zip.file(
            "xl/workbook.xml",
            &format!(r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">{epoch}<sheets>{sheets}</sheets></workbook>"#),
        );
        zip.file(
            "xl/_rels/workbook.xml.rels",
            &format!(r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{relations}</Relationships>"#),
        );
        zip.file(
            "_rels/.rels",
            r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
        );
        zip.file("xl/styles.xml", STYLES);
        zip
    }
}

/// Returns the XML of a row. Its number counts from 1.
#[must_use]
pub fn row(number: u32, cells: &[String]) -> String {
    format!(r#"<row r="{number}">{}</row>"#, cells.concat())
}

/// A cell with a text of its own.
#[must_use]
pub fn text(name: &str, text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    format!(r#"<c r="{name}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>"#)
}

/// A cell with a text that cells share.
#[must_use]
pub fn shared(name: &str, index: usize) -> String {
    format!(r#"<c r="{name}" t="s"><v>{index}</v></c>"#)
}

/// A cell with a number, as it stands in the file.
#[must_use]
pub fn number(name: &str, number: &str) -> String {
    styled(name, 0, number)
}

/// A cell with a number in a style.
#[must_use]
pub fn styled(name: &str, style: u32, number: &str) -> String {
    format!(r#"<c r="{name}" s="{style}"><v>{number}</v></c>"#)
}

/// A cell of another type: `b` true or false, `e` an error, `str` a formula's text.
#[must_use]
pub fn typed(name: &str, kind: &str, value: &str) -> String {
    format!(r#"<c r="{name}" t="{kind}"><v>{value}</v></c>"#)
}
