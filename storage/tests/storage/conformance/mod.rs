//! What every backend must show. Each fact once, generic over the fixture; `conforms!` makes tests of them for one.

pub(crate) mod compaction;
pub(crate) mod content;
pub(crate) mod history;
pub(crate) mod lifecycle;
pub(crate) mod model;
pub(crate) mod overlays;
pub(crate) mod personal;
pub(crate) mod replicas;
pub(crate) mod writing;

macro_rules! conforms {
    ($fixture:ty) => {
        conforms!($fixture, content: [
            what_is_put_can_be_got,
            a_put_replaces,
            absent_things_are_none,
            listings_go_in_key_order_by_pages,
            listings_of_one_organisation_hold_no_other,
            grants_come_in_order_and_can_be_revoked,
            peers_come_in_order_and_can_be_removed,
        ]);
        conforms!($fixture, writing: [
            a_dropped_transaction_leaves_nothing,
            a_transaction_reads_its_own_writes,
            a_snapshot_stays_as_it_was,
            concurrent_writers_leave_no_gap,
            a_failed_append_leaves_the_transaction_as_it_was,
            a_second_append_is_refused,
            mutations_of_absent_things_are_conflicts,
            answers_are_remembered_with_their_transaction,
            ten_thousand_officers_are_one_commit,
        ]);
        conforms!($fixture, history: [
            a_commit_is_read_as_it_was_applied,
            commits_come_in_order_by_pages,
            an_applied_commit_has_each_touched_entry_once,
            withdrawals_leave_tombstones,
            an_officer_may_come_back_in_one_commit,
        ]);
        conforms!($fixture, personal: [
            commits_join_the_personal_part_while_it_is_the_same,
            the_digest_changes_with_the_part_only,
            withdrawal_erases_the_personal_part_for_good,
            ending_a_name_erases_it_and_a_personal_contact,
            ending_a_name_keeps_a_functional_contact,
            ended_names_are_those_before_the_day,
        ]);
        conforms!($fixture, overlays: [
            presence_and_verification_survive_another_put,
            presence_is_replaced_as_a_whole,
            overlays_change_the_revision_and_not_the_etag,
            overlays_end_with_the_officer,
            reports_are_kept_until_they_are_settled,
            a_change_a_verification_and_a_withdrawal_settle_reports,
        ]);
        conforms!($fixture, compaction: [
            compaction_forgets_what_is_older,
            the_newest_commit_always_stays,
            a_later_clock_does_not_tear_the_log,
        ]);
        conforms!($fixture, lifecycle: [
            a_new_register_is_at_revision_zero,
            everything_survives_reopening,
            a_backup_restores_to_the_same_content_in_a_new_epoch,
            backup_and_restore_overwrite_nothing,
            a_backup_can_be_made_while_writing,
            closing_waits_and_then_refuses,
            work_that_nobody_waits_for_is_rolled_back,
        ]);

        conforms!($fixture, replicas: [
            a_copy_is_as_its_steps_say,
            a_whole_state_takes_away_what_it_does_not_name,
            the_same_step_twice_changes_nothing,
            a_step_that_fails_leaves_the_copy_as_it_was,
            an_organisation_that_is_forgotten_takes_its_entries_along,
            copies_know_nothing_of_each_other,
            nothing_is_left_of_what_was_erased_in_a_copy,
            a_damaged_copy_is_begun_anew,
        ]);

        #[test]
        fn storage_does_what_the_model_does() {
            crate::conformance::model::storage_does_what_the_model_does::<$fixture>();
        }
    };
    ($fixture:ty, $module:ident: [$($fact:ident),* $(,)?]) => {
        mod $module {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $fact() {
                    let register = <$fixture as crate::fixture::Fixture>::create().await;
                    crate::conformance::$module::$fact(register).await;
                }
            )*
        }
    };
}
