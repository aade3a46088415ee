//! Excel workbooks (`.xlsx`, `.xlsm`) as rows.
//!
//! **Shape.** A workbook with one visible sheet is a list of rows; one with several is a map from the sheet's name to its rows.
//! The option `sheet` chooses one, by name or by its number from 1, and makes it a list always. Hidden sheets are there only
//! for whom names them; charts never are.
//!
//! **Rows.** The first row that is not empty names the columns (`header: true`); `header: 3` says that row 3 does, and what
//! stands above it is skipped; with `header: false` every row is data, under the letters of its columns (`A`, `B`, …). A row
//! has every column, cells without a value are null, and empty rows are left out.
//!
//! **Values.** Text is text; numbers are what Excel calculates with, floating-point ones: whole ones up to 2^53 come as
//! integers, and every other one exactly as it is. Dates come as ISO text: `2026-01-31`, with a time `2026-01-31T12:30:00`, a
//! time alone `12:30:00`, a duration `PT36H30M`. A formula is its last result. A cell with an error (`#REF!`) is refused,
//! with its sheet and cell. Formats of other kinds (per cent, currency, colours) are not looked at.
//!
//! What a file unpacks to is bounded by the plugin's limits of memory and time.

mod cell;
pub mod choice;
mod describe;
pub mod load;
mod sheet;

/// The plugin.
#[derive(Debug)]
pub struct Plugin;

noorm_guest::export_document_loader!(Plugin);
