//! The domain of the Maatwerkregister: types and rules, without I/O.
//!
//! Every other crate uses these types. Input from outside (a message, a file, a row, a form) is first a *draft* of strings and
//! becomes a domain type once, in [`validate`], which collects every violation. No function checks again after that. Time and
//! randomness are parameters. The crate does not depend on tokio, tonic, prost, SQL or tantivy.

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
pub mod spelling;
pub mod validate;
pub mod verification;
pub mod view;
pub mod violation;
pub mod vocabulary;
