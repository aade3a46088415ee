//! What a session makes of answers: results, errors, messages, counts, transactions.

use noorm_core::value::Scalar;
use noorm_driver::{Command, Connection, ServerError};
use noorm_tds::answer::{INSERT, SELECT};
use noorm_tds::cell::{Cell, Column};
use noorm_tds::{Answer, Message, Reply};

use crate::support::{fail, run};
use crate::with_answers;

async fn error(session: &mut dyn Connection, sql: &str) -> ServerError {
    fail(session, &[sql]).await.1
}

fn one_row(value: i64) -> Answer {
    Answer::new().columns(&[Column::int("n", 4)]).row(&[Cell::int(value, 4)])
}

#[test]
fn the_first_of_several_results_is_returned() {
    let answers = |_: &str| -> Reply {
        let second = Column::nvarchar("s");
        one_row(7)
            .and_then(SELECT, 1)
            .columns(&[second])
            .row(&[Cell::nvarchar("x")])
            .row(&[Cell::nvarchar("y")])
            .done_with(SELECT, 2)
            .into()
    };
    with_answers(answers, async |session| {
        let rows = session.ask("two").await.expect("rows");
        assert_eq!((rows.columns, rows.rows, rows.affected), (vec!["n".to_owned()], vec![vec![Scalar::from("7")]], 3));
        let rows = session.query("two", &[]).await.expect("rows");
        assert_eq!(rows.rows, [[Scalar::Integer(7)]]);
        assert_eq!(run(session, &["two", "two"]).await, [3, 3]);
    });
}

#[test]
fn changed_rows_are_counted() {
    let answers = |sql: &str| -> Reply {
        match sql {
            "one" => Answer::new().done_with(INSERT, 2).into(),
            "several" => one_row(1).and_then(SELECT, 1).and_then(INSERT, 2).done_with(INSERT, 5).into(),
            "bound" => Answer::new().in_procedure(INSERT, 4).procedure_done().into(),
            _ => Answer::new().done().into(),
        }
    };
    with_answers(answers, async |session| {
        let params = [Scalar::from(1)];
        let bound = Command::Bound { sql: "bound", params: &params };
        let batch = [Command::Text("one"), Command::Text("several"), bound, Command::Text("nothing")];
        assert_eq!(session.run(&batch).await.expect("all"), [2, 7, 4, 0]);
    });
}

#[test]
fn an_error_after_rows_is_an_error() {
    let answers = |_: &str| -> Reply {
        let message = Message::error(8134, "Divide by zero error encountered.");
        one_row(1).row(&[Cell::int(2, 4)]).error(&message).failed().into()
    };
    with_answers(answers, async |session| {
        let first = session.query("x", &[]).await.expect_err("an error");
        assert_eq!((first.code.as_str(), first.message.as_str()), ("8134", "Divide by zero error encountered."));
        assert!(!first.closed && !first.interrupted);
        assert_eq!(session.ask("x").await.expect_err("an error"), first);
        assert_eq!(error(session, "x").await, first);
    });
}

#[test]
fn an_error_between_results_is_an_error() {
    let answers = |_: &str| -> Reply {
        one_row(1).and_then(SELECT, 1).error(&Message::error(50000, "mine")).and_then(SELECT, 0).done().into()
    };
    with_answers(answers, async |session| assert_eq!(error(session, "x").await.code, "50000"));
}

#[test]
fn a_line_becomes_a_place_in_the_text() {
    let answers = |sql: &str| -> Reply {
        let message = Message::error(102, "Incorrect syntax near 'x'.").class(15).line(3);
        let message = if sql.starts_with("EXEC") { message.class(16).procedure("dbo.p") } else { message };
        Answer::new().error(&message).failed().into()
    };
    with_answers(answers, async |session| {
        let sql = "SELECT 'ä'\r\n\r\n  x\r\n";
        let found = error(session, sql).await;
        assert_eq!(&sql[found.position.expect("a place")..], "x\r\n");
        assert_eq!(found.detail.as_deref(), Some("level 15, state 1, line 3"));
        let found = error(session, "EXEC\n\ndbo.p").await;
        assert_eq!(found.position, None);
        assert_eq!(found.detail.as_deref(), Some("level 16, state 1, line 3 of `dbo.p`"));
    });
}

#[test]
fn all_errors_of_an_answer_are_told() {
    let answers = |_: &str| -> Reply {
        let first = Message::error(1779, "Table 't' already has a primary key defined on it.");
        let second = Message::error(1750, "Could not create constraint or index.");
        Answer::new().error(&first).error(&second).failed().into()
    };
    with_answers(answers, async |session| {
        let found = error(session, "x").await;
        assert_eq!(found.code, "1779");
        let detail = found.detail.expect("a detail");
        assert!(detail.ends_with("followed by 1750: Could not create constraint or index."), "{detail}");
    });
}

#[test]
fn messages_are_notices() {
    let answers = |_: &str| -> Reply {
        let warning = Message::error(50000, "careful").class(10);
        Answer::new().print("hello").and_then(INSERT, 1).info(&warning).print("").done().into()
    };
    with_answers(answers, async |session| {
        run(session, &["x"]).await;
        assert_eq!(session.take_notices(), ["info: hello", "info: careful", "info: "]);
        assert_eq!(session.take_notices(), Vec::<String>::new());
    });
}

#[test]
fn messages_come_even_with_an_error() {
    let answers = |_: &str| -> Reply {
        Answer::new().print("before").error(&Message::error(50000, "mine")).print("after").failed().into()
    };
    with_answers(answers, async |session| {
        error(session, "x").await;
        assert_eq!(session.take_notices(), ["info: before", "info: after"]);
    });
}

#[test]
fn messages_are_bounded() {
    let answers = |_: &str| -> Reply {
        let answer = (0..502).fold(Answer::new(), |answer, _| answer.print(&"é".repeat(5000)));
        answer.done().into()
    };
    with_answers(answers, async |session| {
        run(session, &["x"]).await;
        let notices = session.take_notices();
        assert_eq!(notices.len(), 501);
        assert_eq!(notices[0].len(), 4096);
        assert_eq!(notices[500], "2 more notices were dropped");
    });
}

#[test]
fn a_transaction_is_what_the_server_says_it_is() {
    let answers = |sql: &str| -> Reply {
        match sql {
            "begin" => Answer::new().begun(0x3300000001).done().into(),
            "commit" => Answer::new().committed(0x3300000001).done().into(),
            "fail and roll back" => {
                let error = Message::error(1205, "Transaction was deadlocked.").class(13);
                Answer::new().rolled_back(0x3300000001).error(&error).failed().into()
            }
            "fail" => Answer::new().error(&Message::error(208, "Invalid object name 't'.")).failed().into(),
            // The words of the protocol in a message change nothing.
            _ => one_row(8).print("Begin transaction").done_with(SELECT, 1).into(),
        }
    };
    with_answers(answers, async |session| {
        assert!(!session.in_transaction());
        run(session, &["say"]).await;
        assert!(!session.in_transaction());
        run(session, &["begin", "say"]).await;
        assert!(session.in_transaction());
        error(session, "fail").await;
        assert!(session.in_transaction());
        run(session, &["commit"]).await;
        assert!(!session.in_transaction());
        run(session, &["begin"]).await;
        error(session, "fail and roll back").await;
        assert!(!session.in_transaction());
    });
}

#[test]
fn nothing_runs_after_an_error() {
    let answers = |sql: &str| -> Reply {
        match sql {
            "good" => Answer::new().done_with(INSERT, 1).into(),
            "bad" => Answer::new().error(&Message::error(208, "Invalid object name.")).failed().into(),
            other => panic!("{other} must not be sent"),
        }
    };
    with_answers(answers, async |session| {
        let (index, found) = fail(session, &["good", "bad", "never"]).await;
        assert_eq!((index, found.code.as_str()), (1, "208"));
        assert_eq!(run(session, &["good"]).await, [1]);
    });
}

#[test]
fn a_connection_that_drops_in_an_answer_is_closed() {
    for count in [0, 4, 8, 20, 40] {
        let answers =
            move |_: &str| Reply::CutOff(Answer::new().begun(1).raw(&one_row(1).tokens().repeat(5)).done(), count);
        with_answers(answers, async |session| {
            let found = error(session, "x").await;
            assert!(found.closed && !found.interrupted, "{found:?}");
            assert_eq!(found.code, "08S01");
            assert_eq!(found.message, "the connection to the server is lost: the server hung up");
            // The server rolls back when a session ends.
            assert!(!session.in_transaction());
            let again = session.ask("y").await.expect_err("it is gone");
            assert_eq!((again.code.as_str(), again.closed), ("08S01", true));
        });
    }
}

#[test]
fn the_servers_last_words_are_the_error() {
    let answers = |_: &str| -> Reply {
        let killed =
            Message::error(596, "Cannot continue the execution because the session is in the kill state.").class(21);
        let answer = Answer::new().error(&killed).failed();
        let count = answer.tokens().len();
        Reply::CutOff(answer, count)
    };
    with_answers(answers, async |session| {
        let found = error(session, "x").await;
        assert_eq!((found.code.as_str(), found.closed), ("596", true));
    });
}

#[test]
fn an_answer_that_makes_no_sense_ends_the_session() {
    let answers = |_: &str| -> Reply { Answer::new().raw(&[0x42]).done().into() };
    with_answers(answers, async |session| {
        let found = error(session, "x").await;
        assert!(found.closed, "{found:?}");
        assert!(session.ask("x").await.expect_err("it is gone").closed);
    });
}

#[test]
fn a_packet_that_no_server_sends_ends_the_session() {
    for bytes in [b"HTTP/1.1 500 Oops\r\n".to_vec(), vec![4, 1, 0, 3, 0, 0, 0, 0]] {
        let answers = move |_: &str| Reply::Bytes(bytes.clone());
        with_answers(answers, async |session| assert!(error(session, "x").await.closed));
    }
}

#[test]
fn a_transfer_is_refused_before_anything_is_sent() {
    let answers = |sql: &str| -> Reply { panic!("{sql} must not be sent") };
    with_answers(answers, async |session| {
        let found = session.run(&[Command::CopyIn { sql: "x", data: b"1" }]).await.expect_err("no such thing");
        assert_eq!((found.index, found.error.code.as_str(), found.error.closed), (0, "HYC00", false));
    });
}
