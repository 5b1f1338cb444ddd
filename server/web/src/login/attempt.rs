//! Somebody on their way to a provider and back: what their answer must fit.

use subtle::ConstantTimeEq as _;

/// An attempt to log in. It lies in the session of who makes it, and counts once.
pub(crate) struct Attempt {
    /// With which provider.
    pub(super) provider: String,
    /// Proves that the answer belongs to the request of this very browser.
    pub(super) state: String,
    /// Proves that the token was made for this request.
    pub(super) nonce: String,
    /// Proves that who exchanges the code is who asked for it.
    pub(super) verifier: String,
    /// The page that they wanted.
    pub(super) wanted: String,
}

impl Attempt {
    /// Whether an answer of `provider` with `state` is of this attempt.
    pub(super) fn is_of(&self, provider: &str, state: &str) -> bool {
        self.provider == provider && bool::from(self.state.as_bytes().ct_eq(state.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_of_another_provider_or_with_another_state_is_of_no_attempt() {
        let attempt = Attempt {
            provider: "pmm".into(),
            state: "s".into(),
            nonce: String::new(),
            verifier: String::new(),
            wanted: String::new(),
        };
        assert!(attempt.is_of("pmm", "s"));
        assert!(!attempt.is_of("pmm", "t") && !attempt.is_of("pmm", "") && !attempt.is_of("zaanstad", "s"));
    }
}
