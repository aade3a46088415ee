//! Puts the changesets on disk beside their history, and picks the ones that a command is about.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::history::{Direction, Operation, Status};

/// One changeset as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// Folder name.
    pub name: String,
    /// Its state in the database.
    pub status: Status,
    /// Its folder is gone; only its history is left.
    pub orphaned: bool,
    /// Its files differ from what was applied.
    pub changed: bool,
    /// A run of it has begun and not ended: it is under way, or its process was killed.
    pub begun: bool,
    /// It has never run, and its name sorts before one that is applied.
    pub late: bool,
    /// It has never run, and an applied changeset whose folder is gone had the same files.
    pub renamed_from: Option<String>,
    /// The last attempt went backwards and did not finish.
    pub revert_failed: bool,
    /// When it was last applied, UTC.
    pub applied_at: Option<String>,
    /// Who applied it last.
    pub applied_by: Option<String>,
    /// When it was last reverted, UTC.
    pub reverted_at: Option<String>,
    /// Why its last attempt failed.
    pub error_message: Option<String>,
    /// Row of its last operation.
    #[serde(skip)]
    pub operation_id: Option<i64>,
    /// Checksum of the files that it ran with last.
    #[serde(skip)]
    pub checksum: String,
}

impl Change {
    /// Whether going forwards would apply it: never applied, failed half-way, or reverted.
    pub fn is_applicable(&self) -> bool {
        !self.orphaned && self.status != Status::Success
    }

    /// Whether its last attempt went this way and stopped before its end.
    pub fn is_unfinished(&self, direction: Direction) -> bool {
        let went = if self.revert_failed { Direction::Revert } else { Direction::Change };
        let stopped = matches!(self.status, Status::Failed | Status::Pending) && self.operation_id.is_some();
        stopped && went == direction
    }

    /// Whether a run of it is under way, or was killed and nobody has looked since.
    pub fn is_interrupted(&self) -> bool {
        self.begun
    }

    /// Whether something of it may be in the database, so that there is something to revert.
    pub fn is_revertible(&self) -> bool {
        match self.status {
            Status::Success | Status::Failed => true,
            // A row that stayed `pending` belongs to a run that was killed.
            Status::Pending => self.begun,
            Status::Reverted => false,
        }
    }
}

/// Lists every changeset that is on disk or in the history, by name.
///
/// `disk` has each folder's name and the checksums that its files may stand under in the history, none when it cannot be
/// told (a template that does not render). `latest` is the newest operation of each name.
pub fn list(disk: &[(String, Vec<String>)], latest: &[Operation]) -> Vec<Change> {
    let mut changes: BTreeMap<&str, Change> = BTreeMap::new();
    let mut now: BTreeMap<&str, &[String]> = BTreeMap::new();
    for (name, checksums) in disk {
        changes.insert(name, never_ran(name));
        now.insert(name, checksums);
    }
    for operation in latest {
        let found = now.get(operation.name.as_str());
        let mut change = from_operation(operation);
        change.orphaned = found.is_none();
        let is_edited = |now: &&[String]| differs(now, &operation.checksum);
        change.changed = change.status == Status::Success && found.is_some_and(is_edited);
        changes.insert(&operation.name, change);
    }
    let mut changes: Vec<Change> = changes.into_values().collect();
    tell_late(&mut changes);
    for change in changes.iter_mut().filter(|change| change.operation_id.is_none()) {
        let checksums = now.get(change.name.as_str()).copied().unwrap_or_default();
        change.renamed_from = former_name(latest, &now, checksums);
    }
    changes
}

/// Whether files that may stand under these checksums, none when that cannot be told, are not the ones that ran.
pub fn differs(now: &[String], ran: &str) -> bool {
    !now.is_empty() && !now.iter().any(|now| now == ran)
}

/// Marks what came late.
fn tell_late(changes: &mut [Change]) {
    let Some(newest) = newest_applied(changes).map(str::to_owned) else { return };
    for change in changes {
        change.late = change.operation_id.is_none() && change.name < newest;
    }
}

/// Returns the applied changeset whose name sorts last. One whose folder is gone is in the database all the same.
pub fn newest_applied(changes: &[Change]) -> Option<&str> {
    let applied = changes.iter().filter(|change| change.status == Status::Success);
    applied.map(|change| change.name.as_str()).max()
}

/// Returns the applied changeset that had these files and whose folder is gone.
fn former_name(latest: &[Operation], now: &BTreeMap<&str, &[String]>, checksums: &[String]) -> Option<String> {
    let is_former = |operation: &&Operation| {
        operation.status == Status::Success
            && operation.direction == Direction::Change
            && checksums.contains(&operation.checksum)
            && !now.contains_key(operation.name.as_str())
    };
    latest.iter().find(is_former).map(|operation| operation.name.clone())
}

fn never_ran(name: &str) -> Change {
    Change {
        name: name.to_owned(),
        status: Status::Pending,
        orphaned: false,
        changed: false,
        begun: false,
        late: false,
        renamed_from: None,
        revert_failed: false,
        applied_at: None,
        applied_by: None,
        reverted_at: None,
        error_message: None,
        operation_id: None,
        checksum: String::new(),
    }
}

fn from_operation(operation: &Operation) -> Change {
    let mut change = never_ran(&operation.name);
    change.operation_id = Some(operation.id);
    change.checksum.clone_from(&operation.checksum);
    match (operation.direction, operation.status) {
        (Direction::Revert, Status::Success | Status::Reverted) => {
            change.status = Status::Reverted;
            change.reverted_at = Some(operation.executed_at.clone());
        }
        (direction, status) => {
            change.status = status;
            change.revert_failed = direction == Direction::Revert;
            change.applied_at = Some(operation.executed_at.clone());
            change.applied_by = Some(operation.executed_by.clone());
        }
    }
    change.begun = change.status == Status::Pending;
    if !operation.error_message.is_empty() {
        change.error_message = Some(operation.error_message.clone());
    }
    change
}

/// Returns the names of applied changesets, the one applied last first.
pub fn applied_newest_first(changes: &[Change]) -> Vec<&Change> {
    let mut applied: Vec<&Change> =
        changes.iter().filter(|change| change.is_revertible() && !change.orphaned).collect();
    applied.sort_by_key(|change| std::cmp::Reverse(change.operation_id));
    applied
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::{ChangeType, Origin};

    fn operation(id: i64, name: &str, direction: Direction, status: Status) -> Operation {
        Operation {
            id,
            name: name.to_owned(),
            change_type: ChangeType::Changeset,
            direction,
            checksum: "aa".to_owned(),
            executed_at: format!("2026-01-0{id}T00:00:00.000Z"),
            executed_by: "Ann".to_owned(),
            config_name: "dev".to_owned(),
            cli_version: "0.1.0".to_owned(),
            with: Vec::new(),
            status,
            error_message: String::new(),
            duration_ms: 1,
            origin: Origin::Run,
        }
    }

    fn disk(names: &[&str]) -> Vec<(String, Vec<String>)> {
        names.iter().map(|name| ((*name).to_owned(), vec!["aa".to_owned()])).collect()
    }

    #[test]
    fn states_follow_the_last_operation() {
        let rows = [
            operation(1, "a", Direction::Change, Status::Success),
            operation(2, "b", Direction::Change, Status::Failed),
            operation(3, "c", Direction::Revert, Status::Success),
            operation(4, "d", Direction::Revert, Status::Failed),
        ];
        let listed = list(&disk(&["a", "b", "c", "d", "e"]), &rows);
        let states: Vec<_> = listed.iter().map(|c| (c.name.as_str(), c.status, c.revert_failed)).collect();
        assert_eq!(
            states,
            [
                ("a", Status::Success, false),
                ("b", Status::Failed, false),
                ("c", Status::Reverted, false),
                ("d", Status::Failed, true),
                ("e", Status::Pending, false),
            ]
        );
        let applicable: Vec<_> = listed.iter().filter(|c| c.is_applicable()).map(|c| c.name.as_str()).collect();
        assert_eq!(applicable, ["b", "c", "d", "e"]);
    }

    #[test]
    fn a_folder_that_is_gone_is_orphaned_and_one_that_differs_is_changed() {
        let rows = [
            operation(1, "a", Direction::Change, Status::Success),
            operation(2, "b", Direction::Change, Status::Success),
        ];
        let listed = list(&[("b".to_owned(), vec!["bb".to_owned()])], &rows);
        assert!(listed[0].orphaned && !listed[0].changed);
        assert!(listed[1].changed && !listed[1].orphaned);
        assert!(!listed[0].is_applicable());
    }

    #[test]
    fn a_folder_is_unchanged_under_any_of_its_checksums_or_when_none_can_be_told() {
        let rows = [operation(1, "a", Direction::Change, Status::Success)];
        let check = |checksums: &[&str], expected: bool| {
            let checksums = checksums.iter().map(|text| (*text).to_owned()).collect();
            assert_eq!(list(&[("a".to_owned(), checksums)], &rows)[0].changed, expected);
        };
        check(&["bb", "aa"], false);
        check(&["bb", "cc"], true);
        check(&[], false);
    }

    #[test]
    fn what_came_late_or_was_renamed_is_told_apart() {
        let rows = [
            operation(1, "b", Direction::Change, Status::Success),
            operation(2, "d", Direction::Change, Status::Success),
            operation(3, "c", Direction::Revert, Status::Success),
        ];
        let now = |name: &str, checksum: &str| (name.to_owned(), vec![checksum.to_owned()]);
        let listed = list(&[now("a", "new"), now("c", "aa"), now("d", "aa"), now("e", "aa")], &rows);
        let told: Vec<_> =
            listed.iter().map(|c| (c.name.as_str(), c.late, c.renamed_from.as_deref(), c.orphaned)).collect();
        assert_eq!(
            told,
            [
                ("a", true, None, false),
                ("b", false, None, true),
                // It was here before, and was taken back.
                ("c", false, None, false),
                ("d", false, None, false),
                ("e", false, Some("b"), false),
            ]
        );
    }

    #[test]
    fn rewinding_starts_with_the_one_applied_last() {
        let rows = [
            operation(2, "a", Direction::Change, Status::Success),
            operation(1, "b", Direction::Change, Status::Success),
        ];
        let listed = list(&disk(&["a", "b", "c"]), &rows);
        let names: Vec<_> = applied_newest_first(&listed).iter().map(|c| c.name.as_str()).collect();
        assert_eq!(names, ["a", "b"]);
    }

    #[test]
    fn a_killed_run_can_be_reverted_and_a_changeset_that_never_ran_cannot() {
        let listed = list(&disk(&["a", "b"]), &[operation(1, "a", Direction::Change, Status::Pending)]);
        assert!(listed[0].is_revertible());
        assert!(!listed[1].is_revertible());
    }
}
