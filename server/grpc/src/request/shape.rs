//! Counts the parts of an encoded message before it is decoded, by the descriptors of the contract.
//!
//! An empty part takes two bytes on the wire and up to half a kilobyte when decoded, so a message of 4 MiB could take a
//! gigabyte. The table [`LIMITS`] has the limits that the contract states, and all other lists share one.

use std::collections::HashMap;

use directory::limits;
use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{DescriptorProto, FileDescriptorSet};
use register::violation::{Violation, ViolationCode};
use server_core::error::{Error, Reason};

use super::wire::{Fields, NotWireForm, NumberForm, WireValue};

/// The limit of a list without one of its own.
const MAX_VALUES: usize = 5_000;

/// Maximum number of messages inside a message, at all depths. The largest valid one has about 30 for each of 1,000 operations.
const MAX_PARTS: usize = 50_000;

/// Maximum number of values in all lists of a message, at all depths: 1,000 officers with 500 codes each.
const MAX_ALL_VALUES: usize = 500_000;

/// Maximum depth of messages within messages, as in prost.
const MAX_DEPTH: usize = 100;

/// The lists with a limit of their own: message, field, values.
const LIMITS: [(&str, &str, usize); 17] = [
    ("ApplyChangesRequest", "operations", limits::OPERATIONS),
    ("BatchResolveRequest", "needs", limits::BATCH_NEEDS),
    ("CheckSynonymsRequest", "queries", limits::CHECKED_QUERIES),
    ("PutGrantsRequest", "grants", limits::OPERATIONS),
    ("PutOrganisationsRequest", "organisations", limits::OPERATIONS),
    ("SearchFilter", "competences", limits::FILTER_VALUES),
    ("SearchFilter", "domains", limits::FILTER_VALUES),
    ("SearchFilter", "kinds", limits::FILTER_VALUES),
    ("SearchFilter", "municipalities", limits::FILTER_VALUES),
    ("SearchFilter", "organisation_kinds", limits::FILTER_VALUES),
    ("SearchFilter", "organisations", limits::FILTER_VALUES),
    ("SearchLocalRequest", "entries", 1_000),
    ("SearchLocalRequest", "groups", 1_000),
    ("SearchLocalRequest", "without", 10_000),
    ("SuggestLocalRequest", "without", 10_000),
    ("VerifyOfficersRequest", "officers", limits::VERIFIED_OFFICERS),
    ("WatchChangesRequest", "organisations", limits::WATCHED_ORGANISATIONS),
];

/// The shapes of all messages of the contract.
pub(super) struct MessageShapes {
    shapes: Vec<MessageShape>,
    by_name: HashMap<String, usize>,
}

/// The lists and messages in a message, by field number.
#[derive(Default)]
struct MessageShape(HashMap<u32, FieldShape>);

struct FieldShape {
    name: String,
    /// The maximum number of values, if the field is a list.
    limit: Option<usize>,
    /// The shape of its values, if they are messages.
    message: Option<usize>,
    /// The form of its values, if they are numbers.
    number: Option<NumberForm>,
}

/// What one value of a message holds so far. A message field that occurs twice is merged, so its counts are as well.
#[derive(Default)]
struct Counts {
    values: HashMap<u32, usize>,
    merged: HashMap<u32, Counts>,
}

/// What may still come in the whole message.
struct Budget {
    parts: usize,
    values: usize,
}

/// Why a message is refused, with the path of the field.
enum ShapeFault {
    NotWireForm,
    TooMany { path: String, limit: usize },
    TooManyInAll { limit: usize },
}

impl MessageShapes {
    pub(super) fn of(descriptors: &FileDescriptorSet) -> Self {
        let mut messages = Vec::new();
        for file in &descriptors.file {
            for message in &file.message_type {
                collect(&format!(".{}", file.package()), message, &mut messages);
            }
        }
        let by_name: HashMap<String, usize> = messages.iter().map(|(name, _)| name.clone()).zip(0..).collect();
        let shapes = messages.iter().map(|(_, message)| shape(message, &by_name)).collect();
        Self { shapes, by_name }
    }

    /// The number of the message with this full name, which begins with a dot.
    pub(super) fn number_of(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    /// Checks an encoded message with the shape `number`.
    pub(super) fn check(&self, number: usize, message: &[u8]) -> Result<(), Error> {
        let mut budget = Budget {
            parts: MAX_PARTS,
            values: MAX_ALL_VALUES,
        };
        self.scan(number, message, &mut Counts::default(), &mut budget, MAX_DEPTH)
            .map_err(Error::from)
    }

    fn scan(
        &self,
        number: usize,
        message: &[u8],
        counts: &mut Counts,
        budget: &mut Budget,
        depth: usize,
    ) -> Result<(), ShapeFault> {
        let depth = depth.checked_sub(1).ok_or(ShapeFault::NotWireForm)?;
        for field in Fields::of(message) {
            let (number_in_message, value) = field?;
            let Some(field) = self.shapes[number].0.get(&number_in_message) else {
                continue;
            };
            let place = match field.limit {
                Some(limit) => {
                    let added = match (value, field.number) {
                        (WireValue::Bytes(packed), Some(form)) => form.count(packed),
                        _ => 1,
                    };
                    let count = counts.values.entry(number_in_message).or_default();
                    *count += added;
                    if *count > limit {
                        let path = field.name.clone();
                        return Err(ShapeFault::TooMany { path, limit });
                    }
                    budget.values = budget.values.checked_sub(added).ok_or(TOO_MANY_VALUES)?;
                    Some(count.saturating_sub(1))
                }
                None => None,
            };
            let (Some(inner), WireValue::Bytes(bytes)) = (field.message, value) else {
                continue;
            };
            budget.parts = budget.parts.checked_sub(1).ok_or(TOO_MANY_PARTS)?;
            let mut own = Counts::default();
            let inner_counts = match place {
                Some(_) => &mut own,
                None => counts.merged.entry(number_in_message).or_default(),
            };
            self.scan(inner, bytes, inner_counts, budget, depth)
                .map_err(|fault| fault.inside(&field.name, place))?;
        }
        Ok(())
    }
}

const TOO_MANY_PARTS: ShapeFault = ShapeFault::TooManyInAll { limit: MAX_PARTS };
const TOO_MANY_VALUES: ShapeFault = ShapeFault::TooManyInAll { limit: MAX_ALL_VALUES };

/// Adds a message and those declared in it, with their full names.
fn collect<'a>(scope: &str, message: &'a DescriptorProto, found: &mut Vec<(String, &'a DescriptorProto)>) {
    let name = format!("{scope}.{}", message.name());
    for nested in &message.nested_type {
        collect(&name, nested, found);
    }
    found.push((name, message));
}

fn shape(message: &DescriptorProto, by_name: &HashMap<String, usize>) -> MessageShape {
    let mut fields = HashMap::new();
    for field in &message.field {
        let inner = match field.r#type() {
            Type::Message => by_name.get(field.type_name()).copied(),
            _ => None,
        };
        let own = LIMITS
            .iter()
            .find(|(of, name, _)| *of == message.name() && *name == field.name());
        let limit = own.map_or(MAX_VALUES, |(_, _, limit)| *limit);
        let limit = (field.label() == Label::Repeated).then_some(limit);
        if inner.is_none() && limit.is_none() {
            continue;
        }
        let number = match field.r#type() {
            Type::Message | Type::Group | Type::String | Type::Bytes => None,
            Type::Double | Type::Fixed64 | Type::Sfixed64 => Some(NumberForm::Fixed(8)),
            Type::Float | Type::Fixed32 | Type::Sfixed32 => Some(NumberForm::Fixed(4)),
            _ => Some(NumberForm::Varint),
        };
        let shape = FieldShape {
            name: field.name().to_owned(),
            limit,
            message: inner,
            number,
        };
        if let Ok(number) = u32::try_from(field.number()) {
            fields.insert(number, shape);
        }
    }
    MessageShape(fields)
}

impl ShapeFault {
    /// Puts the field that holds the faulty value in front of the path.
    fn inside(self, field: &str, place: Option<usize>) -> Self {
        match self {
            Self::TooMany { path, limit } => Self::TooMany {
                path: match place {
                    Some(place) => format!("{field}[{place}].{path}"),
                    None => format!("{field}.{path}"),
                },
                limit,
            },
            other => other,
        }
    }
}

impl From<NotWireForm> for ShapeFault {
    fn from(_: NotWireForm) -> Self {
        Self::NotWireForm
    }
}

impl From<ShapeFault> for Error {
    fn from(fault: ShapeFault) -> Self {
        match fault {
            ShapeFault::NotWireForm => Error::new(
                Reason::MalformedMessage,
                "the message cannot be decoded: it is not the protobuf message of this RPC",
            ),
            ShapeFault::TooMany { path, limit } => Error::invalid(vec![Violation {
                field: path,
                code: ViolationCode::TooLong,
                message: format!("De lijst is langer dan {}; deel haar op.", in_thousands(limit)),
            }]),
            ShapeFault::TooManyInAll { limit } => {
                let message = format!("the message has more than {limit} parts or values; divide it");
                Error::new(Reason::MessageTooLarge, message).with("limit", limit)
            }
        }
    }
}

/// Writes a number as Dutch does: 1.000.
fn in_thousands(number: usize) -> String {
    match (number / 1_000, number % 1_000) {
        (0, rest) => rest.to_string(),
        (thousands, rest) => format!("{thousands}.{rest:03}"),
    }
}

#[cfg(test)]
mod tests {
    use prost::Message as _;
    use proto::v1::{
        ApplyChangesRequest, ChangeOperation, Officer, OpeningHours, SearchFilter, SearchOfficersRequest, change_operation,
    };

    use super::*;

    const APPLY: &str = ".maatwerkregister.v1.ApplyChangesRequest";

    fn shapes() -> MessageShapes {
        MessageShapes::of(&FileDescriptorSet::decode(proto::DESCRIPTORS).unwrap())
    }

    fn check(name: &str, message: &[u8]) -> Result<(), Error> {
        let shapes = shapes();
        shapes.check(shapes.number_of(name).unwrap(), message)
    }

    fn upsert(officer: Officer) -> ChangeOperation {
        ChangeOperation {
            operation: Some(change_operation::Operation::Upsert(officer)),
            ..Default::default()
        }
    }

    #[test]
    fn every_limit_is_about_a_list_of_the_contract() {
        let shapes = shapes();
        for (message, field, _) in LIMITS {
            let known = ["v1", "v1alpha"].iter().any(|version| {
                let number = shapes.number_of(&format!(".maatwerkregister.{version}.{message}"));
                number.is_some_and(|number| shapes.shapes[number].0.values().any(|shape| shape.name == field))
            });
            assert!(known, "{message}.{field}");
        }
    }

    #[test]
    fn a_list_may_be_as_long_as_its_limit() {
        let message = |operations| ApplyChangesRequest {
            operations: vec![upsert(Officer::default()); operations],
            ..Default::default()
        };
        check(APPLY, &message(1_000).encode_to_vec()).unwrap();
        let refused = check(APPLY, &message(1_001).encode_to_vec()).unwrap_err();
        let [violation] = refused.violations() else {
            panic!("{refused}")
        };
        assert_eq!(
            (violation.field.as_str(), violation.code),
            ("operations", ViolationCode::TooLong)
        );
        assert_eq!(violation.message, "De lijst is langer dan 1.000; deel haar op.");
    }

    #[test]
    fn a_list_inside_a_list_is_named_with_its_place() {
        let crowded = Officer {
            hours: vec![OpeningHours::default(); 5_001],
            ..Default::default()
        };
        let message = ApplyChangesRequest {
            operations: vec![upsert(Officer::default()), upsert(crowded)],
            ..Default::default()
        };
        let refused = check(APPLY, &message.encode_to_vec()).unwrap_err();
        assert_eq!(refused.violations()[0].field, "operations[1].upsert.hours");
    }

    #[test]
    fn parts_are_limited_at_all_depths_together() {
        let crowded = Officer {
            hours: vec![OpeningHours::default(); 4_000],
            ..Default::default()
        };
        let message = ApplyChangesRequest {
            operations: vec![upsert(crowded); 100],
            ..Default::default()
        };
        let refused = check(APPLY, &message.encode_to_vec()).unwrap_err();
        assert_eq!(refused.reason(), Reason::MessageTooLarge);
    }

    #[test]
    fn values_of_a_message_field_that_occurs_twice_are_added() {
        let half = SearchOfficersRequest {
            filter: Some(SearchFilter {
                domains: vec![String::new(); 60],
                kinds: vec![0; 60],
                ..Default::default()
            }),
            ..Default::default()
        };
        let half = half.encode_to_vec();
        check(".maatwerkregister.v1.SearchOfficersRequest", &half).unwrap();
        let refused = check(".maatwerkregister.v1.SearchOfficersRequest", &[half.clone(), half].concat());
        assert_eq!(refused.unwrap_err().violations()[0].field, "filter.domains");
    }

    #[test]
    fn packed_numbers_are_counted() {
        let message = SearchOfficersRequest {
            filter: Some(SearchFilter {
                kinds: vec![1; 101],
                ..Default::default()
            }),
            ..Default::default()
        };
        let refused = check(".maatwerkregister.v1.SearchOfficersRequest", &message.encode_to_vec());
        assert_eq!(refused.unwrap_err().violations()[0].field, "filter.kinds");
    }

    #[test]
    fn numbers_of_a_fixed_size_are_counted_by_their_size() {
        let message = |groups| proto::v1alpha::SearchLocalRequest {
            groups: vec![1; groups],
            ..Default::default()
        };
        let name = ".maatwerkregister.v1alpha.SearchLocalRequest";
        check(name, &message(1_000).encode_to_vec()).unwrap();
        assert!(check(name, &message(1_001).encode_to_vec()).is_err());
    }

    #[test]
    fn what_is_not_protobuf_is_refused() {
        assert_eq!(check(APPLY, b"\x0b\x0c").unwrap_err().reason(), Reason::MalformedMessage);
        assert_eq!(check(APPLY, b"\x12\x7f").unwrap_err().reason(), Reason::MalformedMessage);
    }
}
