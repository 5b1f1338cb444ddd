//! Guards against mass withdrawal: an empty or truncated list is the classic way to lose a register.

/// How many officers may always be withdrawn without confirmation.
const ALWAYS_ALLOWED: usize = 5;

/// One officer in this many may be withdrawn without confirmation.
const ALLOWED_SHARE: usize = 10;

/// More officers would be withdrawn than allowed, and the number was not confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{would_withdraw} of {held} officers would be withdrawn; more than {allowed} requires confirming the number")]
pub struct MassWithdrawal {
    /// The number of officers that would be withdrawn, which is the number to confirm.
    pub would_withdraw: usize,
    /// The number of officers that exist.
    pub held: usize,
    /// The number that may be withdrawn without confirmation.
    pub allowed: usize,
}

/// Refuses to withdraw more than five officers or a tenth of them, whichever is more, and to withdraw all, unless `confirmed`
/// equals the number. Applies to snapshots and deltas.
pub fn guard_withdrawals(would_withdraw: usize, held: usize, confirmed: Option<u32>) -> Result<(), MassWithdrawal> {
    let usual = ALWAYS_ALLOWED.max(held / ALLOWED_SHARE);
    let allowed = usual.min(held.saturating_sub(1));
    let is_confirmed = confirmed.is_some_and(|count| usize::try_from(count) == Ok(would_withdraw));
    if would_withdraw <= allowed || is_confirmed {
        return Ok(());
    }
    Err(MassWithdrawal {
        would_withdraw,
        held,
        allowed,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_or_a_tenth_may_be_withdrawn() {
        assert!(guard_withdrawals(5, 20, None).is_ok());
        assert!(guard_withdrawals(6, 20, None).is_err());
        assert!(guard_withdrawals(10, 109, None).is_ok());
        assert!(guard_withdrawals(11, 109, None).is_err());
    }

    #[test]
    fn withdrawing_all_requires_the_exact_number() {
        let refused = guard_withdrawals(3, 3, None).unwrap_err();
        assert_eq!((refused.would_withdraw, refused.held, refused.allowed), (3, 3, 2));
        assert!(guard_withdrawals(3, 3, Some(2)).is_err());
        assert!(guard_withdrawals(3, 3, Some(3)).is_ok());
        assert!(guard_withdrawals(0, 0, None).is_ok());
    }
}
