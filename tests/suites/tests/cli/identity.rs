//! The identity that `init` makes, and who is recorded as the one who ran something.

use noorm_testkit::{Engine, Project, Sandbox};

#[cfg(unix)]
#[test]
fn init_makes_keys_that_only_their_owner_can_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let sandbox = Sandbox::new();
    sandbox.noorm("init").expect_success();
    let mode = |name: &str| sandbox.home().join(".noorm").join(name).metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("identity.key"), 0o600);
    assert_eq!(mode("identity.pub"), 0o644);
    let key = std::fs::read(sandbox.home().join(".noorm/identity.key")).unwrap();
    sandbox.noorm("init").expect_success();
    assert_eq!(std::fs::read(sandbox.home().join(".noorm/identity.key")).unwrap(), key, "an identity is made once");
}

#[test]
fn the_git_user_is_recorded_unless_the_environment_names_another() {
    let mut project = Project::new(Engine::Sqlite);
    project.write("schema/001.sql", "CREATE TABLE a (id INTEGER);");
    project.noorm("run build").expect_success();
    project.set_env("NOORM_IDENTITY", "CI Bot <ci@example.com>");
    project.noorm("run build --force").expect_code(1);
    let by = project.query("SELECT executed_by FROM __noorm_changeset__ ORDER BY id");
    assert_eq!(by, [["Ada Lovelace <ada@example.com>"], ["CI Bot <ci@example.com>"]]);
}
