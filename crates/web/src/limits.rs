//! How often one party may ask, so that one party's flood is not another's wait.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

/// Buckets of requests: each party has a burst, refilled evenly.
pub struct Limits {
    /// Requests a party may make at once.
    burst: f64,
    /// Requests regained a second.
    rate: f64,
    buckets: Mutex<HashMap<String, Bucket>>,
}

struct Bucket {
    left: f64,
    at: i64,
}

/// So many parties are remembered; beyond that those that are full again are forgotten.
const REMEMBERED: usize = 50_000;

impl Limits {
    /// A burst of requests, and how many are regained a second.
    pub fn new(burst: u32, rate: f64) -> Limits {
        Limits { burst: burst.into(), rate, buckets: Mutex::new(HashMap::new()) }
    }

    /// Takes one request of a party at an instant (microseconds); else the seconds to wait.
    ///
    /// # Errors
    /// The number of whole seconds until the next request is taken.
    pub fn take(&self, party: &str, now: i64) -> Result<(), u32> {
        self.take_of(party, now, self.burst, self.rate)
    }

    /// The same for a party that has a burst and a rate of its own.
    ///
    /// # Errors
    /// As [`Limits::take`].
    pub fn take_of(&self, party: &str, now: i64, burst: f64, rate: f64) -> Result<(), u32> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() > REMEMBERED {
            buckets.retain(|_, bucket| bucket.refilled(now, burst, rate) < burst);
        }
        if let Some(bucket) = buckets.get_mut(party) {
            bucket.left = bucket.refilled(now, burst, rate);
            bucket.at = now;
            if bucket.left < 1.0 {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "a small positive number of seconds"
                )]
                return Err(((1.0 - bucket.left) / rate).ceil() as u32);
            }
            bucket.left -= 1.0;
        } else {
            buckets.insert(party.to_owned(), Bucket { left: burst - 1.0, at: now });
        }
        Ok(())
    }

    /// Gives a party all of its requests again.
    pub fn forget(&self, party: &str) {
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner).remove(party);
    }
}

impl Bucket {
    fn refilled(&self, now: i64, burst: f64, rate: f64) -> f64 {
        let seconds = now.saturating_sub(self.at).max(0) as f64 / 1e6;
        (self.left + seconds * rate).min(burst)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_waits_and_others_do_not() {
        let limits = Limits::new(3, 1.0);
        for _ in 0..3 {
            assert_eq!(limits.take("one", 0), Ok(()));
        }
        assert_eq!(limits.take("one", 0), Err(1));
        assert_eq!(limits.take("other", 0), Ok(()));
        assert_eq!(limits.take("one", 1_000_000), Ok(()));
        assert_eq!(limits.take("one", 1_000_000), Err(1));
        limits.forget("one");
        assert_eq!(limits.take("one", 1_000_000), Ok(()));
    }

    #[test]
    fn a_slow_refill_tells_how_long_to_wait() {
        let limits = Limits::new(1, 0.1);
        assert_eq!(limits.take("one", 0), Ok(()));
        assert_eq!(limits.take("one", 0), Err(10));
        assert_eq!(limits.take("one", 4_500_000), Err(6));
        assert_eq!(limits.take("one", 10_000_000), Ok(()));
    }
}
