//! Several registers with real nodes: replication, queries, faults.

mod asking;
mod authority;
mod demo;
mod duel;
mod faults;
mod incomplete;
mod lying;
mod models;
mod names;
mod peers;
mod replicate;
mod routes;
mod typing;
mod words;
