//! `init`: creates the data folder, the store and a first operator.

use clap::Args;
use register::change::{Actor, Mutation};
use register::clock::{Clock, SystemClock};
use register::grant::{Grant, GrantBasis, Role};
use register::identifier::{OrganisationId, RegisterId};
use register::oin::Oin;
use register::organisation::{Desk, Organisation, OrganisationKind, OrganisationStatus};
use server_core::config::Faults;
use server_core::data::{DataError, DataFolder, store};

use super::output::{hand_over, print_line};
use super::settings::Settings;
use crate::app::AppError;

/// Organisations that operate registers, with their names. Any other organisation has its id as its name until an operator puts
/// it.
const OPERATORS: [(&str, &str, &str, OrganisationKind); 1] = [(
    "lmm",
    "Landelijk Maatwerkloket Multiproblematiek",
    "LMM",
    OrganisationKind::Loket,
)];

#[derive(Debug, Args)]
pub(crate) struct Init {
    #[command(flatten)]
    settings: Settings,
    /// The OIN of the operator, as in the subject of its client certificate
    #[arg(long, value_name = "OIN")]
    operator_oin: Oin,
    /// The id of the register, as in `landelijk` (storage.register)
    #[arg(long, value_name = "ID")]
    register: Option<RegisterId>,
    /// The organisation that the operator acts for
    #[arg(long, value_name = "ID", default_value = "lmm")]
    organisation: OrganisationId,
}

impl Init {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let config = self
            .settings
            .load(|sources| sources.flag("--register", "storage.register", self.register.as_ref()))?;
        let Some(register) = config.storage.register.clone() else {
            let mut faults = Faults::new();
            faults.add(
                "storage.register",
                "",
                "state the id of the register, as in `--register landelijk`",
            );
            return Err(AppError::from(faults).into());
        };
        let _folder = DataFolder::create(&config.storage.folder).map_err(DataError::from)?;
        let clock = SystemClock;
        let storage = store::create(&config.storage, register.clone(), &clock).await?;
        let mutations = first_operator(&self.operator_oin, &self.organisation);
        let path = config.storage.database();
        let appended = async {
            let mut transaction = storage.begin().await?;
            transaction.append(clock.now(), Actor::node(), mutations).await?;
            transaction.commit().await?;
            storage.close().await
        };
        appended.await.map_err(|error| store::explained(&path, error))?;
        hand_over(&config.storage.folder);
        print_line(format_args!(
            "created the register `{register}` in `{}`; its operator is {}, for `{}`",
            config.storage.folder.display(),
            self.operator_oin,
            self.organisation
        ));
        print_line("next: `maatwerkregister config check`, then `maatwerkregister serve`");
        Ok(())
    }
}

/// Returns the mutations that make `oin` the operator of a new register, acting for `organisation`.
pub(crate) fn first_operator(oin: &Oin, organisation: &OrganisationId) -> Vec<Mutation> {
    let known = OPERATORS.iter().find(|(id, ..)| *id == organisation.as_str());
    let (name, short_name, kind) = match known {
        Some((_, name, short_name, kind)) => (*name, *short_name, *kind),
        None => (organisation.as_str(), organisation.as_str(), OrganisationKind::Overig),
    };
    let organisation_itself = Organisation {
        id: organisation.clone(),
        name: name.to_owned(),
        short_name: short_name.to_owned(),
        aliases: Vec::new(),
        kind,
        tooi_uri: None,
        municipality_code: None,
        places: Vec::new(),
        serves: Vec::new(),
        desk: Desk::default(),
        status: OrganisationStatus::Connected,
        agreement: false,
        valid_from: None,
        valid_until: None,
        successors: Vec::new(),
        sharing: register::peer::Sharing::default(),
    };
    let grant = Grant {
        oin: oin.clone(),
        organisation: organisation.clone(),
        roles: vec![Role::Lookup, Role::Resolve, Role::Operate],
        from: None,
        until: None,
        basis: GrantBasis::Own,
    };
    vec![Mutation::PutOrganisation(organisation_itself), Mutation::PutGrant(grant)]
}
