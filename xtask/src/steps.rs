//! A list of named steps: run in order, timed, and summed up.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::run;

/// One step of a command.
pub struct Step {
    /// What the summary calls it, and what one types to run it alone.
    pub name: &'static str,
    /// Earlier steps without which this one says nothing.
    pub needs: &'static [&'static str],
    /// The work.
    pub run: fn() -> Result<()>,
}

impl Step {
    /// For tables: a step in one line.
    pub const fn new(name: &'static str, needs: &'static [&'static str], run: fn() -> Result<()>) -> Self {
        Self { name, needs, run }
    }
}

enum Outcome {
    Passed(Duration),
    Failed(Duration),
    /// A step that it needs has not passed.
    NotRun(&'static str),
}

/// Runs all `steps`, or those named in `only` and what they need. A failure does not keep the others from running.
pub fn run(steps: &[&Step], only: &[String]) -> Result<()> {
    let started = Instant::now();
    let mut outcomes: Vec<(&Step, Outcome)> = Vec::new();
    for step in chosen(steps, only)? {
        let missing = step.needs.iter().find(|needed| {
            !outcomes.iter().any(|(done, outcome)| done.name == **needed && matches!(outcome, Outcome::Passed(_)))
        });
        let outcome = match missing {
            Some(needed) => Outcome::NotRun(needed),
            None => attempt(step),
        };
        outcomes.push((step, outcome));
    }
    println!("\nSummary");
    for (step, outcome) in &outcomes {
        println!("{}", described(step, outcome));
    }
    let passed = outcomes.iter().filter(|(_, outcome)| matches!(outcome, Outcome::Passed(_))).count();
    let failed = outcomes.len() - passed;
    println!("  {:<14} {:>12}", "all", run::shown(started.elapsed()));
    println!("{passed} passed, {failed} failed");
    if failed > 0 {
        bail!("{failed} of {} steps did not pass; one step alone: cargo xtask test <step>", outcomes.len());
    }
    Ok(())
}

fn attempt(step: &Step) -> Outcome {
    println!("\n━━ {}", step.name);
    let started = Instant::now();
    match (step.run)() {
        Ok(()) => Outcome::Passed(started.elapsed()),
        Err(error) => {
            println!("✗ {}: {error:#}", step.name);
            Outcome::Failed(started.elapsed())
        }
    }
}

fn described(step: &Step, outcome: &Outcome) -> String {
    match outcome {
        Outcome::Passed(elapsed) => format!("✓ {:<14} {:>12}", step.name, run::shown(*elapsed)),
        Outcome::Failed(elapsed) => format!("✗ {:<14} {:>12}", step.name, run::shown(*elapsed)),
        Outcome::NotRun(needed) => format!("✗ {:<14} {:>12}  needs {needed}", step.name, "not run"),
    }
}

/// The steps named in `only` with all that they need, in the table's order; all steps if none is named.
fn chosen<'a>(steps: &[&'a Step], only: &[String]) -> Result<Vec<&'a Step>> {
    if let Some(unknown) = only.iter().find(|name| !steps.iter().any(|step| step.name == **name)) {
        let names: Vec<_> = steps.iter().map(|step| step.name).collect();
        bail!("no such step: {unknown}; there are {}", names.join(", "));
    }
    let mut names: Vec<&str> = only.iter().map(String::as_str).collect();
    // Needs point backwards in the table, so one walk from its end finds them all.
    for step in steps.iter().rev() {
        if names.contains(&step.name) {
            names.extend(step.needs);
        }
    }
    Ok(steps.iter().copied().filter(|step| only.is_empty() || names.contains(&step.name)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUILD: Step = Step::new("build", &[], || Ok(()));
    const BROKEN: Step = Step::new("broken", &["build"], || bail!("no"));
    const LATE: Step = Step::new("late", &["broken"], || panic!("never runs"));
    const OTHER: Step = Step::new("other", &[], || Ok(()));
    const ALL: [&Step; 4] = [&BUILD, &BROKEN, &LATE, &OTHER];

    #[test]
    fn a_failure_stops_only_what_needs_it() {
        let error = run(&ALL, &[]).unwrap_err().to_string();
        assert!(error.starts_with("2 of 4 steps did not pass"), "{error}");
    }

    #[test]
    fn a_named_step_brings_what_it_needs() {
        let names: Vec<_> = chosen(&ALL, &["late".to_owned()]).unwrap().iter().map(|step| step.name).collect();
        assert_eq!(names, ["build", "broken", "late"]);
        assert!(chosen(&ALL, &["lat".to_owned()]).is_err());
    }
}
