//! Random names and secrets of sessions, from one generator that the operating system seeds.

use std::sync::{Arc, Mutex, PoisonError};

use rand::rngs::StdRng;
use rand::{RngCore as _, SeedableRng as _};

/// A shared generator of hexadecimal names and secrets.
#[derive(Clone)]
pub(super) struct RandomNames(Arc<Mutex<StdRng>>);

impl RandomNames {
    pub(super) fn from_os() -> Self {
        Self(Arc::new(Mutex::new(StdRng::from_os_rng())))
    }

    /// Draws a name of 96 bits: it cannot be guessed, but is not a secret.
    pub(super) fn name(&self) -> String {
        self.hexadecimal::<12>()
    }

    /// Draws a secret of 256 bits.
    pub(super) fn secret(&self) -> String {
        self.hexadecimal::<32>()
    }

    fn hexadecimal<const BYTES: usize>(&self) -> String {
        let mut bytes = [0; BYTES];
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(&mut bytes);
        hex::encode(bytes)
    }
}
