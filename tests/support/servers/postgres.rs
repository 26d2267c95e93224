//! A PostgreSQL server, with a schema of its own for every store.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use account_security::store::postgres::{Dialled, Session};
use account_security::store::{OnTokio, PostgresStore, StoreError};
use tokio_postgres::NoTls;

use super::{Folder, Outcome, Server, find, free_port, fresh_name, or_skip, output_of, password, patiently, runtime};

/// Sessions of every store.
const SESSIONS: usize = 4;

/// A running server.
pub struct Postgres {
    pub server: Server,
    programs: PathBuf,
    port: u16,
    password: String,
}

/// The server of this test program, which answers after the disk has it; `None` where PostgreSQL is not installed.
pub fn shared() -> Option<&'static Postgres> {
    static SERVER: OnceLock<Option<Postgres>> = OnceLock::new();
    SERVER.get_or_init(|| or_skip("PostgreSQL", Postgres::start(&[]))).as_ref()
}

impl Postgres {
    /// Starts a server with these settings on top.
    pub fn start(settings: &[&str]) -> Outcome<Self> {
        let programs = programs()?;
        let (folder, port, password) = (Folder::new()?, free_port()?, password()?);
        make_database(&folder, &programs, &password)?;
        let mut command = folder.command(&programs.join("postgres"));
        command.arg("-D").arg(folder.path().join("data"));
        let port_setting = format!("port={port}");
        let fixed = ["listen_addresses=127.0.0.1", &port_setting, "unix_socket_directories=", "max_connections=400"];
        for setting in fixed.iter().chain(settings) {
            command.args(["-c", setting]);
        }
        let server = folder.serve("INT", &command)?;
        let started = Self { server, programs, port, password };
        patiently(|| started.sql("SELECT 1"))?;
        Ok(started)
    }

    /// How to connect, to this schema.
    pub fn config(&self, schema: &str) -> tokio_postgres::Config {
        let mut config = tokio_postgres::Config::new();
        config.host("127.0.0.1").port(self.port).user("test").password(&self.password).dbname("postgres");
        config.options(format!("-c search_path={schema}")).connect_timeout(Duration::from_secs(5));
        config
    }

    /// Sessions on this schema.
    pub fn sessions(&self, schema: &str, count: usize) -> Dialled {
        let config = self.config(schema);
        Dialled::new(count, move || {
            let config = config.clone();
            async move {
                let (client, connection) = config.connect(NoTls).await?;
                tokio::spawn(connection);
                Ok(Session::new(client))
            }
        })
    }

    /// A new store in a schema of its own, in one piece or partitioned; and the schema's name.
    pub fn new_store(&self, partitions: u16) -> (OnTokio<PostgresStore<Dialled>>, String) {
        let schema = fresh_name();
        self.sql(&format!("CREATE SCHEMA {schema}")).unwrap();
        let store = runtime().block_on(async {
            PostgresStore::migrate(&self.sessions(&schema, 1), partitions).await.unwrap();
            PostgresStore::open(self.sessions(&schema, SESSIONS)).await.unwrap()
        });
        (OnTokio::new(store, runtime()), schema)
    }

    /// Opens what is in a schema.
    pub fn open(&self, schema: &str) -> Result<OnTokio<PostgresStore<Dialled>>, StoreError> {
        let opened = runtime().block_on(PostgresStore::open(self.sessions(schema, SESSIONS)));
        opened.map(|store| OnTokio::new(store, runtime()))
    }

    /// Runs statements by hand.
    pub fn sql(&self, text: &str) -> Outcome<String> {
        let mut psql = std::process::Command::new(self.programs.join("psql"));
        psql.env("PGPASSWORD", &self.password).env("PGDATABASE", "postgres").env("PGUSER", "test");
        psql.env("PGHOST", "127.0.0.1").env("PGPORT", self.port.to_string());
        psql.args([
            "--no-psqlrc",
            "--quiet",
            "--tuples-only",
            "--no-align",
            "--set=ON_ERROR_STOP=1",
            "--command",
            text,
        ]);
        output_of(&mut psql)
    }
}

/// The newest installed version's folder of programs: Debian keeps the server off the path.
fn programs() -> Outcome<PathBuf> {
    let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .map(|found| found.filter_map(|entry| Some(entry.ok()?.path().join("bin"))).collect())
        .unwrap_or_default();
    versions.sort();
    // A link on the path leads to the folder where the others are.
    let initdb = find("initdb", &versions)?;
    let folder = initdb.canonicalize()?.parent().map(Path::to_path_buf).unwrap_or_default();
    if ["initdb", "postgres", "psql"].iter().all(|name| folder.join(name).is_file()) {
        return Ok(folder);
    }
    Err("initdb, postgres and psql are not in one folder".into())
}

fn make_database(folder: &Folder, programs: &Path, password: &str) -> Outcome<()> {
    let password_file = folder.path().join("password");
    std::fs::write(&password_file, password)?;
    let mut command = folder.command(&programs.join("initdb"));
    command.args(["--auth=scram-sha-256", "--username=test", "--encoding=UTF8", "--locale=C", "--no-sync"]);
    command.arg("--pwfile").arg(&password_file).arg("-D").arg(folder.path().join("data"));
    output_of(&mut command)?;
    Ok(())
}
