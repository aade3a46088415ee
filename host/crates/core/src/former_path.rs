//! Paths as noorm's TypeScript original wrote them into its history: absolute, as one machine had them.
//!
//! Which files there are is for the caller to know. A path that is relative is the project's own and stays as it is.

use crate::path::ProjectPath;

/// What is known of the project that takes a history over.
pub struct Place<'a> {
    /// The project's folder as the operating system writes it, with links resolved and without.
    pub roots: &'a [String],
    /// The folders that hold scripts, each with what the original calls it.
    pub folders: &'a [(ProjectPath, &'static str)],
    /// Whether the project has a file of this path.
    pub has_file: &'a dyn Fn(&ProjectPath) -> bool,
}

/// Returns the path inside the project that an absolute path of another tool's stands for; `None` leaves it as it is.
///
/// Under the project's folder it is what follows. Of another checkout it is the longest end that names a file; and of a
/// file that is gone it is what begins with the name of a folder that holds scripts.
pub fn of_project(former: &str, place: &Place<'_>) -> Option<ProjectPath> {
    let segments = absolute(former)?;
    let under = place.roots.iter().find_map(|root| {
        let root = absolute(root)?;
        segments.strip_prefix(root.as_slice()).and_then(joined)
    });
    if let Some(path) = under.as_ref().filter(|path| (place.has_file)(path)) {
        return Some(path.clone());
    }
    found(&segments, place).or(under).or_else(|| named(&segments, place))
}

/// Returns the segments of an absolute path: `/a/b`, `C:\a\b`, `C:/a/b`, `\\server\a\b`, `\\?\C:\a`.
fn absolute(path: &str) -> Option<Vec<&str>> {
    let path = path.strip_prefix(r"\\?\").unwrap_or(path);
    let drive = path.as_bytes();
    let has_drive = drive.len() > 2 && drive[0].is_ascii_alphabetic() && drive[1] == b':' && b"/\\".contains(&drive[2]);
    let segments: Vec<&str> = match path.starts_with('/') {
        true => path.split('/').collect(),
        false if has_drive || path.starts_with(r"\\") => path.split(['/', '\\']).collect(),
        false => return None,
    };
    Some(segments.into_iter().filter(|segment| !segment.is_empty()).collect())
}

/// The longest end of a path that names a file of the project, be it that the folder has another name now.
fn found(segments: &[&str], place: &Place<'_>) -> Option<ProjectPath> {
    let ends = (0..segments.len()).filter_map(|from| joined(&segments[from..]));
    let moved = place.folders.iter().filter_map(|(folder, former)| {
        let at = segments.iter().rposition(|segment| segment == former)?;
        folder.join(joined(&segments[at + 1..])?.as_str()).ok()
    });
    ends.chain(moved).find(|path| (place.has_file)(path))
}

/// The end of a path that begins with the name of a folder that holds scripts; the last such folder counts.
fn named(segments: &[&str], place: &Place<'_>) -> Option<ProjectPath> {
    let begins = |from: &usize| {
        let rest = joined(&segments[*from..]);
        rest.is_some_and(|rest| place.folders.iter().any(|(folder, _)| rest != *folder && rest.starts_with(folder)))
    };
    let from = (0..segments.len()).rev().find(begins)?;
    joined(&segments[from..])
}

fn joined(segments: &[&str]) -> Option<ProjectPath> {
    ProjectPath::parse(&segments.join("/")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The project at `/home/ann/shop`, which is a link to `/data/shop`, with three files.
    fn check(former: &str, expected: Option<&str>) {
        let path = |text: &str| ProjectPath::parse(text).expect("the test's own path");
        let files = ["schema/a.sql", "schema/tables/b.sql", "changesets/2026-01-01-x/change/001.sql"].map(path);
        let place = Place {
            roots: &["/data/shop".to_owned(), "/home/ann/shop".to_owned()],
            folders: &[(path("schema"), "sql"), (path("changesets"), "changes")],
            has_file: &|path| files.contains(path),
        };
        let got = of_project(former, &place);
        assert_eq!(got.as_ref().map(ProjectPath::as_str), expected, "{former}");
    }

    #[test]
    fn what_lies_under_the_project_is_relative_to_it() {
        check("/home/ann/shop/schema/a.sql", Some("schema/a.sql"));
        check("/data/shop/schema/a.sql", Some("schema/a.sql"));
        check("/home/ann/shop/schema/gone.sql", Some("schema/gone.sql"));
        check("/home/ann/shop/other/gone.sql", Some("other/gone.sql"));
    }

    #[test]
    fn another_checkout_is_recognised_by_the_files() {
        check("/home/bob/work/shop-2/schema/tables/b.sql", Some("schema/tables/b.sql"));
        check(r"C:\Users\bob\shop\schema\tables\b.sql", Some("schema/tables/b.sql"));
        check("c:/shop/changesets/2026-01-01-x/change/001.sql", Some("changesets/2026-01-01-x/change/001.sql"));
        check(r"\\server\share\schema\a.sql", Some("schema/a.sql"));
        check(r"\\?\D:\shop\schema\a.sql", Some("schema/a.sql"));
        // A folder with a longer name is another folder.
        check("/home/ann/shop-evil/schema/tables/b.sql", Some("schema/tables/b.sql"));
    }

    #[test]
    fn the_original_has_other_names_for_the_folders() {
        check("/home/bob/sql/sql/a.sql", Some("schema/a.sql"));
        check("/home/bob/shop/sql/tables/b.sql", Some("schema/tables/b.sql"));
        check("/home/ann/shop/sql/tables/b.sql", Some("schema/tables/b.sql"));
        check("/home/ann/shop/changes/2026-01-01-x/change/001.sql", Some("changesets/2026-01-01-x/change/001.sql"));
        check("/home/bob/shop/sql/gone.sql", None);
    }

    #[test]
    fn a_file_that_is_gone_keeps_what_follows_the_folder() {
        check("/home/bob/shop/schema/tables/gone.sql", Some("schema/tables/gone.sql"));
        check("/home/schema/shop/schema/tables/gone.sql", Some("schema/tables/gone.sql"));
        check(r"D:\x\changesets\2026-01-02-y\change\001.sql", Some("changesets/2026-01-02-y/change/001.sql"));
        check("/home/bob/elsewhere/gone.sql", None);
        check("/home/bob/elsewhere/a.sql", None);
        check("/home/bob/schema", None);
    }

    #[test]
    fn what_is_relative_stays() {
        check("schema/a.sql", None);
        check("sql/tables/b.sql", None);
        check(r"schema\a.sql", None);
        check("", None);
        check("/", None);
        check("C:", None);
    }
}
