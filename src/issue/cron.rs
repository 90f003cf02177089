//! What can be wrong with a cron expression, and what can be remarked on a valid one, with its wording.

use super::push_short;
use super::wording::filled;
use crate::value::decimal::push_decimal;
use crate::value::{Value, record};

/// The part of an expression that a fault or a remark is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CronField {
    /// The whole text: a wrong number of fields, an unknown macro.
    Expression,
    /// The first field.
    Minute,
    /// The second field.
    Hour,
    /// The third field.
    DayOfMonth,
    /// The fourth field.
    Month,
    /// The fifth field.
    DayOfWeek,
}

impl CronField {
    /// The name for programs, as `params.field` carries it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Expression => "expression",
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::DayOfMonth => "dayOfMonth",
            Self::Month => "month",
            Self::DayOfWeek => "dayOfWeek",
        }
    }

    /// The name for people, as crontab(5) has it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::DayOfMonth => "day of month",
            Self::DayOfWeek => "weekday",
            _ => self.name(),
        }
    }
}

/// Why an expression was refused, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CronFault {
    /// The field at fault.
    pub field: CronField,
    /// What is wrong with it.
    pub problem: CronProblem,
    /// Where the part at fault begins in the text as it was written, in UTF-16 units.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// The part at fault: the text from `start` to `end`, cut short only in a text that is too long.
    pub given: String,
    /// What could stand in the place of `given`.
    pub instead: Option<String>,
    /// A whole expression, itself valid, that says what was probably meant.
    pub suggestion: Option<String>,
}

/// The kinds of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CronProblem {
    /// More bytes than are read.
    TooLong {
        /// The most that are read.
        max: usize,
    },
    /// Not five fields.
    FieldCount {
        /// How many there are.
        found: usize,
    },
    /// Six fields, of which the first can be seconds and the others read well.
    Seconds,
    /// Sets `TZ` or `CRON_TZ`, as some crontabs do in front of the fields.
    Zone,
    /// Begins with `#`.
    Comment,
    /// A field in pieces: blanks beside its commas, hyphens or slashes.
    Split,
    /// Begins with `@` and is no macro.
    Macro,
    /// `@reboot`: there is no machine that starts.
    Reboot,
    /// Stands in quotation marks.
    Quoted,
    /// A blank that is neither a space nor a tab.
    Blank,
    /// A mark without a width, such as U+200B.
    Invisible,
    /// A character outside ASCII.
    Foreign,
    /// Nothing between two commas.
    EmptyItem,
    /// A number outside the field's bounds.
    OutOfRange {
        /// The least that is accepted.
        min: u8,
        /// The greatest that is accepted.
        max: u8,
    },
    /// A word that is not one of the three-letter names.
    Name,
    /// `N/step`: a step needs `*` or a range before it.
    BareStep,
    /// A range whose end comes before its beginning.
    Backwards,
    /// A step of 0.
    StepZero,
    /// A sign of Quartz, Jenkins or another dialect.
    Dialect,
    /// Anything else.
    Unreadable,
}

impl CronProblem {
    /// The numbers that its sentence names.
    fn numbers(self) -> (usize, usize) {
        match self {
            Self::TooLong { max } => (0, max),
            Self::FieldCount { found } => (0, found),
            Self::OutOfRange { min, max } => (min.into(), max.into()),
            _ => (0, 0),
        }
    }

    /// Whether its sentence says what is wrong with the part at fault, so that something else can be written there.
    fn names_the_part(self) -> bool {
        !matches!(
            self,
            Self::TooLong { .. }
                | Self::FieldCount { .. }
                | Self::Seconds
                | Self::EmptyItem
                | Self::Quoted
                | Self::Blank
                | Self::Invisible
                | Self::Macro
        )
    }
}

/// The most characters of the part at fault, and of what to write instead, that a message repeats.
const SHOWN_CHARS: usize = 40;

impl CronFault {
    /// The sentence for people, with the field's name before it.
    #[must_use]
    pub fn message(&self) -> String {
        let mut message = String::new();
        if self.field != CronField::Expression {
            message.push_str(self.field.label());
            message.push_str(": ");
        }
        let mut given = String::new();
        push_short(&mut given, &self.given, SHOWN_CHARS);
        let (min, max) = self.problem.numbers();
        let instead = self.instead.as_deref();
        let shown = record! { "given": given, "code": self.code(), "instead": instead, "min": min, "max": max };
        message.push_str(&filled(self.template(), &shown));
        // A part of it would say something else.
        let is_short = instead.is_some_and(|instead| instead.len() <= SHOWN_CHARS);
        if is_short && self.problem.names_the_part() {
            message.push_str(&filled(": write {instead}", &shown));
        }
        message
    }

    /// The first character of the part at fault: `00A0`.
    fn code(&self) -> String {
        let code = self.given.chars().next().map_or(0, u32::from);
        let mut digits = String::new();
        for shift in [12, 8, 4, 0] {
            digits.push(char::from_digit(code >> shift & 0xf, 16).unwrap_or_default().to_ascii_uppercase());
        }
        digits
    }

    fn template(&self) -> &'static str {
        match self.problem {
            CronProblem::TooLong { .. } => "is longer than {max} bytes",
            CronProblem::FieldCount { found: 0 } => "is empty; write five fields, such as 0 7 * * 1-5",
            CronProblem::FieldCount { found: 1 } => {
                "has 1 field; write five: minute, hour, day of month, month, weekday"
            }
            CronProblem::FieldCount { .. } => {
                "has {max} fields; write five: minute, hour, day of month, month, weekday"
            }
            CronProblem::Seconds if self.suggestion.is_some() => "this form has no seconds: drop the first field?",
            CronProblem::Seconds => "this form has no seconds, only whole minutes",
            CronProblem::EmptyItem => "an item of the list is empty",
            CronProblem::Quoted => "must not stand in quotation marks",
            CronProblem::Blank => "U+{code} is not a blank here; use spaces",
            CronProblem::Invisible => "U+{code} is an invisible character; remove it",
            CronProblem::Macro if self.instead.is_some() => "{given}: did you mean {instead}?",
            CronProblem::Macro => {
                "{given} is not known; use @yearly, @monthly, @weekly, @daily or @hourly, or five fields"
            }
            CronProblem::Reboot => "{given} is not a time, and nothing here starts up; use five fields",
            CronProblem::OutOfRange { .. } => "{given} is out of range, use {min} to {max}",
            CronProblem::Name => "{given} is not a three-letter name",
            CronProblem::BareStep => "{given} has a step but no range",
            CronProblem::Backwards => "{given} runs backwards",
            CronProblem::StepZero => "{given} has a step of 0, use 1 or more",
            CronProblem::Dialect => "{given} belongs to another dialect of cron",
            CronProblem::Zone => "{given} sets a time zone, which belongs in timezone",
            CronProblem::Comment => "{given} is a comment, which cannot be kept here",
            CronProblem::Split => "{given} has a blank beside a sign",
            CronProblem::Foreign => "{given} has a character that only looks like one of cron's",
            CronProblem::Unreadable => "{given} cannot be read, use numbers, ranges a-b, lists a,b and steps */n",
        }
    }

    /// `field`, `given`, `suggestion` where there is one, `start` and `end`.
    #[must_use]
    pub fn params(&self) -> Value<'_> {
        record! {
            "field": self.field.name(),
            "given": self.given.as_str(),
            "suggestion": self.suggestion.as_deref(),
            "start": self.start,
            "end": self.end,
        }
    }
}

/// A remark on an expression that is accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CronWarning {
    /// None of the months has one of the days.
    NeverRuns {
        /// The field as it is stored.
        day_of_month: String,
        /// The field as it is stored.
        month: String,
    },
    /// Both day fields are set, and Unix runs on a day that matches either.
    EitherDay {
        /// The field as it is stored.
        day_of_month: String,
        /// The field as it is stored.
        day_of_week: String,
    },
    /// Both day fields are set, and one begins with `*`: Unix then asks for a day that matches both.
    StarStep {
        /// The field as it is stored.
        day_of_month: String,
        /// The field as it is stored.
        day_of_week: String,
    },
    /// A step that leaves a shorter gap at the end of its range.
    UnevenStep {
        /// The field with the step.
        field: CronField,
        /// The item of the field.
        given: String,
        /// The values it stands for, in order.
        values: Vec<u8>,
    },
}

impl CronWarning {
    /// The stable name of the code.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::NeverRuns { .. } => "never_runs",
            Self::EitherDay { .. } => "either_day",
            Self::StarStep { .. } => "star_step",
            Self::UnevenStep { .. } => "uneven_step",
        }
    }

    /// The sentence for people.
    #[must_use]
    pub fn message(&self) -> String {
        match self {
            Self::NeverRuns { day_of_month, month } => {
                ["never runs: there is no day of month ", day_of_month, " in month ", month].concat()
            }
            Self::EitherDay { day_of_month, day_of_week } => [
                "runs when either day field matches: on day of month ",
                day_of_month,
                " and also on weekday ",
                day_of_week,
            ]
            .concat(),
            Self::StarStep { day_of_month, day_of_week } => [
                "runs only when both day fields match, because one begins with *: day of month ",
                day_of_month,
                " and weekday ",
                day_of_week,
            ]
            .concat(),
            Self::UnevenStep { field, given, values } => {
                let mut message = [field.label(), ": ", given, " leaves uneven gaps: runs at "].concat();
                push_values(&mut message, *field, values);
                message
            }
        }
    }

    /// The fields or the item that the sentence is about.
    #[must_use]
    pub fn params(&self) -> Value<'_> {
        let [first, second] = match self {
            Self::NeverRuns { day_of_month, month } => [("dayOfMonth", day_of_month), ("month", month)],
            Self::EitherDay { day_of_month, day_of_week } | Self::StarStep { day_of_month, day_of_week } => {
                [("dayOfMonth", day_of_month), ("dayOfWeek", day_of_week)]
            }
            Self::UnevenStep { field, given, .. } => {
                return record! { "field": field.name(), "given": given.as_str() };
            }
        };
        Value::record(&[first.0, second.0], &mut [first.1.as_str().into(), second.1.as_str().into()])
    }
}

/// `:00 and :35` for minutes, `0, 5, 10, 15 and 20` for the rest; a long list loses its middle.
fn push_values(message: &mut String, field: CronField, values: &[u8]) {
    let last = values.len().saturating_sub(1);
    for (place, value) in values.iter().enumerate() {
        if last > 5 && (3..last).contains(&place) {
            if place == 3 {
                message.push_str(", …");
            }
            continue;
        }
        message.push_str(match place {
            0 => "",
            _ if place == last => " and ",
            _ => ", ",
        });
        if field == CronField::Minute {
            message.push_str(if *value < 10 { ":0" } else { ":" });
        }
        push_decimal(message, (*value).into());
    }
}
