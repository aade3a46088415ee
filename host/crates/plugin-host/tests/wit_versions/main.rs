//! The interfaces of `wit/` keep what was released: `wit/released/` has each version as it was, and what plugins were compiled
//! against still fits. And they say what each part of them means.
//!
//! A package that is released anew gets a copy there, and no copy is ever changed.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

mod compare;
mod documented;
mod shape;

use compare::breaches;
use documented::silent;
use shape::{Shape, shapes};

/// The packages, each after those that it names.
const PACKAGES: [&str; 4] = ["types", "host", "loader", "dialect"];

fn wit() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../wit")
}

fn read(path: &str) -> String {
    fs::read_to_string(wit().join(path)).unwrap_or_else(|error| panic!("wit/{path}: {error}"))
}

fn texts() -> [String; 4] {
    PACKAGES.map(|package| read(&format!("{package}/{package}.wit")))
}

fn current() -> Vec<Shape> {
    shapes(&texts())
}

/// Every version that was released, with the others of its time.
fn released() -> Vec<Shape> {
    let mut names: Vec<_> = fs::read_dir(wit().join("released")).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.retain(|path| path.extension().is_some_and(|extension| extension == "wit"));
    let place = |path: &PathBuf| {
        let name = path.file_stem().unwrap().to_str().unwrap();
        let (package, version) = name.split_once('-').unwrap();
        (PACKAGES.iter().position(|known| *known == package).expect("a package of ours"), version.to_owned())
    };
    names.sort_by_key(place);
    shapes(&names.iter().map(|path| fs::read_to_string(path).unwrap()).collect::<Vec<_>>())
}

fn exported(shapes: &[Shape]) -> BTreeSet<String> {
    shapes.iter().flat_map(|shape| shape.worlds.values()).flat_map(|world| world.exports.iter().cloned()).collect()
}

#[test]
fn what_was_released_still_fits() {
    let (current, released) = (current(), released());
    let exported = exported(&released);
    let mut found = Vec::new();
    for shape in &current {
        let of_this = released.iter().filter(|old| old.name == shape.name);
        assert!(of_this.clone().count() > 0, "`{}` has no released version in wit/released", shape.name);
        found.extend(of_this.flat_map(|old| breaches(old, shape, &exported)));
    }
    assert!(
        found.is_empty(),
        "these break plugins that were compiled against a released version:\n  {}",
        found.join("\n  ")
    );
    assert!(exported.contains("noorm:loader/describe") && !exported.contains("noorm:host/log"), "{exported:?}");
}

#[test]
fn every_part_says_what_it_means() {
    assert_eq!(silent(&texts()), [""; 0], "these have no comment in wit/");
}

#[test]
fn whatever_has_no_words_is_found() {
    let found = silent(&[PACKAGE.to_owned()]).join(" ");
    assert_eq!(
        found,
        "a:b/offered.level a:b/offered.level.low a:b/offered.level.high a:b/offered.tell a:b/offered \
         a:b/asked.one a:b/asked.one.x a:b/asked.one.y a:b/asked.two a:b/asked.two.none a:b/asked.two.some \
         a:b/asked.three a:b/asked.three.r a:b/asked.three.w a:b/asked.four a:b/asked.thing \
         a:b/asked.[static]thing.open a:b/asked.[method]thing.next a:b/asked.look a:b/asked a:b/plugin"
    );
    let told = PACKAGE.replace("enum level", "/// How bad it is.\nenum level").replace("r, w", "/// Reads.\nr, w");
    let told = silent(&[told]).join(" ");
    assert_eq!(told, found.replace("a:b/offered.level a", "a").replace("a:b/asked.three.r ", ""));
}

const PACKAGE: &str = "
    package a:b@1.0.0;
    interface offered { enum level { low, high } tell: func(level: level); }
    interface asked {
        use offered.{level};
        record one { x: u32, y: list<tuple<string, option<level>>> }
        variant two { none, some(one) }
        flags three { r, w }
        type four = list<u8>;
        resource thing { open: static func(path: string) -> result<thing, two>; next: func() -> option<four>; }
        look: func(one: one, three: three) -> result<_, two>;
    }
    world plugin { import offered; export asked; }
";

/// Compares the package with one that has `to` in the place of `from`, at a version.
#[track_caller]
fn check(version: &str, from: &str, to: &str, expected: &[&str]) {
    assert!(PACKAGE.contains(from), "{from}");
    let changed = PACKAGE.replacen(from, to, 1).replace("@1.0.0", &format!("@{version}"));
    let (old, new) = (&shapes(&[PACKAGE.to_owned()])[0], &shapes(&[changed])[0]);
    let found = breaches(old, new, &exported(std::slice::from_ref(old)));
    assert_eq!(found, expected, "{from} → {to}");
}

#[test]
fn the_same_version_is_the_same() {
    check("1.0.0", "x: u32", "x: u32", &[]);
    check("1.0.7", "x: u32", "x: u32", &[]);
    check("1.0.7", "interface offered", "/// Other words.\ninterface offered", &[]);
    check("0.9.0", "x: u32", "x: u32", &["`a:b` was released as 1.0.0 and is 0.9.0 now"]);
    check("1.0.1", "tell: func", "more: func(); tell: func", &["`a:b/offered`: a new function `more`"]);
    check(
        "1.0.1",
        "interface offered",
        "interface new { f: func(); } interface offered",
        &["a new interface `a:b/new` without a new version"],
    );
    check("1.0.1", "world plugin", "world other {} world plugin", &["a new world `a:b/other` without a new version"]);
}

#[test]
fn a_minor_version_may_offer_more() {
    check("1.1.0", "tell: func", "more: func(); tell: func", &[]);
    check("1.1.0", "tell: func", "record wide { x: u8 } more: func(wide: wide); tell: func", &[]);
    check("1.1.0", "interface offered", "interface new { f: func(); } interface offered", &[]);
    check("1.1.0", "world plugin", "world other { export offered; } world plugin", &[]);
    check(
        "1.1.0",
        "interface offered",
        "interface new { f: func(); } world other { export new; } interface offered",
        &[],
    );
    check(
        "1.1.0",
        "world plugin { import offered;",
        "interface new { f: func(); } world plugin { import offered; import new;",
        &[],
    );
}

#[test]
fn a_minor_version_may_not_ask_for_more() {
    check("1.1.0", "look: func", "more: func(); look: func", &["`a:b/asked`: a new function `more`"]);
    check("1.1.0", "next: func", "more: func(); next: func", &["`a:b/asked`: a new function `[method]thing.more`"]);
    check("1.1.0", "type four", "type five = u8; type four", &["`a:b/asked`: a new type `five`"]);
    check(
        "1.1.0",
        "export asked;",
        "export asked; export offered;",
        &["the world `a:b/plugin`: it exports `a:b/offered` too"],
    );
}

#[test]
fn shapes_are_frozen_wherever_they_are() {
    for version in ["1.0.1", "1.1.0"] {
        let check = |from: &str, to: &str, expected: &str| check(version, from, to, &[expected]);
        check("x: u32,", "x: u32, z: u8,", "`a:b/asked`: a new `z` of the record `one`");
        check("x: u32,", "x: u64,", "`a:b/asked`: `x` of the record `one` was u32 and is u64");
        check("x: u32,", "", "`a:b/asked`: `x` of the record `one` is gone");
        check("{ none, some(one) }", "{ none, some(one), more }", "`a:b/asked`: a new `more` of the variant `two`");
        check("{ none, some(one) }", "{ some(one), none }", "`a:b/asked`: the variant `two` has another order");
        check(
            "some(one)",
            "some(four)",
            "`a:b/asked`: `some` of the variant `two` was a:b/asked@1.one and is a:b/asked@1.four",
        );
        check("{ low, high }", "{ low, high, more }", "`a:b/offered`: a new `more` of the enum `level`");
        check("{ r, w }", "{ r, w, x }", "`a:b/asked`: a new `x` of the flags `three`");
        check(
            "type four = list<u8>",
            "type four = list<u16>",
            "`a:b/asked`: `itself` of the type `four` was list<u8> and is list<u16>",
        );
        check("type four = list<u8>;", "record four { x: u8 }", "`a:b/asked`: `four` was a type and is a record");
        check(
            "tell: func(level: level)",
            "tell: func(level: level, more: u8)",
            "`a:b/offered`: a new `more` of the function `tell`",
        );
        check(
            "tell: func(level: level)",
            "tell: func(level: level) -> u8",
            "`a:b/offered`: a new `the result` of the function `tell`",
        );
        check(
            "-> result<_, two>",
            "-> result<_, one>",
            "`a:b/asked`: `the result` of the function `look` was result<_, a:b/asked@1.two> and is result<_, a:b/asked@1.one>",
        );
        check("tell: func(level: level);", "", "`a:b/offered`: the function `tell` is gone");
        check("flags three { r, w }", "resource three;", "`a:b/asked`: `three` was a flags and is a resource");
    }
    check("1.1.0", "import offered;", "", &[]);
    check("1.1.0", "world plugin { import offered; export asked; }", "", &["the world `a:b/plugin` is gone"]);
}

#[test]
fn a_major_version_is_another_package() {
    check("2.0.0", "x: u32,", "", &[]);
    check("2.0.0", "world plugin { import offered; export asked; }", "", &[]);
}
