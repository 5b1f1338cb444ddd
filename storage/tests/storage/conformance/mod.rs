//! Facts that every backend must satisfy, generic over the fixture. `conforms!` instantiates them for one backend.

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
            put_data_can_be_read,
            a_put_replaces,
            absent_things_are_none,
            listings_are_paged_in_key_order,
            listings_of_one_organisation_exclude_others,
            grants_come_in_order_and_can_be_revoked,
            peers_come_in_order_and_can_be_removed,
        ]);
        conforms!($fixture, writing: [
            a_dropped_transaction_leaves_nothing,
            a_transaction_reads_its_own_writes,
            a_snapshot_does_not_change,
            concurrent_writers_leave_no_gap,
            a_failed_append_leaves_the_transaction_unchanged,
            a_second_append_is_refused,
            mutations_of_absent_things_are_conflicts,
            answers_are_stored_with_their_transaction,
            ten_thousand_officers_are_one_commit,
        ]);
        conforms!($fixture, history: [
            a_commit_is_read_as_it_was_applied,
            commits_are_paged_in_order,
            an_applied_commit_has_each_touched_entry_once,
            withdrawals_leave_tombstones,
            withdrawals_are_counted_per_organisation_and_window,
            an_officer_can_return_in_one_commit,
        ]);
        conforms!($fixture, personal: [
            commits_join_the_personal_part_while_unchanged,
            the_digest_changes_with_the_part_only,
            withdrawal_erases_the_personal_part_for_good,
            ending_a_name_erases_it_and_a_personal_contact,
            ending_a_name_keeps_a_functional_contact,
            ended_names_lists_names_expired_before_the_day,
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
            compaction_deletes_older_data,
            the_latest_commit_always_stays,
            a_clock_moved_back_leaves_no_gap_in_the_log,
        ]);
        conforms!($fixture, lifecycle: [
            a_new_register_is_at_revision_zero,
            everything_survives_reopening,
            a_restored_backup_has_the_same_content_and_a_new_epoch,
            backup_and_restore_overwrite_nothing,
            a_backup_can_be_made_while_writing,
            closing_waits_and_then_refuses,
            cancelled_work_is_rolled_back,
        ]);

        conforms!($fixture, replicas: [
            a_replica_matches_its_steps,
            a_complete_snapshot_deletes_everything_else,
            an_arriving_snapshot_shows_nothing_until_it_is_complete,
            an_arriving_snapshot_has_nothing_twice,
            an_interrupted_arrival_is_removed_at_the_next_start,
            the_same_step_twice_changes_nothing,
            a_failed_step_leaves_the_replica_unchanged,
            a_removed_organisation_removes_its_entries,
            replicas_are_independent,
            erased_data_leaves_no_trace_in_a_replica,
            a_damaged_replica_is_recreated,
        ]);

        #[test]
        fn storage_matches_the_model() {
            crate::conformance::model::storage_matches_the_model::<$fixture>();
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
