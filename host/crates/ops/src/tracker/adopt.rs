//! Takes over tables that stand elsewhere, or that noorm's TypeScript original made, with their history.
//!
//! The statements are the dialect's. What the host sees to is the paths of files, which the original wrote as one machine
//! had them.

use noorm_core::former_path::{self, Place};
use noorm_core::path::ProjectPath;
use noorm_core::value::Scalar;

use super::installed::Elsewhere;
use super::own;
use super::upgrade::change_tables;
use crate::session::{Own, Session, SessionError};
use crate::workbench::Workbench;

/// Renames that are sent at once.
const BATCH: usize = 500;

/// What the original calls the folders of schema and changesets.
const FORMER_FOLDERS: [&str; 2] = ["sql", "changes"];

/// Runs the dialect's statements.
pub(super) async fn run(session: &mut Session, elsewhere: &Elsewhere) -> Result<(), SessionError> {
    let statements: Vec<Own> = elsewhere.adoption.statements.iter().map(|sql| Own::text(sql)).collect();
    change_tables(session, "take over", &statements).await
}

/// Gives the files of the history the paths that they have in this project. Doing it twice changes nothing more.
pub(super) async fn rename_files(bench: &Workbench, session: &mut Session) -> Result<(), SessionError> {
    let query = session.dialect.tracking("execution-paths")?;
    let found = session.query("execution-paths", &query, &[]).await?;
    let column = found.column("filepath");
    let former = |row: &Vec<Scalar>| Some(row.get(column?)?.as_str()?.to_owned());
    let paths: Vec<String> = found.rows.iter().filter_map(former).collect();
    let has_file = |path: &ProjectPath| bench.files.exists(path) && !bench.files.is_folder(path);
    let [schema, changesets] = FORMER_FOLDERS;
    let place = Place {
        roots: &[bench.files.root(), &bench.project.root].map(|root| root.display().to_string()),
        folders: &[(bench.schema.clone(), schema), (bench.changesets.clone(), changesets)],
        has_file: &has_file,
    };
    let rename = |former: &String| {
        let path = former_path::of_project(former, &place)?;
        let values = [("filepath", Scalar::from(path.as_str())), ("former", former.as_str().into())];
        Some(own(&session.dialect, "execution-rename", &values))
    };
    let renames: Vec<Own> = paths.iter().filter_map(rename).collect::<Result<_, _>>()?;
    for batch in renames.chunks(BATCH) {
        session.run_own("execution-rename", batch).await?;
    }
    Ok(())
}
