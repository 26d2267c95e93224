//! The statements, each with the types of its parameters, so that an unnamed one needs no second round trip.

use tokio_postgres::types::Type;

/// A fixed text and the types of what goes into it.
#[derive(Debug)]
pub struct Statement {
    pub(super) text: &'static str,
    pub(super) types: &'static [Type],
}

/// The statement of a commit: to a cell that is there or is not, with items for the outbox or without.
pub(super) const fn commit(is_there: bool, has_items: bool) -> &'static Statement {
    match (is_there, has_items) {
        (false, false) => &FIRST,
        (false, true) => &FIRST_WITH_ITEMS,
        (true, false) => &NEXT,
        (true, true) => &NEXT_WITH_ITEMS,
    }
}

pub(super) static LOAD: Statement =
    Statement { text: "SELECT version, body FROM account_security_cell WHERE key = $1", types: &[Type::BYTEA] };

/// Its WHERE says all that must hold. A version that another commit raises while this one waits for the row is looked at
/// again by the server, and then nothing is written.
macro_rules! swap_cell {
    () => {
        "WITH swapped AS (
           UPDATE account_security_cell SET version = version + 1, body = $3, expires_at = $4
           WHERE key = $1 AND version = $10
             AND ($2::bigint = 0 OR EXISTS (SELECT 1 FROM account_security_event WHERE key = $1 AND seq = $2))
             AND NOT EXISTS (SELECT 1 FROM account_security_event WHERE key = $1 AND commit_id = $5)
           RETURNING key)"
    };
}

/// A new cell begins at 1, even if events of a cell that was taken away still lie there: their key refuses the number.
macro_rules! new_cell {
    () => {
        "WITH swapped AS (
           INSERT INTO account_security_cell (key, version, body, expires_at)
           SELECT $1::bytea, 1, $3::bytea, $4::bigint
           WHERE $2::bigint = 0
             AND NOT EXISTS (SELECT 1 FROM account_security_event WHERE key = $1 AND commit_id = $5)
           ON CONFLICT (key) DO NOTHING
           RETURNING key)"
    };
}

macro_rules! append {
    () => {
        ", appended AS (
           INSERT INTO account_security_event (key, seq, commit_id, body, mac)
           SELECT swapped.key, event.seq, event.commit_id, event.body, event.mac
           FROM swapped, unnest($6::bigint[], $7::bytea[], $8::bytea[], $9::bytea[]) AS event (seq, commit_id, body, mac))"
    };
}

macro_rules! queue {
    ($ids:literal, $bodies:literal) => {
        concat!(
            ", queued AS (
               INSERT INTO account_security_outbox (key, id, body)
               SELECT swapped.key, item.id, item.body
               FROM swapped, unnest(",
            $ids,
            "::bytea[], ",
            $bodies,
            "::bytea[]) WITH ORDINALITY AS item (id, body, place)
               ORDER BY item.place)"
        )
    };
}

/// Of key, number of the event before, body, expiry and commit id; numbers, ids, bodies and MACs of events; and what follows.
macro_rules! commit_types {
    ($($more:expr,)*) => {
        &[
            Type::BYTEA, Type::INT8, Type::BYTEA, Type::INT8, Type::BYTEA,
            Type::INT8_ARRAY, Type::BYTEA_ARRAY, Type::BYTEA_ARRAY, Type::BYTEA_ARRAY,
            $($more,)*
        ]
    };
}

static FIRST: Statement =
    Statement { text: concat!(new_cell!(), append!(), " SELECT key FROM swapped"), types: commit_types![] };

static FIRST_WITH_ITEMS: Statement = Statement {
    text: concat!(new_cell!(), append!(), queue!("$10", "$11"), " SELECT key FROM swapped"),
    types: commit_types![Type::BYTEA_ARRAY, Type::BYTEA_ARRAY,],
};

static NEXT: Statement =
    Statement { text: concat!(swap_cell!(), append!(), " SELECT key FROM swapped"), types: commit_types![Type::INT8,] };

static NEXT_WITH_ITEMS: Statement = Statement {
    text: concat!(swap_cell!(), append!(), queue!("$11", "$12"), " SELECT key FROM swapped"),
    types: commit_types![Type::INT8, Type::BYTEA_ARRAY, Type::BYTEA_ARRAY,],
};

/// Why a commit wrote nothing, all from one moment: the event of its id, the cell, and whether the chain could go on.
pub(super) static FIND: Statement = Statement {
    text: "SELECT first.seq, first.body, first.mac, cell.version, cell.body,
             $3::bigint = 0 OR EXISTS (SELECT 1 FROM account_security_event WHERE key = $1 AND seq = $3)
           FROM (SELECT 1) AS one
           LEFT JOIN account_security_event AS first ON first.key = $1 AND first.commit_id = $2
           LEFT JOIN account_security_cell AS cell ON cell.key = $1",
    types: &[Type::BYTEA, Type::BYTEA, Type::INT8],
};

pub(super) static EVENT_BY_COMMIT: Statement = Statement {
    text: "SELECT seq, body, mac FROM account_security_event WHERE key = $1 AND commit_id = $2",
    types: &[Type::BYTEA, Type::BYTEA],
};

pub(super) static EVENTS: Statement = Statement {
    text: "SELECT seq, body, mac FROM account_security_event WHERE key = $1 AND seq >= $2 ORDER BY seq LIMIT $3",
    types: &[Type::BYTEA, Type::INT8, Type::INT8],
};

/// Two sorted streams, each stopped at the limit: a page costs the same wherever it begins.
pub(super) static KEYS: Statement = Statement {
    text: "SELECT key FROM (
             (SELECT key FROM account_security_cell WHERE key > $1 ORDER BY key LIMIT $2)
             UNION
             (SELECT DISTINCT key FROM account_security_event WHERE key > $1 ORDER BY key LIMIT $2)) AS both_tables
           ORDER BY key LIMIT $2",
    types: &[Type::BYTEA, Type::INT8],
};

pub(super) static OUTBOX: Statement = Statement {
    text: "SELECT id, key, body FROM account_security_outbox ORDER BY turn LIMIT $1",
    types: &[Type::INT8],
};

pub(super) static OUTBOX_AFTER: Statement = Statement {
    text: "SELECT id, key, body FROM account_security_outbox
           WHERE turn > coalesce((SELECT turn FROM account_security_outbox WHERE key = $1 AND id = $2), 0)
           ORDER BY turn LIMIT $3",
    types: &[Type::BYTEA, Type::BYTEA, Type::INT8],
};

pub(super) static OUTBOX_DONE: Statement = Statement {
    text: "DELETE FROM account_security_outbox
           WHERE (key, id) IN (SELECT * FROM unnest($1::bytea[], $2::bytea[]))",
    types: &[Type::BYTEA_ARRAY, Type::BYTEA_ARRAY],
};

/// By version too: a cell that a commit changes meanwhile has another one, and stays with all its events.
pub(super) static PURGE: Statement = Statement {
    text: "WITH gone AS (
             DELETE FROM account_security_cell WHERE (key, version) IN (
               SELECT key, version FROM account_security_cell WHERE expires_at <= $1 ORDER BY expires_at, key LIMIT $2)
             RETURNING key),
           forgotten AS (DELETE FROM account_security_event WHERE key IN (SELECT key FROM gone))
           SELECT count(*) FROM gone",
    types: &[Type::INT8, Type::INT8],
};

pub(super) static BIND: Statement = Statement {
    text: "INSERT INTO account_security_meta (name, value) VALUES ('keyring_check', $1) ON CONFLICT (name) DO NOTHING",
    types: &[Type::BYTEA],
};

pub(super) static BOUND: Statement =
    Statement { text: "SELECT value FROM account_security_meta WHERE name = 'keyring_check'", types: &[] };

pub(super) static SCHEMA: Statement =
    Statement { text: "SELECT value FROM account_security_meta WHERE name = 'schema'", types: &[] };

/// `NULL` where an engine has no such setting. A standby may not know of what was confirmed.
pub(super) static SAFETY: Statement = Statement {
    text: "SELECT current_setting('synchronous_commit', true), current_setting('fsync', true),
             current_setting('in_hot_standby', true)",
    types: &[],
};
