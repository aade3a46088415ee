//! Recording a session of the driver with the wire-only endpoint, and playing it back to the driver.
#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};

use noorm_core::secret::Secret;
use noorm_core::value::Scalar;
use noorm_driver::{Connection, Rows, ServerError, Target, connect};
use noorm_tds::answer::{INSERT, SELECT};
use noorm_tds::cell::{Cell, Column};
use noorm_tds::holes::Value;
use noorm_tds::{
    Answer, Encryption, Endpoint, Message, Player, Recorder, Reply, Request, Settings, recording::Recording,
};

const PASSWORD: &str = "hunter2";

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

fn target(port: u16) -> Target {
    let mut target = Target::new("mssql");
    target.host = Some("127.0.0.1".to_owned());
    target.port = Some(port);
    target.database = "shop".to_owned();
    target.user = Some("app".to_owned());
    target.password = Some(Secret::new(PASSWORD.to_owned()));
    target
}

async fn open(port: u16) -> Box<dyn Connection> {
    connect(&target(port)).await.unwrap_or_else(|error| panic!("{error}"))
}

fn endpoint() -> Endpoint {
    Endpoint::start(|request| match request {
        Request::Text(sql) if sql == "BEGIN TRANSACTION" => Answer::new().begun(0x3300000001).done().into(),
        Request::Text(sql) if sql == "SELECT" => {
            Answer::new().error(&Message::error(102, "Incorrect syntax near 'SELECT'.")).failed().into()
        }
        Request::Text(_) => {
            let column = Column::nvarchar("name");
            Answer::new().print("hello").columns(&[column]).row(&[Cell::nvarchar("Jürgen")]).done_with(SELECT, 1).into()
        }
        Request::Bound { .. } => Answer::new().in_procedure(INSERT, 1).procedure_done().into(),
        other => panic!("unexpected: {other:?}"),
    })
}

type Seen = (
    Result<Rows, ServerError>,
    Result<Rows, ServerError>,
    Result<Rows, ServerError>,
    bool,
    Vec<String>,
    Option<String>,
);

/// The session of these tests, and all that it sees.
async fn session(port: u16) -> Seen {
    let mut session = open(port).await;
    session.ask("BEGIN TRANSACTION").await.unwrap();
    let bound = session.query("INSERT INTO t VALUES (@P1, @P2)", &[Scalar::from(1), Scalar::Null]).await;
    let rows = session.ask("SELECT name\nFROM t").await;
    let error = session.ask("SELECT").await;
    let seen = (bound, rows, error, session.in_transaction(), session.take_notices(), session.session());
    session.close().await.unwrap();
    seen
}

/// Records what `client` does with an endpoint.
fn record(folder: &Path, client: impl AsyncFnOnce(u16)) -> (Recording, PathBuf) {
    let path = folder.join("session.tds");
    let recorder = Recorder::start("127.0.0.1:0", &format!("127.0.0.1:{}", endpoint().port()), path.clone()).unwrap();
    block_on(client(recorder.port()));
    (recorder.finish().unwrap(), path)
}

#[test]
fn what_was_recorded_is_played() {
    let folder = tempfile::tempdir().unwrap();
    let mut live = None;
    let (recording, path) = record(folder.path(), async |port| live = Some(session(port).await));
    let loaded = Recording::load(&path).unwrap();
    assert_eq!(loaded, recording);
    assert_eq!(loaded.server, "Wire-only SQL Server 16.0.4135");
    let player = Player::start(loaded);
    let played = block_on(session(player.port()));
    assert_eq!(Some(played), live);
    player.finish().unwrap();
}

#[test]
fn secrets_and_chance_are_not_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let (_, path) = record(folder.path(), async |port| drop(session(port).await));
    let text = std::fs::read_to_string(path).unwrap();
    assert!(text.contains("  | user \"app\"\n  | database \"shop\"\n  | application \"noorm\"\n"), "{text}");
    let utf16: Vec<u8> = PASSWORD.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let disguised: Vec<u8> = utf16.iter().map(|byte| byte.rotate_left(4) ^ 0xa5).collect();
    let plain = text.lines().filter_map(|line| line.strip_prefix("  ")).collect::<String>();
    for secret in [PASSWORD.as_bytes(), &utf16, &disguised] {
        let hex: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
        assert!(!plain.contains(&hex) && !text.contains(PASSWORD), "{hex}");
    }
    // The same again is the same: nothing of the process, the port or the time is in it.
    let other = tempfile::tempdir().unwrap();
    let (_, again) = record(other.path(), async |port| drop(session(port).await));
    assert_eq!(std::fs::read_to_string(again).unwrap(), text);
}

#[test]
fn one_more_space_is_a_failure_that_shows_both() {
    let folder = tempfile::tempdir().unwrap();
    let (recording, path) = record(folder.path(), async |port| {
        open(port).await.ask("SELECT 1").await.unwrap();
    });
    let before = std::fs::read_to_string(&path).unwrap();
    let player = Player::start(recording);
    let expected = "the recording is stale: connection 1, request 3\nexpected: SQL SELECT 1\nfound:    SQL SELECT  1";
    block_on(async {
        let error = open(player.port()).await.ask("SELECT  1").await.unwrap_err();
        assert_eq!((error.message.as_str(), error.closed), (expected, true));
    });
    assert_eq!(player.finish().unwrap_err().to_string(), expected);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), before, "a recording is not updated by itself");
}

#[test]
fn a_value_that_differs_is_a_failure() {
    let folder = tempfile::tempdir().unwrap();
    let ask = async |port: u16, value: i32| open(port).await.query("f(@P1)", &[Scalar::from(value)]).await.map(drop);
    let (recording, _) = record(folder.path(), async |port| ask(port, 1).await.unwrap());
    let player = Player::start(recording);
    block_on(ask(player.port(), 2)).unwrap_err();
    let stale = player.finish().unwrap_err();
    assert_eq!(
        (stale.expected.as_str(), stale.found.as_str()),
        ("CALL f(@P1)\n(@P1 bigint) (1)", "CALL f(@P1)\n(@P1 bigint) (2)")
    );
}

#[test]
fn a_value_that_is_declared_to_be_chance_may_differ() {
    let sql = "UPDATE t SET took = @P1 WHERE id = @P2";
    let holes = |value: &Value<'_>| value.goes_to("took").then_some("duration");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("session.tds");
    let address = format!("127.0.0.1:{}", endpoint().port());
    let recorder = Recorder::with_holes("127.0.0.1:0", &address, path.clone(), holes).unwrap();
    let ask = async |port: u16, took: i32, id: i32| {
        open(port).await.query(sql, &[Scalar::from(took), Scalar::from(id)]).await.map(drop)
    };
    block_on(ask(recorder.port(), 17, 3)).unwrap();
    let recording = recorder.finish().unwrap();
    let text = std::fs::read_to_string(path).unwrap();
    assert!(text.contains("request CALL with holes\n") && text.contains("(<duration>, 3)\n"), "{text}");
    assert_eq!(Recording::parse(&text).unwrap(), recording);
    let play = |took, id| {
        let player = Player::with_holes(recording.clone(), holes);
        let _ = block_on(ask(player.port(), took, id));
        player.finish().map_err(|stale| stale.found)
    };
    assert_eq!(play(2000, 3), Ok(()));
    let found = format!("CALL {sql}\n(@P1 bigint,@P2 bigint) (<duration>, 4)");
    assert_eq!(play(17, 4), Err(found));
}

#[test]
fn too_little_and_too_much_are_failures() {
    let folder = tempfile::tempdir().unwrap();
    let (recording, _) = record(folder.path(), async |port| {
        for _ in 0..2 {
            let mut session = open(port).await;
            session.ask("SELECT 1").await.unwrap();
            session.close().await.unwrap();
        }
    });
    let found = |asks: &[usize]| {
        let player = Player::start(recording.clone());
        block_on(async {
            for count in asks {
                let Ok(mut session) = connect(&target(player.port())).await else { continue };
                for _ in 0..*count {
                    let _ = session.ask("SELECT 1").await;
                }
            }
        });
        player.finish().map_err(|stale| (stale.connection, stale.request, stale.expected, stale.found))
    };
    let error = |connection, request, expected: &str, found: &str| {
        Err((connection, request, expected.to_owned(), found.to_owned()))
    };
    assert_eq!(found(&[1, 1]), Ok(()));
    assert_eq!(found(&[1, 0]), error(2, 3, "SQL SELECT 1", "nothing"));
    assert_eq!(found(&[1, 2]), error(2, 4, "nothing more", "SQL SELECT 1"));
    assert_eq!(found(&[1]), error(2, 1, "a connection", "nothing"));
    assert_eq!(found(&[1, 1, 0]), error(3, 1, "no further connection", "one"));
}

#[test]
fn a_player_that_nobody_asks_how_it_went_panics() {
    let folder = tempfile::tempdir().unwrap();
    let (recording, _) = record(folder.path(), async |port| drop(open(port).await));
    let panic = std::panic::catch_unwind(|| drop(Player::start(recording))).unwrap_err();
    let message = panic.downcast_ref::<String>().unwrap();
    assert!(message.starts_with("the recording is stale: connection 1"), "{message}");
}

#[test]
fn a_server_that_hangs_up_is_played_as_one() {
    let server = Endpoint::start(|_| Reply::HangUp);
    let folder = tempfile::tempdir().unwrap();
    let address = format!("127.0.0.1:{}", server.port());
    let recorder = Recorder::start("127.0.0.1:0", &address, folder.path().join("x.tds")).unwrap();
    let ask = async |port| open(port).await.ask("SELECT 1").await.unwrap_err();
    let live = block_on(ask(recorder.port()));
    let player = Player::start(recorder.finish().unwrap());
    assert_eq!(block_on(ask(player.port())), live);
    player.finish().unwrap();
}

#[test]
fn encryption_cannot_be_recorded() {
    let settings = Settings { encryption: Encryption::Required, ..Settings::default() };
    let server = Endpoint::with(settings, |_| Reply::HangUp);
    let folder = tempfile::tempdir().unwrap();
    let address = format!("127.0.0.1:{}", server.port());
    let recorder = Recorder::start("127.0.0.1:0", &address, folder.path().join("x.tds")).unwrap();
    block_on(connect(&target(recorder.port()))).err().expect("no session");
    let problem = recorder.finish().unwrap_err();
    assert_eq!(problem, "the server insists on encryption, which cannot be recorded; turn it off there");
}

#[test]
fn a_recording_of_an_earlier_day_is_played() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/session.tds");
    let player = Player::start(Recording::load(&path).unwrap());
    let (bound, rows, error, in_transaction, notices, number) = block_on(session(player.port()));
    assert_eq!(bound.unwrap().affected, 1);
    assert_eq!(rows.unwrap().rows, [[Scalar::from("Jürgen")]]);
    assert_eq!(error.unwrap_err().code, "102");
    assert!(in_transaction);
    assert_eq!((notices, number.as_deref()), (vec!["info: hello".to_owned()], Some("57")));
    player.finish().unwrap();
}
