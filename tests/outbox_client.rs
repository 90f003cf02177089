//! The outbox of a device, fact by fact.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail anywhere")]

mod support;

use convex_pipelines::error::{Error, ErrorCode};
use convex_pipelines::http::operation::Operation;
use convex_pipelines::model::secret::SecretStorage;
use convex_pipelines::model::timestamp::Timestamp;
use convex_pipelines::outbox::client::enqueue::enqueue;
use convex_pipelines::outbox::client::judge::{Sent, judge};
use convex_pipelines::outbox::client::person::{Asked, adopt, discard, resolve};
use convex_pipelines::outbox::client::plan::{Sender, plan};
use convex_pipelines::outbox::client::remote::Remote;
use convex_pipelines::outbox::client::status::status;
use convex_pipelines::outbox::client::{Chance, Surroundings};
use convex_pipelines::value;
use serde_json::{Value, json};
use support::NativeHost;
use support::outbox::disk::Disk;
use support::random::Random;
use support::written::{given, written};

const START: i64 = 1_795_378_440_000;
const LATER: &str = "2026-11-22T20:15:00.000Z";

/// A device with one tab and no network: what goes out is looked at, and answered by hand.
struct Device {
    disk: Disk,
    now: i64,
    random: Random,
    remote: Value,
    account: Option<&'static str>,
    attended: bool,
}

impl Device {
    fn new() -> Self {
        let remote = json!(null);
        Self { disk: Disk::default(), now: START, random: Random(1), remote, account: None, attended: false }
    }

    fn around(&mut self) -> Surroundings<'static> {
        let mut bytes = [0; 64];
        bytes.iter_mut().for_each(|byte| *byte = self.random.bits().to_le_bytes()[0]);
        Surroundings {
            now: Timestamp::from_milliseconds(self.now).unwrap(),
            chance: Chance::new(&bytes).unwrap(),
            storage: SecretStorage::Hashed,
            host: &NativeHost,
        }
    }

    fn remote(&mut self) -> Remote {
        let around = self.around();
        Remote::read(&given(self.remote.clone()), &around)
    }

    fn make(&mut self, kind: Operation, mut arguments: Value) -> Result<Value, Error> {
        if let Some(account) = self.account {
            arguments["accountId"] = account.into();
        }
        let id = arguments["id"].as_str().unwrap_or_default().to_owned();
        let around = self.around();
        let made = enqueue(kind, &self.disk.of(&id), &self.disk.document(&id), &given(arguments), &around)?;
        self.disk.write(&made);
        Ok(written(&made))
    }

    /// A pipeline that waits to be made; its id.
    fn create(&mut self, name: &str) -> String {
        let made = self.make(Operation::Create, json!({ "input": input(name) })).unwrap();
        made["reply"]["id"].as_str().unwrap().to_owned()
    }

    fn update(&mut self, id: &str, input: Value) -> String {
        let made = self.make(Operation::Update, json!({ "id": id, "input": input })).unwrap();
        made["operation"].as_str().unwrap().to_owned()
    }

    fn delete(&mut self, id: &str) {
        self.make(Operation::Delete, json!({ "id": id })).unwrap();
    }

    /// A pipeline that the server has.
    fn settled(&mut self, name: &str) -> String {
        let id = self.create(name);
        let call = self.sends().remove(0);
        let result = self.shown(&id);
        self.answers(&call, verdict(&call, "ok", json!({ "result": result })));
        id
    }

    fn shown(&self, id: &str) -> Value {
        let mut shown = written(&self.disk.document(id));
        if let Some(fields) = shown.as_object_mut() {
            fields.remove("nameKey");
            fields.remove("webhookSecret");
        }
        shown
    }

    fn plan(&mut self, sending: Value, at_once: bool) -> Value {
        let (around, sending) = (self.around(), given(sending));
        let sender = Sender { account_id: self.account, sending: &sending, at_once };
        let planned = plan(&self.disk.all(), &self.remote(), sender, &around);
        self.disk.write(&planned);
        written(&planned)
    }

    /// What is sent now.
    fn sends(&mut self) -> Vec<Value> {
        self.plan(json!([]), false)["send"].as_array().unwrap().clone()
    }

    fn answers(&mut self, call: &Value, answer: Value) -> Value {
        let around = self.around();
        let (op, answer) = (given(call["args"]["op"].clone()), given(answer));
        let kind = Operation::parse(call["operation"].as_str().unwrap()).unwrap();
        let sent = Sent { account_id: self.account, kind, op: &op, answer: &answer, attended: self.attended };
        let rows = self.disk.of(call["args"]["id"].as_str().unwrap());
        let judged = judge(&rows, self.remote(), sent, &around).unwrap();
        self.disk.write(&judged);
        let judged = written(&judged);
        self.remote = judged["remote"].clone();
        judged
    }

    /// Sends what is due, of one pipeline, and has it answered.
    fn exchange(&mut self, word: &str, more: Value) -> Value {
        self.now += 120_000;
        let calls = self.sends();
        assert_eq!(calls.len(), 1, "{calls:?}");
        let answer = verdict(&calls[0], word, more);
        self.answers(&calls[0], answer)
    }

    fn resolve(&mut self, op_id: &str, choice: Value) -> Result<Value, Error> {
        let around = self.around();
        let id = self.disk.operations[op_id].text_of("pipelineId").unwrap().to_owned();
        let choice = given(choice);
        let asked = Asked { account_id: self.account, op_id, choice: &choice };
        let resolved = resolve(&self.disk.of(&id), &self.disk.document(&id), asked, &around)?;
        self.disk.write(&resolved);
        Ok(written(&resolved))
    }

    fn status(&mut self) -> Value {
        let around = self.around();
        written(&status(&self.disk.all(), self.account, &self.remote(), true, &around))
    }

    fn needs(&mut self) -> Vec<Value> {
        self.status()["needsYou"].as_array().unwrap().clone()
    }

    fn operations(&self) -> usize {
        self.disk.operations.len()
    }
}

fn input(name: &str) -> Value {
    json!({ "name": name, "steps": [{ "id": "a", "kind": "clean", "options": {} }] })
}

/// The server's word on a call; `more` is laid over the answer and its `op`.
fn verdict(call: &Value, word: &str, more: Value) -> Value {
    let sent = &call["args"]["op"];
    let mut op = json!({ "opId": sent["opId"], "seq": sent["seq"], "verdict": word });
    let mut body = json!({});
    for (key, value) in more.as_object().unwrap() {
        let place = if key == "result" { &mut body } else { &mut op };
        place[key] = value.clone();
    }
    body["op"] = op;
    let status = if matches!(word, "client_fork" | "out_of_order") { 409 } else { 200 };
    json!({ "status": status, "headers": {}, "body": body.to_string() })
}

fn answer(status: u16, headers: Value, body: &str) -> Value {
    json!({ "status": status, "headers": headers, "body": body })
}

/// How long the device leaves the server alone after such an answer.
fn pause_after(call_answer: Value) -> i64 {
    let mut device = Device::new();
    device.create("a");
    let call = device.sends().remove(0);
    let judged = device.answers(&call, call_answer);
    judged["remote"]["nextAt"].as_i64().unwrap() - device.now
}

#[test]
fn what_a_caller_is_told_is_what_the_device_shows_however_fast_changes_follow() {
    let mut device = Device::new();
    let id = device.create("a");
    let mut told = Vec::new();
    for name in ["b", "c", "d"] {
        let made = device.make(Operation::Update, json!({ "id": id, "input": { "name": name } })).unwrap();
        told.push(made["reply"]["updatedAt"].clone());
        assert_eq!(made["documents"][0]["document"]["updatedAt"], *told.last().unwrap(), "{name}");
    }
    let mut sorted: Vec<_> = told.iter().map(ToString::to_string).collect();
    sorted.sort();
    sorted.dedup();
    assert_eq!(sorted.len(), 3, "{told:?}");
}

#[test]
fn a_creation_travels_with_its_digest_and_without_its_secret() {
    let mut device = Device::new();
    let made = device.make(Operation::Create, json!({ "input": input("a") })).unwrap();
    let secret = made["reply"]["webhookSecret"].as_str().unwrap();
    let calls = device.sends();
    let args = &calls[0]["args"];
    assert_eq!(calls[0]["operation"], "create");
    assert_eq!(args["secretDigest"].as_str().unwrap().len(), 64);
    assert_eq!(args["secretLastFour"], secret[secret.len() - 4..]);
    assert_eq!(args["op"]["seq"], 1);
    let stored = format!("{}{}", written(&device.disk.all()), device.shown(args["id"].as_str().unwrap()));
    assert!(!stored.contains(secret) && !calls[0].to_string().contains(secret));
}

#[test]
fn only_an_answer_that_echoes_the_operation_settles_it() {
    let other = json!({ "args": { "op": { "opId": "0d9f7c1e-8b1f-4a57-9f57-2f4c6a1c9f7e", "seq": 1 } } });
    for strange in [
        json!({ "code": "unavailable", "message": "no network" }),
        answer(200, json!({}), "<html>hello</html>"),
        answer(200, json!({}), "{\"result\":true}"),
        answer(200, json!({}), "{\"op\":{\"opId\":"),
        answer(204, json!({}), ""),
        answer(302, json!({}), ""),
        answer(408, json!({}), ""),
        answer(425, json!({}), ""),
        answer(429, json!({}), ""),
        answer(500, json!({}), "{\"error\":{\"code\":\"internal\",\"message\":\"oh\"}}"),
        verdict(&other, "ok", json!({})),
    ] {
        let mut device = Device::new();
        device.create("a");
        let call = device.sends().remove(0);
        let judged = device.answers(&call, strange.clone());
        assert!(judged.get("outcome").is_none(), "{strange}");
        assert_eq!((device.operations(), &judged["remote"]["remote"]), (1, &json!("away")), "{strange}");
    }
    let mut device = Device::new();
    let id = device.create("a");
    let call = device.sends().remove(0);
    for (field, value) in [("verdict", json!("perhaps")), ("seq", json!(2)), ("seq", json!(null))] {
        device.answers(&call, verdict(&call, "ok", json!({ field: value })));
        assert_eq!(device.operations(), 1, "{field} {value}");
    }
    // A verdict with the status of another kind of answer is not the server's.
    let mut wrong = verdict(&call, "ok", json!({}));
    wrong["status"] = 500.into();
    device.answers(&call, wrong);
    assert_eq!(device.operations(), 1);
    let result = device.shown(&id);
    let judged = device.answers(&call, verdict(&call, "ok", json!({ "result": result })));
    assert_eq!((device.operations(), &judged["outcome"]["data"]), (0, &result));
    assert_eq!(judged["documents"][0]["unsent"], false);
}

#[test]
fn pauses_grow_to_a_minute_with_full_jitter() {
    let mut most = Vec::new();
    for failures in 0..12 {
        let pauses = (0..40).map(|seed| {
            let mut device = Device::new();
            device.random = Random(seed);
            device.create("a");
            for _ in 0..failures {
                device.now += 120_000;
                let call = device.sends().remove(0);
                device.answers(&call, answer(500, json!({}), ""));
            }
            device.now += 120_000;
            let call = device.sends().remove(0);
            let judged = device.answers(&call, answer(500, json!({}), ""));
            judged["remote"]["nextAt"].as_i64().unwrap() - device.now
        });
        let pauses: Vec<_> = pauses.collect();
        let longest = (500 << failures).min(60_000);
        assert!(pauses.iter().all(|pause| (0..=longest).contains(pause)), "{failures}: {pauses:?}");
        assert!(pauses.iter().any(|pause| *pause < longest / 4), "{failures}: {pauses:?}");
        most.push(pauses.into_iter().max().unwrap());
    }
    assert!(most[0] > 400 && most[11] > 50_000, "{most:?}");
}

#[test]
fn a_server_says_when_to_come_again_within_an_hour() {
    for (header, expected) in [
        ("7", 7_000),
        (" 0 ", 0),
        ("999999", 3_600_000),
        ("Sun, 22 Nov 2026 20:14:30 GMT", 30_000),
        ("Sun, 22 Nov 2026 19:14:30 GMT", 0),
        ("Mon, 23 Nov 2026 20:14:30 GMT", 3_600_000),
    ] {
        for name in ["Retry-After", "retry-after"] {
            assert_eq!(pause_after(answer(503, json!({ name: header }), "")), expected, "{name}: {header}");
        }
    }
    for unreadable in ["soon", "-1", "1.5", "Sun, 22 Xyz 2026 20:14:30 GMT", "Sun, 22 anF 2026 20:14:30 GMT", ""] {
        let pause = pause_after(answer(503, json!({ "retry-after": unreadable }), ""));
        assert!((0..=500).contains(&pause), "{unreadable}: {pause}");
    }
}

#[test]
fn a_session_that_is_refused_is_tried_again_after_one_to_ten_minutes() {
    for status in [401, 403] {
        let mut device = Device::new();
        device.create("a");
        let mut pauses = Vec::new();
        for _ in 0..6 {
            let call = device.sends().remove(0);
            let judged = device.answers(&call, answer(status, json!({}), ""));
            assert_eq!(judged["remote"]["remote"], "refused");
            assert_eq!(judged["remote"]["lastError"]["code"], "unauthorized");
            assert_eq!(device.sends().len(), 0, "paused");
            let pause = judged["remote"]["nextAt"].as_i64().unwrap() - device.now;
            device.now += pause;
            pauses.push(pause / 60_000);
        }
        assert_eq!(pauses, [1, 2, 4, 8, 10, 10]);
        assert_eq!(device.operations(), 1);
    }
}

#[test]
fn a_server_that_knows_no_operations_is_asked_every_five_minutes() {
    let refusal = |path: Value| {
        let issue = json!({ "code": "unknown_field", "path": path, "message": "is not known" });
        json!({ "error": { "code": "invalid", "message": "no", "issues": [issue] } }).to_string()
    };
    for (status, body, expected) in [
        (404, String::new(), "blocked"),
        (405, String::new(), "blocked"),
        (415, String::new(), "blocked"),
        (422, refusal(json!(["op"])), "blocked"),
        (422, refusal(json!(["op", "seq"])), "blocked"),
        (422, refusal(json!(["name"])), "away"),
        (422, String::new(), "away"),
    ] {
        let mut device = Device::new();
        device.create("a");
        let call = device.sends().remove(0);
        let judged = device.answers(&call, answer(status, json!({}), &body));
        assert_eq!(judged["remote"]["remote"], expected, "{status} {body}");
        if expected == "blocked" {
            assert_eq!(judged["remote"]["nextAt"].as_i64().unwrap() - device.now, 300_000);
        }
        assert_eq!(device.operations(), 1);
    }
}

#[test]
fn a_person_need_not_wait() {
    let mut device = Device::new();
    device.create("a");
    let call = device.sends().remove(0);
    device.answers(&call, answer(401, json!({}), ""));
    assert_eq!(device.plan(json!([]), true)["send"].as_array().unwrap().len(), 1);
}

#[test]
fn four_pipelines_are_sent_side_by_side_and_one_where_the_server_is_away() {
    let mut device = Device::new();
    for name in ["a", "b", "c", "d", "e", "f"] {
        device.create(name);
    }
    let planned = device.plan(json!([]), false);
    let calls = planned["send"].as_array().unwrap().clone();
    assert_eq!((calls.len(), planned.get("wakeAt")), (4, None), "the next answer wakes it");
    let ids: Vec<_> = calls.iter().map(|call| call["args"]["op"]["opId"].clone()).collect();
    assert_eq!(device.plan(json!(ids), false)["send"], json!([]), "the others wait for room");
    assert_eq!(device.plan(json!(ids[1..]), false)["send"].as_array().unwrap().len(), 1);
    for call in &calls {
        device.answers(call, answer(500, json!({}), ""));
    }
    device.now += 1_000;
    assert_eq!(device.sends().len(), 1, "four failures at once were one");
}

#[test]
fn operations_of_one_pipeline_go_one_by_one_and_in_order() {
    let mut device = Device::new();
    let id = device.create("a");
    assert_eq!(device.sends().len(), 1);
    device.update(&id, json!({ "name": "b" }));
    device.delete(&id);
    assert_eq!(device.sends().len(), 0, "the first is still under way");
    for (operation, seq) in [("create", 1), ("update", 2), ("delete", 3)] {
        device.now += 120_000;
        let call = device.sends().remove(0);
        assert_eq!((&call["operation"], &call["args"]["op"]["seq"]), (&json!(operation), &json!(seq)));
        device.answers(&call, verdict(&call, "ok", json!({})));
    }
    assert_eq!((device.disk.queues.len(), device.operations()), (0, 0));
}

#[test]
fn updates_that_were_never_sent_become_one() {
    let mut device = Device::new();
    let id = device.settled("a");
    let first = device.update(&id, json!({ "name": "b", "description": "x" }));
    let second = device.update(&id, json!({ "name": "c", "defaultSource": "https://example.org/" }));
    assert_eq!((&first, device.operations()), (&second, 1));
    let call = device.sends().remove(0);
    let source = "https://example.org/";
    assert_eq!(call["args"]["input"], json!({ "name": "c", "description": "x", "defaultSource": source }));
    assert_eq!(call["args"]["op"]["old"], json!({ "name": "a", "description": null, "defaultSource": null }));
    // From here on it may have arrived.
    let third = device.update(&id, json!({ "name": "d" }));
    assert_ne!(second, third);
    let rotation = device.update(&id, json!({ "rotateSecret": true }));
    assert_ne!(third, rotation, "a rotation is an event of its own");
    assert_eq!(device.operations(), 3);
    assert_eq!(device.shown(&id)["name"], "d");
}

#[test]
fn what_waits_is_shown_as_it_will_be() {
    let mut device = Device::new();
    let id = device.settled("a");
    device.update(&id, json!({ "name": "b" }));
    let call = device.sends().remove(0);
    device.update(&id, json!({ "description": "mine" }));
    let mut result = device.shown(&id);
    result["name"] = "b".into();
    result["description"] = "of others".into();
    result["defaultSource"] = "https://example.org/".into();
    device.answers(&call, verdict(&call, "ok", json!({ "result": result })));
    let shown = device.shown(&id);
    assert_eq!((&shown["name"], &shown["description"]), (&json!("b"), &json!("mine")));
    assert_eq!(shown["defaultSource"], "https://example.org/", "from the server's answer");
    device.delete(&id);
    assert_eq!(device.shown(&id), json!(null), "gone from every list");
    assert_eq!(device.status()["unsent"], json!([id]));
}

#[test]
fn a_read_is_what_waiting_changes_stand_on() {
    let mut device = Device::new();
    let id = device.settled("a");
    device.update(&id, json!({ "name": "b" }));
    let mut read = device.shown(&id);
    read["name"] = "a".into();
    read["description"] = "of others".into();
    let around = device.around();
    let adopted = adopt(&device.disk.of(&id), None, &given(read), &around).unwrap();
    device.disk.write(&adopted);
    let shown = device.shown(&id);
    assert_eq!((&shown["name"], &shown["description"]), (&json!("b"), &json!("of others")));
}

#[test]
fn a_condition_of_the_caller_is_compared_on_the_device() {
    let mut device = Device::new();
    let id = device.settled("a");
    let arguments = json!({ "id": id, "input": { "name": "b" }, "expectedUpdatedAt": LATER });
    let refused = device.make(Operation::Update, arguments);
    assert_eq!(refused.unwrap_err().code, ErrorCode::Conflict);
    let seen = device.shown(&id)["updatedAt"].clone();
    device.make(Operation::Update, json!({ "id": id, "input": { "name": "b" }, "expectedUpdatedAt": seen })).unwrap();
    assert!(device.sends()[0]["args"].get("expectedUpdatedAt").is_none());
}

#[test]
fn what_is_not_there_cannot_be_changed_and_what_is_there_not_made() {
    let mut device = Device::new();
    let id = device.create("a");
    let again = device.make(Operation::Create, json!({ "id": id, "input": input("b") }));
    assert_eq!(again.unwrap_err().code, ErrorCode::Conflict);
    device.delete(&id);
    let update = json!({ "id": id, "input": { "name": "b" } });
    assert_eq!(device.make(Operation::Update, update).unwrap_err().code, ErrorCode::NotFound);
    for (kind, arguments) in
        [(Operation::Delete, json!({ "id": id })), (Operation::RecordRun, json!({ "id": id, "completedAt": LATER }))]
    {
        assert!(device.make(kind, arguments).unwrap().get("operation").is_none(), "{kind:?}");
    }
    let unknown = "3f2b8c1e-4b8e-4a57-9d5e-0a8b3c2d1e0f";
    device.delete(unknown);
    assert_eq!(device.disk.of(unknown).get("operations").json().matches("delete").count(), 1, "others may have it");
}

/// A device on which the change of a name stands in conflict, and what others have made of it.
fn in_conflict() -> (Device, String, String) {
    let mut device = Device::new();
    let id = device.settled("a");
    let op_id = device.update(&id, json!({ "name": "mine" }));
    let mut current = device.shown(&id);
    current["name"] = "theirs".into();
    device.exchange("conflict", json!({ "current": current }));
    (device, id, op_id)
}

#[test]
fn a_conflict_waits_for_a_person_and_later_changes_wait_behind_it() {
    let (mut device, id, op_id) = in_conflict();
    device.update(&id, json!({ "description": "later" }));
    device.now += 3_600_000;
    assert_eq!(device.sends().len(), 0);
    let needs = device.needs();
    assert_eq!((needs.len(), &needs[0]["operation"], &needs[0]["why"]), (1, &json!(op_id), &json!("conflict")));
    assert_eq!((&needs[0]["mine"]["name"], &needs[0]["theirs"]["name"]), (&json!("mine"), &json!("theirs")));
    let shown = device.shown(&id);
    assert_eq!((&shown["name"], &shown["description"]), (&json!("mine"), &json!("later")));
}

#[test]
fn a_conflict_is_resolved_each_way() {
    for (choice, name) in [(json!("mine"), "mine"), (json!({ "name": "edited" }), "edited")] {
        let (mut device, id, op_id) = in_conflict();
        device.update(&id, json!({ "name": "later" }));
        let resolved = device.resolve(&op_id, choice).unwrap();
        assert_ne!(resolved["operation"], json!(op_id));
        let call = device.sends().remove(0);
        assert_eq!(call["args"]["input"], json!({ "name": name }));
        assert_eq!((&call["args"]["op"]["seq"], &call["args"]["op"]["old"]), (&json!(3), &json!({ "name": "theirs" })));
        device.answers(&call, verdict(&call, "ok", json!({})));
        let call = device.sends().remove(0);
        assert_eq!((&call["args"]["op"]["seq"], &call["args"]["op"]["old"]), (&json!(4), &json!({ "name": name })));
    }
    let (mut device, id, op_id) = in_conflict();
    device.update(&id, json!({ "description": "later" }));
    let resolved = device.resolve(&op_id, json!("theirs")).unwrap();
    assert!(resolved.get("operation").is_none());
    let shown = device.shown(&id);
    assert_eq!((&shown["name"], &shown["description"]), (&json!("theirs"), &json!("later")));
    assert_eq!(device.sends()[0]["args"]["op"]["seq"], 3);
}

#[test]
fn an_edited_conflict_may_rotate_the_secret_which_is_shown_once() {
    let (mut device, _, op_id) = in_conflict();
    let resolved = device.resolve(&op_id, json!({ "rotateSecret": true })).unwrap();
    assert_eq!(resolved["reply"]["webhookSecret"].as_str().unwrap().len(), 36);
    assert_eq!(device.sends()[0]["args"]["secretDigest"].as_str().unwrap().len(), 64);
}

#[test]
fn only_what_waits_for_a_person_is_resolved() {
    let (mut device, _, op_id) = in_conflict();
    assert_eq!(device.resolve(&op_id, json!({ "name": "" })).unwrap_err().code, ErrorCode::Invalid);
    let made = device.resolve(&op_id, json!("mine")).unwrap();
    let waiting = made["operation"].as_str().unwrap();
    assert_eq!(device.resolve(waiting, json!("theirs")).unwrap_err().code, ErrorCode::NotFound);
}

#[test]
fn a_rejected_change_is_kept_and_does_not_hold_up_the_others() {
    let mut device = Device::new();
    let id = device.settled("a");
    let op_id = device.update(&id, json!({ "name": "bad" }));
    let call = device.sends().remove(0);
    device.update(&id, json!({ "name": "b" }));
    let issue = json!({ "code": "too_long", "path": ["name"], "message": "must have at most 3 characters" });
    device.answers(&call, verdict(&call, "rejected", json!({ "issues": [issue] })));
    let needs = device.needs();
    assert_eq!((&needs[0]["why"], &needs[0]["issues"]), (&json!("rejected"), &json!([issue])));
    assert_eq!((&needs[0]["mine"]["name"], device.shown(&id)["name"].clone()), (&json!("bad"), json!("b")));
    let call = device.sends().remove(0);
    assert_eq!(call["args"]["op"]["old"], json!({ "name": "a" }), "what it was made on never came to be");
    device.answers(&call, verdict(&call, "ok", json!({})));
    device.resolve(&op_id, json!({ "name": "good" })).unwrap();
    let call = device.sends().remove(0);
    assert_eq!(call["args"]["op"]["old"], json!({ "name": "b" }));
    assert_eq!((&call["args"]["op"]["seq"], device.needs().len()), (&json!(4), 0));
}

#[test]
fn a_creation_that_is_rejected_takes_along_what_was_made_on_it() {
    let mut device = Device::new();
    let id = device.create("bad");
    let call = device.sends().remove(0);
    device.update(&id, json!({ "description": "x" }));
    device.answers(&call, verdict(&call, "rejected", json!({ "issues": [] })));
    assert_eq!((device.operations(), device.shown(&id)), (1, json!(null)));
    let needs = device.needs();
    assert_eq!((&needs[0]["mine"]["name"], &needs[0]["mine"]["description"]), (&json!("bad"), &json!("x")));
    let made = device.resolve(needs[0]["operation"].as_str().unwrap(), json!("mine")).unwrap();
    assert_ne!(made["reply"]["id"], json!(id));
    assert_eq!(made["reply"]["webhookSecret"].as_str().unwrap().len(), 36, "shown once");
    let call = device.sends().remove(0);
    assert_eq!((&call["operation"], &call["args"]["input"]["description"]), (&json!("create"), &json!("x")));
}

#[test]
fn a_caller_who_is_told_of_a_creation_does_not_take_along_what_others_made_on_it() {
    let mut device = Device::new();
    let id = device.create("bad");
    let call = device.sends().remove(0);
    device.update(&id, json!({ "description": "x" }));
    device.attended = true;
    device.answers(&call, verdict(&call, "rejected", json!({ "issues": [] })));
    assert_eq!(device.needs()[0]["mine"]["description"], "x");
}

#[test]
fn a_change_of_what_was_deleted_elsewhere_can_be_restored_under_a_new_id() {
    let mut device = Device::new();
    let id = device.settled("a");
    let op_id = device.update(&id, json!({ "name": "b" }));
    let call = device.sends().remove(0);
    device.update(&id, json!({ "description": "x" }));
    device.answers(&call, verdict(&call, "gone", json!({})));
    assert_eq!((device.shown(&id), device.operations()), (json!(null), 1));
    let needs = device.needs();
    assert_eq!((&needs[0]["why"], needs[0].get("theirs")), (&json!("gone"), None));
    assert_eq!((&needs[0]["mine"]["name"], &needs[0]["mine"]["description"]), (&json!("b"), &json!("x")));
    let made = device.resolve(&op_id, json!("mine")).unwrap();
    let restored = device.shown(made["reply"]["id"].as_str().unwrap());
    assert_eq!((&restored["name"], &restored["description"]), (&json!("b"), &json!("x")));
    assert_eq!((device.disk.queues.len(), device.operations()), (1, 1), "nothing of the old one is left");
}

#[test]
fn a_deletion_is_settled_by_gone_and_takes_along_what_came_before_it() {
    let mut device = Device::new();
    let id = device.settled("a");
    device.delete(&id);
    let judged = device.exchange("gone", json!({}));
    assert!(judged["outcome"].get("error").is_none());
    let id = device.settled("b");
    device.update(&id, json!({ "name": "c" }));
    let call = device.sends().remove(0);
    device.delete(&id);
    device.answers(&call, verdict(&call, "gone", json!({})));
    assert_eq!((device.operations(), device.needs().len()), (0, 0));
}

#[test]
fn a_caller_who_still_waits_is_told_and_nothing_is_left() {
    for (word, more, code) in [
        ("conflict", json!({}), "conflict"),
        (
            "rejected",
            json!({ "issues": [{ "code": "empty", "path": ["name"], "message": "must not be empty" }] }),
            "invalid",
        ),
        ("rejected", json!({}), "invalid"),
        ("gone", json!({}), "not_found"),
    ] {
        let mut device = Device::new();
        let id = device.settled("a");
        device.attended = true;
        device.update(&id, json!({ "name": "b" }));
        let judged = device.exchange(word, more.clone());
        assert_eq!(judged["outcome"]["error"]["code"], code, "{word}");
        assert_eq!((device.operations(), device.needs().len()), (0, 0), "{word}");
        let left = if word == "gone" { json!(null) } else { json!("a") };
        assert_eq!(device.shown(&id)["name"], left, "{word}");
        if more.get("issues").is_some() {
            assert_eq!(judged["outcome"]["error"]["issues"], more["issues"]);
        }
    }
}

#[test]
fn what_holds_more_than_one_change_is_kept_even_where_one_caller_is_told() {
    let mut device = Device::new();
    let id = device.settled("a");
    device.update(&id, json!({ "name": "b" }));
    device.update(&id, json!({ "description": "x" }));
    device.attended = true;
    let judged = device.exchange("rejected", json!({}));
    assert_eq!((&judged["outcome"]["error"]["code"], device.needs().len()), (&json!("invalid"), 1));
}

#[test]
fn a_caller_is_told_of_what_another_tab_has_put_aside() {
    let (mut device, _, op_id) = in_conflict();
    let call = json!({ "operation": "update", "args": { "id": device.disk.operations[&op_id].text_of("pipelineId"),
        "op": { "opId": op_id, "seq": 2, "clientId": "x" } } });
    device.answers(&call, verdict(&call, "conflict", json!({})));
    assert_eq!(device.needs().len(), 1, "the same answer again changes nothing");
    device.attended = true;
    device.answers(&call, verdict(&call, "conflict", json!({})));
    assert_eq!((device.needs().len(), device.operations()), (0, 0));
}

#[test]
fn a_server_that_counts_otherwise_meets_a_new_client_that_begins_at_one() {
    for word in ["client_fork", "out_of_order", "superseded"] {
        let mut device = Device::new();
        let id = device.settled("a");
        device.update(&id, json!({ "name": "b" }));
        let first = device.sends().remove(0);
        device.update(&id, json!({ "name": "c" }));
        let judged = device.answers(&first, verdict(&first, word, json!({ "expected": 1 })));
        assert!(judged.get("outcome").is_none(), "{word}");
        device.now += 1_000;
        let again = device.sends().remove(0);
        let (old, new) = (&first["args"]["op"], &again["args"]["op"]);
        assert_eq!((&old["opId"], &old["seq"], &new["seq"]), (&new["opId"], &json!(2), &json!(1)), "{word}");
        assert_ne!(old["clientId"], new["clientId"], "{word}");
        // The same word on what was sent before says nothing of what is sent now.
        device.answers(&first, verdict(&first, word, json!({})));
        assert_eq!(device.disk.queues[&id].text_of("clientId"), new["clientId"].as_str(), "{word}");
        device.answers(&again, verdict(&again, "ok", json!({})));
        assert_eq!(device.sends()[0]["args"]["op"]["seq"], 2, "{word}");
    }
}

#[test]
fn what_is_given_up_leaves_its_number_to_the_next() {
    let mut device = Device::new();
    let id = device.settled("a");
    let op_id = device.update(&id, json!({ "name": "b" }));
    let call = device.sends().remove(0);
    let around = device.around();
    let dropped = discard(&device.disk.of(&id), None, &op_id, &around).unwrap();
    device.disk.write(&dropped);
    assert_eq!(device.shown(&id)["name"], "a");
    device.update(&id, json!({ "name": "c" }));
    let next = device.sends().remove(0);
    for field in ["clientId", "seq"] {
        assert_eq!(call["args"]["op"][field], next["args"]["op"][field], "the server takes one of the two");
    }
}

#[test]
fn nothing_is_sent_with_another_accounts_session() {
    let mut device = Device::new();
    for account in ["ada", "bob"] {
        device.account = Some(account);
        device.create(account);
    }
    for account in ["ada", "bob"] {
        device.account = Some(account);
        assert_eq!(device.status()["pending"], 1);
        let calls = device.sends();
        assert_eq!((calls.len(), &calls[0]["args"]["accountId"]), (1, &json!(account)));
    }
    device.account = None;
    device.now += 120_000;
    assert_eq!((device.sends().len(), &device.status()["pending"]), (0, &json!(0)));
}

#[test]
fn the_hash_is_the_same_whoever_sets_the_account() {
    let hash = |account: Option<&'static str>| {
        let mut device = Device::new();
        device.account = account;
        let id = "3f2b8c1e-4b8e-4a57-9d5e-0a8b3c2d1e0f";
        device.make(Operation::Delete, json!({ "id": id })).unwrap();
        device.sends()[0]["args"]["op"]["bodyHash"].clone()
    };
    assert_eq!(hash(None), hash(Some("ada")));
}

#[test]
fn the_status_says_what_a_page_shows() {
    let mut device = Device::new();
    let moment = "2026-11-22T20:14:00.000Z";
    let none: [&str; 0] = [];
    assert_eq!(
        device.status(),
        json!({ "remote": "unknown", "since": moment, "pending": 0, "stuck": 0, "needsYou": none, "unsent": none,
            "durable": true })
    );
    let id = device.create("a");
    let call = device.sends().remove(0);
    device.answers(&call, answer(503, json!({}), "{\"error\":{\"code\":\"unavailable\",\"message\":\"later\"}}"));
    assert_eq!(
        device.status(),
        json!({ "remote": "away", "since": moment, "lastError": { "code": "unavailable", "message": "later" },
            "pending": 1, "stuck": 0, "needsYou": none, "unsent": [id], "durable": true })
    );
}

#[test]
fn what_waits_for_a_day_or_fifty_tries_is_stuck_and_goes_on() {
    let mut device = Device::new();
    device.create("a");
    device.now += 24 * 3_600_000 - 1;
    assert_eq!(device.status()["stuck"], 0);
    device.now += 1;
    assert_eq!(device.status()["stuck"], 1);
    let mut device = Device::new();
    device.create("a");
    for tries in 1..=60 {
        device.now += 61_000;
        let call = device.sends().remove(0);
        device.answers(&call, answer(500, json!({}), ""));
        assert_eq!(device.status()["stuck"], u32::from(tries >= 50), "{tries}");
    }
}

#[test]
fn what_a_verdict_of_ok_puts_can_be_left_out_where_there_is_no_room() {
    let mut device = Device::new();
    let id = device.settled("a");
    device.update(&id, json!({ "name": "b" }));
    let call = device.sends().remove(0);
    device.update(&id, json!({ "name": "c" }));
    let mut before = device.disk.clone();
    let judged = device.answers(&call, verdict(&call, "ok", json!({})));
    let deletions: Vec<_> =
        judged["changes"].as_array().unwrap().iter().filter(|change| change["row"].is_null()).collect();
    before.write(&given(json!({ "changes": deletions })));
    device.disk = before;
    let next = device.sends().remove(0);
    assert_eq!((&next["args"]["op"]["seq"], &next["args"]["input"]["name"]), (&json!(3), &json!("c")));
    assert_eq!(device.shown(&id)["name"], "c");
}

#[test]
fn a_row_that_cannot_be_read_is_named_kept_and_holds_up_its_pipeline_alone() {
    let mut device = Device::new();
    let (broken, whole) = (device.create("a"), device.create("b"));
    let op_id =
        device.disk.operations.iter().find(|(_, row)| row.text_of("pipelineId") == Some(&broken)).unwrap().0.clone();
    for (key, value) in
        [("seq", value::Value::Null), ("arguments", "x".into()), ("kind", "list".into()), ("nextAt", "soon".into())]
    {
        let mut device = Device { disk: device.disk.clone(), ..Device::new() };
        let row = device.disk.operations.get_mut(&op_id).unwrap();
        row.take(key);
        row.push(key, value);
        let planned = device.plan(json!([]), false);
        assert_eq!(planned["damaged"], json!([broken]), "{key}");
        assert_eq!((planned["send"].as_array().unwrap().len(), &planned["send"][0]["args"]["id"]), (1, &json!(whole)));
        let refused = device.make(Operation::Update, json!({ "id": broken, "input": { "name": "c" } }));
        assert_eq!(refused.unwrap_err().code, ErrorCode::Storage, "{key}");
    }
    device.disk.queues.remove(&broken);
    assert_eq!(device.plan(json!([]), false)["damaged"], json!([broken]), "without its queue nothing has a number");
}
