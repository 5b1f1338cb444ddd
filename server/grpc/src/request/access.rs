//! The rights that each RPC needs, decided by its path before its message is read.
//!
//! Use cases authorise as well, on the data that they act on. This table refuses a caller without rights before it costs a
//! place, memory or decoding.

use register::grant::Role;
use register::identifier::{OfficerName, OrganisationId};
use server_core::error::Error;
use server_core::identity::Caller;

use super::wire::{Fields, WireValue};

/// Decides whether a caller has the rights that an RPC needs.
pub(crate) trait CallAuthorisation: Send + Sync {
    /// Requires one of `roles` for any organisation; without roles, a grant of any kind.
    fn may_call(&self, caller: &Caller, roles: &[Role]) -> Result<(), Error>;

    /// Requires the role `publish` for `organisation`.
    fn may_publish(&self, caller: &Caller, organisation: &OrganisationId) -> Result<(), Error>;
}

impl CallAuthorisation for directory::Directory {
    fn may_call(&self, caller: &Caller, roles: &[Role]) -> Result<(), Error> {
        directory::Directory::may_call(self, caller, roles)
    }

    fn may_publish(&self, caller: &Caller, organisation: &OrganisationId) -> Result<(), Error> {
        directory::Directory::may_publish(self, caller, organisation)
    }
}

/// The rights that an RPC needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    /// Health: any trusted certificate, and no place, so that a full node still answers how it is.
    Health,
    /// Reflection: any trusted certificate.
    Anyone,
    /// One of these roles for any organisation; without roles, a grant of any kind, and the message decides.
    Roles(&'static [Role]),
    /// The role `publish` for the organisation in a field of the message.
    Publisher(OrganisationField),
}

/// The field of a message that holds the organisation whose data it writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OrganisationField {
    /// The resource name of the organisation, under this number.
    Organisation(u32),
    /// The resource name of one of its officers, under this number.
    Officer(u32),
}

impl Access {
    /// The rights that the RPC `name` (`package.Service/Method`) needs; `None` for an unknown RPC.
    pub(super) fn of(name: &str) -> Option<Self> {
        let (service, method) = name.split_once('/')?;
        Some(match (service, method) {
            ("grpc.health.v1.Health", _) => Self::Health,
            ("grpc.reflection.v1.ServerReflection" | "grpc.reflection.v1alpha.ServerReflection", _) => Self::Anyone,
            ("maatwerkregister.v1.DirectoryService", _) => Self::Roles(&[Role::Lookup]),
            ("maatwerkregister.v1.RoutingService", _) => Self::Roles(&[Role::Resolve]),
            ("maatwerkregister.v1.SyncService", "WatchChanges") => Self::Roles(&[Role::Lookup, Role::Peer]),
            ("maatwerkregister.v1.SyncService", "ApplyChanges" | "VerifyOfficers") => {
                Self::Publisher(OrganisationField::Organisation(1))
            }
            ("maatwerkregister.v1.SyncService", "SetPresence") => Self::Publisher(OrganisationField::Officer(1)),
            // The first message of an upload names the organisation; an operator may set the sharing of any.
            ("maatwerkregister.v1.SyncService", "SyncOfficers" | "SetSharing") => Self::Roles(&[]),
            ("maatwerkregister.v1.ReportService", "ReportProblem") => Self::Roles(&[Role::Lookup]),
            // Publishers handle the reports on their own officers, operators all.
            ("maatwerkregister.v1.ReportService", "ListReports" | "SettleReport") => Self::Roles(&[]),
            ("maatwerkregister.v1.AdminService", _) => Self::Roles(&[Role::Operate]),
            ("maatwerkregister.v1alpha.FederationService", _) => Self::Roles(&[Role::Peer]),
            _ => return None,
        })
    }

    /// The roles that a caller needs before its message is read; `None` if it needs no grant.
    pub(super) fn roles(self) -> Option<&'static [Role]> {
        match self {
            Self::Health | Self::Anyone => None,
            Self::Roles(roles) => Some(roles),
            Self::Publisher(_) => Some(&[]),
        }
    }
}

impl OrganisationField {
    /// The organisation in an encoded message, if it is well-formed; the use case refuses the message otherwise.
    pub(super) fn read(self, message: &[u8]) -> Option<OrganisationId> {
        match self {
            Self::Organisation(number) => OrganisationId::parse_resource_name(last_text(message, number)?).ok(),
            Self::Officer(number) => Some(OfficerName::parse(last_text(message, number)?).ok()?.organisation),
        }
    }
}

/// The last value of a text field: protobuf decoders ignore the earlier ones.
fn last_text(message: &[u8], number: u32) -> Option<&str> {
    let mut last = None;
    for field in Fields::of(message) {
        match field.ok()? {
            (found, WireValue::Bytes(bytes)) if found == number => last = Some(bytes),
            _ => {}
        }
    }
    std::str::from_utf8(last?).ok()
}

#[cfg(test)]
mod tests {
    use prost::Message as _;
    use proto::v1::{ApplyChangesRequest, SetPresenceRequest};

    use super::*;

    #[test]
    fn organisations_are_read_from_the_wire_form() {
        let changes = ApplyChangesRequest {
            organisation: "organisations/zb000211".into(),
            operations: vec![Default::default(); 3],
            request_id: "r".into(),
            ..Default::default()
        };
        let mut bytes = changes.encode_to_vec();
        let field = OrganisationField::Organisation(1);
        assert_eq!(field.read(&bytes).unwrap().as_str(), "zb000211");
        // A second value replaces the first, as when it is decoded.
        bytes.extend(b"\x0a\x14organisations/gm0363");
        assert_eq!(field.read(&bytes).unwrap().as_str(), "gm0363");

        let presence = SetPresenceRequest {
            officer: "organisations/zb000211/officers/a".into(),
            ..Default::default()
        };
        let read = OrganisationField::Officer(1).read(&presence.encode_to_vec());
        assert_eq!(read.unwrap().as_str(), "zb000211");
        assert!(OrganisationField::Officer(1).read(b"\x0a\x7f").is_none());
    }
}
