//! Answers in all kinds of cuts: what is read along must stay in step with what tiberius reads.

use noorm_core::value::Scalar;
use noorm_tds::answer::SELECT;
use noorm_tds::cell::{Cell, Column};
use noorm_tds::{Answer, Endpoint, Request, Settings};

use crate::support::{block_on, open};
use crate::target;

/// An answer with a column of each kind of length, absent values included, and something to hear before and after.
fn everything() -> Answer {
    let columns = [
        Column::int("a", 8),
        Column::int_not_null("b"),
        Column::bit("c"),
        Column::decimal("d", 38, 2),
        Column::nvarchar("e"),
        Column::nvarchar_max("f"),
        Column::varbinary("g"),
        Column::varbinary_max("h"),
        Column::xml("i"),
        Column::ntext("j"),
        Column::variant("k"),
        Column::datetime2("l"),
        Column::guid("m"),
    ];
    let full = vec![
        Cell::int(1, 8),
        Cell(2_i32.to_le_bytes().to_vec()),
        Cell::int(1, 1),
        Cell::decimal(-1990),
        Cell::nvarchar("e \u{fd}\u{fe}\u{ff}"),
        Cell::chunks(&[0xfd, 0x20].repeat(300), 70),
        Cell::short(&[0xd1, 0xfd, 0xe3]),
        Cell::chunks(&[0xaa; 200], 64),
        Cell::chunks(&"<a/>".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>(), 3),
        Cell::ntext("j"),
        Cell::variant_int(-5),
        Cell::byte(&[0; 8]),
        Cell::byte(&[7; 16]),
    ];
    let mut sparse: Vec<_> = full.iter().cloned().map(Some).collect();
    for index in [0, 3, 4, 7, 8, 9, 12] {
        sparse[index] = None;
    }
    let absent = vec![
        Cell::null(),
        Cell(3_i32.to_le_bytes().to_vec()),
        Cell::null(),
        Cell::null(),
        Cell::null_short(),
        Cell::null_chunks(),
        Cell::null_short(),
        Cell::null_chunks(),
        Cell::null_chunks(),
        Cell::null(),
        Cell(vec![0; 4]),
        Cell::null(),
        Cell::null(),
    ];
    Answer::new()
        .print("before")
        .columns(&columns)
        .row(&full)
        .row_with_nulls(&sparse)
        .row(&absent)
        .row(&full)
        .print("after")
        .begun(9)
        .done_with(SELECT, 4)
}

#[test]
fn every_type_is_passed_in_every_cut() {
    // Header included, packets of 9 bytes carry one each.
    for packet_length in (9..80).chain([127, 500, 4096]) {
        let settings = Settings { packet_length: Some(packet_length), ..Settings::default() };
        let endpoint = Endpoint::with(settings, |request| match request {
            Request::Login(_) => Answer::logged_in().into(),
            _ => everything().into(),
        });
        block_on(async {
            let mut session = open(&target(endpoint.port())).await;
            let rows = session.query("x", &[]).await.unwrap_or_else(|error| panic!("{packet_length}: {error}"));
            assert_eq!((rows.rows.len(), rows.affected), (4, 4), "{packet_length}");
            let [full, sparse, absent, last] = rows.rows.as_slice() else { panic!("four rows") };
            assert_eq!(full, last);
            assert_eq!(full[3], Scalar::Decimal("-19.90".to_owned()));
            assert_eq!(full[9], Scalar::from("j"));
            assert_eq!(full[10], Scalar::Integer(-5));
            assert_eq!(sparse.iter().filter(|cell| cell.is_null()).count(), 7);
            assert_eq!(absent.iter().filter(|cell| !cell.is_null()).count(), 1);
            assert_eq!(session.take_notices(), ["info: before", "info: after"], "{packet_length}");
            assert!(session.in_transaction(), "{packet_length}");
        });
    }
}
