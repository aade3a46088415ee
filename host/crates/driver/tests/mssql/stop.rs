//! Stopping what runs: the server says when it has stopped, and the session goes on.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use noorm_driver::Connection;
use noorm_tds::answer::INSERT;
use noorm_tds::cell::{Cell, Column};
use noorm_tds::{Answer, Endpoint, Message, Reply, Request};

use crate::support::{block_on, fail, open, run};
use crate::target;

/// Interrupts a session after a moment, from another thread.
fn interrupt_later(session: &dyn Connection) -> std::thread::JoinHandle<()> {
    let interrupter = session.interrupter();
    std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(100));
        interrupter.interrupt().expect("it is possible");
    })
}

fn with_endpoint(
    script: impl Fn(&Request) -> Reply + Send + Sync + 'static,
    test: impl AsyncFnOnce(&mut dyn Connection),
) {
    let endpoint = Endpoint::start(script);
    block_on(async {
        let mut session = open(&target(endpoint.port())).await;
        test(&mut *session).await;
    });
}

fn text(request: &Request) -> &str {
    match request {
        Request::Text(sql) => sql,
        Request::Attention => "stop",
        other => panic!("unexpected: {other:?}"),
    }
}

#[test]
fn a_statement_is_stopped_and_the_session_goes_on() {
    let script = |request: &Request| match text(request) {
        "begin" => Answer::new().begun(1).done().into(),
        "slow" => Reply::Silence,
        "stop" => Answer::stopped().into(),
        _ => Answer::new().done_with(INSERT, 1).into(),
    };
    with_endpoint(script, async |session| {
        run(session, &["begin"]).await;
        for _ in 0..2 {
            let interrupting = interrupt_later(session);
            let started = Instant::now();
            let (index, found) = fail(session, &["quick", "slow", "quick"]).await;
            assert!(started.elapsed() < Duration::from_secs(3));
            assert_eq!(
                (index, found.code.as_str(), found.message.as_str()),
                (1, "HY008", "the statement was cancelled")
            );
            assert!(found.interrupted && !found.closed);
            assert!(session.in_transaction());
            interrupting.join().expect("a thread that ends");
        }
        assert_eq!(run(session, &["quick"]).await, [1]);
    });
}

#[test]
fn a_stop_that_rolls_back_says_so() {
    let script = |request: &Request| match text(request) {
        "begin" => Answer::new().begun(1).done().into(),
        "slow" => Reply::Silence,
        _ => {
            let error = Message::error(3621, "The statement has been terminated.");
            Answer::new().rolled_back(1).error(&error).raw(Answer::stopped().tokens()).into()
        }
    };
    with_endpoint(script, async |session| {
        run(session, &["begin"]).await;
        let interrupting = interrupt_later(session);
        let (_, found) = fail(session, &["slow"]).await;
        assert!(found.interrupted && !found.closed);
        assert_eq!(found.detail.as_deref(), Some("3621: The statement has been terminated."));
        assert!(!session.in_transaction());
        interrupting.join().expect("a thread that ends");
    });
}

#[test]
fn a_stop_in_the_middle_of_rows() {
    let script = |request: &Request| match text(request) {
        "rows" => {
            // Packets of a message that is not over; the last one ends inside a cell.
            let answer = Answer::new().columns(&[Column::nvarchar("s")]);
            let answer = (0..3000).fold(answer, |answer, _| answer.row(&[Cell::nvarchar("abcdefgh")]));
            let mut bytes = noorm_tds::packet::Packets::answer(1, answer.tokens().to_vec()).bytes(4096);
            bytes.truncate(5 * 4096);
            Reply::Bytes(bytes)
        }
        "stop" => {
            // The cell is completed first: 5 packets hold 20440 bytes of tokens.
            let tokens = Answer::new().columns(&[Column::nvarchar("s")]);
            let row = [0xd1, 16, 0].iter().copied().chain("abcdefgh".encode_utf16().flat_map(u16::to_le_bytes));
            let row: Vec<u8> = row.collect();
            let rest = (20_440 - tokens.tokens().len()) % row.len();
            let end = Answer::new().raw(&row[rest..]).raw(Answer::stopped().tokens());
            end.into()
        }
        _ => Answer::new().done_with(INSERT, 1).into(),
    };
    with_endpoint(script, async |session| {
        let interrupting = interrupt_later(session);
        let (_, found) = fail(session, &["rows"]).await;
        assert!(found.interrupted && !found.closed, "{found:?}");
        assert_eq!(run(session, &["quick"]).await, [1]);
        interrupting.join().expect("a thread that ends");
    });
}

#[test]
fn a_stop_that_comes_too_late_stops_nothing_else() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let script = move |request: &Request| match text(request) {
        "slow" => Reply::Silence,
        // The server was done when it heard of it: the answer first, then the acknowledgement for itself.
        "stop" if count.fetch_add(1, Ordering::SeqCst) == 0 => {
            Reply::Answers(vec![Answer::new().done_with(INSERT, 9), Answer::stopped()])
        }
        "stop" => Answer::stopped().into(),
        _ => Answer::new().columns(&[Column::int("n", 4)]).row(&[Cell::int(5, 4)]).done_with(INSERT, 1).into(),
    };
    with_endpoint(script, async |session| {
        let interrupting = interrupt_later(session);
        assert_eq!(run(session, &["slow"]).await, [9]);
        interrupting.join().expect("a thread that ends");
        // The acknowledgement is taken off the wire before this answer, and a new stop works again.
        assert_eq!(session.ask("quick").await.expect("rows").rows.len(), 1);
        let interrupting = interrupt_later(session);
        assert!(fail(session, &["slow"]).await.1.interrupted);
        interrupting.join().expect("a thread that ends");
        assert_eq!(run(session, &["quick"]).await, [1]);
        assert_eq!(asked.load(Ordering::SeqCst), 2);
    });
}

#[test]
fn an_acknowledgement_that_never_comes_swallows_no_answer() {
    let script = |request: &Request| match text(request) {
        "slow" => Reply::Silence,
        // It is done, and takes no notice of being asked to stop.
        "stop" => Answer::new().done_with(INSERT, 9).into(),
        _ => Answer::new().columns(&[Column::int("n", 4)]).row(&[Cell::int(5, 4)]).done_with(INSERT, 1).into(),
    };
    with_endpoint(script, async |session| {
        let interrupting = interrupt_later(session);
        assert_eq!(run(session, &["slow"]).await, [9]);
        interrupting.join().expect("a thread that ends");
        for _ in 0..2 {
            assert_eq!(session.ask("quick").await.expect("rows").rows.len(), 1);
        }
    });
}

#[test]
fn with_nothing_running_nothing_is_stopped() {
    let script = |request: &Request| match text(request) {
        "stop" => panic!("there is nothing to stop"),
        _ => Answer::new().done_with(INSERT, 1).into(),
    };
    with_endpoint(script, async |session| {
        session.interrupter().interrupt().expect("it does nothing");
        assert_eq!(run(session, &["quick", "quick"]).await, [1, 1]);
        session.interrupter().interrupt().expect("it does nothing");
        assert_eq!(run(session, &["quick"]).await, [1]);
    });
}

#[test]
fn a_server_that_does_not_stop_is_left() {
    let script = |_: &Request| Reply::Silence;
    with_endpoint(script, async |session| {
        let interrupting = interrupt_later(session);
        let started = Instant::now();
        let (_, found) = fail(session, &["slow"]).await;
        assert!((4..9).contains(&started.elapsed().as_secs()), "{:?}", started.elapsed());
        assert!(found.interrupted && found.closed, "{found:?}");
        interrupting.join().expect("a thread that ends");
        assert!(session.ask("x").await.expect_err("it is gone").closed);
    });
}

#[test]
fn what_nobody_waits_for_any_more_is_not_mistaken_for_what_follows() {
    let script = |request: &Request| match text(request) {
        "slow" => {
            std::thread::sleep(Duration::from_millis(300));
            let failed = Answer::new().begun(1).error(&Message::error(50000, "late")).and_then(INSERT, 7).failed();
            failed.into()
        }
        _ => Answer::new().done_with(INSERT, 1).into(),
    };
    with_endpoint(script, async |session| {
        let slow = [noorm_driver::Command::Text("slow")];
        tokio::time::timeout(Duration::from_millis(50), session.run(&slow)).await.expect_err("it is slow");
        assert_eq!(run(session, &["quick"]).await, [1]);
        assert!(session.in_transaction(), "the other statement ran all the same");
    });
}
