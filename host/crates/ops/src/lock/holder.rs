//! Names this process so that another one on the same machine can tell whether it still lives.
//!
//! A process number alone comes back after a reboot, in a container and after the process's end; boot, process
//! namespace and start time tell those apart. Where the system does not tell them, nobody is ever said to be gone.

use std::fs;

/// What the name of a holder ends with whose session holds the server's own lock too, and the session's number behind it.
const BACKED: &str = " +session";
const NUMBER: char = '=';

/// What stands before that where the session is the holder's only one.
const SINGLE: &str = " +single";

/// Returns the name of this process; empty where the system does not tell enough. `backing`: the server's number of its
/// session, if that holds the server's own lock. `is_single`: it has no other one that renews the row while a statement
/// runs.
pub(super) fn this_process(backing: Option<&str>, is_single: bool) -> String {
    let pid = std::process::id();
    let mut name = match (place(), started(pid)) {
        (Some(place), Some(started)) => format!("{place} {pid} {started}"),
        _ => String::new(),
    };
    if is_single {
        name += SINGLE;
    }
    match backing {
        None => name,
        Some("") => name + BACKED,
        Some(number) => format!("{name}{BACKED}{NUMBER}{number}"),
    }
}

/// Returns the number of the holder's session, which held the server's own lock when it took the row; empty where it is not
/// known, `None` where there was none.
pub(super) fn backing(holder: &str) -> Option<&str> {
    let (_, number) = holder.rsplit_once(BACKED)?;
    Some(number.strip_prefix(NUMBER).unwrap_or_default())
}

/// Whether the holder has one session only.
pub(super) fn is_single(holder: &str) -> bool {
    alone(holder).ends_with(SINGLE)
}

fn alone(holder: &str) -> &str {
    holder.rsplit_once(BACKED).map_or(holder, |(process, _)| process)
}

/// Whether a holder was a process of this machine that has ended. When in doubt it has not.
pub(super) fn is_gone(holder: &str) -> bool {
    let holder = alone(holder);
    let holder = holder.strip_suffix(SINGLE).unwrap_or(holder);
    let Some((rest, began)) = holder.rsplit_once(' ') else { return false };
    let Some((there, pid)) = rest.rsplit_once(' ') else { return false };
    let (Ok(pid), Some(here)) = (pid.parse::<u32>(), place()) else { return false };
    here == there && started(pid).is_none_or(|started| started != began)
}

/// The boot and the process namespace (proc(5), namespaces(7)).
fn place() -> Option<String> {
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let namespace = fs::read_link("/proc/self/ns/pid").ok()?;
    Some(format!("{} {}", boot.trim(), namespace.to_str()?))
}

/// When a process started, in clock ticks since the boot: field 22 of `stat`, the 20th behind the name (proc(5)). A
/// process that has ended and was not waited for counts as gone.
fn started(pid: u32) -> Option<String> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, fields) = stat.rsplit_once(')')?;
    let fields: Vec<&str> = fields.split_whitespace().collect();
    if matches!(fields.first(), Some(&("Z" | "X"))) {
        return None;
    }
    fields.get(19).map(|started| (*started).to_owned())
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_living_process_is_not_gone_and_a_dead_one_is() {
        let here = this_process(None, false);
        assert!(!here.is_empty() && !is_gone(&here) && backing(&here).is_none(), "{here}");
        let backed = this_process(Some("7"), false);
        assert!(backing(&backed) == Some("7") && !is_single(&backed) && !is_gone(&backed), "{backed}");
        let single = this_process(Some(""), true);
        assert!(backing(&single) == Some("") && is_single(&single) && !is_gone(&single), "{single}");
        assert!(is_gone(&single.replacen(SINGLE, "1 +single", 1)), "{single}");
        let later = format!("{here}1");
        assert!(is_gone(&later), "the same number, started at another time");
        let mut child = std::process::Command::new("true").spawn().expect("a process");
        let pid = child.id();
        child.wait().expect("its end");
        assert!(is_gone(&format!("{} {pid} 1", place().expect("a place"))));
    }

    #[test]
    fn what_is_not_of_this_machine_is_never_gone() {
        for holder in ["", "x", "a b", "other-boot pid:[1] 1 1", "some words that mean nothing"] {
            assert!(!is_gone(holder), "{holder}");
        }
    }
}
