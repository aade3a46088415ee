//! The SQL of scripts, as text to read. It connects to nothing.

use noorm_core::event::Listener;

use super::{Planned, RunRequest, select, will_run};
use crate::script::{Script, ScriptError};
use crate::start::StartError;
use crate::workbench::Workbench;

/// Returns the SQL of the files of a request: of all, or, given a plan, of those that would run.
pub fn preview(
    bench: &Workbench,
    request: &RunRequest,
    planned: Option<&[Planned]>,
    listener: Listener<'_>,
) -> Result<String, StartError> {
    let scripts = match planned {
        Some(planned) => planned.iter().filter(|file| will_run(file)).map(|file| file.script.clone()).collect(),
        None => select::scripts(bench, &request.target, listener)?,
    };
    Ok(sql_of(bench, &scripts)?)
}

/// Puts scripts below each other, each under a comment that names its file.
pub(crate) fn sql_of(bench: &Workbench, scripts: &[Script]) -> Result<String, ScriptError> {
    let mut sql = String::new();
    for script in scripts {
        if !sql.is_empty() {
            sql.push('\n');
        }
        let text = bench.scripts.text(script)?;
        sql.push_str(&format!("-- {}\n{}", script.path, text));
        if !sql.ends_with('\n') {
            sql.push('\n');
        }
    }
    Ok(sql)
}
