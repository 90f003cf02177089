//! What can be wrong with a cron expression, and what can be remarked on a valid one, with its wording.

use super::Param;

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
    /// Six fields, of which the last five read well.
    Seconds,
    /// Begins with `@` and is no macro.
    Macro,
    /// `@reboot`: there is no machine that starts.
    Reboot,
    /// Stands in quotation marks.
    Quoted,
    /// A blank that is neither a space nor a tab.
    Blank,
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

/// The most characters of the part at fault that a message repeats.
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
            CronProblem::TooLong { max } => message.push_str(&format!("is longer than {max} bytes")),
            CronProblem::FieldCount { found: 0 } => {
                message.push_str("is empty; write five fields, such as 0 7 * * 1-5")
            }
            CronProblem::FieldCount { found } => {
                let plural = if found == 1 { "" } else { "s" };
                message.push_str(&format!(
                    "has {found} field{plural}; write five: minute, hour, day of month, month, weekday"
                ));
            }
            CronProblem::Seconds => message.push_str("this form has no seconds: drop the first field?"),
            CronProblem::EmptyItem => message.push_str("an item of the list is empty"),
            CronProblem::Quoted => message.push_str("must not stand in quotation marks"),
            CronProblem::Blank => {
                let code = self.given.chars().next().map_or(0, u32::from);
                message.push_str(&format!("U+{code:04X} is not a blank here; use spaces"));
            }
            problem => {
                message.extend(self.given.chars().take(SHOWN_CHARS));
                if self.given.chars().nth(SHOWN_CHARS).is_some() {
                    message.push('…');
                }
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
            CronProblem::OutOfRange { min, max } => message.push_str(&format!(" is out of range, use {min} to {max}")),
            CronProblem::Name => message.push_str(" is not a three-letter name"),
            CronProblem::BareStep => message.push_str(" has a step but no range"),
            CronProblem::Backwards => message.push_str(" runs backwards"),
            CronProblem::StepZero => message.push_str(" has a step of 0, use 1 or more"),
            CronProblem::Dialect => message.push_str(" belongs to another dialect of cron"),
            CronProblem::Foreign => message.push_str(" has a character that only looks like one of cron's"),
            _ => message.push_str(" cannot be read, use numbers, ranges a-b, lists a,b and steps */n"),
        }
        if let Some(instead) = &self.instead {
            message.push_str(": write ");
            message.push_str(instead);
        }
    }

    /// `field`, `start`, `end`, `given` and, where there is one, `suggestion`.
    #[must_use]
    pub fn params(&self) -> Vec<(&'static str, Param)> {
        let mut params = vec![
            ("field", self.field.name().to_owned().into()),
            ("start", self.start.into()),
            ("end", self.end.into()),
            ("given", self.given.clone().into()),
        ];
        params.extend(self.suggestion.iter().map(|whole| ("suggestion", whole.clone().into())));
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
                format!("never runs: there is no day of month {day_of_month} in month {month}")
            }
            Self::EitherDay { day_of_month, day_of_week } => format!(
                "runs when either day field matches: on day of month {day_of_month} and also on weekday {day_of_week}"
            ),
            Self::StarStep { day_of_month, day_of_week } => format!(
                "runs only when both day fields match, because one begins with *: \
                 day of month {day_of_month} and weekday {day_of_week}"
            ),
            Self::UnevenStep { field, given, values } => {
                let mut message = format!("{}: {given} leaves uneven gaps: runs at ", field.label());
                push_values(&mut message, *field, values);
                message
            }
        }
    }

    /// The fields or the item that the sentence is about.
    #[must_use]
    pub fn params(&self) -> Vec<(&'static str, Param)> {
        match self {
            Self::NeverRuns { day_of_month, month } => {
                vec![("dayOfMonth", day_of_month.clone().into()), ("month", month.clone().into())]
            }
            Self::EitherDay { day_of_month, day_of_week } | Self::StarStep { day_of_month, day_of_week } => {
                vec![("dayOfMonth", day_of_month.clone().into()), ("dayOfWeek", day_of_week.clone().into())]
            }
            Self::UnevenStep { field, given, .. } => {
                vec![("field", field.name().to_owned().into()), ("given", given.clone().into())]
            }
        }
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
            message.push_str(&format!(":{value:02}"));
        } else {
            message.push_str(&value.to_string());
        }
    }
}
