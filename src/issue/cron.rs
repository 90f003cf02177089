//! What can be wrong with a cron expression, and what can be remarked on a valid one, with its wording.

use super::push_short;
use super::wording::texts;
use crate::value::Value;

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
        match self.problem {
            CronProblem::TooLong { max } => message.push_str(&["is longer than ", &max.to_string(), " bytes"].concat()),
            CronProblem::FieldCount { found: 0 } => {
                message.push_str("is empty; write five fields, such as 0 7 * * 1-5")
            }
            CronProblem::FieldCount { found } => {
                message.push_str("has ");
                message.push_str(&found.to_string());
                message.push_str(if found == 1 { " field" } else { " fields" });
                message.push_str("; write five: minute, hour, day of month, month, weekday");
            }
            CronProblem::Seconds => message.push_str(match self.suggestion {
                Some(_) => "this form has no seconds: drop the first field?",
                None => "this form has no seconds, only whole minutes",
            }),
            CronProblem::EmptyItem => message.push_str("an item of the list is empty"),
            CronProblem::Quoted => message.push_str("must not stand in quotation marks"),
            CronProblem::Blank | CronProblem::Invisible => {
                let code = self.given.chars().next().map_or(0, u32::from);
                message.push_str("U+");
                for shift in [12, 8, 4, 0] {
                    message.extend(char::from_digit(code >> shift & 0xf, 16).map(|digit| digit.to_ascii_uppercase()));
                }
                message.push_str(match self.problem {
                    CronProblem::Blank => " is not a blank here; use spaces",
                    _ => " is an invisible character; remove it",
                });
            }
            problem => {
                push_short(&mut message, &self.given, SHOWN_CHARS);
                self.push_reason(&mut message, problem);
            }
        }
        message
    }

    /// The half of the sentence that follows the part at fault.
    fn push_reason(&self, message: &mut String, problem: CronProblem) {
        match problem {
            CronProblem::Macro => {
                message.push_str(match &self.instead {
                    None => " is not known; use @yearly, @monthly, @weekly, @daily or @hourly, or five fields",
                    Some(_) => ": did you mean ",
                });
                message.extend(self.instead.iter().map(String::as_str));
                message.extend(self.instead.iter().map(|_| '?'));
                return;
            }
            CronProblem::Reboot => message.push_str(" is not a time, and nothing here starts up; use five fields"),
            CronProblem::OutOfRange { min, max } => {
                message.push_str(&[" is out of range, use ", &min.to_string(), " to ", &max.to_string()].concat());
            }
            CronProblem::Name => message.push_str(" is not a three-letter name"),
            CronProblem::BareStep => message.push_str(" has a step but no range"),
            CronProblem::Backwards => message.push_str(" runs backwards"),
            CronProblem::StepZero => message.push_str(" has a step of 0, use 1 or more"),
            CronProblem::Dialect => message.push_str(" belongs to another dialect of cron"),
            CronProblem::Zone => message.push_str(" sets a time zone, which belongs in timezone"),
            CronProblem::Comment => message.push_str(" is a comment, which cannot be kept here"),
            CronProblem::Split => message.push_str(" has a blank beside a sign"),
            CronProblem::Foreign => message.push_str(" has a character that only looks like one of cron's"),
            _ => message.push_str(" cannot be read, use numbers, ranges a-b, lists a,b and steps */n"),
        }
        // A part of it would say something else.
        if let Some(instead) = self.instead.as_ref().filter(|instead| instead.len() <= SHOWN_CHARS) {
            message.push_str(": write ");
            message.push_str(instead);
        }
    }

    /// `field`, `given`, `suggestion` where there is one, `start` and `end`.
    #[must_use]
    pub fn params(&self) -> Value<'_> {
        let mut params = texts(&[
            ("field", Some(self.field.name())),
            ("given", Some(&self.given)),
            ("suggestion", self.suggestion.as_deref()),
        ]);
        params.push("start", self.start.into());
        params.push("end", self.end.into());
        params
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
                return texts(&[("field", Some(field.name())), ("given", Some(given))]);
            }
        };
        texts(&[(first.0, Some(first.1)), (second.0, Some(second.1))])
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
        message.push_str(&value.to_string());
    }
}
