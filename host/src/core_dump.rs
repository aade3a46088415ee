//! Keeps what is in memory out of files and away from other processes: no core dumps, no tracer.
//!
//! It has to come before anything that reads a secret. Where the system refuses, noorm works all the same: the secrets are
//! then as safe as those of any other program.

/// Tells the system never to write this process's memory into a file, and to let no other process of the user read it.
pub(crate) fn disable() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    }
    // The limit does not bind a core dump that is piped to a program, as systemd-coredump has it; this does.
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }
}
