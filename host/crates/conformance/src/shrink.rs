//! Makes an input that breaks a law smaller, as long as it breaks it.

use std::time::{Duration, Instant};

/// How often, and how long, something smaller is tried.
const TRIES_MAX: u32 = 400;
const PATIENCE: Duration = Duration::from_secs(5);

/// Returns the smallest input that was found, by leaving out ever smaller stretches.
pub(crate) fn shrink(input: Vec<u8>, mut breaks: impl FnMut(&[u8]) -> bool) -> Vec<u8> {
    let (begun, mut tries, mut smallest) = (Instant::now(), 0, input);
    let mut stretch = smallest.len().div_ceil(2);
    while stretch > 0 {
        let mut at = 0;
        while at < smallest.len() {
            if tries == TRIES_MAX || begun.elapsed() > PATIENCE {
                return smallest;
            }
            tries += 1;
            let mut smaller = smallest.clone();
            smaller.drain(at..(at + stretch).min(smallest.len()));
            if breaks(&smaller) {
                smallest = smaller;
            } else {
                at += stretch;
            }
        }
        stretch = if stretch == 1 { 0 } else { stretch.div_ceil(2) };
    }
    smallest
}

/// The same of a text, of which only whole characters are left out.
pub(crate) fn shrink_text(input: &str, mut breaks: impl FnMut(&str) -> bool) -> String {
    let smallest = shrink(input.as_bytes().to_vec(), |bytes| str::from_utf8(bytes).is_ok_and(&mut breaks));
    String::from_utf8(smallest).unwrap_or_else(|_| input.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_matters_is_left() {
        let input = format!("{}#{}%", "a".repeat(300), "b".repeat(200)).into_bytes();
        assert_eq!(shrink(input, |bytes| bytes.contains(&b'#') && bytes.contains(&b'%')), b"#%");
        assert_eq!(shrink(b"abc".to_vec(), |_| true), b"");
        assert_eq!(shrink_text("xé;y", |text| text.contains('é')), "é");
    }
}
