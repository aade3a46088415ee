//! What the built noorm asked a real SQL Server, and what that answered: recorded once, and played here. The recordings are
//! in `tests/tds/fixtures/recorded`; `tests/tds/record` makes them anew, and nothing else does. A request that differs from
//! the recorded one is a failure that shows both. That this can be relied on is tested with a wire-only endpoint in the
//! server's place, which is no server: what it answers is not kept.

mod chance;
mod scenario;

mod mechanism;

use std::path::{Path, PathBuf};

use noorm_tds::recording::Recording;
use noorm_tds::{Player, Recorder};
use noorm_testkit::{Database, Engine, skip};

use chance::chance;
use scenario::{DATABASE, SCENARIOS, Scenario, sandbox};

fn file(scenario: &Scenario) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tds/fixtures/recorded");
    folder.join(format!("{}.tds", scenario.name))
}

#[test]
fn what_a_real_server_answered_is_played() {
    for scenario in SCENARIOS {
        let file = file(scenario);
        if !file.exists() {
            skip(&format!("there is no recording `{}` of a real SQL Server yet", scenario.name));
            continue;
        }
        let recording = Recording::load(&file).unwrap();
        assert!(!recording.server.starts_with("Wire-only"), "{}: not of a real server", file.display());
        let user = recording.user().expect("somebody logged in");
        let player = Player::with_holes(recording, chance);
        (scenario.run)(&sandbox(player.port(), &user, "not looked at", DATABASE));
        player.finish().unwrap_or_else(|stale| panic!("{}: {stale}", scenario.name));
    }
}

#[test]
#[ignore = "it writes recordings: `tests/tds/record` runs it"]
fn record() {
    // Only to learn where the server is: the scenarios make their database themselves.
    let address = Database::create(Engine::Mssql, PathBuf::new()).address().unwrap();
    let server = format!("{}:{}", address.host, address.port);
    for scenario in SCENARIOS {
        let file = file(scenario);
        let folder = tempfile::tempdir().unwrap();
        let fresh = folder.path().join("session.tds");
        let recorder = Recorder::with_holes("127.0.0.1:0", &server, fresh.clone(), chance).unwrap();
        (scenario.run)(&sandbox(recorder.port(), &address.user, &address.password, DATABASE));
        let recording = recorder.finish().unwrap();
        assert!(!recording.server.starts_with("Wire-only"), "the server is not a real one");
        // Only what the scenario was content with is kept.
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        recording.save(&file).unwrap();
    }
}
