//! What we start ends with us: each child leads a process group of its own, and the whole group is ended
//! on Ctrl-C, on SIGTERM, and when its leader has finished (a server forgets its workers otherwise).

use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

/// How long a group may take to end before it is killed.
const PATIENCE: Duration = Duration::from_secs(5);

static GROUPS: Mutex<Vec<Pid>> = Mutex::new(Vec::new());
static ENDING: AtomicBool = AtomicBool::new(false);

fn groups() -> MutexGuard<'static, Vec<Pid>> {
    GROUPS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Installs the handler; to be called once, before anything is started.
pub fn end_with_us() -> Result<()> {
    ctrlc::set_handler(|| {
        ENDING.store(true, Ordering::SeqCst);
        // The lock is kept, so that nothing new is started.
        let groups = groups();
        groups.iter().for_each(|group| end(*group, || ()));
        eprintln!("\nxtask: interrupted");
        std::process::exit(130);
    })
    .context("listening for Ctrl-C")
}

/// A child that leads a group. Dropping it ends the group.
pub struct Group {
    child: Child,
}

impl Group {
    /// Starts `command` without standard input: what it asks would never be answered in CI.
    pub fn start(command: &mut Command) -> Result<Self> {
        let mut groups = groups();
        let child = command
            .stdin(Stdio::null())
            .process_group(0)
            .spawn()
            .with_context(|| format!("starting {}", command.get_program().display()))?;
        groups.push(leader(&child));
        Ok(Self { child })
    }

    /// Waits for the leader. Never returns once we are being ended: the handler exits.
    pub fn wait(&mut self) -> Result<std::process::ExitStatus> {
        let status = self.child.wait().context("waiting for a child")?;
        while ENDING.load(Ordering::SeqCst) {
            thread::park();
        }
        Ok(status)
    }

    /// Whether the leader has finished by now.
    pub fn has_finished(&mut self) -> Result<bool> {
        Ok(self.child.try_wait().context("asking for a child")?.is_some())
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let group = leader(&self.child);
        end(group, || {
            let _ = self.child.try_wait();
        });
        groups().retain(|other| *other != group);
    }
}

fn leader(child: &Child) -> Pid {
    Pid::from_raw(child.id().cast_signed())
}

/// Asks a group to end, and kills what has not ended in time. `reap` takes note of a leader that has finished,
/// which would count as alive until then.
fn end(group: Pid, mut reap: impl FnMut()) {
    let started = Instant::now();
    // An error means that nobody is left.
    let mut anybody = killpg(group, Signal::SIGTERM).is_ok();
    while anybody && started.elapsed() < 2 * PATIENCE {
        reap();
        let signal = (started.elapsed() > PATIENCE).then_some(Signal::SIGKILL);
        anybody = killpg(group, signal).is_ok();
        thread::sleep(Duration::from_millis(if anybody { 50 } else { 0 }));
    }
}
