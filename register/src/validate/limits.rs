//! The limits on input. Part of the contract: repeated in the `.proto` and in `docs/api.md`.
//!
//! Lengths of texts are in characters (Unicode scalar values). The limits are several times what real entries need, and low
//! enough to keep an entry at a few kilobytes: a snapshot of 10,000 entries is held in memory while it is compared.

/// A person's name.
pub const NAME: usize = 120;
/// How far ahead the end date of a name may be, in years. A name is personal data that needs review: two years is longer than
/// most people hold such a function, and short enough for a forgotten name to expire.
pub const NAME_YEARS_AHEAD: i32 = 2;
/// The title of a function.
pub const FUNCTION_TITLE: usize = 200;
/// The description of an officer.
pub const DESCRIPTION: usize = 4_000;
/// Short remarks: limit, consult, basis, audience, response_within, see.
pub const REMARK: usize = 300;
/// Longer remarks: the text of a mandate, what to bring.
pub const EXPLANATION: usize = 1_000;
/// A web address.
pub const URL: usize = 500;
/// A phone number, spaces included.
pub const PHONE: usize = 40;
/// Life domains of an officer or service.
pub const DOMAINS: usize = 50;
/// Competences of an officer, mandate or service.
pub const COMPETENCES: usize = 250;
/// Competences that an officer explicitly does not handle.
pub const NOT_FOR: usize = 50;
/// Municipalities of an officer. There are fewer in the country.
pub const AREA: usize = 500;
/// Mandates of an officer.
pub const MANDATES: usize = 20;
/// Opening hours of an officer or desk: three periods for each day of the week.
pub const HOURS: usize = 21;
/// Days in one line of opening hours.
pub const DAYS: usize = 14;
/// Known absences of an officer.
pub const ABSENCES: usize = 50;
/// The official name of an organisation.
pub const ORGANISATION_NAME: usize = 200;
/// The short name of an organisation, an alias, or a place.
pub const SHORT_NAME: usize = 120;
/// Other names of an organisation.
pub const ALIASES: usize = 50;
/// Towns and villages of a municipality.
pub const PLACES: usize = 400;
/// Services of a joint body.
pub const SERVES: usize = 2_000;
/// Successors of an organisation.
pub const SUCCESSORS: usize = 20;
/// The longest chain of deputies, in steps.
pub const DEPUTY_STEPS: usize = 5;
/// Violations of a set that are reported one by one; the rest is only counted. The report must fit in a message.
pub const REPORTED_VIOLATIONS: usize = 1_000;
/// Registers for which an organisation sets a sharing level.
pub const SHARING_PEERS: usize = 100;
