//! Redis servers, alone or as a cluster, with a prefix of its own for every store.

use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

use account_security::store::{OnTokio, Persistence, RedisStore, StoreError};
use redis::aio::{ConnectionLike, ConnectionManager, ConnectionManagerConfig};
use redis::cluster_async::ClusterConnection;

use super::{Folder, Outcome, Restartable, Server, find, free_port, fresh_name, or_skip, password, patiently, runtime};

/// Slots of a cluster.
const SLOTS: u16 = 16_384;

/// A running server.
pub struct Redis {
    server: Option<Server>,
    pub port: u16,
    password: String,
}

/// A server that can be killed and started again.
pub struct RestartableRedis {
    pub process: Restartable,
    pub server: Redis,
}

/// Three masters that share the slots.
pub struct Cluster {
    pub nodes: Vec<Redis>,
}

/// The server of this test program, with an append-only log; `None` where Redis is not installed.
pub fn shared() -> Option<&'static Redis> {
    static SERVER: OnceLock<Option<Redis>> = OnceLock::new();
    SERVER.get_or_init(|| or_skip("Redis", Redis::start(&["--appendonly", "yes"]))).as_ref()
}

/// The cluster of this test program.
pub fn shared_cluster() -> Option<&'static Cluster> {
    static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();
    CLUSTER.get_or_init(|| or_skip("Redis Cluster", Cluster::start())).as_ref()
}

impl Redis {
    /// Starts a server with these options on top.
    pub fn start(options: &[&str]) -> Outcome<Self> {
        Self::start_with(free_port()?, &password()?, options)
    }

    /// Starts a server on this port.
    pub fn start_with(port: u16, password: &str, options: &[&str]) -> Outcome<Self> {
        let program = program()?;
        let folder = Folder::new()?;
        let mut command = folder.command(&program);
        command.args(["--bind", "127.0.0.1", "--port", &port.to_string(), "--requirepass", password]);
        command.args(["--masterauth", password, "--save", "", "--dir"]).arg(folder.path()).args(options);
        let server = Some(folder.serve("TERM", &command)?);
        let started = Self { server, port, password: password.to_owned() };
        patiently(|| Ok(started.ask(&["PING"])?))?;
        Ok(started)
    }

    /// The same server behind another port.
    pub fn behind(&self, port: u16) -> Self {
        Self { server: None, port, password: self.password.clone() }
    }

    pub fn url(&self) -> String {
        format!("redis://:{}@127.0.0.1:{}/", self.password, self.port)
    }

    pub fn password(&self) -> &str {
        &self.password
    }

    /// Connections that come back when the server does.
    pub async fn connection(&self) -> Result<ConnectionManager, redis::RedisError> {
        self.impatient_connection(Duration::from_secs(20)).await
    }

    async fn impatient_connection(&self, patience: Duration) -> Result<ConnectionManager, redis::RedisError> {
        let config = ConnectionManagerConfig::new()
            .set_number_of_retries(3)
            .set_min_delay(Duration::from_millis(1))
            .set_max_delay(Duration::from_millis(50))
            .set_connection_timeout(Some(Duration::from_secs(2)))
            .set_response_timeout(Some(patience));
        redis::Client::open(self.url())?.get_connection_manager_with_config(config).await
    }

    /// A new store under a prefix of its own; and the prefix.
    pub fn new_store(&self) -> (OnTokio<RedisStore<ConnectionManager>>, String) {
        self.new_impatient_store(Duration::from_secs(20))
    }

    /// A new store that gives up on an answer after `patience`.
    pub fn new_impatient_store(&self, patience: Duration) -> (OnTokio<RedisStore<ConnectionManager>>, String) {
        let prefix = fresh_name();
        let store = runtime().block_on(async {
            let connection = self.impatient_connection(patience).await.unwrap();
            RedisStore::create(connection, &prefix, Persistence::AppendOnly).await.unwrap()
        });
        (OnTokio::new(store, runtime()), prefix)
    }

    /// Opens what is under a prefix.
    pub fn open(&self, prefix: &str) -> Result<OnTokio<RedisStore<ConnectionManager>>, StoreError> {
        let opened = runtime().block_on(async {
            let connection = self.connection().await.map_err(|error| StoreError::Unavailable(error.to_string()))?;
            RedisStore::open(connection, prefix, Persistence::AppendOnly).await
        });
        opened.map(|store| OnTokio::new(store, runtime()))
    }

    /// A replica of this server, which may still have to catch up.
    pub fn replica(&self) -> Outcome<Self> {
        let primary = format!("127.0.0.1 {}", self.port);
        Self::start_with(free_port()?, &self.password, &["--appendonly", "yes", "--replicaof", &primary])
    }

    /// Asks by hand.
    pub fn ask(&self, words: &[&str]) -> Result<redis::Value, redis::RedisError> {
        self.ask_bytes(&words.iter().map(|word| word.as_bytes()).collect::<Vec<_>>())
    }

    /// Asks by hand, with any bytes.
    pub fn ask_bytes(&self, words: &[&[u8]]) -> Result<redis::Value, redis::RedisError> {
        runtime().block_on(async {
            let client = redis::Client::open(self.url())?;
            let config = redis::AsyncConnectionConfig::new().set_response_timeout(Some(Duration::from_secs(20)));
            let mut connection = client.get_multiplexed_async_connection_with_config(&config).await?;
            let mut command = redis::cmd(std::str::from_utf8(words[0]).unwrap());
            words[1..].iter().for_each(|word| {
                command.arg(*word);
            });
            connection.req_packed_command(&command).await
        })
    }
}

impl RestartableRedis {
    pub fn start(options: &[&str]) -> Outcome<Self> {
        Self::start_with(free_port()?, &password()?, options)
    }

    pub fn start_with(port: u16, password: &str, options: &[&str]) -> Outcome<Self> {
        let folder = Folder::new()?;
        let port_text = port.to_string();
        let mut arguments: Vec<std::ffi::OsString> = vec!["--dir".into(), folder.path().into()];
        let fixed = ["--bind", "127.0.0.1", "--port", &port_text, "--requirepass", password, "--save", ""];
        arguments.extend(fixed.iter().chain(options).map(std::ffi::OsString::from));
        let process = Restartable::start(folder, &program()?, arguments)?;
        let started = Self { process, server: Redis { server: None, port, password: password.to_owned() } };
        patiently(|| Ok(started.server.ask(&["PING"])?))?;
        Ok(started)
    }

    /// Kills it and starts it again.
    pub fn kill_and_start(&mut self) -> Outcome<()> {
        self.process.start_again()?;
        patiently(|| {
            let info: String = redis::from_redis_value(self.server.ask(&["INFO", "persistence"])?)?;
            if info.contains("\nloading:0") { Ok(()) } else { Err("it still reads its log".into()) }
        })
    }
}

impl Cluster {
    /// Three masters on loopback ports.
    pub fn start() -> Outcome<Self> {
        let password = password()?;
        let mut nodes = Vec::new();
        for _ in 0..3 {
            let bus = free_port()?.to_string();
            let options = ["--appendonly", "yes", "--cluster-enabled", "yes", "--cluster-port", &bus];
            nodes.push((Redis::start_with(free_port()?, &password, &options)?, bus));
        }
        for (number, (node, _)) in (0..).zip(&nodes) {
            let (first, last) =
                (SLOTS / 3 * number, if number == 2 { SLOTS - 1 } else { SLOTS / 3 * (number + 1) - 1 });
            node.ask(&["CLUSTER", "ADDSLOTSRANGE", &first.to_string(), &last.to_string()])?;
            node.ask(&["CLUSTER", "SET-CONFIG-EPOCH", &(number + 1).to_string()])?;
        }
        for (node, bus) in &nodes[1..] {
            nodes[0].0.ask(&["CLUSTER", "MEET", "127.0.0.1", &node.port.to_string(), bus])?;
        }
        let nodes: Vec<Redis> = nodes.into_iter().map(|(node, _)| node).collect();
        patiently(|| {
            for node in &nodes {
                let info: String = redis::from_redis_value(node.ask(&["CLUSTER", "INFO"])?)?;
                if !info.contains("cluster_state:ok") || !info.contains("cluster_known_nodes:3") {
                    return Err("the cluster has not met yet".into());
                }
            }
            Ok(())
        })?;
        Ok(Self { nodes })
    }

    pub async fn connection(&self) -> Result<ClusterConnection, redis::RedisError> {
        let urls: Vec<String> = self.nodes.iter().map(Redis::url).collect();
        redis::cluster::ClusterClient::new(urls)?.get_async_connection().await
    }

    /// A new store under a prefix of its own.
    pub fn new_store(&self) -> OnTokio<RedisStore<ClusterConnection>> {
        let prefix = fresh_name();
        let store = runtime().block_on(async {
            let connection = self.connection().await.unwrap();
            RedisStore::create(connection, &prefix, Persistence::AppendOnly).await.unwrap()
        });
        OnTokio::new(store, runtime())
    }
}

/// Redis, or Valkey, which is the same to us.
fn program() -> Outcome<std::path::PathBuf> {
    find("redis-server", &[]).or_else(|_| find("valkey-server", &[Path::new("/usr/local/bin").to_path_buf()]))
}
