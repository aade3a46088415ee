//! The command line of noorm. It parses, prints and exits; what noorm does is in the crate `noorm-ops`.

mod cli;
mod core_dump;
mod output;
mod report;

fn main() -> std::process::ExitCode {
    core_dump::disable();
    cli::main()
}
