//! The generator's organisations and officers as messages of the contract.

use generator::RegisterGenerator;
use proto::v1;
use register::identifier::OrganisationId;

use crate::dates::today;

/// The generator of the register of `seed`, as of today.
pub fn generator(seed: u64) -> RegisterGenerator {
    RegisterGenerator::new(seed, today())
}

/// The organisations among which [`officers`] are spread.
pub fn organisations(generator: &RegisterGenerator) -> Vec<v1::Organisation> {
    generator.organisations().iter().map(v1::Organisation::from).collect()
}

/// The first `count` officers of a register that is spread over all organisations.
pub fn officers(generator: &RegisterGenerator, count: usize) -> Vec<v1::Officer> {
    generator.officers(count).map(|officer| v1::Officer::from(&officer)).collect()
}

/// The first `count` officers of the organisation with this id, which may be any.
pub fn officers_of(generator: &RegisterGenerator, organisation: &str, count: usize) -> Vec<v1::Officer> {
    let id = OrganisationId::parse(organisation).expect("the id of an organisation of the tests is valid");
    let officers = generator.officers_of(&id, count);
    officers.map(|officer| v1::Officer::from(&officer)).collect()
}
