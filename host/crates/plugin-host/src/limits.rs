//! What one call into a plugin may cost.
//!
//! Memory and tables are metered here; time is bounded by the engine's clock, output where answers
//! are read. A refused growth is a typed error and never `false`: a guest turns `false` into
//! an abort that looks like a bug of its own.

use wasmtime::ResourceLimiter;

/// Bounds of every call into a plugin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Wall time of one call, in milliseconds.
    pub time_ms: u64,
    /// Linear memory of one instance, in bytes.
    pub memory_bytes: u64,
    /// Bytes that one call, or one file, may become on the host's side.
    pub output_bytes: u64,
}

impl Default for Limits {
    /// Room for data files and scripts of some hundred megabytes.
    fn default() -> Self {
        Self { time_ms: 10_000, memory_bytes: 512 << 20, output_bytes: 512 << 20 }
    }
}

/// Which bound was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitKind {
    /// Wall time of a call, in milliseconds.
    Time,
    /// Linear memory, in bytes.
    Memory,
    /// Entries of tables.
    Table,
    /// Core instances, memories or tables of one component.
    Instances,
    /// Resources that are alive, such as readers.
    Handles,
    /// Bytes of an answer.
    Output,
}

impl LimitKind {
    /// Returns the setting that moves this bound, if one does.
    #[must_use]
    pub fn setting(self) -> Option<&'static str> {
        match self {
            Self::Time => Some("plugins.limits.timeMs"),
            Self::Memory => Some("plugins.limits.memoryMb"),
            Self::Output => Some("plugins.limits.outputMb"),
            Self::Table | Self::Instances | Self::Handles => None,
        }
    }

    /// Returns `amount` with this bound's unit.
    pub(crate) fn amount(self, amount: u64) -> String {
        match self {
            Self::Time => format!("{amount} ms"),
            Self::Memory | Self::Output if amount >= 1 << 20 && amount.is_multiple_of(1 << 20) => {
                format!("{} MiB", amount >> 20)
            }
            Self::Memory | Self::Output => format!("{amount} bytes"),
            Self::Table => format!("{amount} entries"),
            Self::Instances => format!("{amount} instances"),
            Self::Handles => format!("{amount} handles"),
        }
    }
}

impl std::fmt::Display for LimitKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Time => "time",
            Self::Memory => "memory",
            Self::Table => "table",
            Self::Instances => "instance",
            Self::Handles => "handle",
            Self::Output => "output",
        })
    }
}

/// A growth that was refused: the error that leaves the guest instead of a trap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("asked for {} of {kind}, {} allowed", .kind.amount(*.used), .kind.amount(*.allowed))]
pub(crate) struct Excess {
    pub(crate) kind: LimitKind,
    pub(crate) allowed: u64,
    pub(crate) used: u64,
}

/// Entries of all tables together: a guest's function table has some hundred.
const TABLE_ENTRIES_MAX: u64 = 100_000;

/// Core instances, tables and memories of one component; an ordinary one has four.
pub(crate) const INSTANCES_MAX: usize = 64;

/// Resources that one instance may hold at a time; the host keeps a few bytes for each. A reader is one.
pub(crate) const HANDLES_MAX: usize = 10_000;

/// Counts what one instance holds.
#[derive(Debug)]
pub(crate) struct Meter {
    memory_allowed: u64,
    memory_used: u64,
    table_used: u64,
}

impl Meter {
    pub(crate) fn new(limits: Limits) -> Self {
        Self { memory_allowed: limits.memory_bytes, memory_used: 0, table_used: 0 }
    }

    /// Returns the bytes of all linear memories of the instance.
    pub(crate) fn memory_used(&self) -> u64 {
        self.memory_used
    }
}

impl ResourceLimiter for Meter {
    fn memory_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        let used = self.memory_used.saturating_add((desired - current) as u64);
        if used > self.memory_allowed {
            let kind = LimitKind::Memory;
            return Err(Excess { kind, allowed: self.memory_allowed, used }.into());
        }
        self.memory_used = used;
        Ok(true)
    }

    fn table_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        let used = self.table_used.saturating_add((desired - current) as u64);
        if used > TABLE_ENTRIES_MAX {
            let kind = LimitKind::Table;
            return Err(Excess { kind, allowed: TABLE_ENTRIES_MAX, used }.into());
        }
        self.table_used = used;
        Ok(true)
    }

    fn instances(&self) -> usize {
        INSTANCES_MAX
    }

    fn tables(&self) -> usize {
        INSTANCES_MAX
    }

    fn memories(&self) -> usize {
        INSTANCES_MAX
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meter(memory_bytes: u64) -> Meter {
        Meter::new(Limits { memory_bytes, ..Limits::default() })
    }

    #[test]
    fn memories_share_one_bound() {
        let mut meter = meter(100);
        assert!(meter.memory_growing(0, 60, None).is_ok());
        assert!(meter.memory_growing(0, 40, None).is_ok());
        let error = meter.memory_growing(40, 41, None).expect_err("one byte too many");
        let excess = error.downcast_ref::<Excess>().expect("typed");
        assert_eq!(*excess, Excess { kind: LimitKind::Memory, allowed: 100, used: 101 });
        assert_eq!(meter.memory_used(), 100);
    }

    #[test]
    fn tables_are_bounded() {
        let mut meter = meter(1);
        assert!(meter.table_growing(0, 100_000, None).is_ok());
        assert!(meter.table_growing(100_000, 100_001, None).is_err());
    }
}
