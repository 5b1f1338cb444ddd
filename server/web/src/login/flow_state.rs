//! State of a login flow: what the response of a provider must match.

use subtle::ConstantTimeEq as _;

/// The state of an authorization code flow. The session of the visitor holds it, and it can be used once.
pub(crate) struct FlowState {
    /// The id of the provider.
    pub(crate) provider: String,
    /// Ties the response to the request of this browser (OAuth 2.0, `state`).
    pub(crate) state: String,
    /// Ties the ID token to this request (OpenID Connect, `nonce`).
    pub(crate) nonce: String,
    /// Ties the exchange of the code to this request (PKCE, RFC 7636).
    pub(crate) verifier: String,
    /// The path that the visitor requested before the login.
    pub(crate) return_to: String,
}

impl FlowState {
    /// Whether a response of `provider` with `state` belongs to this flow. Compares the state in constant time.
    pub(crate) fn matches(&self, provider: &str, state: &str) -> bool {
        self.provider == provider && bool::from(self.state.as_bytes().ct_eq(state.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_provider_or_state_does_not_match() {
        let flow_state = FlowState {
            provider: "pmm".into(),
            state: "s".into(),
            nonce: String::new(),
            verifier: String::new(),
            return_to: String::new(),
        };
        assert!(flow_state.matches("pmm", "s"));
        assert!(!flow_state.matches("pmm", "t") && !flow_state.matches("pmm", "") && !flow_state.matches("zaanstad", "s"));
    }
}
