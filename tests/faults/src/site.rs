//! A project with the workload in it, and an empty database for each trial. Network databases are reached through a proxy,
//! files with a library in between: both do nothing until they are told to.

use std::net::{SocketAddr, ToSocketAddrs};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use noorm_testkit::{Database, Engine, Sandbox};

use crate::NOT_TRIED;
use crate::catalog::Catalog;
use crate::process::Run;
use crate::proxy::{Protocol, Proxy};
use crate::shim::{Deed, Shim};
use crate::workload::Workload;

/// The file of a database that is one, in the project.
const FILE: &str = "data/app.db";

/// How long a run that is struck waits for a lock, in seconds: others may be before it.
const WAIT_SECONDS: &str = "30";

/// How long the next run waits. What a killed one left is out of the way sooner.
const NEXT_WAIT_SECONDS: &str = "6";

/// No run of the workload takes this long, even one that waits for a lock first.
pub const PATIENCE: Duration = Duration::from_secs(45);

/// A project and its database.
pub struct Site {
    /// The folder and environment that noorm runs in.
    pub sandbox: Sandbox,
    /// The changesets.
    pub workload: Workload,
    /// What they are applied to.
    pub database: Database,
    between: Between,
    server: Option<String>,
}

/// What stands between noorm and the database.
enum Between {
    Proxy(Proxy),
    Shim(Shim),
}

impl Site {
    /// Makes a project with so many changesets. `server`: the URL of a server, if it is not the tests' usual one.
    pub fn new(engine: Engine, changes: usize, server: Option<&str>) -> Self {
        let sandbox = Sandbox::new();
        std::fs::create_dir(sandbox.project().join("data")).unwrap();
        let workload = Workload::new(engine, changes);
        workload.write(&sandbox);
        let database = create(engine, &sandbox, server);
        let between = match protocol(engine) {
            Some(protocol) => Between::Proxy(Proxy::start(address(&database), protocol).unwrap()),
            None => Between::Shim(Shim::build(&sandbox, &sandbox.project().join(FILE))),
        };
        let mut site = Self { sandbox, workload, database, between, server: server.map(str::to_owned) };
        site.point_at_database();
        site
    }

    /// Which engine it is.
    pub fn engine(&self) -> Engine {
        self.database.engine()
    }

    /// Puts an empty database in the place of what is there.
    pub fn reset(&mut self) {
        if let Between::Proxy(proxy) = &self.between {
            proxy.arm(None);
        }
        for suffix in ["", "-journal", "-wal", "-shm"] {
            let path = self.sandbox.project().join(format!("{FILE}{suffix}"));
            if path.exists() {
                std::fs::remove_file(path).unwrap();
            }
        }
        self.database = create(self.engine(), &self.sandbox, self.server.as_deref());
        self.point_at_database();
    }

    /// The database comes from the environment, as it does in continuous integration.
    fn point_at_database(&mut self) {
        let mut set = |name: &str, value: &str| self.sandbox.set_env(name, value);
        match (self.database.address(), &self.between) {
            (Some(address), Between::Proxy(proxy)) => {
                set("NOORM_DIALECT", address.dialect);
                set("NOORM_HOST", "127.0.0.1");
                set("NOORM_PORT", &proxy.port().to_string());
                set("NOORM_DATABASE", &address.database);
                set("NOORM_USER", &address.user);
                set("NOORM_PASSWORD", &address.password);
            }
            _ => {
                set("NOORM_DIALECT", "sqlite");
                set("NOORM_DATABASE", FILE);
            }
        }
    }

    /// Where the database is, if it is a file.
    pub fn file(&self) -> PathBuf {
        self.sandbox.project().join(FILE)
    }

    /// Returns another empty database on the same server.
    pub fn aside(&self) -> Database {
        create(self.engine(), &self.sandbox, self.server.as_deref())
    }

    /// What connections go through, if the database has any.
    pub fn proxy(&self) -> Option<&Proxy> {
        match &self.between {
            Between::Proxy(proxy) => Some(proxy),
            Between::Shim(_) => None,
        }
    }

    /// What writes go through, if the database is a file.
    pub fn shim(&self) -> Option<&Shim> {
        match &self.between {
            Between::Proxy(_) => None,
            Between::Shim(shim) => Some(shim),
        }
    }

    /// Starts a run of all changesets, which waits for the lock.
    pub fn start(&self) -> Run {
        Run::start(self.run(WAIT_SECONDS))
    }

    /// Starts the run that comes after one that was struck.
    pub fn start_next(&self) -> Run {
        Run::start(self.run(NEXT_WAIT_SECONDS))
    }

    /// Starts a run whose access to the database file is struck.
    pub fn start_struck(&self, deed: Deed) -> Run {
        let mut command = self.run(WAIT_SECONDS);
        self.shim().expect("a database that is a file").load(&mut command, Some(deed));
        Run::start(command)
    }

    fn run(&self, wait_seconds: &str) -> Command {
        self.command(&["change", "ff", "--wait-timeout", wait_seconds])
    }

    /// Returns a command that answers in JSON.
    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = self.sandbox.command(words.iter().chain(&["--json"]));
        if let Between::Shim(shim) = &self.between {
            shim.load(&mut command, None);
        }
        command
    }

    /// Reads everything that is in the database.
    pub fn read(&self) -> Catalog {
        Catalog::read(&self.database)
    }
}

fn create(engine: Engine, sandbox: &Sandbox, server: Option<&str>) -> Database {
    let file = sandbox.project().join(FILE);
    match server {
        Some(url) => Database::create_on(engine, url),
        None => Database::create(engine, file),
    }
}

fn protocol(engine: Engine) -> Option<Protocol> {
    match engine {
        Engine::Sqlite => None,
        Engine::Postgres => Some(Protocol::Postgres),
        Engine::Mariadb | Engine::Mysql => Some(Protocol::Mysql),
        Engine::Mssql => panic!("{NOT_TRIED}"),
    }
}

fn address(database: &Database) -> SocketAddr {
    let address = database.address().expect("a database on a server");
    (address.host.as_str(), address.port).to_socket_addrs().unwrap().next().expect("the server has an address")
}
