//! A budget of bytes: bounds what is held in memory for one piece of work, for all work of one caller, and in total.
//!
//! Whoever holds bytes has a [`Reservation`], which grows as they arrive and gives them back when it is dropped. The budget does
//! not wait: a reservation that cannot grow is refused, since waiting would hold what arrived before.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The limits of a budget, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BudgetLimits {
    /// For one reservation.
    pub each: usize,
    /// For all reservations of one holder.
    pub per_holder: usize,
    /// For all reservations.
    pub total: usize,
}

/// A budget of bytes, shared by reservations of holders `K`.
#[derive(Debug)]
pub struct ByteBudget<K> {
    limits: BudgetLimits,
    held: Mutex<HeldBytes<K>>,
}

#[derive(Debug)]
struct HeldBytes<K> {
    total: usize,
    /// Without holders that hold nothing.
    by_holder: HashMap<K, usize>,
}

/// Bytes of a budget, given back on drop.
#[derive(Debug)]
pub struct Reservation<K: Eq + Hash> {
    budget: Arc<ByteBudget<K>>,
    holder: K,
    bytes: usize,
}

/// The limit that a reservation would exceed, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BudgetExceeded {
    /// That of the reservation itself.
    Each(usize),
    /// That of its holder.
    Holder(usize),
    /// That of the whole budget.
    Total(usize),
}

impl<K: Eq + Hash + Clone> ByteBudget<K> {
    /// Creates a budget of which nothing is held.
    pub fn new(limits: BudgetLimits) -> Arc<Self> {
        Arc::new(Self {
            limits,
            held: Mutex::new(HeldBytes {
                total: 0,
                by_holder: HashMap::new(),
            }),
        })
    }

    /// Returns an empty reservation of `holder`.
    pub fn open(self: &Arc<Self>, holder: K) -> Reservation<K> {
        Reservation {
            budget: Arc::clone(self),
            holder,
            bytes: 0,
        }
    }
}

impl<K> ByteBudget<K> {
    fn lock(&self) -> MutexGuard<'_, HeldBytes<K>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Eq + Hash + Clone> Reservation<K> {
    /// Returns the number of bytes reserved.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Reserves `bytes` more. If that exceeds a limit, nothing changes.
    pub fn grow(&mut self, bytes: usize) -> Result<(), BudgetExceeded> {
        let limits = self.budget.limits;
        let own = self.bytes.saturating_add(bytes);
        if own > limits.each {
            return Err(BudgetExceeded::Each(limits.each));
        }
        let mut held = self.budget.lock();
        let total = held.total.saturating_add(bytes);
        let of_holder = held.by_holder.get(&self.holder).copied().unwrap_or(0).saturating_add(bytes);
        // The caller's own limit first: it tells the caller what to change.
        if of_holder > limits.per_holder {
            return Err(BudgetExceeded::Holder(limits.per_holder));
        }
        if total > limits.total {
            return Err(BudgetExceeded::Total(limits.total));
        }
        held.total = total;
        if of_holder > 0 {
            held.by_holder.insert(self.holder.clone(), of_holder);
        }
        drop(held);
        self.bytes = own;
        Ok(())
    }
}

impl<K: Eq + Hash> Drop for Reservation<K> {
    fn drop(&mut self) {
        let mut held = self.budget.lock();
        held.total = held.total.saturating_sub(self.bytes);
        if let Some(of_holder) = held.by_holder.get_mut(&self.holder) {
            *of_holder = of_holder.saturating_sub(self.bytes);
            if *of_holder == 0 {
                held.by_holder.remove(&self.holder);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budget() -> Arc<ByteBudget<&'static str>> {
        ByteBudget::new(BudgetLimits {
            each: 10,
            per_holder: 15,
            total: 20,
        })
    }

    #[test]
    fn each_limit_refuses_and_changes_nothing() {
        let budget = budget();
        let mut first = budget.open("a");
        assert_eq!(first.grow(11), Err(BudgetExceeded::Each(10)));
        first.grow(10).unwrap();
        assert_eq!(first.grow(1), Err(BudgetExceeded::Each(10)));
        let mut second = budget.open("a");
        assert_eq!(second.grow(6), Err(BudgetExceeded::Holder(15)));
        second.grow(5).unwrap();
        let mut other = budget.open("b");
        assert_eq!(other.grow(6), Err(BudgetExceeded::Total(20)));
        other.grow(5).unwrap();
        assert_eq!(budget.lock().total, 20);
    }

    #[test]
    fn bytes_are_given_back_on_drop() {
        let budget = budget();
        let mut first = budget.open("a");
        first.grow(10).unwrap();
        let mut second = budget.open("a");
        second.grow(5).unwrap();
        drop(first);
        assert_eq!(budget.lock().total, 5);
        second.grow(5).unwrap();
        drop(second);
        assert_eq!(budget.lock().total, 0);
        assert!(budget.lock().by_holder.is_empty(), "holders of nothing are forgotten");
    }
}
