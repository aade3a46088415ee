//! What a file is, by its name.

/// What noorm does with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScriptKind {
    /// `.sql`: run as it is.
    Sql,
    /// `.sql.j2`: rendered, then run.
    Template,
    /// `.txt`: a list of files to run.
    Manifest,
    /// `.sql.eta` and `.sql.tmpl` of the original, which need its JavaScript engine (ruling 5).
    Foreign,
    /// Anything else: data, notes.
    Other,
}

impl ScriptKind {
    /// Tells the kind from a file's name.
    pub fn of(file_name: &str) -> Self {
        let name = file_name.to_ascii_lowercase();
        let ends = |suffix: &str| name.len() > suffix.len() && name.ends_with(suffix);
        if ends(".sql") {
            Self::Sql
        } else if ends(".sql.j2") {
            Self::Template
        } else if ends(".txt") {
            Self::Manifest
        } else if ends(".sql.eta") || ends(".sql.tmpl") {
            Self::Foreign
        } else {
            Self::Other
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_the_kind() {
        let check = |name: &str, expected: ScriptKind| assert_eq!(ScriptKind::of(name), expected, "{name}");
        check("001_users.sql", ScriptKind::Sql);
        check("001_USERS.SQL", ScriptKind::Sql);
        check("seed.sql.j2", ScriptKind::Template);
        check("views.txt", ScriptKind::Manifest);
        check("seed.sql.eta", ScriptKind::Foreign);
        check("seed.sql.tmpl", ScriptKind::Foreign);
        check("users.csv", ScriptKind::Other);
        check(".sql", ScriptKind::Other);
    }
}
