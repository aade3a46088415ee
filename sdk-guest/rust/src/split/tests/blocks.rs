//! Bodies of blocks in blocks.

use super::{DELIMITED, check, check_fails};

/// `statement` ends at its last byte, whatever it holds.
#[track_caller]
fn check_holds(statement: &str) {
    check(&DELIMITED, &format!("{statement};x"), &[&format!("statement 1: {statement}"), "statement 1: x"]);
}

#[test]
fn a_body_ends_with_its_own_end() {
    check_holds("create procedure p() begin select 1; select 2; end");
    check_holds("create procedure p() begin end");
    check_holds("create procedure p() begin begin select 1; end; begin end; select 2; end");
    check_holds("create procedure p() a: begin b: begin leave a; end b; end a");
    check_holds("create procedure p() begin if a then b; elseif c then d; else if e then f; end if; end if; g; end");
    check_holds("create procedure p() begin l: loop if a then leave l; end if; end loop l; end");
    check_holds("create procedure p() begin repeat a; until b end repeat; while c do d; end while; e; end");
    check_holds("create procedure p() begin for i in 1..10 do a; end for; b; end");
    check_holds("create trigger t before insert on a for each row begin set new.a = 1; end");
    check_holds("create event e on schedule every 1 day do begin delete from a; end");
    check_holds("create procedure p(a varchar(10) character set x) begin b; end");
}

#[test]
fn a_body_without_begin_is_one_too() {
    check_holds("create trigger t before insert on a for each row if new.a then b; else c; end if");
    check_holds("create procedure p() while a do b; end while");
    check_holds("create procedure p() case a when 1 then b; c; else d; end case");
    check_holds("create procedure if not exists p() sql security invoker if a then b; end if");
    check_holds("if a then b; end if");
    check_holds("begin not atomic a; b; end");
}

#[test]
fn case_is_an_expression_or_a_statement() {
    check_holds(
        "create procedure p() begin set a = case b when 1 then if(c, d, e) else case f when g then h end end; i; end",
    );
    check_holds(
        "create procedure p() begin case a when 1 then begin b; end; else case when c then d; end case; end case; e; end",
    );
    check_holds("create procedure p() begin if case a when 1 then 2 end = 2 then b; end if; c; end");
    check_holds("create procedure p() begin if if(a, b, c) then d; end if; e; end");
}

#[test]
fn handlers_have_blocks() {
    check_holds("create procedure p() begin declare continue handler for not found begin a; b; end; c; end");
    check_holds("create procedure p() begin declare exit handler for sqlstate '23000', 1062 set a = 1; c; end");
    check_holds("create procedure p() begin declare begin, end int; select begin, end from a; c; end");
}

#[test]
fn plain_statements_are_no_bodies() {
    check(
        &DELIMITED,
        "create procedure p() select begin;create procedure q() sql security definer call if(a);x",
        &[
            "statement 1: create procedure p() select begin",
            "statement 1: create procedure q() sql security definer call if(a)",
            "statement 1: x",
        ],
    );
    check(
        &DELIMITED,
        "create trigger t after update on a for each row set new.begin = 1;begin;x",
        &[
            "statement 1: create trigger t after update on a for each row set new.begin = 1",
            "statement 1: begin",
            "statement 1: x",
        ],
    );
    check(
        &DELIMITED,
        "create view begin;select case a when b then c end;x",
        &["statement 1: create view begin", "statement 1: select case a when b then c end", "statement 1: x"],
    );
}

#[test]
fn a_body_without_an_end_is_placed_where_it_began() {
    check_fails(&DELIMITED, "create procedure p()\n begin if a then b; end;\n", "2:2 unterminated-body 22..23");
    check_fails(&DELIMITED, "if a then b;", "1:1 unterminated-body 0..1");
}
