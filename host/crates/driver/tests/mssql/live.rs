//! The driver against a real server, if `NOORM_TEST_MSSQL_URL` names one:
//! `mssql://user:password@host:port/database?encrypt=false`, where `encrypt` is `false`, `true` or `trust`, which does not
//! check the certificate. Without one, each test says that it is skipped. The engine may be one that is compatible and
//! not equal: what not all of them have is asked for by name first.

use std::time::{Duration, Instant};

use noorm_core::secret::Secret;
use noorm_core::value::Scalar;
use noorm_driver::{Command, ConnectError, Connection, Ssl, Target, connect};

use crate::support::{block_on, fail, one, open, run, skip};

const VARIABLE: &str = "NOORM_TEST_MSSQL_URL";

/// What not every compatible engine has, and a batch that succeeds and returns a row where it is there.
const CAPABILITIES: &[(&str, &str)] = &[
    (
        "applock",
        "DECLARE @got int; EXEC @got = sp_getapplock @Resource = N'noorm probe', @LockMode = N'Exclusive', \
         @LockOwner = N'Session', @LockTimeout = 0; EXEC sp_releaseapplock @Resource = N'noorm probe', \
         @LockOwner = N'Session'; SELECT @got",
    ),
    ("attention", "WAITFOR DELAY '00:00:00.001'; SELECT 1"),
    ("datetimeoffset", "SELECT CAST('2026-01-31 12:00:00 +02:00' AS datetimeoffset)"),
    ("sql_variant", "SELECT CAST(1 AS sql_variant)"),
    ("xml", "SELECT CAST('<a/>' AS xml)"),
    ("raiserror nowait", "RAISERROR(N'probe', 10, 1) WITH NOWAIT; SELECT 1"),
    ("xact_abort", "SET XACT_ABORT ON; SET XACT_ABORT OFF; SELECT 1"),
];

fn server() -> Option<Target> {
    let Ok(url) = std::env::var(VARIABLE) else {
        skip(&format!("{VARIABLE} is not set"));
        return None;
    };
    let form = "mssql://user:password@host:port/database?encrypt=false|true|trust";
    Some(parse(&url).unwrap_or_else(|| panic!("{VARIABLE} is not {form}")))
}

fn parse(url: &str) -> Option<Target> {
    // A password may hold an `@`; what is behind the last one holds none.
    let (login, place) = url.strip_prefix("mssql://")?.rsplit_once('@')?;
    let (user, password) = login.split_once(':')?;
    let (address, rest) = place.split_once('/')?;
    let (host, port) = address.rsplit_once(':')?;
    let (database, options) = rest.split_once('?').unwrap_or((rest, ""));
    let mut target = Target::new("mssql");
    target.host = Some(host.to_owned());
    target.port = Some(port.parse().ok()?);
    target.database = database.to_owned();
    target.user = Some(decoded(user)?);
    target.password = Some(Secret::new(decoded(password)?));
    target.ssl = match options {
        "encrypt=false" | "" => Ssl::Off,
        "encrypt=true" => Ssl::On,
        "encrypt=trust" => Ssl::Custom { ca: None, cert: None, key: None, reject_unauthorized: false },
        _ => return None,
    };
    Some(target)
}

fn decoded(text: &str) -> Option<String> {
    let mut pieces = text.split('%');
    let mut bytes = pieces.next()?.as_bytes().to_vec();
    for piece in pieces {
        bytes.push(u8::from_str_radix(piece.get(..2)?, 16).ok()?);
        bytes.extend(&piece.as_bytes()[2..]);
    }
    String::from_utf8(bytes).ok()
}

/// Runs a test in a session, if there is a server and it can do all that the test needs.
fn live(capabilities: &[&str], test: impl AsyncFnOnce(&Target, &mut dyn Connection)) {
    let Some(target) = server() else { return };
    block_on(async {
        let mut session = open(&target).await;
        for name in capabilities {
            if let Err(why) = capability(&mut *session, name).await {
                return skip(&format!("the server lacks `{name}`: {why}"));
            }
        }
        session.take_notices();
        test(&target, &mut *session).await;
        session.close().await.expect("the end");
    });
}

async fn capability(session: &mut dyn Connection, name: &str) -> Result<(), String> {
    let known = CAPABILITIES.iter().find(|(known, _)| *known == name);
    let (_, probe) = known.unwrap_or_else(|| panic!("nobody knows how to find out about `{name}`"));
    let rows = session.ask(probe).await.map_err(|error| error.message)?;
    if rows.rows.is_empty() { Err("it says nothing".to_owned()) } else { Ok(()) }
}

fn text(value: &str) -> Scalar {
    Scalar::from(value)
}

#[test]
fn urls_are_read() {
    let target = parse("mssql://sa:p%40ss@db:1433/shop?encrypt=trust").expect("a URL");
    assert_eq!((target.host.as_deref(), target.port, target.database.as_str()), (Some("db"), Some(1433), "shop"));
    assert_eq!(target.password.expect("a password").expose(), "p@ss");
    for url in ["postgres://a:b@c:1/d", "mssql://c:1/d", "mssql://a:b@c/d", "mssql://a:b@c:1/d?encrypt=strict"] {
        assert!(parse(url).is_none(), "{url}");
    }
}

#[test]
fn values_go_and_come_back() {
    live(&[], async |_, session| {
        let decimal = |text: &str| Scalar::Decimal(text.to_owned());
        let guid = "FF19966F-868B-11D0-B42D-00C04FC964FF";
        let cases = [
            ("tinyint", Scalar::Integer(255), Scalar::Integer(255)),
            ("smallint", Scalar::Integer(-32768), Scalar::Integer(-32768)),
            ("int", Scalar::Integer(-7), Scalar::Integer(-7)),
            ("int", text("12"), Scalar::Integer(12)),
            ("bigint", Scalar::Integer(i64::MIN), Scalar::Integer(i64::MIN)),
            ("bit", Scalar::Boolean(true), Scalar::Boolean(true)),
            ("bit", Scalar::Integer(0), Scalar::Boolean(false)),
            ("int", Scalar::Boolean(true), Scalar::Integer(1)),
            ("float", Scalar::Real(0.1), Scalar::Real(0.1)),
            ("float", Scalar::Integer(5), Scalar::Real(5.0)),
            ("real", Scalar::Real(0.5), Scalar::Real(0.5)),
            ("decimal(14, 4)", decimal("-120000.0050"), decimal("-120000.0050")),
            ("decimal(38, 0)", decimal(&"9".repeat(38)), decimal(&"9".repeat(38))),
            ("decimal(10, 2)", text("19.90"), decimal("19.90")),
            ("money", decimal("19.9"), decimal("19.9000")),
            ("nvarchar(40)", text("Jürgen's \u{1F600}"), text("Jürgen's \u{1F600}")),
            ("nvarchar(40)", text(""), text("")),
            ("nvarchar(max)", text(&"x".repeat(10_000)), text(&"x".repeat(10_000))),
            ("varchar(40)", text("plain"), text("plain")),
            ("varchar(max)", text(&"y".repeat(10_000)), text(&"y".repeat(10_000))),
            ("char(4)", text("ab"), text("ab  ")),
            ("varbinary(10)", Scalar::Bytes(vec![0, 255]), Scalar::Bytes(vec![0, 255])),
            ("varbinary(max)", Scalar::Bytes(vec![7; 9_000]), Scalar::Bytes(vec![7; 9_000])),
            ("uniqueidentifier", text(guid), text(guid)),
            ("date", text("2026-01-31"), text("2026-01-31")),
            ("time(3)", text("12:34:56.789"), text("12:34:56.789")),
            ("datetime2(7)", text("2026-01-31T12:34:56.1234567"), text("2026-01-31 12:34:56.1234567")),
            ("datetime2(0)", text("2026-01-31T12:34:56"), text("2026-01-31 12:34:56")),
            ("datetime", text("2026-01-31T12:34:56.997"), text("2026-01-31 12:34:56.997")),
            ("smalldatetime", text("2026-01-31T12:34:00"), text("2026-01-31 12:34:00")),
        ];
        for (ty, value, expected) in cases {
            run(session, &[&format!("CREATE TABLE #v (v {ty} NULL)")]).await;
            let stored = session.query("INSERT INTO #v (v) VALUES (@P1)", std::slice::from_ref(&value)).await;
            let stored = stored.unwrap_or_else(|error| panic!("{value:?} as {ty}: {error}"));
            assert_eq!(stored.affected, 1, "{ty}");
            let absent = session.query("UPDATE #v SET v = @P2 WHERE 1 = @P1", &[Scalar::from(2), Scalar::Null]).await;
            assert_eq!(absent.unwrap_or_else(|error| panic!("{ty}: {error}")).affected, 0);
            assert_eq!(one(session, "SELECT v FROM #v").await, expected, "{ty}");
            let none = session.query("UPDATE #v SET v = @P1", &[Scalar::Null]).await;
            assert_eq!(none.unwrap_or_else(|error| panic!("NULL as {ty}: {error}")).affected, 1);
            assert_eq!(one(session, "SELECT v FROM #v").await, Scalar::Null, "{ty}");
            run(session, &["DROP TABLE #v"]).await;
        }
    });
}

#[test]
fn values_are_asked_for_as_text() {
    live(&[], async |_, session| {
        let cases = [
            ("CAST(1 AS bit)", "1"),
            ("CAST(-7 AS int)", "-7"),
            ("CAST(1.50 AS decimal(9, 2))", "1.50"),
            ("CAST('2026-01-31' AS date)", "2026-01-31"),
            ("0x00AB", "0x00AB"),
            ("N'ä'", "ä"),
        ];
        for (sql, expected) in cases {
            let rows =
                session.ask(&format!("SELECT {sql} AS v")).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
            assert_eq!((rows.columns, rows.rows), (vec!["v".to_owned()], vec![vec![text(expected)]]), "{sql}");
        }
    });
}

#[test]
fn rarer_types_come_back() {
    live(&["datetimeoffset", "sql_variant", "xml"], async |_, session| {
        let offset = one(session, "SELECT CAST('2026-01-31 12:00:00 +02:00' AS datetimeoffset(0))").await;
        assert_eq!(offset, text("2026-01-31 12:00:00 +02:00"));
        assert_eq!(one(session, "SELECT CAST(N'x' AS sql_variant)").await, text("x"));
        assert_eq!(one(session, "SELECT CAST('<a/>' AS xml)").await, text("<a/>"));
    });
}

#[test]
fn errors_have_numbers_and_places() {
    live(&[], async |_, session| {
        let sql = "SELECT 1;\n\n  SELEC 2;";
        let (_, error) = fail(session, &[sql]).await;
        assert!(!error.closed, "{error:?}");
        assert_eq!(&sql[error.position.expect("a place")..], "SELEC 2;");
        let (_, error) = fail(session, &["SELECT * FROM no_such_table_of_ours"]).await;
        assert_eq!(error.code, "208", "{error:?}");
        let (_, error) = fail(session, &["SELECT n / (n - 2) FROM (VALUES (1), (2)) AS t (n)"]).await;
        assert_eq!(error.code, "8134", "{error:?}");
        assert_eq!(one(session, "SELECT 1").await, Scalar::Integer(1));
    });
}

#[test]
fn a_later_result_may_fail() {
    live(&[], async |_, session| {
        let (_, error) = fail(session, &["SELECT 1; SELECT 1 / 0; SELECT 2"]).await;
        assert_eq!(error.code, "8134", "{error:?}");
        let rows = session.ask("SELECT 1 AS a; SELECT 2 AS b").await.expect("rows");
        assert_eq!((rows.columns, rows.rows), (vec!["a".to_owned()], vec![vec![text("1")]]));
    });
}

#[test]
fn rows_are_counted() {
    live(&[], async |_, session| {
        let texts = ["CREATE TABLE #c (n int)", "INSERT INTO #c VALUES (1), (2)", "UPDATE #c SET n = 3 WHERE n = 2"];
        assert_eq!(run(session, &texts).await, [0, 2, 1]);
        let params = [Scalar::from(1)];
        let batch =
            [Command::Bound { sql: "DELETE FROM #c WHERE n = @P1", params: &params }, Command::Text("SELECT 1")];
        assert_eq!(session.run(&batch).await.expect("both"), [1, 1]);
    });
}

#[test]
fn messages_are_heard() {
    live(&[], async |_, session| {
        run(session, &["PRINT N'hello'"]).await;
        assert_eq!(session.take_notices(), ["info: hello"]);
    });
}

#[test]
fn messages_that_do_not_wait_are_heard() {
    live(&["raiserror nowait"], async |_, session| {
        run(session, &["RAISERROR(N'careful', 10, 1) WITH NOWAIT"]).await;
        assert_eq!(session.take_notices(), ["info: careful"]);
    });
}

#[test]
fn the_server_tells_of_transactions() {
    live(&[], async |_, session| {
        assert!(!session.in_transaction());
        run(session, &["BEGIN TRANSACTION"]).await;
        assert!(session.in_transaction());
        run(session, &["CREATE TABLE #t (n int)", "SELECT 1"]).await;
        assert!(session.in_transaction());
        run(session, &["ROLLBACK"]).await;
        assert!(!session.in_transaction());
        run(session, &["BEGIN TRANSACTION; COMMIT"]).await;
        assert!(!session.in_transaction());
        run(session, &["BEGIN TRANSACTION"]).await;
        fail(session, &["SELECT * FROM no_such_table_of_ours"]).await;
        let open = one(session, "SELECT @@TRANCOUNT").await.as_i64().expect("a number") > 0;
        assert_eq!(session.in_transaction(), open, "the server and the driver agree");
    });
}

#[test]
fn an_error_that_rolls_back_says_so() {
    live(&["xact_abort"], async |_, session| {
        run(session, &["SET XACT_ABORT ON", "BEGIN TRANSACTION"]).await;
        fail(session, &["SELECT 1 / 0"]).await;
        let open = one(session, "SELECT @@TRANCOUNT").await.as_i64().expect("a number") > 0;
        assert_eq!((session.in_transaction(), open), (false, false));
    });
}

#[test]
fn what_runs_is_stopped() {
    live(&["attention"], async |_, session| {
        let interrupter = session.interrupter();
        let interrupting = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(300));
            interrupter.interrupt().expect("it is possible");
        });
        let started = Instant::now();
        let (_, error) = fail(session, &["WAITFOR DELAY '00:00:30'"]).await;
        assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
        assert!(error.interrupted && !error.closed, "{error:?}");
        interrupting.join().expect("a thread that ends");
        assert_eq!(one(session, "SELECT 1").await, Scalar::Integer(1));
    });
}

#[test]
fn a_session_knows_its_number() {
    live(&[], async |_, session| {
        let number = one(session, "SELECT CAST(@@SPID AS int)").await.as_i64().expect("a number");
        assert_eq!(session.session(), Some(number.to_string()));
    });
}

#[test]
fn locks_of_a_session_keep_others_out() {
    live(&["applock"], async |target, session| {
        let resource = format!("noorm driver test {}", std::process::id());
        let take = "DECLARE @got int; EXEC @got = sp_getapplock @Resource = @P1, @LockMode = N'Exclusive', \
                    @LockOwner = N'Session', @LockTimeout = 0; SELECT @got";
        let params = [Scalar::from(resource)];
        let got = |rows: noorm_driver::Rows| rows.rows[0][0].as_i64().expect("a number") >= 0;
        assert!(got(session.query(take, &params).await.expect("an answer")));
        let mut other = open(target).await;
        assert!(!got(other.query(take, &params).await.expect("an answer")));
        let release = "EXEC sp_releaseapplock @Resource = @P1, @LockOwner = N'Session'";
        session.query(release, &params).await.expect("it is ours");
        assert!(got(other.query(take, &params).await.expect("an answer")));
        other.close().await.expect("the end");
    });
}

#[test]
fn a_wrong_password_and_a_wrong_database_are_told_apart() {
    live(&[], async |target, _| {
        let mut stranger = target.clone();
        stranger.password = Some(Secret::new("not the password".to_owned()));
        let error = connect(&stranger).await.err().expect("no session");
        assert!(matches!(error, ConnectError::Authentication { .. }), "{error:?}");
        let mut lost = target.clone();
        lost.database = "no_such_database_of_ours".to_owned();
        let error = connect(&lost).await.err().expect("no session");
        assert!(matches!(error, ConnectError::MissingDatabase { .. }), "{error:?}");
    });
}
