\set n :n + 1
\set once ((:n >> 16) # :n) * 73244475 & 4294967295
\set twice ((:once >> 16) # :once) * 73244475 & 4294967295
\set mixed (:twice >> 16) # :twice
\set account :mixed % :accounts
\set amount 1000 + :mixed / 65536 % 9000
\set at :start + :n * :step
\set hour :at - 3600000
\set day :at - 86400000
\set week :at - 604800000
\set month :at - 2592000000
WITH entered AS (INSERT INTO payment VALUES (:n, :account, :at, :amount))
SELECT count(*) FILTER (WHERE at_ms > :hour), sum(amount) FILTER (WHERE at_ms > :hour),
       count(*) FILTER (WHERE at_ms > :day), sum(amount) FILTER (WHERE at_ms > :day),
       count(*) FILTER (WHERE at_ms > :week), sum(amount) FILTER (WHERE at_ms > :week),
       count(*), sum(amount)
FROM payment WHERE account = :account AND at_ms > :month;
