//! Writes the contents of a demo to a new store.

use register::change::{Actor, Mutation};
use register::clock::Clock;
use storage::{Storage, StorageError};

use super::contents::{OfficerWithOverlays, RegisterContents};
use super::people::{People, Person};

/// Writes organisations and grants in one commit, and then the officers of each organisation in one commit, as syncs would.
pub(super) async fn write_contents(
    contents: &RegisterContents,
    storage: &dyn Storage,
    people: &People,
    clock: &dyn Clock,
) -> Result<(), StorageError> {
    let organisations = contents.organisations.iter().cloned().map(Mutation::PutOrganisation);
    let grants = contents.grants.iter().cloned().chain(people.all().map(Person::grant));
    let mutations = organisations.chain(grants.map(Mutation::PutGrant)).collect();
    commit(storage, clock, Actor::node(), mutations).await?;
    for (organisation, officers) in &contents.officers {
        let actor = Actor {
            organisation: Some(organisation.clone()),
            ..Actor::node()
        };
        let mutations = officers.iter().flat_map(officer_mutations).collect();
        commit(storage, clock, actor, mutations).await?;
    }
    Ok(())
}

/// Returns the mutations for an officer and its overlays.
fn officer_mutations(entry: &OfficerWithOverlays) -> Vec<Mutation> {
    let name = entry.officer.officer_name();
    let mut mutations = vec![Mutation::PutOfficer(entry.officer.clone())];
    if !entry.presence.absences.is_empty() {
        mutations.push(Mutation::SetPresence {
            name: name.clone(),
            presence: entry.presence.clone(),
        });
    }
    if let Some(verification) = entry.verification.clone() {
        mutations.push(Mutation::VerifyOfficer { name, verification });
    }
    mutations
}

async fn commit(storage: &dyn Storage, clock: &dyn Clock, actor: Actor, mutations: Vec<Mutation>) -> Result<(), StorageError> {
    let mut transaction = storage.begin().await?;
    transaction.append(clock.now(), actor, mutations).await?;
    transaction.commit().await?;
    Ok(())
}
