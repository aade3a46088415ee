//! Random numbers that come again: what was tried by chance can be tried once more with the same seed.

/// Parts of a whole, of which a random number is drawn: it comes again where a measured time or size does not.
pub const PARTS: u32 = 1000;

/// A sequence that its seed decides (splitmix64).
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    /// Starts the sequence.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Returns the next number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Returns a number below `bound`, which is not 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.number() % bound
    }

    /// Returns a number below [`PARTS`].
    pub fn part(&mut self) -> u32 {
        u32::try_from(self.below(u64::from(PARTS))).expect("below a u32")
    }

    /// Returns a place in a list of so many, which is not empty.
    pub fn index(&mut self, count: usize) -> usize {
        usize::try_from(self.below(count as u64)).expect("below a usize")
    }

    /// Returns another sequence, which the name decides too.
    #[must_use]
    pub fn of(mut self, name: &str) -> Self {
        for byte in name.bytes() {
            self.0 ^= u64::from(byte);
            self.0 = self.number();
        }
        self
    }

    /// Returns one of the values, of which there is at least one.
    pub fn one_of<T: Copy>(&mut self, values: &[T]) -> T {
        let index = self.below(values.len() as u64);
        values[usize::try_from(index).expect("below a length")]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_numbers_again() {
        let numbers = |seed| {
            let mut chance = Chance::new(seed);
            [chance.below(1000), chance.below(1000), chance.below(1000)]
        };
        assert_eq!(numbers(1), numbers(1));
        assert_ne!(numbers(1), numbers(2));
    }

    #[test]
    fn a_name_gives_a_sequence_of_its_own() {
        let number = |name| Chance::new(1).of(name).number();
        assert_eq!(number("kill"), number("kill"));
        assert_ne!(number("kill"), number("cut"));
    }
}
