//! What each call does with what it is given: one breath for each.

use super::device;
use super::given::Given;
use super::host::JsHost;
use crate::error::Error;
use crate::http::call::{Call, Origin};
use crate::http::endpoint::Endpoint;
use crate::http::operation::Operation;
use crate::http::reply::Reply;
use crate::http::retry_after::retry_after;
use crate::http::verdict::Verdict;
use crate::http::{cursor, guard, request, response};
use crate::model::id::id_spellings;
use crate::model::input::{CREATE_INPUT, UPDATE_INPUT};
use crate::model::list_item::{Place, list_item, name_key};
use crate::model::row::Row;
use crate::model::run::PIPELINE_RUN;
use crate::model::schedule::{SCHEDULE, Schedule};
use crate::model::secret::candidates;
use crate::model::settings::Settings;
use crate::model::timestamp::{GIVEN_MOMENT, Timestamp};
use crate::model::{change, preview};
use crate::outbox::server::settle;
use crate::run::history::{Bounds, prune};
use crate::run::{self, Before, Decision, Run};
use crate::schema::report::{MAX_DEPTH, Unknown};
use crate::value::{MAX_WALK_BYTES, MAX_WALK_DEPTH, Value, record};

pub fn answer<'v>(name: &str, given: &'v Given<'v>) -> Result<Value<'v>, Error> {
    let first = given.value(0);
    Ok(match name {
        "limits" => {
            let (walk, body) = (MAX_WALK_DEPTH, Value::Whole(guard::MAX_BODY_BYTES));
            record! { "depth": MAX_DEPTH, "walk": walk, "size": MAX_WALK_BYTES, "body": body }
        }

        "createInput" => CREATE_INPUT.parse(first, Unknown::Refused, &JsHost)?,
        "updateInput" => UPDATE_INPUT.parse(first, Unknown::Refused, &JsHost)?,
        "pipeline" => given.pipeline(0)?.into(),
        "pipelineRun" => PIPELINE_RUN.parse(first, Unknown::Kept, &JsHost)?,
        "schedule" => SCHEDULE.parse(first, Unknown::Refused, &JsHost)?,
        "form.createInput" => CREATE_INPUT.parse_form(first, &JsHost)?,
        "form.updateInput" => UPDATE_INPUT.parse_form(first, &JsHost)?,
        "form.schedule" => SCHEDULE.parse_form(first, &JsHost)?,

        "createPipeline" => change::create(given.create_input(0)?, given.context(1)?).into(),
        "updatePipeline" => change::update(given.pipeline(0)?, given.update_input(1)?, given.context(2)?).into(),
        "recordRun" => {
            let pipeline = given.pipeline(0)?;
            let completed_at = Timestamp::given(&GIVEN_MOMENT.parse(given.value(1), &JsHost)?);
            change::record_run(pipeline, completed_at.ok_or_else(Error::internal)?, Value::Absent).into()
        }
        "toListItem" => list_item(&given.pipeline(0)?).into_owned(),
        "nameKeys" => Value::List(name_key(given.text(0)).split('\n').map(|key| key.to_owned().into()).collect()),
        "comparePipelines" => {
            Value::Whole(Place::given(first, &JsHost)?.cmp(&Place::given(given.value(1), &JsHost)?) as i64)
        }

        "nextRuns" => {
            let runs = preview::next_runs(first, given.value(1), given.clock, &JsHost)?;
            Timestamp::joined(&runs).into()
        }
        "describeSchedule" => Schedule::parse(first, &JsHost)?.describe().into(),
        "explicitCron" => Schedule::parse(first, &JsHost)?.explicit_cron().into(),
        "checkCron" => preview::check_cron(first, &JsHost),

        "buildRequest" => request::build(given.operation(0)?, given.value(1), given.value(2), &JsHost)?.into(),
        "checkSettings" => Settings::parse(first, &JsHost).map(|_| Value::Null)?,
        "checkEndpoint" => Endpoint::parse(first, &JsHost)?.into(),
        "readResponse" => response::read(given.operation(0)?, given.value(1), &JsHost)?,
        "readAnswer" => response::read_answer(given.operation(0)?, given.value(1), &JsHost)?,
        "retryAfter" => record! { "ms": retry_after(first, given.now()?.milliseconds()).map(Value::Whole) },

        "readCall" => {
            let call = Call::of_body(given.operation(0)?, given.bytes, &JsHost)?;
            if given.flag(1) && guard::is_for_workers(&call) {
                return Err(guard::for_workers());
            }
            call.into()
        }
        "guardRequest" => guard::judge(first, given.value(1)).into(),
        "successReply" => {
            let result = first.text().ok_or_else(Error::internal)?;
            Reply::success(result, given.value(1).text()).into()
        }
        "operationReply" => {
            let verdict = Verdict::parse(given.text(1)).ok_or_else(Error::internal)?;
            Reply::operation(given.text(0), verdict).into()
        }
        "errorReply" => Reply::to_reported(first).into(),
        "payloadTooLarge" => Reply::payload_too_large().into(),
        "requestTimeout" => Reply::request_timeout().into(),
        "incompleteBody" => Reply::incomplete_body().into(),

        "planCreate" => {
            let creation = given.arguments(Operation::Create, 0)?.into_creation(given.entropy()?);
            Row::create(creation, given.now()?, given.storage(1)?).timed(given.now()?, &JsHost).into()
        }
        "planUpdate" => {
            let update = given.arguments(Operation::Update, 1)?.into_update(given.entropy()?);
            given.row(0)?.update(update, given.now()?, given.storage(2)?)?.timed(given.now()?, &JsHost).into()
        }
        "planRecordRun" => {
            let completed_at = given.arguments(Operation::RecordRun, 1)?.completed_at()?;
            given.row(0)?.record_run(completed_at, given.storage(2)?).into()
        }
        "issuesOfCall" => match Call::parse(given.operation(0)?, Origin::Wire, given.value(1), &JsHost) {
            Ok(_) => Value::Null,
            Err(error) => Value::list(&error.issues).into_owned(),
        },
        "settle" => settle(given.operation(0)?, given.value(1), &given.before(2), given.around(3)?)?.into(),
        "decideRun" => {
            let decision = Decision::parse(given.text(0)).ok_or_else(Error::internal)?;
            let before = Before::of(decision, given.value(2), &JsHost)?;
            run::decide(decision, given.value(1), before, given.around(3)?, given.entropy()?)?.into()
        }
        "dueRun" => run::due(&given.row(0)?, given.now()?, &JsHost).map_or(Value::Null, Value::from),
        "showRun" => {
            let run = Run::parse(first, &JsHost)?;
            if given.flag(1) { run.listed() } else { run.show() }
        }
        "historyBounds" => {
            let bounds = Bounds::parse(first, given.value(1).whole().unwrap_or(1), &JsHost)?;
            let since = given.now().ok().map(|now| bounds.since(now));
            record! { "bounds": bounds, "since": since }
        }
        "pruneRuns" => {
            let bounds = Bounds::parse(given.value(1), 1, &JsHost)?;
            prune(first, bounds, given.now()?).into()
        }

        "showRow" => given.row(0)?.show(given.storage(1)?).into(),
        "rowListItem" => given.row(0)?.list_item().into_owned(),
        "secretCandidates" => candidates(given.text(0)).into(),
        "cursorAfter" => cursor::write(first).into(),
        "readCursor" => cursor::read(given.text(0))?,
        "idSpellings" => id_spellings(given.text(0)).into(),

        "unknownId" => return Err(Error::not_found()),
        "noCursor" => return Err(cursor::refusal()),
        "idTaken" => return Err(Error::id_taken()),
        "secretTaken" => return Err(Error::secret_taken()),
        "contention" => return Err(Error::contention()),
        _ => device::answer(name, given)?,
    })
}
