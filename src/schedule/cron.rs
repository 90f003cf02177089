//! The expression: what a person typed, read once and kept in its canonical form.

use super::days::Days;
use super::fault::explain;
use super::field::{FIELDS, Field};
use super::read::{Reading, read, read_bounds};
use super::text::{canonical, fields};
use crate::issue::cron::{CronFault, CronWarning};
use std::borrow::Cow;

/// A five-field Unix cron expression.
///
/// Only [`Cron::parse`] makes one, so code that holds it can never meet a bad field, and what it hands on is never the
/// text that a user typed.
#[derive(Clone, Debug)]
pub struct Cron {
    text: String,
    reading: Reading,
}

impl Cron {
    /// Reads at most 1,024 bytes: five fields apart by spaces or tabs, or one of the seven macros.
    ///
    /// ```
    /// use convex_pipelines::schedule::Cron;
    ///
    /// assert_eq!(Cron::parse(" @weekly ").expect("a macro").as_str(), "0 0 * * 0");
    /// let fault = Cron::parse("0 7 * * FRI-MON").expect_err("it runs backwards");
    /// assert_eq!((fault.start, fault.end), (8, 15));
    /// assert_eq!(fault.suggestion.as_deref(), Some("0 7 * * FRI-SAT,SUN-MON"));
    /// ```
    ///
    /// # Errors
    ///
    /// The first fault from the left, with its place and, where one is obvious, a repair.
    pub fn parse(text: &str) -> Result<Self, Box<CronFault>> {
        match read(text) {
            Ok(reading) => Ok(Self { text: canonical(text).into_owned(), reading }),
            Err(fault) => Err(explain(text, fault)),
        }
    }

    /// The canonical form of `text`, read as by [`Self::parse`] and borrowed where it is written so already.
    ///
    /// # Errors
    ///
    /// As [`Self::parse`].
    pub fn canonical(text: &str) -> Result<Cow<'_, str>, Box<CronFault>> {
        read(text).map(|_| canonical(text)).map_err(|fault| explain(text, fault))
    }

    /// The canonical form: single spaces, names in upper case, macros written out.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What is worth saying about an expression that is valid, in the order of the fields and the days last.
    #[must_use]
    pub fn warnings(&self) -> Vec<CronWarning> {
        let mut warnings = Vec::new();
        for (field, text) in FIELDS.iter().zip(fields(&self.text)) {
            warnings.extend(uneven_step(field, text));
        }
        let field = |place| fields(&self.text).nth(place).unwrap_or_default().to_owned();
        let (day_of_month, day_of_week) = (field(2), field(4));
        let is_never = self.reading.never_runs();
        match self.reading.days() {
            _ if is_never => {}
            Days::Both(..) => warnings.push(CronWarning::StarStep { day_of_month, day_of_week }),
            _ if !self.reading.day_of_month.star && !self.reading.day_of_week.star => {
                warnings.push(CronWarning::EitherDay { day_of_month, day_of_week });
            }
            _ => {}
        }
        if is_never {
            warnings.push(CronWarning::NeverRuns { day_of_month: field(2), month: field(3) });
        }
        warnings
    }

    pub(super) fn reading(&self) -> &Reading {
        &self.reading
    }
}

impl PartialEq for Cron {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Cron {}

/// The first item of a field whose step leaves a shorter gap: before the next hour, day or year where it goes through
/// the whole field, before the end of its range otherwise.
fn uneven_step(field: &Field, text: &str) -> Option<CronWarning> {
    text.split(',').find_map(|item| {
        let (low, high, step) = read_bounds(field, item).ok().filter(|(_, _, step)| *step > 1)?;
        let is_whole = low == field.min && high >= field.last();
        let length = u32::from(if is_whole { field.size() } else { high - low + 1 });
        if length % step == 0 || !is_whole && (length - 1) % step == 0 {
            return None;
        }
        let values = super::field::Values::stepped(low, high, step).iter().collect();
        Some(CronWarning::UnevenStep { field: field.name, given: item.to_owned(), values })
    })
}
