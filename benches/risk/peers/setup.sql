-- Fifty payments an account over thirty days, as `stream.rs` draws them; then the covering index.
CREATE TABLE payment (id bigint NOT NULL, account bigint NOT NULL, at_ms bigint NOT NULL, amount bigint NOT NULL);

INSERT INTO payment
SELECT number, mixed % :accounts, :start + number * :step, 1000 + mixed / 65536 % 9000
FROM generate_series(0::bigint, :accounts * 50 - 1) AS number,
     LATERAL (SELECT ((number >> 16) # number) * 73244475 & 4294967295 AS once) AS first,
     LATERAL (SELECT ((once >> 16) # once) * 73244475 & 4294967295 AS twice) AS second,
     LATERAL (SELECT (twice >> 16) # twice AS mixed) AS third
ORDER BY number;

CREATE INDEX payment_window ON payment (account, at_ms) INCLUDE (amount);
VACUUM (FREEZE, ANALYZE) payment;
CHECKPOINT;
