//! How much is tried: the flags of `tests/faults/run`.

/// How much is tried.
#[derive(Debug, Clone)]
pub struct Size {
    /// Changesets of a run.
    pub changes: usize,
    /// Faults of each kind that has one for every boundary; fewer than there are boundaries are spread evenly.
    pub boundaries: usize,
    /// Every so many writes to a file one is struck.
    pub stride: usize,
    /// Kills at random moments.
    pub random: usize,
    /// Cuts in the middle of a message.
    pub bytes: usize,
    /// Lines that fall silent for a moment.
    pub silences: usize,
    /// Crowds, and as many of which some die.
    pub crowds: usize,
    /// Restarts of the server.
    pub restarts: usize,
    /// Disks that are full or fail at a write.
    pub writes: usize,
    /// Filesystems that are too small.
    pub small: usize,
    /// Runs at a time.
    pub jobs: usize,
    /// Only faults whose description has this in it.
    pub only: Option<String>,
}

impl Size {
    /// What every run of the tests can afford.
    pub fn quick() -> Self {
        Self {
            changes: 10,
            boundaries: 16,
            stride: 150,
            random: 6,
            bytes: 6,
            silences: 2,
            crowds: 1,
            restarts: 3,
            writes: 8,
            small: 3,
            jobs: 2,
            only: None,
        }
    }

    /// Everything.
    pub fn full() -> Self {
        Self {
            changes: 60,
            boundaries: usize::MAX,
            stride: 10,
            random: 200,
            bytes: 100,
            silences: 20,
            crowds: 20,
            restarts: 60,
            writes: 200,
            small: 40,
            jobs: 2,
            only: None,
        }
    }

    /// Sets one number by the name of its field; says what is wrong if there is no such number.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        let field = match name {
            "changes" => &mut self.changes,
            "boundaries" => &mut self.boundaries,
            "stride" => &mut self.stride,
            "random" => &mut self.random,
            "bytes" => &mut self.bytes,
            "silences" => &mut self.silences,
            "crowds" => &mut self.crowds,
            "restarts" => &mut self.restarts,
            "writes" => &mut self.writes,
            "small" => &mut self.small,
            "jobs" => &mut self.jobs,
            _ => return Err(format!("there is no `--{name}`")),
        };
        *field = value.parse().map_err(|_| format!("`--{name} {value}` is not a number"))?;
        // Nothing can be done by nobody, on nothing, or at every 0th write.
        if *field == 0 && matches!(name, "changes" | "stride" | "jobs") {
            return Err(format!("`--{name}` is 1 at least"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_set_by_its_name() {
        let mut size = Size::quick();
        assert_eq!(size.set("random", "0"), Ok(()));
        assert_eq!(size.random, 0);
        assert_eq!(size.set("jobs", "0"), Err("`--jobs` is 1 at least".to_owned()));
        assert_eq!(size.set("nothing", "1"), Err("there is no `--nothing`".to_owned()));
        assert_eq!(size.set("bytes", "many"), Err("`--bytes many` is not a number".to_owned()));
    }
}
