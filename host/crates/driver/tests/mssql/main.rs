//! The SQL Server driver: against a wire-only endpoint, which answers what a test says, and, if `NOORM_TEST_MSSQL_URL`
//! names one, against a real server.

#[path = "../support/mod.rs"]
mod support;

mod connect;
mod live;
mod session;
mod stop;
mod tokens;
mod types;

use noorm_core::secret::Secret;
use noorm_driver::{Connection, Target};
use noorm_tds::{Answer, Endpoint, Reply, Request};

const PASSWORD: &str = "hunter2";

/// Returns the way to an endpoint.
fn target(port: u16) -> Target {
    let mut target = Target::new("mssql");
    target.host = Some("127.0.0.1".to_owned());
    target.port = Some(port);
    target.database = "shop".to_owned();
    target.user = Some("app".to_owned());
    target.password = Some(Secret::new(PASSWORD.to_owned()));
    target.connect_timeout_ms = 5_000;
    target
}

/// Runs a test in a session with an endpoint whose answers to texts are these.
fn with_answers(answers: impl Fn(&str) -> Reply + Send + Sync + 'static, test: impl AsyncFnOnce(&mut dyn Connection)) {
    let endpoint = Endpoint::start(move |request| match request {
        Request::Text(sql) | Request::Bound { sql, .. } => answers(sql),
        Request::Attention => Answer::stopped().into(),
        other => panic!("unexpected: {other:?}"),
    });
    support::block_on(async {
        let mut session = support::open(&target(endpoint.port())).await;
        test(&mut *session).await;
        session.close().await.expect("the end");
    });
}
