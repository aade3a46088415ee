//! Reads `.noorm/team.yml`.

use std::path::PathBuf;

use noorm_core::team::{Member, Team, TeamError};
use noorm_vault::PublicKey;
use noorm_vault::fingerprint::fingerprint;

use super::{Acquaintance, TrustError};
use crate::project::{Project, read_optional};

/// The file in the project's folder.
const FILE: &str = "team.yml";

/// Returns the team's members and the keys of the file that mean nothing; no file is a team of nobody.
pub(super) fn read(project: &Project) -> Result<(Vec<Acquaintance>, Vec<String>), TrustError> {
    let path = project.folder().join(FILE);
    let bytes = read_optional(&path).map_err(|source| TrustError::TeamFile { path: path.clone(), source })?;
    let text = String::from_utf8(bytes.unwrap_or_default()).map_err(|error| {
        let source = std::io::Error::new(std::io::ErrorKind::InvalidData, error.utf8_error());
        TrustError::TeamFile { path: path.clone(), source }
    })?;
    let fail = |path: PathBuf, text: &str, source| TrustError::Team { path, text: text.to_owned(), source };
    let team = Team::parse(&text).map_err(|source| fail(path.clone(), &text, source))?;
    let members: Result<_, TeamError> = team.members.iter().map(member).collect();
    Ok((members.map_err(|source| fail(path, &text, source))?, team.unknown_keys))
}

fn member(member: &Member) -> Result<Acquaintance, TeamError> {
    let fail = |message: String| TeamError { message, line: member.line, column: member.column };
    let key = PublicKey::from_hex(&member.public_key)
        .map_err(|error| fail(format!("`publicKey` of `{}`: {error}", member.email)))?;
    let words = fingerprint(&key);
    if member.fingerprint.as_ref().is_some_and(|given| !words.matches(given)) {
        return Err(fail(format!("`fingerprint` of `{}` is not that of its key: that is \"{words}\"", member.email)));
    }
    Ok(Acquaintance::new(&member.email, Some(&member.name), None, key))
}
