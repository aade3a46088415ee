//! Which actions a protected config allows: one table, the same for every front end (ruling 9).
//!
//! It decides; asking the user is the front end's work.

/// Something a command is about to do to a database or to a config.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// `change run`, `next`, `ff`.
    ChangeRun,
    /// `change revert`, `rewind`.
    ChangeRevert,
    /// `change resolve`, `change baseline`, `run resolve`: rewriting the history by hand.
    Resolve,
    /// `db create`.
    DbCreate,
    /// `db destroy`.
    DbDestroy,
    /// `run build`.
    RunBuild,
    /// `run file`.
    RunFile,
    /// `run dir`.
    RunDir,
    /// `lock release` by force, `lock acquire` by hand.
    LockForce,
    /// `config rm`.
    ConfigRemove,
    /// `config edit`.
    ConfigEdit,
    /// `secret set` for a config.
    SecretSet,
    /// `secret rm` for a config.
    SecretRemove,
    /// `vault set`, `rm`, `grant`, `revoke`, `rotate`.
    VaultChange,
    /// Removing all objects of a database, with the data in them.
    DbTeardown,
    /// Emptying the tables of a database.
    DbTruncate,
    /// Working with a plugin that is not locked: `--with`.
    PluginWith,
}

/// What the policy says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Go on.
    Allow,
    /// Go on if the user confirms with the config's phrase.
    Confirm,
    /// Never: whoever means it does it by hand.
    Deny,
}

/// Every action, in the order of the table.
pub const ACTIONS: [Action; 17] = [
    Action::ChangeRun,
    Action::ChangeRevert,
    Action::Resolve,
    Action::DbCreate,
    Action::DbDestroy,
    Action::RunBuild,
    Action::RunFile,
    Action::RunDir,
    Action::LockForce,
    Action::ConfigRemove,
    Action::ConfigEdit,
    Action::SecretSet,
    Action::SecretRemove,
    Action::VaultChange,
    Action::DbTeardown,
    Action::DbTruncate,
    Action::PluginWith,
];

/// Returns what a config's protection says to an action.
pub fn verdict(action: Action, protected: bool) -> Verdict {
    if !protected {
        return Verdict::Allow;
    }
    match action {
        Action::ChangeRun
        | Action::ChangeRevert
        | Action::Resolve
        | Action::DbCreate
        | Action::RunBuild
        | Action::RunFile
        | Action::RunDir
        | Action::LockForce
        | Action::ConfigRemove
        | Action::ConfigEdit
        | Action::SecretSet
        | Action::SecretRemove
        | Action::VaultChange => Verdict::Confirm,
        Action::DbDestroy | Action::DbTeardown | Action::DbTruncate | Action::PluginWith => Verdict::Deny,
    }
}

/// Returns the words that confirm an action on a protected config.
pub fn phrase(config_name: &str) -> String {
    format!("yes-{config_name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unprotected_config_allows_everything() {
        for action in ACTIONS {
            assert_eq!(verdict(action, false), Verdict::Allow, "{action:?}");
        }
    }

    /// The table "Protected config behavior" of `noorm-design.md` with ruling 9, row by row, and what came later.
    #[test]
    fn a_protected_config_asks_before_every_change_and_is_never_emptied() {
        use Action::*;
        use Verdict::{Confirm, Deny};
        let table = [
            (ChangeRun, Confirm),
            (ChangeRevert, Confirm),
            (RunBuild, Confirm),
            (RunFile, Confirm),
            (RunDir, Confirm),
            (DbCreate, Confirm),
            (DbDestroy, Deny),
            (ConfigRemove, Confirm),
            (DbTeardown, Deny),
            (Resolve, Confirm),
            (LockForce, Confirm),
            (ConfigEdit, Confirm),
            (SecretSet, Confirm),
            (SecretRemove, Confirm),
            (VaultChange, Confirm),
            (DbTruncate, Deny),
            (PluginWith, Deny),
        ];
        for (action, expected) in table {
            assert_eq!(verdict(action, true), expected, "{action:?}");
        }
        let has_a_row = |action: &Action| table.iter().any(|(row, _)| row == action);
        assert!(ACTIONS.iter().all(has_a_row) && table.len() == ACTIONS.len(), "an action without a row");
        assert_eq!(phrase("production"), "yes-production");
    }
}
