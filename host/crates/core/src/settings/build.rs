//! `paths` and `build`: where the files are, and which of them a build runs.

use serde::Serialize;

use super::reader::Section;

/// `paths`: folders relative to the project root.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Paths {
    /// Folder of the schema.
    pub schema: String,
    /// Folder of the changesets.
    pub changesets: String,
}

impl Default for Paths {
    fn default() -> Self {
        Self { schema: "schema".to_owned(), changesets: "changesets".to_owned() }
    }
}

impl Paths {
    pub(super) fn read(section: Option<Section<'_>>) -> Self {
        let default = Self::default();
        let Some(mut section) = section else { return default };
        let (schema, changesets) = read_paths(&mut section);
        section.finish();
        Self { schema: schema.unwrap_or(default.schema), changesets: changesets.unwrap_or(default.changesets) }
    }
}

/// Reads the two folders. The original calls them `sql` and `changes`.
pub(super) fn read_paths(section: &mut Section<'_>) -> (Option<String>, Option<String>) {
    let mut read = |name: &'static str, former: &'static str| {
        let place = section.place_of(former);
        let (value, former_value) = (section.text(name), section.text(former));
        if value.is_some() && former_value.is_some() {
            let message = format!("`{}` and `{}` are two names of one thing", section.path(name), section.path(former));
            section.error(place, former, message);
        }
        value.or(former_value)
    };
    (read("schema", "sql"), read("changesets", "changes"))
}

/// `build`: paths relative to the schema folder. An empty `include` means everything.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Build {
    /// Files and folders that a build runs.
    pub include: Vec<String>,
    /// Files and folders that it leaves out, also of `include`.
    pub exclude: Vec<String>,
}

impl Build {
    pub(super) fn read(section: Option<Section<'_>>) -> Self {
        let Some(mut section) = section else { return Self::default() };
        let read = |texts: Option<Vec<String>>| texts.unwrap_or_default();
        let build = Self { include: read(section.texts("include")), exclude: read(section.texts("exclude")) };
        section.finish();
        build
    }

    /// Whether a build runs a file, by its path relative to the schema folder.
    pub fn selects(&self, path: &str) -> bool {
        let is_in = |entry: &String| holds(entry, path);
        (self.include.is_empty() || self.include.iter().any(is_in)) && !self.exclude.iter().any(is_in)
    }

    /// Returns what is included although there is no such file, by the paths of all files.
    pub fn without_files<'a>(&'a self, paths: &[&str]) -> Vec<&'a str> {
        let is_missing = |entry: &&String| !paths.iter().any(|path| holds(entry, path));
        self.include.iter().filter(is_missing).map(String::as_str).collect()
    }
}

/// Whether an entry is a file, or a folder that it lies in.
fn holds(entry: &str, path: &str) -> bool {
    path.strip_prefix(plain(entry)).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// An entry without what makes no difference.
pub(super) fn plain(entry: &str) -> &str {
    entry.trim_start_matches("./").trim_end_matches('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_selected_by_components() {
        let build = Build { include: vec!["tables/".to_owned()], exclude: vec!["tables/old".to_owned()] };
        assert!(build.selects("tables/a.sql"));
        assert!(!build.selects("tables-2/a.sql"));
        assert!(!build.selects("tables/old/a.sql"));
        assert!(build.selects("tables/old.sql"));
        assert!(Build::default().selects("x.sql"));
    }

    #[test]
    fn an_entry_without_files_is_found() {
        let include = ["./a/", "schema/a", "a/old", "b.sql"].map(str::to_owned).into();
        let build = Build { include, exclude: vec!["a/old".to_owned()] };
        assert_eq!(build.without_files(&["a/1.sql", "a/old/1.sql"]), ["schema/a", "b.sql"]);
    }
}
