//! The command line of noorm. It parses, prints and exits; what noorm does is in the crate `noorm-ops`.

mod cli;
mod output;
mod report;

fn main() -> std::process::ExitCode {
    cli::main()
}
