//! What this register is, for a peer that asks.

use jiff::Timestamp;
use register::grant::Role;
use register::identifier::{OrganisationId, RegisterId};
use register::organisation::OrganisationStatus;
use register::peer::SharingLevel;
use register::position::Position;
use register::view::View;
use sha2::{Digest as _, Sha256};

use super::Directory;
use crate::authorisation;
use crate::error::Error;
use crate::identity::Caller;

/// What this register is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// Its id.
    pub register: RegisterId,
    /// Where it stands.
    pub position: Position,
    /// Version of the search analyser.
    pub analyser_version: String,
    /// Hash of the vocabulary.
    pub vocabulary_hash: String,
    /// Hash of the lexicon.
    pub lexicon_hash: String,
    /// What it holds, other than what it merely knows, as far as the asker may see it; in order.
    pub organisations: Vec<HeldOrganisation>,
    /// A hash over them.
    pub organisations_hash: String,
    /// Its clock.
    pub time: Timestamp,
}

/// An organisation that this register holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldOrganisation {
    /// Which.
    pub id: OrganisationId,
    /// How far it is with joining.
    pub status: OrganisationStatus,
    /// What the asker may do with its officers.
    pub sharing: SharingLevel,
}

impl Directory {
    /// The right to exchange as another register.
    pub fn may_peer(&self, view: &View, caller: &Caller) -> Result<(), Error> {
        authorisation::for_any_organisation(view, &caller.acting, &[Role::Peer], self.clock.today()).map(|_| ())
    }

    /// What this register is, for the peer `caller`.
    pub async fn describe(&self, caller: &Caller) -> Result<Description, Error> {
        let view = self.views.current();
        self.may_peer(&view, caller)?;
        let asker = caller.acting.oin();
        let mut hash = Sha256::new();
        let mut organisations = Vec::new();
        for organisation in view.organisations() {
            let sharing = organisation.sharing.with(asker);
            if organisation.status == OrganisationStatus::Known || sharing == SharingLevel::None {
                continue;
            }
            hash.update(format!(
                "{} {} {}\n",
                organisation.id,
                organisation.status.as_str(),
                sharing.as_str()
            ));
            organisations.push(HeldOrganisation {
                id: organisation.id.clone(),
                status: organisation.status,
                sharing,
            });
        }
        let versions = self.language.versions();
        Ok(Description {
            register: self.register.clone(),
            position: view.position(),
            analyser_version: versions.analyser.to_string(),
            vocabulary_hash: versions.vocabulary.clone(),
            lexicon_hash: versions.lexicon.clone(),
            organisations,
            organisations_hash: hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect(),
            time: self.clock.now(),
        })
    }
}
