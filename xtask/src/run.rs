//! Runs one program in sight: what runs, that it is still alive, how long it took, and what to do when it fails.

use std::ffi::OsStr;
use std::io::{IsTerminal, Write, stderr};
use std::process::Command;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::paths;
use crate::processes::Group;

/// Runs a program that shows by itself how far it is.
pub fn aloud(what: &str, command: &mut Command) -> Result<()> {
    run(what, command, false)
}

/// Runs a program that says little: on a terminal a line counts the seconds.
pub fn silent(what: &str, command: &mut Command) -> Result<()> {
    run(what, command, true)
}

/// Says that nothing needs doing.
pub fn unchanged(what: &str) {
    println!("· {what}: nothing has changed");
}

/// What a program writes on standard output, or nothing when it is missing or fails.
pub fn answer(command: &mut Command) -> Option<String> {
    let output = command.output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn run(what: &str, command: &mut Command, silent: bool) -> Result<()> {
    println!("▸ {what}: {}", line(command));
    let started = Instant::now();
    let mut group = Group::start(command)?;
    let (finished, ticks) = channel::<()>();
    let label = what.to_owned();
    let ticker = thread::spawn(move || tick(&label, silent, &ticks));
    let status = group.wait();
    drop(finished);
    // The ticker only writes lines; if it has failed, the program's own result still counts.
    let _ = ticker.join();
    let status = status?;
    if !status.success() {
        bail!("{what} failed ({status}); to see it again: {}", line(command));
    }
    println!("✓ {what}: {}", shown(started.elapsed()));
    Ok(())
}

/// Counts aloud until the other end is dropped: each second on a terminal, each half minute in a log.
fn tick(what: &str, silent: bool, finished: &Receiver<()>) {
    let terminal = stderr().is_terminal();
    if terminal && !silent {
        return;
    }
    let started = Instant::now();
    let pause = Duration::from_secs(if terminal { 1 } else { 30 });
    while finished.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
        let (before, after) = if terminal { ("\r\x1b[K", "") } else { ("", "\n") };
        eprint!("{before}… {what}: {}{after}", shown(started.elapsed()));
        let _ = stderr().flush();
    }
    if terminal {
        eprint!("\r\x1b[K");
    }
}

/// A duration as a person reads it.
pub fn shown(elapsed: Duration) -> String {
    match elapsed.as_secs() {
        0..10 => format!("{:.1} s", elapsed.as_secs_f64()),
        seconds @ 10..60 => format!("{seconds} s"),
        seconds => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

/// The command as one could type it at the top of the repository.
fn line(command: &Command) -> String {
    let mut line = String::new();
    if let Some(folder) = command.get_current_dir().filter(|folder| *folder != paths::root()) {
        line = format!("cd {} && ", paths::shown(folder));
    }
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            line += &format!("{}={} ", name.to_string_lossy(), quoted(value));
        }
    }
    line += &quoted(command.get_program());
    for argument in command.get_args() {
        line += " ";
        line += &quoted(argument);
    }
    line
}

/// `word` as a shell takes it for one.
fn quoted(word: &OsStr) -> String {
    let word = word.to_string_lossy();
    let plain = |letter: char| letter.is_alphanumeric() || "-_./:=,@+".contains(letter);
    if !word.is_empty() && word.chars().all(plain) { word.into() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tools;

    #[test]
    fn a_failure_names_the_command_and_its_status() {
        let error = aloud("Saying no", Command::new("sh").args(["-c", "exit 3"])).unwrap_err();
        assert_eq!(error.to_string(), "Saying no failed (exit status: 3); to see it again: sh -c 'exit 3'");
    }

    #[test]
    fn a_command_is_shown_as_it_can_be_typed() {
        let mut command = tools::command("cargo");
        command.env("RUSTC_BOOTSTRAP", "1").args(["--config", r#"a = ["b"]"#, "it's"]);
        assert_eq!(line(&command), r#"RUSTC_BOOTSTRAP=1 cargo --config 'a = ["b"]' 'it'\''s'"#);
    }

    #[test]
    fn durations_are_short() {
        assert_eq!(shown(Duration::from_millis(1250)), "1.2 s");
        assert_eq!(shown(Duration::from_secs(61)), "1 min 01 s");
    }
}
