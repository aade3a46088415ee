//! What statements are about.

use super::*;

const QUOTES: &NameQuotes = &[('"', '"'), ('`', '`'), ('[', ']')];

/// The subject in words: `made TABLE a.b of c`.
fn told(statement: &str) -> Option<String> {
    let subject = Subject::of(statement, QUOTES)?;
    let written = |names: &[Name]| {
        let one = |name: &Name| if name.is_quoted { format!("<{}>", name.text) } else { name.text.clone() };
        names.iter().map(one).collect::<Vec<_>>().join(".")
    };
    let verb = if subject.is_made { "made" } else { "removed" };
    let of = if subject.of.is_empty() { String::new() } else { format!(" of {}", written(&subject.of)) };
    Some(format!("{verb} {} {}{of}", subject.kind, written(&subject.name)))
}

#[track_caller]
fn check(statement: &str, expected: &str) {
    assert_eq!(told(statement).as_deref(), Some(expected), "{statement}");
}

#[test]
fn what_is_made_is_known() {
    check("CREATE TABLE a (id INT)", "made TABLE a");
    check("create table if not exists Shop.`a ``b` (id int)", "made TABLE Shop.<a `b>");
    check("CREATE /* not yet */ TABLE -- nor now\n [a]]b].\"c\"\"d\" AS SELECT 1", "made TABLE <a]b>.<c\"d>");
    check("CREATE UNIQUE INDEX CONCURRENTLY i ON ONLY s.t (c)", "made INDEX i of s.t");
    check("CREATE INDEX i USING btree ON t (c)", "made INDEX i of t");
    check("CREATE DEFINER = `root`@`%` SQL SECURITY INVOKER VIEW v AS SELECT 1", "made VIEW v");
    check("CREATE MATERIALIZED VIEW v AS SELECT 1", "made VIEW v");
    check("CREATE UNLOGGED TABLE a (id INT)", "made TABLE a");
    check("CREATE VIRTUAL TABLE a USING fts5(b)", "made TABLE a");
    check("CREATE UNIQUE NONCLUSTERED INDEX i ON dbo.t (c)", "made INDEX i of dbo.t");
    check("CREATE PRIMARY XML INDEX i ON t (c)", "made INDEX i of t");
    check("CREATE AGGREGATE FUNCTION f RETURNS STRING SONAME 'a.so'", "made FUNCTION f");
    check("CREATE FOREIGN TABLE a (id INT) SERVER s", "made TABLE a");
    check("CREATE CONSTRAINT TRIGGER c AFTER INSERT ON t EXECUTE FUNCTION f()", "made TRIGGER c");
    for definer in ["root@localhost", "'a table'@'%.view'", "root@'%'", "`root` @ `%`", "admin", "CURRENT_USER()"] {
        check(&format!("CREATE DEFINER={definer} PROCEDURE p() SELECT 1"), "made PROCEDURE p");
    }
    check("CREATE ALGORITHM = MERGE DEFINER = a@b SQL SECURITY DEFINER VIEW v AS SELECT 1", "made VIEW v");
    check("CREATE PROC dbo.p AS SELECT 1", "made PROCEDURE dbo.p");
    check("CREATE TRIGGER é AFTER INSERT ON t FOR EACH ROW SET @a = 1", "made TRIGGER é");
}

#[test]
fn what_is_removed_is_known() {
    check("DROP TABLE IF EXISTS a", "removed TABLE a");
    check("DROP INDEX i ON t", "removed INDEX i of t");
    check("DROP INDEX CONCURRENTLY s.i", "removed INDEX s.i");
    check("ALTER TABLE a DROP COLUMN IF EXISTS b", "removed COLUMN b of a");
    check("ALTER TABLE a DROP b, DROP c", "removed COLUMN b of a");
    check("ALTER TABLE a DROP CONSTRAINT b", "removed CONSTRAINT b of a");
}

#[test]
fn what_is_done_to_a_table_is_known() {
    check("ALTER TABLE ONLY s.a ADD COLUMN b INT", "made COLUMN b of s.a");
    check("ALTER TABLE a ADD b INT, ADD c INT", "made COLUMN b of a");
    check("ALTER TABLE a ADD UNIQUE KEY k (b)", "made INDEX k of a");
    check("ALTER TABLE a ADD CONSTRAINT k CHECK (b > 0)", "made CONSTRAINT k of a");
    check("ALTER TABLE s.a RENAME TO b", "made TABLE s.b");
    check("ALTER TABLE a RENAME COLUMN b TO c", "made COLUMN c of a");
}

#[test]
fn what_cannot_be_seen_is_about_nothing() {
    for statement in [
        "",
        "CREATE",
        "CREATE TABLE",
        "CREATE TABLE (",
        "CREATE TABLE \"a",
        "CREATE TABLE a.",
        "INSERT INTO a VALUES (1)",
        "VACUUM",
        // It was there before.
        "CREATE OR REPLACE VIEW v AS SELECT 1",
        "CREATE OR ALTER PROC p AS SELECT 1",
        "ALTER VIEW v AS SELECT 1",
        // It is gone with its session.
        "CREATE TEMPORARY TABLE a (id INT)",
        // Nobody knows its name.
        "CREATE INDEX ON t (c)",
        "ALTER TABLE a ADD PRIMARY KEY (b)",
        "ALTER TABLE a ADD (b INT)",
        "ALTER TABLE a ADD UNIQUE (b)",
        "ALTER TABLE a ALTER COLUMN b SET NOT NULL",
        // One may be gone and the other not.
        "DROP TABLE a, b",
        "CREATE USER u",
        // The kind is another thing's.
        "CREATE PUBLICATION p FOR TABLE orders",
        "DROP OWNED BY schema",
        "CREATE CAST (text AS int) WITH FUNCTION f(text)",
        "CREATE TRANSFORM FOR TYPE t LANGUAGE l",
        "CREATE SYNONYM s FOR TABLE a",
        "CREATE PARTITION FUNCTION f (int) AS RANGE LEFT FOR VALUES (1)",
        "CREATE \"x\" TABLE a",
        "CREATE EVENT TRIGGER e ON ddl_command_start EXECUTE FUNCTION f()",
        "DROP EVENT TRIGGER e",
        "CREATE SCHEMA AUTHORIZATION joe",
        "CREATE XML SCHEMA COLLECTION c AS N''",
        "CREATE DEFINER = 'a PROCEDURE p() SELECT 1",
    ] {
        assert_eq!(told(statement), None, "{statement}");
    }
}
