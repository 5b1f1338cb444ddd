//! The domain of the Maatwerkregister: its types and its rules, and no I/O.
//!
//! Every other crate speaks in these types. What arrives from outside (a message, a file, a row, a form) is a *draft* of
//! strings first and becomes a domain type once, in [`validate`], with every violation collected; after that no function
//! checks again. Time and randomness are parameters. The crate knows nothing of tokio, tonic, prost, SQL or tantivy.

pub mod authority;
pub mod calendar;
pub mod change;
pub mod clock;
pub mod diff;
pub mod draft;
pub mod entry;
pub mod gazetteer;
pub mod grant;
pub mod identifier;
pub mod need;
pub mod officer;
pub mod oin;
pub mod organisation;
pub mod peer;
pub mod personal;
pub mod position;
pub mod presence;
pub mod report;
pub mod resolve;
pub mod validate;
pub mod verification;
pub mod view;
pub mod violation;
pub mod vocabulary;
