//! All reasons for which this service refuses or fails a call, with code, status, severity and retry in one table.
//!
//! Reasons are public API: callers branch on them. `docs/api.md` lists them, and a test compares the two.

use tonic::Code;

/// Why a call was refused or failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reason {
    // Authentication.
    /// The client sent no certificate.
    CertificateMissing,
    /// The client certificate has expired or is not yet valid.
    CertExpired,
    /// The client certificate was revoked.
    CertRevoked,
    /// The client certificate has an issuer that this node does not trust.
    UntrustedIssuer,
    /// The subject of the client certificate has no serialNumber with an OIN.
    SubjectWithoutOin,
    /// Nobody is logged in at the page, or the session has ended.
    LoginRequired,
    /// The identity provider refused the login, or no claim rule matches.
    LoginFailed,
    /// The form was not made for this session.
    FormNotAccepted,
    // Authorisation.
    /// The register has no grant for the caller's OIN.
    UnknownOrganisation,
    /// The caller may not write for this organisation.
    NotOwner,
    /// The caller's grants do not include the role that the call needs.
    RoleMissing,
    /// The caller's grant has ended or has not begun.
    GrantExpired,
    /// The organisation that the caller acts for is suspended.
    Suspended,
    // The request.
    /// The request has violations.
    InvalidRequest,
    /// The message cannot be decoded: not protobuf, or text that is not UTF-8.
    MalformedMessage,
    /// The message is larger than allowed.
    MessageTooLarge,
    /// The snapshot has more entries than allowed.
    TooManyEntries,
    /// The entries of the snapshot take more memory than allowed.
    SnapshotTooLarge,
    /// The snapshots that are arriving take all the memory for them.
    UploadsFull,
    /// The response would be larger than clients accept.
    ResponseTooLarge,
    /// The message is compressed.
    CompressionNotSupported,
    /// The page token is not of this register, or belongs to another request.
    PageTokenMismatch,
    /// The request id was used for another request.
    RequestIdReused,
    /// The stream of the snapshot has no Commit, a wrong order or a wrong count.
    SnapshotIncomplete,
    /// The digest of the snapshot does not match the received entries.
    SnapshotDigestMismatch,
    /// The call belongs to a later version.
    NotInThisVersion,
    // Existence.
    /// The page does not exist.
    PageNotFound,
    /// The officer does not exist.
    OfficerNotFound,
    /// The organisation does not exist.
    OrganisationNotFound,
    /// The organisation of a need is not in the register.
    UnknownNeedOrganisation,
    /// No officer fits the need, and no LMM is known.
    NoTarget,
    /// The grant does not exist.
    GrantNotFound,
    /// There is no such open report.
    ReportNotFound,
    /// The peer does not exist.
    PeerNotFound,
    /// What the call would create already exists.
    AlreadyExists,
    // Preconditions.
    /// The entry has changed since the caller read it.
    EtagMismatch,
    /// Officers of the organisation have changed since the base position.
    BaseNotCurrent,
    /// The call would withdraw more entries than the caller confirmed.
    MassWithdrawal,
    /// The grant is the last one with the role operate.
    LastOperator,
    /// The peer is named by the node's configuration.
    PeerIsConfigured,
    /// The plan was compiled with other versions of analyser, lexicon or vocabulary.
    OtherVersions,
    // Positions.
    /// The position is of another epoch: the register was recreated or restored.
    EpochChanged,
    /// The register has not reached the position.
    PositionInFuture,
    /// The history after the position has been compacted.
    PositionCompacted,
    /// The node did not reach the position before the deadline.
    PositionNotReached,
    /// Required registers did not answer.
    FederationIncomplete,
    // Availability.
    /// The node, or this caller, has too many requests.
    RateLimited,
    /// The deadline passed. A write may have happened.
    DeadlineExceeded,
    /// The caller broke off the request. Only the log has this reason.
    CallerGone,
    /// The node is stopping.
    ShuttingDown,
    /// The identity provider cannot be reached, or its answer is invalid.
    LoginUnavailable,
    /// Storage is unavailable; nothing was written.
    StorageUnavailable,
    /// It is unknown whether the write was stored.
    OutcomeUnknown,
    /// An internal failure. The log has the cause, under the request id.
    Internal,
}

/// The severity of an outcome in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// Normal operation.
    Info,
    /// A fault of the caller.
    Warn,
    /// A fault of the node that needs action.
    Error,
}

/// Whether the same request may be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// The same request fails the same way.
    Never,
    /// Nothing was done; the same request may succeed later.
    Safe,
    /// Something may have been done: safe for reads, and for writes with a request id.
    WithRequestId,
}

/// How a reason is reported.
#[derive(Clone, Copy, Debug)]
pub struct Consequence {
    /// The gRPC code.
    pub code: Code,
    /// The HTTP status on the page.
    pub http_status: u16,
    /// The severity of its log line.
    pub severity: Severity,
    /// Whether a retry makes sense.
    pub retry: Retry,
}

impl Reason {
    /// All reasons, in the order of the documentation.
    pub const ALL: [Reason; 54] = [
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
        Self::SnapshotTooLarge,
        Self::UploadsFull,
        Self::ResponseTooLarge,
        Self::CompressionNotSupported,
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
        Self::CallerGone,
        Self::ShuttingDown,
        Self::LoginUnavailable,
        Self::StorageUnavailable,
        Self::OutcomeUnknown,
        Self::Internal,
    ];

    /// The reason on the wire. Two reasons share a word if the called method tells them apart.
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
            Self::SnapshotTooLarge => "SNAPSHOT_TOO_LARGE",
            Self::UploadsFull => "UPLOADS_FULL",
            Self::ResponseTooLarge => "RESPONSE_TOO_LARGE",
            Self::CompressionNotSupported => "COMPRESSION_NOT_SUPPORTED",
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
            Self::CallerGone => "CALLER_GONE",
            Self::ShuttingDown => "SHUTTING_DOWN",
            Self::LoginUnavailable => "LOGIN_UNAVAILABLE",
            Self::StorageUnavailable => "STORAGE_UNAVAILABLE",
            Self::OutcomeUnknown => "OUTCOME_UNKNOWN",
            Self::Internal => "INTERNAL",
        }
    }

    /// How the reason is reported.
    pub fn consequence(self) -> Consequence {
        use Retry::{Never, Safe, WithRequestId};
        use Severity::{Error, Info, Warn};
        let (code, http_status, severity, retry) = match self {
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
            Self::MessageTooLarge | Self::TooManyEntries | Self::SnapshotTooLarge | Self::ResponseTooLarge => {
                (Code::ResourceExhausted, 413, Warn, Never)
            }
            Self::NotInThisVersion | Self::CompressionNotSupported => (Code::Unimplemented, 501, Warn, Never),
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
            Self::RateLimited | Self::UploadsFull => (Code::ResourceExhausted, 429, Warn, Safe),
            Self::DeadlineExceeded => (Code::DeadlineExceeded, 504, Warn, WithRequestId),
            Self::CallerGone => (Code::Cancelled, 499, Info, WithRequestId),
            Self::LoginUnavailable => (Code::Unavailable, 503, Warn, Safe),
            Self::ShuttingDown => (Code::Unavailable, 503, Info, Safe),
            Self::StorageUnavailable => (Code::Unavailable, 503, Error, Safe),
            Self::OutcomeUnknown => (Code::Unavailable, 503, Error, WithRequestId),
            Self::Internal => (Code::Internal, 500, Error, WithRequestId),
        };
        Consequence {
            code,
            http_status,
            severity,
            retry,
        }
    }
}
