//! The tables of a PostgreSQL store, as text: for whoever may create them, which a service often may not.

use std::fmt::Write;

/// Most partitions of a table.
pub const PARTITIONS_MAX: u16 = 1_024;

/// Columns and primary key of each table that is split by account.
const SPLIT_TABLES: [(&str, &str); 3] = [
    (
        "account_security_cell",
        "key bytea NOT NULL CHECK (octet_length(key) = 16),
  version bigint NOT NULL CHECK (version > 0),
  body bytea NOT NULL CHECK (octet_length(body) <= 65536),
  expires_at bigint,
  PRIMARY KEY (key)",
    ),
    (
        "account_security_event",
        "key bytea NOT NULL CHECK (octet_length(key) = 16),
  seq bigint NOT NULL CHECK (seq > 0),
  commit_id bytea CHECK (octet_length(commit_id) = 16),
  body bytea NOT NULL CHECK (octet_length(body) <= 65536),
  mac bytea NOT NULL CHECK (octet_length(mac) = 32),
  PRIMARY KEY (key, seq)",
    ),
    (
        "account_security_outbox",
        "key bytea NOT NULL CHECK (octet_length(key) = 16),
  id bytea NOT NULL CHECK (octet_length(id) = 16),
  turn bigint NOT NULL DEFAULT nextval('account_security_turn'),
  body bytea NOT NULL CHECK (octet_length(body) <= 65536),
  PRIMARY KEY (key, id)",
    ),
];

const BEFORE: &str = "CREATE TABLE IF NOT EXISTS account_security_meta (name text PRIMARY KEY, value bytea NOT NULL);
CREATE SEQUENCE IF NOT EXISTS account_security_turn;
";

const AFTER: &str =
    "CREATE INDEX IF NOT EXISTS account_security_cell_expiry ON account_security_cell (expires_at, key);
CREATE UNIQUE INDEX IF NOT EXISTS account_security_event_commit ON account_security_event (key, commit_id);
CREATE INDEX IF NOT EXISTS account_security_outbox_turn ON account_security_outbox (turn);
INSERT INTO account_security_meta (name, value) VALUES ('schema', '\\x01') ON CONFLICT (name) DO NOTHING;
";

/// The statements that create the tables where they are not, for whoever creates them by hand: each table in one piece
/// (`partitions` = 0, also for engines that split tables themselves) or in so many partitions by account.
///
/// ```
/// let text = account_security::store::postgres_schema::schema(2);
/// assert!(text.contains("PARTITION BY HASH (key)"));
/// ```
#[must_use]
pub fn schema(partitions: u16) -> String {
    let partitions = partitions.min(PARTITIONS_MAX);
    let mut text = BEFORE.to_owned();
    for (table, columns) in SPLIT_TABLES {
        let split = if partitions == 0 { "" } else { " PARTITION BY HASH (key)" };
        // Writing to a `String` cannot fail.
        let _ = writeln!(text, "CREATE TABLE IF NOT EXISTS {table} (\n  {columns}\n){split};");
        for part in 0..partitions {
            let _ = writeln!(
                text,
                "CREATE TABLE IF NOT EXISTS {table}_{part} PARTITION OF {table} \
                 FOR VALUES WITH (MODULUS {partitions}, REMAINDER {part});"
            );
        }
    }
    text + AFTER
}
