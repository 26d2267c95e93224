//! What every store promises, as checks that run on every adapter.
//!
//! A check is a function over an empty `&dyn Store`, named as the sentence it proves. An adapter joins with one line
//! below and one function in `adapters.rs`. `canary.rs` proves that each check can fail.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods)]

#[path = "store_contract/adapters.rs"]
mod adapters;
#[path = "store_contract/canary.rs"]
mod canary;
#[path = "store_contract/commit.rs"]
mod commit;
#[path = "store_contract/events.rs"]
mod events;
#[path = "store_contract/foreign.rs"]
mod foreign_places;
#[path = "store_contract/making.rs"]
mod making;
#[path = "store_contract/outbox.rs"]
mod outbox;
#[path = "store_contract/races.rs"]
mod races;
#[cfg(feature = "server-tests")]
#[path = "support/servers/mod.rs"]
mod servers;
#[path = "store_contract/upkeep.rs"]
mod upkeep;

// SQLite alone: processes, files, the log.
#[cfg(feature = "sqlite")]
#[path = "store_contract/sqlite_files.rs"]
mod sqlite_files;
#[cfg(feature = "sqlite")]
#[path = "store_contract/sqlite_log.rs"]
mod sqlite_log;
#[cfg(all(feature = "sqlite", unix))]
#[path = "store_contract/sqlite_processes.rs"]
mod sqlite_processes;

/// The adapters: each runs every check. A new one joins here and in `adapters.rs`.
macro_rules! run_on_every_adapter {
    ($($checks:tt)*) => {
        contract!(memory; $($checks)*);
        contract!(foreign; $($checks)*);
        #[cfg(feature = "sqlite")]
        contract!(sqlite_full; $($checks)*);
        #[cfg(feature = "sqlite")]
        contract!(sqlite_normal; $($checks)*);
        #[cfg(feature = "server-tests")]
        contract!(postgres; $($checks)*);
        #[cfg(feature = "server-tests")]
        contract!(postgres_partitioned; $($checks)*);
        #[cfg(feature = "server-tests")]
        contract!(redis; $($checks)*);
        #[cfg(feature = "server-tests")]
        contract!(redis_cluster; $($checks)*);
        list!($($checks)*);
    };
}

macro_rules! contract {
    ($adapter:ident; $($file:ident { $($check:ident)* })*) => {
        mod $adapter {
            $(mod $file {
                $(#[test]
                fn $check() {
                    crate::adapters::$adapter(crate::$file::$check);
                })*
            })*
        }
    };
}

macro_rules! list {
    ($($file:ident { $($check:ident)* })*) => {
        /// Every check, for the canary.
        const CHECKS: &[(&str, fn(&dyn account_security::store::Store))] = &[
            $($((stringify!($check), $file::$check),)*)*
        ];
    };
}

run_on_every_adapter! {
    commit {
        a_first_commit_expects_nothing_and_makes_version_one
        each_commit_raises_the_version_by_one
        a_first_commit_to_a_cell_that_exists_is_a_conflict_that_hands_back_the_cell
        a_commit_that_expects_another_version_is_a_conflict_that_hands_back_the_cell
        a_commit_that_expects_a_cell_where_none_is_conflicts_and_leaves_no_trace
        a_commit_id_commits_once_whatever_comes_with_it_later
        a_commit_id_answers_with_the_first_of_its_events
        a_conflict_does_not_use_up_its_commit_id
        two_cells_may_share_a_commit_id
        a_commit_beyond_a_limit_is_refused_and_writes_nothing
        a_commit_at_every_limit_reads_back
        empty_bodies_read_back
        every_byte_reads_back
        cells_do_not_touch_each_other
    }
    events {
        events_come_in_order_from_a_number_up_to_a_limit
        a_cell_that_is_not_there_has_no_events
        events_that_do_not_continue_the_chain_are_refused_and_nothing_is_written
        a_commit_asked_again_is_a_duplicate_before_it_is_a_broken_chain
    }
    outbox {
        items_wait_oldest_first
        items_stay_until_they_are_done
        unknown_ids_are_ignored
        an_id_that_waits_already_refuses_the_whole_commit
        an_id_that_is_done_may_come_again
        a_walk_goes_on_behind_what_nobody_takes
    }
    upkeep {
        the_first_key_ring_is_remembered_and_another_refused
        keys_come_in_order_and_in_pages
        a_cell_may_be_purged_from_its_last_moment_on
        a_purge_takes_no_more_than_its_limit
        a_later_commit_moves_or_withdraws_the_expiry
        a_purged_cell_begins_a_new_life
        a_purge_leaves_the_outbox_alone
    }
    races {
        eight_threads_counting_in_one_cell_lose_nothing
        eight_threads_with_one_commit_id_commit_once
        a_reader_never_sees_half_a_commit
        threads_on_different_cells_all_reach_the_outbox
    }
}
