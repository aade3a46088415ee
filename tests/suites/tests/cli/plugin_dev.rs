//! `noorm plugin dev`: a process that builds and tests whenever a file changes, until Ctrl-C.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use crate::interrupt::signal;
use crate::plugin_build::{author, scaffold};

/// A build, in a debug build of noorm on a busy machine.
const PATIENCE: Duration = Duration::from_secs(240);

/// The lines that a process prints, as they come.
fn lines(child: &mut Child) -> Receiver<String> {
    let (sender, receiver) = channel();
    let stdout = BufReader::new(child.stdout.take().unwrap());
    std::thread::spawn(move || {
        for line in stdout.lines().map_while(Result::ok) {
            let _ = sender.send(line);
        }
    });
    receiver
}

/// Waits for a line with `part`, and returns it with those before it.
#[track_caller]
fn wait_for(lines: &Receiver<String>, part: &str) -> Vec<String> {
    let mut seen = Vec::new();
    loop {
        match lines.recv_timeout(PATIENCE) {
            Ok(line) => {
                let is_it = line.contains(part);
                seen.push(line);
                if is_it {
                    return seen;
                }
            }
            Err(error) => panic!("no `{part}` ({error}) in {seen:#?}"),
        }
    }
}

#[test]
fn a_change_is_built_and_tested_and_ctrl_c_ends_it() {
    let sandbox = author();
    let name = scaffold(&sandbox, "loader");
    let mut command = sandbox.command(["plugin", "dev", &name, "--time", "0"]);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let printed = lines(&mut child);
    let first = wait_for(&printed, "1: ");
    assert!(first[0].contains(&format!("{name} built;")) && first[0].contains(" 0 failed"), "{first:?}");

    let source = format!("{name}/src/lib.rs");
    let right = sandbox.read(&source);
    sandbox.write(&source, format!("{right}\nfn broken( {{}}\n"));
    let second = wait_for(&printed, "2 (src/lib.rs): ");
    assert!(second.last().unwrap().contains("`cargo` failed"), "{second:?}");
    wait_for(&printed, "src/lib.rs");

    // A sample that the loader does not read is its author's business.
    sandbox.write(&source, &right);
    wait_for(&printed, "3 (src/lib.rs): ");
    sandbox.write(&format!("{name}/samples/a.mine"), "no value here");
    let fourth = wait_for(&printed, "4 (samples");
    assert!(fourth.last().unwrap().contains(" 1 failed"), "{fourth:?}");
    wait_for(&printed, "FAILED   samples");

    signal(&child, "INT");
    wait_for(&printed, "stopped");
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
