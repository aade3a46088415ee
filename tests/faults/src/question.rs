//! What a person does whom noorm asks whether a statement was carried out: look, and say so.
//!
//! The harness knows the effect of each statement. The query that noorm shows has to come to the same answer.

use std::time::Duration;

use serde_json::Value;

use crate::process::Run;
use crate::site::Site;
use crate::workload::Effect;

/// Looks in the database whether the statement of an error was carried out, and says so.
pub fn answer(site: &Site, error: &Value) -> Result<(), String> {
    let text = |name: &str| error[name].as_str().filter(|text| !text.is_empty()).unwrap_or("(none)");
    let number = text("message").split(' ').skip_while(|word| *word != "statement").nth(1);
    let number = number.ok_or_else(|| format!("no statement is named: {error}"))?;
    let asked = site.workload.asked(text("file"), text("statement"));
    let asked = asked.ok_or_else(|| format!("no such statement: {error}"))?;
    let is_done = look(site, asked.effect, text("hint"))?;
    if !is_done && let Some(cleanup) = asked.effect.cleanup(site.engine()) {
        site.database.query(&cleanup);
    }
    let say = if is_done { "--after" } else { "--at" };
    let end = Run::start(site.command(&["change", "resolve", asked.change, say, number])).wait(Duration::from_secs(30));
    if end.code == Some(0) { Ok(()) } else { Err(format!("the answer was not taken\n{end}")) }
}

fn look(site: &Site, effect: &Effect, hint: &str) -> Result<bool, String> {
    let has_row = |query: &str| !site.database.query(query).is_empty();
    let Some(query) = effect.query(site.engine()) else { return Ok(false) };
    let is_done = has_row(&query);
    let told = match shown(hint) {
        Some((query, row_if_done)) => has_row(query) == row_if_done,
        // Of a row in a table noorm cannot know what it was like.
        None if hint.starts_with("look in the database") => is_done,
        None => return Err(format!("how to look is not told: {hint}")),
    };
    if told == is_done {
        return Ok(is_done);
    }
    Err(format!("the statement is {}done, and the query says otherwise: {hint}", if is_done { "" } else { "not " }))
}

/// Returns the query that a hint shows, and whether it has a row when the statement was carried out.
fn shown(hint: &str) -> Option<(&str, bool)> {
    let (query, rest) = hint.strip_prefix("run `")?.split_once("` in the database; if it returns ")?;
    Some((query, rest.starts_with("a row,")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_query_is_found_in_the_hint() {
        let hint =
            "run `SELECT 1 FROM `a`` in the database; if it returns no row, `x --after 1`; if it returns one, `x`";
        assert_eq!(shown(hint), Some(("SELECT 1 FROM `a`", false)));
        assert_eq!(shown("run `SELECT 1` in the database; if it returns a row, `x`"), Some(("SELECT 1", true)));
        assert_eq!(shown("look in the database whether it is there"), None);
    }
}
