//! The server's half of the outbox: an operation comes in, and a verdict goes out, the same one however often it comes.
//!
//! For each client and pipeline a server keeps one row, the cursor: the number of the last operation that it has
//! answered, and the verdict. Cursor and pipeline are written in one transaction, or neither of them. A client sends the
//! next operation of a pipeline only once it has the verdict on the last, so no earlier verdict is ever asked for.

pub mod apply;
mod cursor;

use crate::error::Error;
use crate::host::Host;
use crate::http::call::Call;
use crate::http::operation::Operation;
use crate::http::reply::Reply;
use crate::http::verdict::Verdict;
use crate::model::row::Row;
use crate::model::secret::SecretStorage;
use crate::model::timestamp::Timestamp;
use crate::value::{Value, record};
use apply::{Change, Judgement, judge};
use cursor::Cursor;

/// What stands where an operation is to be carried out.
#[derive(Clone, Debug)]
pub struct Before<'v> {
    /// The cursor row of account, client and pipeline; absent or `null` for none.
    pub cursor: &'v Value<'v>,
    /// The pipeline, where its account sees it and it can be read.
    pub row: Option<Row<'v>>,
    /// Whether its account sees a row of this id, even one that cannot be read.
    pub is_there: bool,
    /// Whether the id of a creation, or the secret that an operation brings, is somebody else's.
    pub is_taken: bool,
    /// What somebody has found wrong with the arguments, and has then left them out: a list, or absent.
    pub issues: &'v Value<'v>,
}

/// What a verdict takes from its surroundings.
#[derive(Clone, Copy)]
pub struct Around<'h> {
    /// The server's clock.
    pub now: Timestamp,
    /// How rows keep secrets.
    pub storage: SecretStorage,
    /// For zones and URLs.
    pub host: &'h dyn Host,
}

/// What becomes of an operation.
#[derive(Clone, Debug)]
pub struct Settled {
    /// The word on it.
    pub verdict: Verdict,
    /// The cursor row to write together with `change`:
    /// `{ clientId, seq, opId, bodyHash, pipelineId, accountId?, verdict, issues?, at, isGone? }`. Absent where the operation
    /// was answered before, or cannot be.
    pub cursor: Value<'static>,
    /// What is written of the pipeline.
    pub change: Change,
    /// `{ result?, op: { opId, seq, verdict, issues?, current?, expected? } }`.
    pub answer: Value<'static>,
    /// A cursor whose client has said nothing since then may go, once its pipeline is gone.
    pub forget: Timestamp,
}

/// Settles the operation of a call with `op`.
///
/// # Errors
/// `invalid` where `id`, `accountId` or `op` are not what they must be, `storage` for a cursor row that cannot be read.
pub fn settle(operation: Operation, arguments: &Value, before: &Before, around: Around) -> Result<Settled, Error> {
    let frame = Call::frame(operation, arguments, around.host)?;
    let known = Cursor::read(before.cursor, around.host)?;
    let (op, last) = (frame.get("op"), known.seq());
    let seq = op.get("seq").whole().unwrap_or_default();
    let is_next = seq == last + 1;
    let judgement = if is_next {
        judge(operation, arguments, before, around)
    } else if seq > last {
        Judgement::of(Verdict::OutOfOrder, (last + 1).into())
    } else if seq < last {
        Judgement::of(Verdict::Superseded, Value::Absent)
    } else if known.is_of(op) {
        known.again(operation, before, around.storage)
    } else {
        Judgement::of(Verdict::ClientFork, Value::Absent)
    };
    let Judgement { verdict, detail, change } = judgement;
    let mut answer = Value::Record(Vec::new());
    let mut echo = record! { "opId": op.get("opId").clone(), "seq": op.get("seq").clone(), "verdict": verdict.word() };
    let mut cursor = Value::Absent;
    if is_next {
        let issues = if verdict == Verdict::Rejected { detail.clone() } else { Value::Absent };
        cursor = cursor::write(frame.clone(), verdict, issues, around.now);
        let is_gone = match change {
            Change::None => !before.is_there && !before.is_taken,
            Change::Remove => true,
            Change::Put(_) => false,
        };
        cursor.push("isGone", is_gone.then_some(true).into());
    }
    match verdict {
        Verdict::Ok => answer.push("result", detail),
        Verdict::Conflict => echo.push("current", detail),
        Verdict::Rejected => echo.push("issues", detail),
        _ => echo.push("expected", detail),
    }
    answer.push("op", echo.into_owned());
    Ok(Settled { verdict, cursor, change, answer, forget: cursor::forgotten(around.now) })
}

impl Settled {
    /// The HTTP answer.
    #[must_use]
    pub fn reply(&self) -> Reply {
        Reply::operation(&self.answer.json(), self.verdict)
    }
}

/// `{ cursor?, row?, answer, forget }`: rows to write, where `row` is `null` for a pipeline that goes.
impl From<Settled> for Value<'_> {
    fn from(Settled { cursor, change, answer, forget, .. }: Settled) -> Self {
        let row = match change {
            Change::None => Value::Absent,
            Change::Remove => Value::Null,
            Change::Put(row) => Value::from(row),
        };
        record! { "cursor": cursor, "row": row, "answer": answer, "forget": forget }
    }
}
