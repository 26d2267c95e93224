//! A PostgreSQL server, with a schema of its own for every store.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use account_security::store::postgres::{Dialled, Session};
use account_security::store::{OnTokio, PostgresStore, StoreError};
use tokio_postgres::NoTls;

use super::{
    Folder, Outcome, Restartable, Server, find, free_port, fresh_name, or_skip, output_of, password, patiently, runtime,
};

/// Sessions of every store.
const SESSIONS: usize = 4;

/// A running server.
pub struct Postgres {
    server: Option<Server>,
    programs: PathBuf,
    pub port: u16,
    password: String,
}

/// A server that can be killed and started again.
pub struct RestartablePostgres {
    pub process: Restartable,
    pub server: Postgres,
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
        let server = Some(folder.serve("INT", &command)?);
        let started = Self { server, programs, port, password };
        patiently(|| started.sql("SELECT 1"))?;
        Ok(started)
    }

    /// The same server behind another port.
    pub fn behind(&self, port: u16) -> Self {
        Self { server: None, programs: self.programs.clone(), port, password: self.password.clone() }
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
        self.sessions_by(self.config(schema), count)
    }

    /// Sessions with these settings.
    pub fn sessions_by(&self, config: tokio_postgres::Config, count: usize) -> Dialled {
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
        self.new_store_with(partitions, SESSIONS)
    }

    /// The same, with so many sessions.
    pub fn new_store_with(&self, partitions: u16, sessions: usize) -> (OnTokio<PostgresStore<Dialled>>, String) {
        let schema = fresh_name();
        self.sql(&format!("CREATE SCHEMA {schema}")).unwrap();
        let store = runtime().block_on(async {
            PostgresStore::migrate(&self.sessions(&schema, 1), partitions).await.unwrap();
            PostgresStore::open(self.sessions(&schema, sessions)).await.unwrap()
        });
        (OnTokio::new(store, runtime()), schema)
    }

    /// Opens what is in a schema.
    pub fn open(&self, schema: &str) -> Result<OnTokio<PostgresStore<Dialled>>, StoreError> {
        let opened = runtime().block_on(PostgresStore::open(self.sessions(schema, SESSIONS)));
        opened.map(|store| OnTokio::new(store, runtime()))
    }

    /// A folder of the server's user on another disk.
    pub fn folder_for_tablespace(&self, disk: &Path) -> Outcome<String> {
        let place = disk.join("tables");
        std::fs::create_dir(&place)?;
        let owner = std::fs::metadata(format!("/proc/{}", self.server.as_ref().ok_or("not ours")?.pid))?;
        std::os::unix::fs::chown(&place, Some(owner.uid()), Some(owner.gid()))?;
        Ok(place.display().to_string())
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

impl RestartablePostgres {
    /// Starts a server with these settings on top.
    pub fn start(settings: &[&str]) -> Outcome<Self> {
        let programs = programs()?;
        let (folder, port, password) = (Folder::new()?, free_port()?, password()?);
        make_database(&folder, &programs, &password)?;
        let mut arguments: Vec<std::ffi::OsString> = vec!["-D".into(), folder.path().join("data").into()];
        let port_setting = format!("port={port}");
        for setting in ["listen_addresses=127.0.0.1", &port_setting, "unix_socket_directories="].iter().chain(settings)
        {
            arguments.extend(["-c".into(), setting.into()]);
        }
        let process = Restartable::start(folder, &programs.join("postgres"), arguments)?;
        let started = Self { process, server: Postgres { server: None, programs, port, password } };
        started.wait()?;
        Ok(started)
    }

    /// Kills it and starts it again.
    pub fn kill_and_start(&mut self) -> Outcome<()> {
        self.process.kill()?;
        // Its children go when they notice; until then their shared memory keeps a new one away.
        patiently(|| {
            if !self.process.is_running() {
                self.process.start_again()?;
            }
            self.server.sql("SELECT 1")
        })?;
        Ok(())
    }

    fn wait(&self) -> Outcome<()> {
        patiently(|| self.server.sql("SELECT 1"))?;
        Ok(())
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
