//! Scripts, asked for by hash.

use redis::aio::ConnectionLike;
use redis::{Cmd, ErrorKind, Pipeline, RedisError, ServerErrorKind, Value};
use sha1::{Digest, Sha1};
use std::sync::LazyLock;

use crate::store::port::Commit;
use crate::types::Timestamp;

pub(super) static COMMIT: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("commit.lua")));
pub(super) static PURGE: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("purge.lua")));
pub(super) static LOOK: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("look.lua")));

/// A script and the hash by which servers that ran it know it.
pub(super) struct Script {
    text: &'static str,
    hash: String,
}

impl Script {
    fn new(text: &'static str) -> Self {
        let digest = Sha1::digest(text.as_bytes());
        Self { text, hash: digest.iter().map(|byte| format!("{byte:02x}")).collect() }
    }

    /// Runs the script. A server that does not know it gets its text, which runs on that server as the hash would have, so
    /// a cluster needs no other care.
    pub(super) async fn ask<C: ConnectionLike + Clone>(
        &self,
        connection: &C,
        keys: &[String],
        arguments: &[Vec<u8>],
    ) -> Result<Value, RedisError> {
        let mut connection = connection.clone();
        match self.by_hash(keys, arguments).query_async(&mut connection).await {
            Err(error) if is_unknown(&error) => self.by_text(keys, arguments).query_async(&mut connection).await,
            other => other,
        }
    }

    /// Runs the script, then waits until `replicas` have what it wrote.
    pub(super) async fn ask_and_wait<C: ConnectionLike + Clone>(
        &self,
        connection: &C,
        keys: &[String],
        arguments: &[Vec<u8>],
        replicas: u32,
        patience_ms: u64,
    ) -> Result<Value, RedisError> {
        let mut connection = connection.clone();
        let mut wait = redis::cmd("WAIT");
        wait.arg(replicas).arg(patience_ms);
        let mut asked = Err(RedisError::from((ErrorKind::Client, "not asked")));
        for command in [self.by_hash(keys, arguments), self.by_text(keys, arguments)] {
            // In one pipeline: WAIT speaks of what this very connection wrote.
            let mut pipeline = Pipeline::new();
            pipeline.add_command(command).add_command(wait.clone());
            asked = pipeline.query_async::<(Value, u32)>(&mut connection).await;
            match &asked {
                Err(error) if is_unknown(error) => {}
                _ => break,
            }
        }
        match asked? {
            (answer, waited_for) if waited_for >= replicas => Ok(answer),
            _ => Err(RedisError::from((ErrorKind::Io, "too few replicas have it"))),
        }
    }

    fn by_hash(&self, keys: &[String], arguments: &[Vec<u8>]) -> Cmd {
        call("EVALSHA", &self.hash, keys, arguments)
    }

    fn by_text(&self, keys: &[String], arguments: &[Vec<u8>]) -> Cmd {
        call("EVAL", self.text, keys, arguments)
    }
}

/// What `commit.lua` takes, in its order.
pub(super) fn commit_arguments(commit: &Commit, waits: bool) -> Vec<Vec<u8>> {
    let text = |number: u64| number.to_string().into_bytes();
    let count = |number: usize| number.to_string().into_bytes();
    // An empty number for events that leave a gap among themselves: they continue nothing.
    let first_seq = if commit.is_consecutive() { commit.events.first().map(|event| text(event.seq)) } else { None };
    let mut arguments = vec![
        commit.expected.map(text).unwrap_or_default(),
        text(commit.expected.unwrap_or(0).saturating_add(1)),
        commit.body.clone(),
        commit.expires_at.map(Timestamp::unix_ms).map(|at| at.to_string().into_bytes()).unwrap_or_default(),
        commit.commit_id.to_vec(),
        commit.key.0.to_vec(),
        first_seq.unwrap_or_default(),
        count(commit.events.len()),
        count(commit.outbox.len()),
        count(usize::from(waits)),
    ];
    arguments.extend(commit.events.iter().map(|event| [&event.mac[..], &event.body].concat()));
    for item in &commit.outbox {
        arguments.push(item.id.0.to_vec());
        arguments.push([&item.key.0[..], &item.body].concat());
    }
    arguments
}

fn call(command: &str, script: &str, keys: &[String], arguments: &[Vec<u8>]) -> Cmd {
    let mut call = redis::cmd(command);
    call.arg(script).arg(keys.len());
    keys.iter().for_each(|key| {
        call.arg(key);
    });
    arguments.iter().for_each(|argument| {
        call.arg(argument);
    });
    call
}

fn is_unknown(error: &RedisError) -> bool {
    error.kind() == ErrorKind::Server(ServerErrorKind::NoScript)
}
