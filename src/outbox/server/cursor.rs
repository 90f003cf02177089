//! How far a client has come with a pipeline: one row, which is kept as long as the client may still ask.

use super::Before;
use super::apply::Judgement;
use crate::error::{Error, ErrorCode};
use crate::host::Host;
use crate::http::operation::Operation;
use crate::http::verdict::Verdict;
use crate::model::secret::SecretStorage;
use crate::model::timestamp::Timestamp;
use crate::schema::report::Unknown;
use crate::schema::table::{Rule, Schema, optional, required};
use crate::schema::text::any;
use crate::value::Value;

/// How long a silent client is remembered once its pipeline is gone: 90 days, in milliseconds.
const KEPT_MS: i64 = 90 * 24 * 60 * 60 * 1_000;

static CURSOR: Schema = Schema(&[
    required("seq", Rule::Whole { min: 1, max: u32::MAX - 1 }),
    required("opId", Rule::Text(any)),
    required("bodyHash", Rule::Text(any)),
    required("verdict", Rule::Choice(Verdict::WORDS)),
    optional("issues", Rule::Any(|value, _| value.clone())),
]);

/// The last operation of a client that was answered: its row, or nothing.
#[derive(Debug)]
pub struct Cursor<'v>(Value<'v>);

impl<'v> Cursor<'v> {
    /// Reads a row, which may be absent or `null`.
    ///
    /// # Errors
    /// `storage` for one that cannot be read: without it nobody knows what was applied.
    pub fn read(row: &'v Value<'v>, host: &dyn Host) -> Result<Self, Error> {
        if matches!(row, Value::Absent | Value::Null) {
            return Ok(Self(Value::Absent));
        }
        let unreadable = |_| Error::new(ErrorCode::Storage, "what this client was answered last cannot be read");
        CURSOR.parse(row, Unknown::Ignored, host).map(Self).map_err(unreadable)
    }

    /// Its number; 0 for none.
    pub fn seq(&self) -> usize {
        self.0.get("seq").whole().unwrap_or_default()
    }

    /// Whether an `op` is that of the operation itself.
    pub fn is_of(&self, op: &Value) -> bool {
        ["opId", "bodyHash"].iter().all(|name| self.0.get(name) == op.get(name))
    }

    /// The verdict again. The pipeline that an answer shows is the one that stands there now: a copy of it in each cursor
    /// would make them large, and show what is over.
    pub fn again(&self, operation: Operation, before: &Before, storage: SecretStorage) -> Judgement {
        let verdict = self.0.text_of("verdict").and_then(Verdict::parse).unwrap_or(Verdict::ClientFork);
        let detail = match verdict {
            Verdict::Rejected => self.0.get("issues").clone().into_owned(),
            Verdict::Ok if operation == Operation::Delete => true.into(),
            Verdict::Ok | Verdict::Conflict => before.shown(storage),
            _ => Value::Absent,
        };
        Judgement::of(verdict, detail)
    }
}

impl Before<'_> {
    /// The pipeline, as answers show it.
    pub(super) fn shown(&self, storage: SecretStorage) -> Value<'static> {
        self.row.as_ref().map_or(Value::Absent, |row| Value::from(row.show(storage)).into_owned())
    }
}

/// The row of an operation that is answered now, but for what becomes of its pipeline.
pub fn write(mut frame: Value, verdict: Verdict, issues: Value<'static>, now: Timestamp) -> Value<'static> {
    let mut row = frame.take("op");
    row.take("old");
    row.push("pipelineId", frame.take("id"));
    row.push("accountId", frame.take("accountId"));
    row.push("verdict", verdict.word().into());
    row.push("issues", issues);
    row.push("at", now.into());
    row.into_owned()
}

/// Clients that were silent since then are forgotten where their pipeline is gone.
pub fn forgotten(now: Timestamp) -> Timestamp {
    Timestamp::from_milliseconds(now.milliseconds().saturating_sub(KEPT_MS)).unwrap_or(Timestamp::MIN)
}
