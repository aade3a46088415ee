//! A MariaDB cluster (Galera): several processes, each on another node, and one database. It is kept apart from the gate,
//! since a cluster takes its time to start: `tests/galera` runs it.
#![allow(clippy::unwrap_used)]

use std::io::Write as _;
use std::process::{Child, Stdio};

use mysql_async::prelude::Queryable;
use noorm_testkit::Sandbox;

const CHANGESETS: usize = 12;

/// A project with a config for each node: `n0`, `n1`, `n2`.
struct Cluster {
    sandbox: Sandbox,
    nodes: Vec<mysql_async::Opts>,
    database: String,
}

impl Cluster {
    /// Returns `None`, visibly, where there is no cluster.
    fn connect(name: &str) -> Option<Self> {
        let Ok(urls) = std::env::var("NOORM_TEST_GALERA_URLS") else {
            let message = format!("skipped: {name}: NOORM_TEST_GALERA_URLS is not set\n");
            std::io::stderr().write_all(message.as_bytes()).unwrap();
            return None;
        };
        let nodes: Vec<_> = urls.split_whitespace().map(|url| mysql_async::Opts::from_url(url).unwrap()).collect();
        let database = format!("noorm_galera_{}_{name}", std::process::id());
        let mut sandbox = Sandbox::new();
        sandbox.set_env("PASSWORD", nodes[0].pass().unwrap());
        sandbox.noorm("init").expect_success();
        for (index, node) in nodes.iter().enumerate() {
            let line = format!(
                "config add n{index} --dialect mysql --host 127.0.0.1 --port {} --database {database} --user root \
                 --password-env PASSWORD",
                node.tcp_port()
            );
            sandbox.noorm(&line).expect_success();
        }
        let cluster = Self { sandbox, nodes, database };
        cluster.sandbox.noorm("-c n0 db create").expect_success();
        Some(cluster)
    }

    fn query(&self, node: usize, sql: &str) -> Vec<String> {
        let options = mysql_async::OptsBuilder::from_opts(self.nodes[node].clone()).db_name(Some(&self.database));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut connection = mysql_async::Conn::new(options.prefer_socket(false)).await.unwrap();
            // What another node has committed is there once this one has caught up.
            connection.query_drop("SET SESSION wsrep_sync_wait = 15").await.unwrap();
            let rows = connection.query(sql).await.unwrap();
            connection.disconnect().await.unwrap();
            rows
        })
    }

    fn write_changesets(&self) {
        for number in 1..=CHANGESETS {
            let change = match number {
                1 => {
                    "CREATE TABLE a (id INTEGER PRIMARY KEY AUTO_INCREMENT, n INTEGER);\nINSERT INTO a (n) VALUES (1);"
                        .to_owned()
                }
                _ => format!("INSERT INTO a (n) VALUES ({number});"),
            };
            self.sandbox.write(&format!("changesets/2026-01-01_c{number:02}/change/001.sql"), change);
        }
    }

    fn spawn(&self, line: &str) -> Child {
        let mut command = self.sandbox.command(line.split_whitespace());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }
}

#[test]
fn a_lock_of_one_node_holds_on_the_others() {
    let Some(cluster) = Cluster::connect("lock") else { return };
    cluster.write_changesets();
    cluster.sandbox.noorm("-c n0 lock acquire --reason lunch").expect_success();
    for node in ["n1", "n2"] {
        cluster.sandbox.noorm(&format!("-c {node} change ff")).expect_code(4).expect_stderr("lunch");
    }
    cluster.sandbox.noorm("-c n2 lock release --yes").expect_success();
    cluster.sandbox.noorm("-c n1 change ff").expect_success();
    cluster.sandbox.noorm("-c n2 change ff").expect_success().expect_stdout("nothing to do");
}

#[test]
fn nine_processes_on_three_nodes_apply_everything_once() {
    let Some(cluster) = Cluster::connect("crowd") else { return };
    cluster.write_changesets();
    let children: Vec<_> =
        (0..9).map(|at| cluster.spawn(&format!("-c n{} change ff --wait-timeout 60", at % 3))).collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(matches!(output.status.code(), Some(0)), "{:?}: {stderr}", output.status);
    }
    let expected: Vec<String> = (1..=CHANGESETS).map(|number| number.to_string()).collect();
    for node in 0..3 {
        assert_eq!(cluster.query(node, "SELECT CAST(n AS CHAR) FROM a ORDER BY n"), expected, "node {node}");
    }
}
