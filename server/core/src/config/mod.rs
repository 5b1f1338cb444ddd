//! The configuration: flags override environment variables, which override the file, which overrides the defaults.
//!
//! Each section is a struct (`sections`, `search`, `web`). Loading reports all faults at once ([`Faults`]), before a port is
//! bound. `sources` is the only place that reads the environment. The variable of a setting is `MWR_` and its key in
//! capitals, with an underscore for the dot: `listen.grpc` is `MWR_LISTEN_GRPC`. The configuration holds no secrets, only
//! the paths of files that do, so all of it may be shown.

mod faults;
mod federation;
mod hints;
mod load;
mod login;
mod peers;
mod search;
mod sections;
mod serde_duration;
mod serde_size;
mod settings;
mod sources;
mod units;
mod web;
mod writes;

pub use faults::{Fault, Faults};
pub use federation::FederationSettings;
pub use load::LoadedConfig;
pub use login::{ClaimRule, LoginFile, ProviderSettings};
pub use search::SearchSettings;
pub use sections::{
    LimitSettings, ListenSettings, LogFormat, LogSettings, OperationSettings, RUNTIME_FOLDER, StorageSettings, TlsSettings,
};
pub use settings::Config;
pub use sources::ConfigSources;
pub use web::WebSettings;
pub use writes::WriteSettings;

#[cfg(test)]
mod tests;
