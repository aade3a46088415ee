//! Scripts that are hard to cut. Those for the sqlite3 shell are right, since it runs them.
//!
//! Left out is what noorm does otherwise on purpose: it refuses what has no end, and commands of the shells; it holds
//! MySQL's routines together without a delimiter; a `*/` of code in a comment is two bytes to it, so that a delimiter `//` does
//! not begin with the second.

use noorm_testkit::Chance;

/// What scripts are made of by chance.
pub(super) struct Soup {
    /// Statements: one of each list in turn, with a gap between.
    shapes: &'static [&'static [&'static [&'static str]]],
    gaps: &'static [&'static str],
    /// Delimiters that a script may set, and statements for those only: the client cuts them at every `;`.
    delimiters: &'static [&'static str],
    delimited: &'static [&'static str],
    /// What the other statements need.
    opening: &'static str,
}

impl Soup {
    /// Makes one.
    pub(super) fn script(&self, chance: &mut Chance) -> String {
        let (mut script, mut end) = (self.opening.to_owned(), ";");
        for _ in 0..chance.below(7) {
            if !self.delimiters.is_empty() && chance.below(3) == 0 {
                end = chance.one_of(self.delimiters);
                script += &format!("\nDELIMITER {end}\n");
            }
            if end != ";" && chance.below(3) == 0 {
                script += chance.one_of(self.delimited);
            } else {
                self.statement(chance, &mut script);
            }
            script += end;
            script += chance.one_of(&["", "", "\n", " ", "\r\n", end]);
        }
        script += chance.one_of(&["", "\n", "-- the end", "-- the end;\n", "/* the end; */"]);
        script
    }

    fn statement(&self, chance: &mut Chance, script: &mut String) {
        for words in chance.one_of(self.shapes) {
            *script += chance.one_of(words);
            *script += chance.one_of(self.gaps);
        }
    }
}

const PG_TOKENS: &[&str] = &[
    "a",
    "é",
    "\u{a0}",
    "1.5",
    "1e3",
    "$1",
    "a$b$c",
    "x'41'",
    "B'1'",
    "N'x'",
    "a::int",
    "a:=1",
    ":v",
    ":'v'",
    "@-",
    "<--1\n",
    ">=",
    "'x;y'",
    "'it''s;'",
    "'\\'",
    "'\n;\n'",
    "'--'",
    "'/*'",
    "E'\\'\\';'",
    "e'a\\\\'",
    "E'a''\\'\\';'",
    "U&'\\0041;'",
    "fine'\\'",
    "\"y;\"\"z\"",
    "\"\"",
    "$$;$$",
    "$t$;$$;$t$",
    "$é$;$é$",
    "$_1$'';$_1$",
    "$a$ $b$ ; $a$",
    "(a;b)",
    "((;))",
    "[1]",
    "{}",
    "begin",
    "end",
    "case when a then b end",
    "copy",
    "go",
    "delimiter",
    "+",
    "*",
    "/",
    "#",
    "%",
    "~",
    "|",
];

const FUNCTION: &str =
    "CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT ';'; SELECT CASE a WHEN 1 THEN 2 END; END";

pub(super) const POSTGRES_SOUP: Soup = Soup {
    shapes: &[
        &[PG_TOKENS, PG_TOKENS, PG_TOKENS, PG_TOKENS],
        &[PG_TOKENS],
        &[&["select"], PG_TOKENS, PG_TOKENS],
        &[&[FUNCTION, "create or replace procedure p() begin atomic end", "DO $x$BEGIN PERFORM 1; END$x$"]],
        &[&["create rule r as on insert to t do"], &["(select 1; select 2)", "also (select ';'; select 2)"]],
    ],
    gaps: &[" ", " ", "\n", "\t", "\r\n", "/* ; */", " -- c;'\n", "/* /* n; */ ;' */", "/*/*/;*/*/", "/***/", " --\n"],
    delimiters: &[],
    delimited: &[],
    opening: "",
};

pub(super) const POSTGRES: &[&str] = &[
    "",
    "\n\n",
    ";;;",
    "-- nothing",
    "/* nothing; */\n-- at all;\n",
    "\u{feff}select 1;",
    "select 1;select 2",
    "select 1 -- a;\n;select 2/* b; */;",
    "select $$a;$$ || $b$;$$;$b$ || $b1$;$b$;$b1$;select 2;",
    "select $1, a$b;select 2 $c",
    "select '\\';select E'\\';';select 3;",
    "select 'a'\n'b;' ; select U&'d!0061;' uescape '!';",
    "select /* /* ; */ ' ; */ 1; select 2;",
    "select 1 /*/ ; */ ; select 2;",
    "select 5 */* ; */ 2; select 3;",
    "create table \"a;\"\"b\" (c int); insert into \"a;\"\"b\" values (1);",
    "create rule r as on insert to a do also (insert into b values (1); insert into c values (2)); select 1;",
    "create function f() returns int language plpgsql as $f$ begin return 1; end; $f$; select 1;",
    "create function f() returns int language plpgsql as 'begin return ''a;''; end;'; select 1;",
    "create function f() returns int begin atomic select 1; select case when true then 1 end; end; select 2;",
    "CREATE OR REPLACE PROCEDURE p()\nBEGIN ATOMIC\n  INSERT INTO a VALUES (1); -- ;\n  DELETE FROM a;\nEND;\nSELECT 1;",
    "create procedure p() begin atomic end; select 1;",
    "create view f as select 1 as begin; select 2;",
    "begin; select 1; end; select case when true then 1 end; select 2;",
    "COPY a FROM stdin;\n1\t;'\n\\N\n\\.\nselect 1;",
    "copy a (b, c) from stdin with (format csv);\n1,\"x;\n\"\n\\.\nselect 1;\ncopy a from stdin;\n\\.\n",
    "\\restrict aBc;'\nselect 1;\n\\unrestrict aBc\n",
    "select 1;\r\n-- x\r\nselect '\r\n;';\r\n",
    "set standard_conforming_strings = off;\nselect '\\';';\nset standard_conforming_strings to on;\nselect '\\';select 1;",
    "SET standard_conforming_strings TO 'off';\nselect '\\\\'; select 'it\\'s;';\nSET standard_conforming_strings TO DEFAULT;\nselect '\\';",
    "select 1\rselect 2; -- x\rselect 3;",
    "select a-1, a --1;\n, b; select 2;",
    "explain create table a (b int); values (1), (2);",
];

const MY_TOKENS: &[&str] = &[
    "a",
    "é",
    "\u{a0}",
    "1.5",
    "x'41'",
    "0x41",
    "_utf8'y;'",
    "n'x'",
    "@a:=1",
    "@@b",
    "a--1",
    "--1",
    "1 - -1",
    "*",
    "+",
    "a.b",
    "\\N",
    "'x;y'",
    "'it''s;'",
    "'\\';'",
    "'a\\\\'",
    "'\\\\\\';'",
    "'\n;\n'",
    "'-- '",
    "'#'",
    "'/*'",
    "\"y;\"\"z\"",
    "\"\\\";\"",
    "\"'\"",
    "`z;`",
    "`z``;`",
    "`\\`",
    "''",
    "begin",
    "end",
    "/*! a */ ",
    "/*!50003 b ';' */ ",
    "/*M!100100 c */ ",
    "(",
    ")",
    "[",
    "{}",
];

pub(super) const MYSQL_SOUP: Soup = Soup {
    shapes: &[
        &[MY_TOKENS, MY_TOKENS, MY_TOKENS, MY_TOKENS],
        &[MY_TOKENS],
        &[&["select", "INSERT INTO t VALUES"], MY_TOKENS, MY_TOKENS],
    ],
    gaps: &[" ", " ", "\n", "\t", "\r\n", "/* ; */", " -- c;'\n", " # c;'\n", "/***/", " --\n", " --\t;\n"],
    delimiters: &[";", "//", "$$", ";;", "|", "END_OF_IT"],
    delimited: &[
        "CREATE PROCEDURE p() BEGIN SELECT ';'; SELECT 2; END",
        "select 1; -- one\nselect 2 # two;\n; select 3",
        "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN IF NEW.b THEN SET NEW.c = 1; END IF; END",
    ],
    opening: "",
};

pub(super) const MYSQL: &[&str] = &[
    "",
    "\n\n",
    ";;;",
    "-- nothing",
    "# nothing;\n/* at all; */\n--\n",
    "\u{feff}select 1;",
    "select 1;select 2",
    "select 1 # a;\n;select 2/* b; */;",
    "select 1 -- a;\n;select 2 --\n; select 3",
    "select 5--1;select 2 --3;\n",
    "--x;\nselect 1;",
    "select '\\';' , \"\\\";\", `\\`;select 2;",
    "select 'it''s;', \"a\"\"b;\", `c``d;`;select 2;",
    "/*!40101 SET NAMES utf8 */;\n/*!40000 ALTER TABLE `a` DISABLE KEYS */;\nINSERT INTO `a` VALUES (1,';');",
    "/*!50003 CREATE TRIGGER a */;;\nselect 1;",
    "DELIMITER ;;\n/*!50003 CREATE*/ /*!50017 DEFINER=`a`@`b`*/ /*!50003 TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN\n\
     SET NEW.b = ';'; # c;;\nEND */;;\nDELIMITER ;\nselect 1;",
    "delimiter //\ncreate procedure p() begin select 1; select 2; end//\ndelimiter ;\nselect 3;",
    "DELIMITER $$\nselect 1; select '$$' $$ select 2$$\n  delimiter ;\nselect 3; select 4",
    "delimiter //\r\nselect 1; select 2//\r\nDELIMITER ;\r\nselect 3;\r\n",
    "delimiter '//'\nselect 1;//\nselect 2;//",
    "delimiter // -- no comment\nselect 1;//\nselect 2;//",
    "delimiter go\nselect category go select 2 go",
    "delimiter//\nselect 1;\nselect 2;",
    "delimiters;\nselect 1;",
    "-- a comment before\ndelimiter //\nselect 1;//",
    "/* a comment\nbefore */\ndelimiter //\nselect 1;//",
    "select delimiter;\nselect 1;",
    "delimiter //\n-- it's a comment //\nselect 1; /* // */ select 2//\n",
    "/* /*!40101 SET NAMES utf8 */; */ select 1;",
    "select 1 /* a /*M! b */ ; */ ; select 2;",
    "select /*+ MAX_EXECUTION_TIME(1) */ 1; select 2;",
    "select '\n-- ' as a;\nselect '\n# ' as b;\nselect '\ndelimiter //\n';",
    "begin; select 1; end; select case when 1 then 2 end; select 3;",
];

const LITE_VALUES: &[&str] = &[
    "1",
    "1.5",
    "x'41'",
    "'x;y'",
    "'it''s;'",
    "'\\'",
    "'\n;\n'",
    "'--'",
    "'/*'",
    "'é;'",
    "(1)",
    "case when 1 then 2 end",
    "NULL",
    "case 1 when 2 then 'end;' else (select 3) end",
];
const LITE_NAMES: &[&str] =
    &["a", "é", "a$b", "\"y;\"", "\"a\"\"b;\"", "`z;`", "`a``b;`", "[w;]", "[a''b]", "\"end\"", "[begin]", "'c;'"];

pub(super) const SQLITE_SOUP: Soup = Soup {
    shapes: &[
        &[&["select"], LITE_VALUES, &["as"], LITE_NAMES],
        &[&["select"], LITE_VALUES, &["as"], LITE_NAMES, &["union select", "union all select"], &["1", "(2)", "';'"]],
        &[
            &["create"],
            &["temp", "temporary"],
            &["trigger if not exists"],
            &["r", "\"r;\"", "[begin]"],
            &["after insert on", "before delete on", "after update of x on"],
            &["base"],
            &["begin", "when 1 begin", "for each row when case 1 when 2 then 3 end begin"],
            &["select"],
            LITE_VALUES,
            &["; select"],
            LITE_VALUES,
            &["; end", ";end"],
        ],
    ],
    gaps: &[" ", "\n", "\t", "\r\n", "/* ; */", " -- c;'\n", "/*/*;*/", "/*/;*/", "/***/"],
    delimiters: &[],
    delimited: &[],
    opening: "create table base (x);",
};

pub(super) const SQLITE: &[&str] = &[
    "",
    ";;;",
    "-- nothing",
    "/* nothing; */\n-- at all;\n",
    "select 1;select 2",
    "select 1 -- a;\n;select 2/* b; */;",
    "select 'it''s;', \"a\"\"b;\", `c``d;`, [e;] from (select 1 as \"a\"\"b;\", 2 as `c``d;`, 3 as [e;]);",
    "create table a (b, \"begin\", [end]); create trigger t after insert on a begin select case new.b when 1 then 2 end; end; select 1;",
    "create table a (b); create trigger t after insert on a when new.b begin\n-- ;\n insert into a values (';');\n/* end; */ end;select 1;",
    "create table a (b); create trigger main.t update of b on a for each row begin delete from a; select 1; end ; select 2;",
    "create table a (b); create view v as select 1; create trigger t instead of insert on v begin select 1; end; select 2;",
    "create table begin (\"end\"); select 'end' from begin; drop table begin;",
    "begin; select 1; end; begin transaction; select 2; commit;",
    "select 5 /*/ ; */ ; select 2; /* ;*/",
    "pragma foreign_keys = on; select 1;",
    "select 1;\r\n-- x\r\nselect ';';\r\n",
];
