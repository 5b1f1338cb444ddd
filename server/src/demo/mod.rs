//! The demo: a filled register on this machine, marked DEMO, to try the node with.

pub mod pki;
