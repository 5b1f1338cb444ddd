//! Guards against mass withdrawal: an empty or truncated list is the classic way to lose a register.

/// How many officers may always be withdrawn without confirmation.
const ALWAYS_ALLOWED: usize = 5;

/// One officer in this many may be withdrawn without confirmation.
const ALLOWED_SHARE: usize = 10;

/// More officers would be withdrawn than allowed, and the number was not confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{would_withdraw} of {held} officers would be withdrawn{}; more than {allowed} requires confirming the number",
    earlier(*withdrawn_before)
)]
pub struct MassWithdrawal {
    /// The number of officers that would be withdrawn, which is the number to confirm.
    pub would_withdraw: usize,
    /// The number of officers that exist.
    pub held: usize,
    /// The number of officers that were withdrawn within the window.
    pub withdrawn_before: usize,
    /// The number that may be withdrawn within the window without confirmation.
    pub allowed: usize,
}

/// Names the earlier withdrawals, which count too; without any, says nothing.
fn earlier(withdrawn_before: usize) -> String {
    match withdrawn_before {
        0 => String::new(),
        count => format!(", besides {count} that were withdrawn shortly before"),
    }
}

/// Refuses to withdraw more than five officers or a tenth of them, whichever is more, and to withdraw all, unless `confirmed`
/// equals the number. Applies to snapshots and deltas. The `withdrawn_before` of the window count too, so that many small writes
/// need the same confirmation as one large write.
pub fn guard_withdrawals(
    would_withdraw: usize,
    held: usize,
    withdrawn_before: usize,
    confirmed: Option<u32>,
) -> Result<(), MassWithdrawal> {
    let held_before = held.saturating_add(withdrawn_before);
    let usual = ALWAYS_ALLOWED.max(held_before / ALLOWED_SHARE);
    let allowed = usual.min(held_before.saturating_sub(1));
    let is_confirmed = confirmed.is_some_and(|count| usize::try_from(count) == Ok(would_withdraw));
    if would_withdraw == 0 || would_withdraw.saturating_add(withdrawn_before) <= allowed || is_confirmed {
        return Ok(());
    }
    Err(MassWithdrawal {
        would_withdraw,
        held,
        withdrawn_before,
        allowed,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_or_a_tenth_may_be_withdrawn() {
        assert!(guard_withdrawals(5, 20, 0, None).is_ok());
        assert!(guard_withdrawals(6, 20, 0, None).is_err());
        assert!(guard_withdrawals(10, 109, 0, None).is_ok());
        assert!(guard_withdrawals(11, 109, 0, None).is_err());
    }

    #[test]
    fn withdrawing_all_requires_the_exact_number() {
        let refused = guard_withdrawals(3, 3, 0, None).unwrap_err();
        assert_eq!((refused.would_withdraw, refused.held, refused.allowed), (3, 3, 2));
        assert!(
            refused
                .to_string()
                .starts_with("3 of 3 officers would be withdrawn; more than 2")
        );
        assert!(guard_withdrawals(3, 3, 0, Some(2)).is_err());
        assert!(guard_withdrawals(3, 3, 0, Some(3)).is_ok());
        assert!(guard_withdrawals(0, 0, 0, None).is_ok());
    }

    #[test]
    fn earlier_withdrawals_of_the_window_count() {
        let refused = guard_withdrawals(1, 95, 10, None).unwrap_err();
        assert_eq!(
            (refused.would_withdraw, refused.withdrawn_before, refused.allowed),
            (1, 10, 10)
        );
        assert!(
            refused
                .to_string()
                .contains("1 of 95 officers would be withdrawn, besides 10 that were")
        );
        assert!(
            guard_withdrawals(1, 95, 10, Some(1)).is_ok(),
            "the number of this write is confirmed"
        );
        assert!(
            guard_withdrawals(0, 95, 90, None).is_ok(),
            "a write without withdrawals is not stopped"
        );
        assert!(guard_withdrawals(1, 1, 2, None).is_err(), "one by one is withdrawing all");
        // Many small writes never come further than one large one.
        let (mut held, mut withdrawn) = (1_000, 0);
        while guard_withdrawals(5, held, withdrawn, None).is_ok() {
            (held, withdrawn) = (held - 5, withdrawn + 5);
        }
        assert_eq!(withdrawn, 100);
    }
}
