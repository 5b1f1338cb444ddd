//! A deterministic generator of registers.
