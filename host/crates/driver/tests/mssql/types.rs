//! Values in both directions: how they are sent, and what is made of those that come.

use noorm_core::value::Scalar;
use noorm_driver::Command;
use noorm_tds::cell::{Cell, Column};
use noorm_tds::{Answer, Endpoint, Request};

use crate::support::{block_on, open};
use crate::{target, with_answers};

/// Returns how a statement with these values arrives.
fn sent(sql: &str, params: &[Scalar]) -> (String, String, Vec<String>) {
    let endpoint = Endpoint::start(|_| Answer::new().procedure_done().into());
    block_on(async {
        let mut session = open(&target(endpoint.port())).await;
        session.run(&[Command::Bound { sql, params }]).await.unwrap_or_else(|error| panic!("{}", error.error));
    });
    match endpoint.seen().pop() {
        Some(Request::Bound { sql, declarations, values }) => (sql, declarations, values),
        other => panic!("{other:?}"),
    }
}

#[test]
fn values_are_sent_with_their_types() {
    let check = |value: Scalar, declaration: &str, expected: &str| {
        let (_, declarations, values) = sent("x", std::slice::from_ref(&value));
        assert_eq!(
            (declarations.as_str(), values.as_slice()),
            (format!("@P1 {declaration}").as_str(), [expected.to_owned()].as_slice())
        );
    };
    check(Scalar::Boolean(true), "bit", "1");
    check(Scalar::Integer(i64::MIN), "bigint", "-9223372036854775808");
    check(Scalar::Real(0.1), "float(53)", "0.1");
    check(Scalar::Decimal("-120000.0050".to_owned()), "numeric(10,4)", "-1200000050e-4");
    check(Scalar::Decimal("1e20".to_owned()), "nvarchar(4000)", "N'1e20'");
    check(Scalar::from("Jürgen's \u{1F600}"), "nvarchar(4000)", "N'Jürgen's \u{1F600}'");
    check(Scalar::from(""), "nvarchar(4000)", "N''");
    check(Scalar::from("x".repeat(5000)), "nvarchar(max)", &format!("N'{}'", "x".repeat(5000)));
    check(Scalar::Bytes(vec![0, 255]), "varbinary(8000)", "0x00FF");
    check(Scalar::Bytes(vec![7; 9000]), "varbinary(max)", &format!("0x{}", "07".repeat(9000)));
}

#[test]
fn absent_values_are_written_into_the_statement() {
    let params = [Scalar::from(1), Scalar::Null, Scalar::from("@P2")];
    let (sql, declarations, values) = sent("INSERT INTO t VALUES (@P1, @P2, @P3, '@P2')", &params);
    assert_eq!(sql, "INSERT INTO t VALUES (@P1, NULL, @P3, '@P2')");
    assert_eq!(declarations, "@P1 bigint,@P2 bit,@P3 nvarchar(4000)");
    assert_eq!(values, ["1", "NULL", "N'@P2'"]);
}

#[test]
fn a_value_that_the_server_has_no_type_for_is_not_sent() {
    let answers = |sql: &str| panic!("{sql} must not be sent");
    with_answers(answers, async |session| {
        let error = session.query("x", &[Scalar::Real(f64::INFINITY)]).await.expect_err("no such number");
        assert_eq!((error.code.as_str(), error.closed), ("22018", false));
        assert_eq!(error.message, "inf is not a number that the server knows");
    });
}

/// Checks what becomes of one cell, as a value and as text.
fn check(column: Column, cell: Cell, value: Scalar, text: &str) {
    let answers = move |_: &str| {
        Answer::new().columns(std::slice::from_ref(&column)).row(std::slice::from_ref(&cell)).done().into()
    };
    with_answers(answers, async |session| {
        assert_eq!(session.query("x", &[]).await.expect("a row").rows, [[value]]);
        assert_eq!(session.ask("x").await.expect("a row").rows, [[Scalar::from(text)]]);
    });
}

#[test]
fn numbers_come_back() {
    check(Column::int("c", 1), Cell::int(200, 1), Scalar::Integer(200), "200");
    check(Column::int("c", 2), Cell::int(-2, 2), Scalar::Integer(-2), "-2");
    check(Column::int("c", 4), Cell::int(-4, 4), Scalar::Integer(-4), "-4");
    check(Column::int("c", 8), Cell::int(i64::MIN, 8), Scalar::Integer(i64::MIN), "-9223372036854775808");
    check(Column::bit("c"), Cell::int(1, 1), Scalar::Boolean(true), "1");
    check(Column::float("c", 8), Cell::byte(&0.1_f64.to_le_bytes()), Scalar::Real(0.1), "0.1");
    check(Column::float("c", 4), Cell::byte(&0.5_f32.to_le_bytes()), Scalar::Real(0.5), "0.5");
    let nines = "9".repeat(38);
    let most = Cell::decimal(nines.parse().expect("38 digits"));
    check(Column::decimal("c", 38, 0), most, Scalar::Decimal(nines.clone()), &nines);
    check(Column::decimal("c", 9, 4), Cell::decimal(-5), Scalar::Decimal("-0.0005".to_owned()), "-0.0005");
    // Two words, the high one first.
    let money = [0_i32.to_le_bytes(), 199_000_i32.to_le_bytes()].concat();
    check(Column::money("c", 8), Cell::byte(&money), Scalar::Decimal("19.9000".to_owned()), "19.9000");
    check(Column::money("c", 4), Cell::byte(&(-5_i32).to_le_bytes()), Scalar::Decimal("-0.0005".to_owned()), "-0.0005");
}

#[test]
fn texts_and_bytes_come_back() {
    let text = "Jürgen's \u{1F600}";
    check(Column::nvarchar("c"), Cell::nvarchar(text), Scalar::from(text), text);
    check(Column::varchar("c"), Cell::short(b"J\xfcrgen"), Scalar::from("Jürgen"), "Jürgen");
    check(Column::nvarchar("c"), Cell::nvarchar(""), Scalar::from(""), "");
    let long = text.repeat(2000);
    let units: Vec<u8> = long.encode_utf16().flat_map(u16::to_le_bytes).collect();
    check(Column::nvarchar_max("c"), Cell::chunks(&units, 999), Scalar::from(long.as_str()), &long);
    // Half of a pair: the server takes it, and nobody else does.
    check(Column::nvarchar("c"), Cell::short(&[0x41, 0, 0, 0xd8]), Scalar::from("A\u{fffd}"), "A\u{fffd}");
    check(Column::varbinary("c"), Cell::short(&[0, 0xab]), Scalar::Bytes(vec![0, 0xab]), "0x00AB");
    let guid = [0x6f, 0x96, 0x19, 0xff, 0x8b, 0x86, 0xd0, 0x11, 0xb4, 0x2d, 0x00, 0xc0, 0x4f, 0xc9, 0x64, 0xff];
    let shown = "FF19966F-868B-11D0-B42D-00C04FC964FF";
    check(Column::guid("c"), Cell::byte(&guid), Scalar::from(shown), shown);
}

#[test]
fn times_come_back_as_text() {
    let date = 739_646_u32.to_le_bytes();
    let noon = 432_000_000_000_u64.to_le_bytes();
    let check = |column, cell: &[u8], text: &str| check(column, Cell::byte(cell), Scalar::from(text), text);
    check(Column::date("c"), &date[..3], "2026-01-31");
    check(Column::time("c"), &noon[..5], "12:00:00.0000000");
    let both = [&noon[..5], &date[..3]].concat();
    check(Column::datetime2("c"), &both, "2026-01-31 12:00:00.0000000");
    let offset = [both.as_slice(), &120_i16.to_le_bytes()].concat();
    check(Column::datetimeoffset("c"), &offset, "2026-01-31 14:00:00.0000000 +02:00");
    let datetime = [46_051_i32.to_le_bytes(), (12 * 3600 * 300 + 1_i32).to_le_bytes()].concat();
    check(Column::datetime("c", 8), &datetime, "2026-01-31 12:00:00.003");
    let small = [46_051_u16.to_le_bytes(), 754_u16.to_le_bytes()].concat();
    check(Column::datetime("c", 4), &small, "2026-01-31 12:34:00");
}

#[test]
fn absent_values_come_back() {
    let columns = [
        (Column::int("c", 8), Cell::null()),
        (Column::bit("c"), Cell::null()),
        (Column::decimal("c", 9, 2), Cell::null()),
        (Column::nvarchar("c"), Cell::null_short()),
        (Column::nvarchar_max("c"), Cell::null_chunks()),
        (Column::varbinary("c"), Cell::null_short()),
        (Column::datetime2("c"), Cell::null()),
        (Column::guid("c"), Cell::null()),
        (Column::float("c", 8), Cell::null()),
        (Column::money("c", 8), Cell::null()),
        (Column::raw("c", &[0x1f]), Cell(Vec::new())),
    ];
    for (column, cell) in columns {
        let answers = move |_: &str| {
            Answer::new().columns(std::slice::from_ref(&column)).row(std::slice::from_ref(&cell)).done().into()
        };
        with_answers(answers, async |session| {
            assert_eq!(session.query("x", &[]).await.expect("a row").rows, [[Scalar::Null]]);
            assert_eq!(session.ask("x").await.expect("a row").rows, [[Scalar::Null]]);
        });
    }
}
