//! Files in the encodings that people's tools write.

use noorm_testkit::{Engine, Project, for_each_database};

use crate::answers::{error, files};

/// A text as SQL Server's own tools save it.
fn utf16(text: &str, little: bool) -> Vec<u8> {
    let bytes = |unit: u16| if little { unit.to_le_bytes() } else { unit.to_be_bytes() };
    ['\u{feff}'].into_iter().chain(text.chars()).collect::<String>().encode_utf16().flat_map(bytes).collect()
}

#[test]
fn utf_16_runs_and_saving_it_as_utf_8_is_no_change() {
    for_each_database(|project| {
        let (text, name) = (project.database.text_type(), project.database.string("zoë 𝄞"));
        let table = format!("CREATE TABLE a (name {text});\r\nINSERT INTO a VALUES ({name});\r\n");
        project.write("schema/001.sql", utf16(&table, true));
        project.write("schema/002.sql.j2", utf16("INSERT INTO a VALUES ({{ quote('å') }});\r\n", false));
        project.noorm("run build").expect_success();
        let shortest_first = format!("SELECT name FROM a ORDER BY {}", project.database.length("name"));
        assert_eq!(project.query(&shortest_first), [["å"], ["zoë 𝄞"]]);
        project.write("schema/001.sql", table.replace('\r', ""));
        project.write("schema/002.sql.j2", "\u{feff}INSERT INTO a VALUES ({{ quote('å') }});\n");
        let output = project.noorm("run build --json").expect_success();
        assert_eq!(files(&output), ["schema/001.sql skipped unchanged", "schema/002.sql.j2 skipped unchanged"]);
    });
}

#[test]
fn a_manifest_may_be_utf_16() {
    let project = Project::new(Engine::Sqlite);
    project.write("schema/a.sql", "CREATE TABLE a (id INTEGER);");
    project.write("changesets/2026-01-01_a/change/001.txt", utf16("# one\r\nschema/a.sql\r\n", true));
    project.noorm("change ff").expect_success();
    assert!(project.database.has_table("a"));
}

#[test]
fn what_is_wrong_in_a_text_has_its_line() {
    let project = Project::new(Engine::Sqlite);
    let mut half = utf16("SELECT 1;\nSELECT '", true);
    half.extend([0x00, 0xd8, b'x', 0]);
    let mut odd = utf16("SELECT 1;\nSELECT 2;", false);
    odd.pop();
    for (content, line, words) in [
        (half, "2", "not valid UTF-16"),
        (odd, "2", "not valid UTF-16"),
        (b"SELECT 1;\nSELECT '\xff';".to_vec(), "2", "not valid UTF-8"),
        // Without a mark nothing says that it is UTF-16.
        (utf16("SELECT 1;", true)[2..].to_vec(), "1", "UTF-16 with a byte-order mark"),
    ] {
        project.write("schema/001.sql", &content);
        project.noorm("run build").expect_code(1).expect_stderr(words);
        assert_eq!(error(&project.noorm("run build --json"), "line"), line, "{words}");
        project.noorm("split schema/001.sql").expect_code(1).expect_stderr(words);
        assert_eq!(error(&project.noorm("split schema/001.sql --json"), "line"), line, "{words}");
    }
    project.write("schema/001.sql", "");
    project.write("schema/002.sql.j2", b"\xfe\xff\0a\0\n\xdc\x00");
    project.noorm("run build").expect_code(1).expect_stderr("schema/002.sql.j2:2").expect_stderr("UTF-16");
}

/// What is written of a changeset, whatever its files are saved in, is what is written of it in UTF-8 with line feeds.
#[test]
fn changesets_are_the_same_in_every_encoding() {
    let project = Project::new(Engine::Sqlite);
    let (change, revert) = ("CREATE TABLE a (\"zoë\" TEXT);\r\nSELECT 1;\r\n", "DROP TABLE a;\r\n");
    let plain = |text: &str| text.replace('\r', "").into_bytes();
    let marked = |text: &str| format!("\u{feff}{text}").into_bytes();
    let write = |encode: &dyn Fn(&str) -> Vec<u8>| {
        project.write("changesets/2026-01-01_a/change/001.sql", encode(change));
        project.write("changesets/2026-01-01_a/revert/001.sql", encode(revert));
    };
    let mut checksums = Vec::new();
    for encode in [&plain as &dyn Fn(&str) -> Vec<u8>, &marked, &|text| utf16(text, true), &|text| utf16(text, false)] {
        write(encode);
        project.noorm("change ff").expect_success();
        assert!(project.database.has_table("a"));
        let query =
            "SELECT checksum FROM __noorm_executions__ WHERE filepath LIKE '%change/001.sql' ORDER BY id DESC LIMIT 1";
        checksums.push(project.value(query));
        // Saved in another encoding it is still what was applied.
        write(&plain);
        project.noorm("change ff").expect_success().expect_stdout("nothing to do");
        write(encode);
        project.noorm("change revert 2026-01-01_a").expect_success();
        assert!(!project.database.has_table("a"));
    }
    checksums.dedup();
    assert_eq!(checksums.len(), 1, "{checksums:?}");
}
