//! Every reason for which this service refuses or fails, with all that follows from it, in one table.
//!
//! A reason is public API: callers branch on it. `docs/api.md` lists them, and a test compares the two.

use tonic::Code;

/// Why a call was refused or failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reason {
    // Who the caller is.
    /// No client certificate was shown.
    CertificateMissing,
    /// The client certificate's time has passed, or has not come.
    CertExpired,
    /// The client certificate was revoked.
    CertRevoked,
    /// The client certificate is of no issuer that this node trusts.
    UntrustedIssuer,
    /// The subject of the client certificate has no serialNumber that is an OIN.
    SubjectWithoutOin,
    /// Nobody is logged in at the page, or no longer.
    LoginRequired,
    /// The identity provider, or the mapping of its claims, lets nobody in by this login.
    LoginFailed,
    /// The form was not made for this session.
    FormNotAccepted,
    // What the caller may.
    /// The register holds no grant for the caller's OIN.
    UnknownOrganisation,
    /// The caller may not write for this organisation.
    NotOwner,
    /// The caller's grants do not include the role that the call needs.
    RoleMissing,
    /// The caller's grant has ended, or has not begun.
    GrantExpired,
    /// The organisation that the caller acts for is suspended.
    Suspended,
    // What was asked.
    /// Something in the request is wrong; the violations say what.
    InvalidRequest,
    /// The message cannot be decoded: not protobuf, or text that is not UTF-8.
    MalformedMessage,
    /// The message is larger than allowed.
    MessageTooLarge,
    /// More entries than a snapshot may hold.
    TooManyEntries,
    /// The page token is not one of this register's, or its request has another shape.
    PageTokenMismatch,
    /// The request id was used before, for another request.
    RequestIdReused,
    /// The snapshot's stream has no Commit, a wrong order or a wrong count.
    SnapshotIncomplete,
    /// The snapshot's digest is not that of the entries received.
    SnapshotDigestMismatch,
    /// The call belongs to a later version.
    NotInThisVersion,
    // What is there.
    /// There is no such page.
    PageNotFound,
    /// There is no such officer.
    OfficerNotFound,
    /// There is no such organisation.
    OrganisationNotFound,
    /// The organisation of a need is not in the register.
    UnknownNeedOrganisation,
    /// Nobody fits a need, and no LMM is known.
    NoTarget,
    /// There is no such grant.
    GrantNotFound,
    /// There is no such open report.
    ReportNotFound,
    /// There is no such peer.
    PeerNotFound,
    /// What should be new is there already.
    AlreadyExists,
    // What stands in the way.
    /// The entry is not as the caller last saw it.
    EtagMismatch,
    /// Officers of the organisation changed since the base position.
    BaseNotCurrent,
    /// More entries would be withdrawn than was confirmed.
    MassWithdrawal,
    /// The grant is the last with the role operate.
    LastOperator,
    /// The peer is named by the node's configuration.
    PeerIsConfigured,
    /// A plan was made with other versions of analyser, lexicon or vocabulary than this node has.
    OtherVersions,
    // Positions.
    /// The position is of another epoch: the register was made anew or restored.
    EpochChanged,
    /// The register has not come to the position.
    PositionInFuture,
    /// What came after the position has been compacted away.
    PositionCompacted,
    /// The node did not reach the position before the deadline.
    PositionNotReached,
    /// Registers that the answer needs did not answer.
    FederationIncomplete,
    // How things are.
    /// Too much is asked of this node, or by this organisation.
    RateLimited,
    /// The deadline passed. A write may have happened.
    DeadlineExceeded,
    /// The node is stopping.
    ShuttingDown,
    /// The identity provider cannot be reached, or gives no sensible answer.
    LoginUnavailable,
    /// Storage cannot be used now; nothing of the write was kept.
    StorageUnavailable,
    /// It cannot be said whether the write was kept.
    OutcomeUnknown,
    /// Something went wrong here. The log has the cause, under the request id.
    Internal,
}

/// How much an outcome deserves attention in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attention {
    /// The ordinary course of things.
    Info,
    /// The caller's fault.
    Warn,
    /// Ours: someone must act.
    Error,
}

/// Whether sending the same request again can do harm, and help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// The same request fails the same way.
    Never,
    /// Nothing was done; the same request may succeed later.
    Safe,
    /// Something may have been done: safe for reads, and for writes with a request id.
    WithRequestId,
}

/// What follows from a reason.
#[derive(Clone, Copy, Debug)]
pub struct Consequence {
    /// The gRPC code.
    pub code: Code,
    /// The HTTP status on the page.
    pub http_status: u16,
    /// The level of its log line.
    pub attention: Attention,
    /// Whether to try again.
    pub retry: Retry,
}

impl Reason {
    /// All reasons, in the order of the documentation.
    pub const ALL: [Reason; 49] = [
        Self::CertificateMissing,
        Self::CertExpired,
        Self::CertRevoked,
        Self::UntrustedIssuer,
        Self::SubjectWithoutOin,
        Self::LoginRequired,
        Self::LoginFailed,
        Self::FormNotAccepted,
        Self::UnknownOrganisation,
        Self::NotOwner,
        Self::RoleMissing,
        Self::GrantExpired,
        Self::Suspended,
        Self::InvalidRequest,
        Self::MalformedMessage,
        Self::MessageTooLarge,
        Self::TooManyEntries,
        Self::PageTokenMismatch,
        Self::RequestIdReused,
        Self::SnapshotIncomplete,
        Self::SnapshotDigestMismatch,
        Self::NotInThisVersion,
        Self::PageNotFound,
        Self::OfficerNotFound,
        Self::OrganisationNotFound,
        Self::UnknownNeedOrganisation,
        Self::NoTarget,
        Self::GrantNotFound,
        Self::ReportNotFound,
        Self::PeerNotFound,
        Self::AlreadyExists,
        Self::EtagMismatch,
        Self::BaseNotCurrent,
        Self::MassWithdrawal,
        Self::LastOperator,
        Self::PeerIsConfigured,
        Self::OtherVersions,
        Self::EpochChanged,
        Self::PositionInFuture,
        Self::PositionCompacted,
        Self::PositionNotReached,
        Self::FederationIncomplete,
        Self::RateLimited,
        Self::DeadlineExceeded,
        Self::ShuttingDown,
        Self::LoginUnavailable,
        Self::StorageUnavailable,
        Self::OutcomeUnknown,
        Self::Internal,
    ];

    /// The reason on the wire. Two reasons share a word where the call tells them apart.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CertificateMissing => "CERTIFICATE_MISSING",
            Self::CertExpired => "CERT_EXPIRED",
            Self::CertRevoked => "CERT_REVOKED",
            Self::UntrustedIssuer => "UNTRUSTED_ISSUER",
            Self::SubjectWithoutOin => "SUBJECT_WITHOUT_OIN",
            Self::LoginRequired => "LOGIN_REQUIRED",
            Self::LoginFailed => "LOGIN_FAILED",
            Self::FormNotAccepted => "FORM_NOT_ACCEPTED",
            Self::UnknownOrganisation | Self::UnknownNeedOrganisation => "UNKNOWN_ORGANISATION",
            Self::NotOwner => "NOT_OWNER",
            Self::RoleMissing => "ROLE_MISSING",
            Self::GrantExpired => "GRANT_EXPIRED",
            Self::Suspended => "SUSPENDED",
            Self::InvalidRequest => "INVALID_REQUEST",
            Self::MalformedMessage => "MALFORMED_MESSAGE",
            Self::MessageTooLarge => "MESSAGE_TOO_LARGE",
            Self::TooManyEntries => "TOO_MANY_ENTRIES",
            Self::PageTokenMismatch => "PAGE_TOKEN_MISMATCH",
            Self::RequestIdReused => "REQUEST_ID_REUSED",
            Self::SnapshotIncomplete => "SNAPSHOT_INCOMPLETE",
            Self::SnapshotDigestMismatch => "SNAPSHOT_DIGEST_MISMATCH",
            Self::NotInThisVersion => "NOT_IN_THIS_VERSION",
            Self::PageNotFound => "PAGE_NOT_FOUND",
            Self::OfficerNotFound => "OFFICER_NOT_FOUND",
            Self::OrganisationNotFound => "ORGANISATION_NOT_FOUND",
            Self::NoTarget => "NO_TARGET",
            Self::GrantNotFound => "GRANT_NOT_FOUND",
            Self::ReportNotFound => "REPORT_NOT_FOUND",
            Self::PeerNotFound => "PEER_NOT_FOUND",
            Self::AlreadyExists => "ALREADY_EXISTS",
            Self::EtagMismatch => "ETAG_MISMATCH",
            Self::BaseNotCurrent => "BASE_NOT_CURRENT",
            Self::MassWithdrawal => "MASS_WITHDRAWAL",
            Self::LastOperator => "LAST_OPERATOR",
            Self::PeerIsConfigured => "PEER_IS_CONFIGURED",
            Self::OtherVersions => "OTHER_VERSIONS",
            Self::EpochChanged => "EPOCH_CHANGED",
            Self::PositionInFuture => "POSITION_IN_FUTURE",
            Self::PositionCompacted => "POSITION_COMPACTED",
            Self::PositionNotReached => "POSITION_NOT_REACHED",
            Self::FederationIncomplete => "FEDERATION_INCOMPLETE",
            Self::RateLimited => "RATE_LIMITED",
            Self::DeadlineExceeded => "DEADLINE_EXCEEDED",
            Self::ShuttingDown => "SHUTTING_DOWN",
            Self::LoginUnavailable => "LOGIN_UNAVAILABLE",
            Self::StorageUnavailable => "STORAGE_UNAVAILABLE",
            Self::OutcomeUnknown => "OUTCOME_UNKNOWN",
            Self::Internal => "INTERNAL",
        }
    }

    /// What follows from it: the table.
    pub fn consequence(self) -> Consequence {
        use Attention::{Error, Info, Warn};
        use Retry::{Never, Safe, WithRequestId};
        let (code, http_status, attention, retry) = match self {
            Self::CertificateMissing
            | Self::CertExpired
            | Self::CertRevoked
            | Self::UntrustedIssuer
            | Self::SubjectWithoutOin
            | Self::LoginFailed => (Code::Unauthenticated, 401, Warn, Never),
            Self::LoginRequired => (Code::Unauthenticated, 401, Info, Never),
            Self::FormNotAccepted => (Code::PermissionDenied, 403, Warn, Never),
            Self::UnknownOrganisation | Self::NotOwner | Self::RoleMissing | Self::GrantExpired | Self::Suspended => {
                (Code::PermissionDenied, 403, Warn, Never)
            }
            Self::InvalidRequest | Self::MalformedMessage | Self::PageTokenMismatch | Self::RequestIdReused => {
                (Code::InvalidArgument, 400, Warn, Never)
            }
            Self::SnapshotIncomplete => (Code::InvalidArgument, 400, Warn, Safe),
            Self::SnapshotDigestMismatch => (Code::DataLoss, 400, Warn, Safe),
            Self::MessageTooLarge | Self::TooManyEntries => (Code::ResourceExhausted, 413, Warn, Never),
            Self::NotInThisVersion => (Code::Unimplemented, 501, Warn, Never),
            Self::PageNotFound
            | Self::OfficerNotFound
            | Self::OrganisationNotFound
            | Self::UnknownNeedOrganisation
            | Self::NoTarget
            | Self::GrantNotFound
            | Self::ReportNotFound
            | Self::PeerNotFound => (Code::NotFound, 404, Info, Never),
            Self::AlreadyExists | Self::EtagMismatch | Self::BaseNotCurrent => (Code::Aborted, 409, Warn, Never),
            Self::MassWithdrawal | Self::LastOperator | Self::PeerIsConfigured | Self::OtherVersions => {
                (Code::FailedPrecondition, 409, Warn, Never)
            }
            Self::EpochChanged => (Code::FailedPrecondition, 409, Info, Never),
            Self::PositionInFuture | Self::PositionCompacted => (Code::OutOfRange, 409, Info, Never),
            Self::PositionNotReached | Self::FederationIncomplete => (Code::Unavailable, 503, Info, Safe),
            Self::RateLimited => (Code::ResourceExhausted, 429, Warn, Safe),
            Self::DeadlineExceeded => (Code::DeadlineExceeded, 504, Warn, WithRequestId),
            Self::LoginUnavailable => (Code::Unavailable, 503, Warn, Safe),
            Self::ShuttingDown => (Code::Unavailable, 503, Info, Safe),
            Self::StorageUnavailable => (Code::Unavailable, 503, Error, Safe),
            Self::OutcomeUnknown => (Code::Unavailable, 503, Error, WithRequestId),
            Self::Internal => (Code::Internal, 500, Error, WithRequestId),
        };
        Consequence {
            code,
            http_status,
            attention,
            retry,
        }
    }
}
