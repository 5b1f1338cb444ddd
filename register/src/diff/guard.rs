//! The guard against mass withdrawal: an empty or cut-off list is the classic way to lose a register.

/// How many officers may go without a word, however few there are.
const ALWAYS_ALLOWED: usize = 5;

/// One in this many may go without a word.
const ALLOWED_SHARE: usize = 10;

/// More would be withdrawn than is usual, and this number was not confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{would_withdraw} of {held} officers would be withdrawn, {allowed} may be without confirming the number")]
pub struct MassWithdrawal {
    /// How many would be withdrawn: the number to confirm.
    pub would_withdraw: usize,
    /// How many there are.
    pub held: usize,
    /// How many may be withdrawn without confirming.
    pub allowed: usize,
}

/// Refuses to withdraw more than five officers or a tenth, whichever is more, or all of them, unless `confirmed` is
/// exactly this number. Snapshots and deltas alike.
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
    fn five_or_a_tenth_may_go() {
        assert!(guard_withdrawals(5, 20, None).is_ok());
        assert!(guard_withdrawals(6, 20, None).is_err());
        assert!(guard_withdrawals(10, 109, None).is_ok());
        assert!(guard_withdrawals(11, 109, None).is_err());
    }

    #[test]
    fn all_may_go_only_with_the_exact_number() {
        let refused = guard_withdrawals(3, 3, None).unwrap_err();
        assert_eq!((refused.would_withdraw, refused.held, refused.allowed), (3, 3, 2));
        assert!(guard_withdrawals(3, 3, Some(2)).is_err());
        assert!(guard_withdrawals(3, 3, Some(3)).is_ok());
        assert!(guard_withdrawals(0, 0, None).is_ok());
    }
}
