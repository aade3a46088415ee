//! `noorm change add`.

use noorm_testkit::{Engine, Project};

#[test]
fn makes_the_folders_of_a_dated_changeset() {
    let project = Project::new(Engine::Sqlite);
    project.noorm_args(["change", "add", "Add e-mail verification"]).expect_success();
    let folder = "changesets/2026-01-31_add-e-mail-verification";
    assert!(
        project.exists(&format!("{folder}/change")) && project.exists(&format!("{folder}/revert")),
        "{:?}",
        project.files()
    );
}

#[test]
fn a_name_that_is_taken_is_an_error() {
    let project = Project::new(Engine::Sqlite);
    project.noorm("change add reviews").expect_success();
    let before = project.files();
    let output = project.noorm("change add reviews");
    assert_ne!(output.code, 0, "{output}");
    assert_eq!(project.files(), before);
}
