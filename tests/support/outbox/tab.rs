//! One tab: what a person does in it, and the loop that sends.

use super::disk::list;
use super::oracle::Change;
use super::world::{Committed, Event, World};
use convex_pipelines::http::operation::Operation;
use convex_pipelines::model::timestamp::Timestamp;
use convex_pipelines::outbox::client::enqueue::enqueue;
use convex_pipelines::outbox::client::judge::{Sent, judge};
use convex_pipelines::outbox::client::person::{Asked, discard, resolve};
use convex_pipelines::outbox::client::plan::{Sender, plan};
use convex_pipelines::outbox::client::remote::Remote;
use convex_pipelines::outbox::client::status::status;
use convex_pipelines::value::{Field, Value};

const ACCOUNTS: [&str; 2] = ["ada", "bob"];
/// How long a caller waits for a verdict.
const PATIENCE: i64 = 3_000;

pub struct Tab {
    pub life: u32,
    is_open: bool,
    account: usize,
    /// As each account finds the server.
    remotes: [Value<'static>; 2],
    /// The operations that are under way, by request.
    flying: Vec<(u64, String)>,
    wakes_at: i64,
}

#[derive(Clone)]
pub struct Request {
    pub number: u64,
    pub tab: usize,
    pub account: &'static str,
    pub operation: String,
    pub op: Value<'static>,
    pub body: String,
    pub is_double: bool,
}

impl Tab {
    pub fn new(account: usize) -> Self {
        Self {
            life: 0,
            is_open: true,
            account,
            remotes: [Value::Absent, Value::Absent],
            flying: Vec::new(),
            wakes_at: i64::MAX,
        }
    }

    pub fn closes(&mut self) {
        *self = Self { life: self.life + 1, is_open: false, ..Self::new(self.account) };
    }

    pub fn opens(&mut self) {
        self.is_open = true;
    }

    pub fn signs_in(&mut self, account: usize) {
        self.account = account;
    }

    fn account(&self) -> &'static str {
        ACCOUNTS[self.account]
    }
}

fn record(fields: Vec<(&'static str, Value<'static>)>) -> Value<'static> {
    Value::Record(fields.into_iter().map(|(key, value)| Field::new(key, value)).collect())
}

impl World {
    /// A person does something.
    pub fn act(&mut self, index: usize) {
        if !self.tabs[index].is_open {
            return self.after(500, Event::Act);
        }
        match self.random.within(0, 19) {
            0 if self.tabs.len() > 2 && !self.is_healed() => {
                let other = self.tabs[index].account;
                self.tabs[index].account =
                    if self.tabs[0].account == other { self.tabs[1].account } else { self.tabs[0].account };
            }
            1 => {
                self.answer_question(index);
            }
            2 => self.give_up(index),
            _ => self.change(index),
        }
        self.turn(index, false);
    }

    fn change(&mut self, index: usize) {
        let account = self.tabs[index].account();
        let is_ours = |row: &&Value| row.text_of("accountId") == Some(account);
        let known: Vec<_> = self.disk.documents.values().filter(is_ours).filter_map(|row| row.text_of("id")).collect();
        let known: Vec<_> = known.into_iter().map(str::to_owned).collect();
        let sort = self.random.within(0, 9);
        let (kind, id) = match known.len() {
            0 => (Operation::Create, None),
            1 | 2 if sort == 0 => (Operation::Create, None),
            count => {
                let id = known[self.random.bits() as usize % count].clone();
                let kind = match sort {
                    1 => Operation::Delete,
                    2 => Operation::RecordRun,
                    _ => Operation::Update,
                };
                (kind, Some(id))
            }
        };
        let mut arguments = vec![("accountId", account.into())];
        if let Some(id) = &id {
            arguments.push(("id", id.clone().into()));
        }
        let input =
            if matches!(kind, Operation::Create | Operation::Update) { self.input(kind) } else { Value::Absent };
        arguments.push(("input", input.clone()));
        if kind == Operation::RecordRun {
            arguments.push(("completedAt", Timestamp::from_milliseconds(self.now).unwrap().into()));
        }
        let around = self.around();
        let (rows, document) = match &id {
            Some(id) => (self.disk.of(id), self.disk.document(id)),
            None => (Value::Absent, Value::Null),
        };
        let result = enqueue(kind, &rows, &document, &record(arguments), &around).unwrap();
        self.tell(|| format!("tab {index}: {} {id:?} {} -> {}", kind.name(), input.json(), result.json()));
        if self.commit(index, &result).durable {
            self.made(index, &result, kind.name(), input, None);
        }
    }

    fn input(&mut self, kind: Operation) -> Value<'static> {
        let word = if self.random.one_in(15) { "bad" } else { "name" };
        let name = Value::from(format!("{word} {}", self.random.bits() % 1_000_000));
        if kind == Operation::Create {
            let step = record(vec![("id", "a".into()), ("kind", "clean".into()), ("options", record(Vec::new()))]);
            return record(vec![("name", name), ("steps", Value::List(vec![step]))]);
        }
        let text = Value::from(format!("text {}", self.random.bits() % 1_000_000));
        match self.random.within(0, 5) {
            0..=2 => record(vec![("name", name)]),
            3 => record(vec![("name", name), ("description", text)]),
            4 => record(vec![("description", if self.random.one_in(3) { Value::Null } else { text })]),
            _ => record(vec![("rotateSecret", true.into())]),
        }
    }

    /// Tells the oracle of a durable change, by what was asked for.
    fn made(
        &mut self,
        index: usize,
        result: &Value<'static>,
        kind: &'static str,
        input: Value<'static>,
        instead_of: Option<&str>,
    ) {
        let Some(op_id) = result.text_of("operation") else { return };
        // A disk that forgets may have done so already.
        let pipeline = self.disk.operations.get(op_id).and_then(|row| row.text_of("pipelineId")).unwrap_or_default();
        let caller = ((index, self.tabs[index].life), self.now + PATIENCE);
        self.oracle.made(Change { op_id, pipeline, kind, input, instead_of, caller });
    }

    /// Somebody answers one of the questions that the status of their account has; false where there is none.
    pub fn answer_question(&mut self, index: usize) -> bool {
        let Some((op_id, pipeline)) = self.question(index) else { return false };
        let choice = match self.random.within(0, 3) {
            0 | 1 => "mine".into(),
            2 => "theirs".into(),
            _ if self.oracle.kind(&op_id) == "create" => self.input(Operation::Create),
            _ => record(vec![("name", format!("edited {}", self.random.bits() % 1_000_000).into())]),
        };
        let around = self.around();
        let account_id = Some(self.tabs[index].account());
        let (rows, document) = (self.disk.of(&pipeline), self.disk.document(&pipeline));
        let before = self.disk.operations[&op_id].clone();
        let asked = Asked { account_id, op_id: &op_id, choice: &choice };
        let result = match resolve(&rows, &document, asked, &around) {
            Ok(result) => result,
            // What cannot be mended any more (the pipeline has gone, a part of an input is missing) is given up.
            Err(_) => {
                self.touched.insert(pipeline.clone());
                discard(&rows, account_id, &op_id, &around).unwrap()
            }
        };
        self.tell(|| format!("tab {index}: {op_id} is resolved by {} -> {}", choice.json(), result.json()));
        if self.commit(index, &result).durable {
            self.oracle.meets("resolved");
            self.oracle.closed(&op_id);
            let made = result.text_of("operation").and_then(|op_id| self.disk.operations.get(op_id).cloned());
            let Some(made) = made else { return true };
            let kind = Operation::parse(made.text_of("kind").unwrap()).unwrap();
            let was = before.text_of("kind") == made.text_of("kind");
            let input = match choice {
                Value::Record(_) => choice,
                // Made anew, it is the whole pipeline.
                _ if !was || kind == Operation::Create => made.get("arguments").get("input").clone(),
                _ => before.get("arguments").get("input").clone(),
            };
            // A conflict is settled in its place; what was refused is made again, behind all else.
            let instead_of = (before.text_of("verdict") == Some("conflict")).then_some(op_id.as_str());
            self.made(index, &result, kind.name(), input, instead_of);
        }
        true
    }

    fn question(&mut self, index: usize) -> Option<(String, String)> {
        let around = self.around();
        let tab = &self.tabs[index];
        let remote = Remote::read(&tab.remotes[tab.account], &around);
        let status = status(&self.disk.all(), Some(tab.account()), &remote, true, &around);
        let op_id = list(status.get("needsYou")).first()?.text_of("operation")?.to_owned();
        let pipeline = self.disk.operations[&op_id].text_of("pipelineId").unwrap().to_owned();
        Some((op_id, pipeline))
    }

    fn give_up(&mut self, index: usize) {
        let around = self.around();
        let account = Some(self.tabs[index].account());
        let ids: Vec<_> = self.disk.operations.iter().filter(|(_, row)| row.text_of("accountId") == account).collect();
        let Some((op_id, row)) = ids.last() else { return };
        let (op_id, pipeline) = ((*op_id).clone(), row.text_of("pipelineId").unwrap().to_owned());
        let result = discard(&self.disk.of(&pipeline), account, &op_id, &around).unwrap();
        self.tell(|| format!("tab {index}: {op_id} is given up -> {}", result.json()));
        if self.commit(index, &result).durable {
            self.oracle.meets("given up");
            self.touched.insert(pipeline);
            Self::goes(&result).iter().for_each(|op_id| self.oracle.closed(op_id));
        }
    }

    /// The loop looks for what is to be sent.
    pub fn turn(&mut self, index: usize, at_once: bool) {
        let around = self.around();
        let tab = &self.tabs[index];
        if !tab.is_open {
            return;
        }
        let remote = Remote::read(&tab.remotes[tab.account], &around);
        let sending = Value::List(tab.flying.iter().map(|(_, op_id)| op_id.clone().into()).collect());
        let account = tab.account();
        let sender = Sender { account_id: Some(account), sending: &sending, at_once };
        let planned = plan(&self.disk.all(), &remote, sender, &around);
        assert!(planned.get("damaged").is_absent(), "{planned:?}");
        let send = list(planned.get("send"));
        let is_alive = send.is_empty() || self.commit(index, &planned).alive;
        let goes_out = is_alive || self.planted.sends_before_commit;
        for call in send.iter().filter(|_| goes_out) {
            let number = self.random.bits();
            let op = call.get("args").get("op").clone();
            if is_alive {
                self.tabs[index].flying.push((number, op.text_of("opId").unwrap().to_owned()));
            }
            let (operation, body) = (call.text_of("operation").unwrap().to_owned(), call.get("args").json());
            self.sends(Request { number, tab: index, account, operation, op, body, is_double: false });
        }
        if !is_alive {
            return;
        }
        if let Value::Whole(at) = planned.get("wakeAt") {
            let tab = &mut self.tabs[index];
            // A timer that comes earlier looks again.
            if tab.wakes_at <= self.now || *at < tab.wakes_at {
                tab.wakes_at = *at;
                let life = tab.life;
                self.after(*at - self.now, Event::Wake { tab: index, life });
            }
        }
    }

    /// An answer comes, or the time for one is over.
    pub fn replies(&mut self, request: &Request, answer: &Value<'static>) {
        let (index, op) = (request.tab, &request.op);
        let tab = &mut self.tabs[index];
        let Some(at) = tab.flying.iter().position(|(number, _)| *number == request.number) else { return };
        tab.flying.remove(at);
        let caller = (index, tab.life);
        let account_number = ACCOUNTS.iter().position(|account| *account == request.account).unwrap();
        let around = self.around();
        let op_id = op.text_of("opId").unwrap().to_owned();
        let args = convex_pipelines::value::json::read(request.body.as_bytes()).unwrap();
        let pipeline = args.text_of("id").unwrap().to_owned();
        let attended = self.oracle.is_attended(&op_id, caller, self.now);
        let remote = Remote::read(&self.tabs[index].remotes[account_number], &around);
        let kind = Operation::parse(&request.operation).unwrap();
        let sent = Sent { account_id: Some(request.account), kind, op, answer, attended };
        let rows = self.disk.of(&pipeline);
        let mut judged = judge(&rows, remote, sent, &around).unwrap();
        let is_2xx = answer.get("status").whole().is_some_and(|status| (200..300).contains(&status));
        if self.planted.goes_on_any_2xx && judged.get("outcome").is_absent() && is_2xx {
            judged = discard(&rows, Some(request.account), &op_id, &around).unwrap();
        }
        self.tell(|| {
            format!("tab {index}: {op_id} judged on {} attended {attended} -> {}", answer.json(), judged.json())
        });
        let before = self.planted.settles_before_commit.then(|| self.disk.clone());
        if before.is_some() {
            self.disk.write(&judged);
            self.turn(index, false);
        }
        let Committed { durable, alive } = self.commit(index, &judged);
        if !durable && let Some(before) = before {
            self.disk = before;
        }
        if durable {
            let gone = Self::goes(&judged);
            if !judged.get("outcome").get("error").is_absent() {
                let (own, others): (Vec<_>, Vec<_>) = gone.iter().cloned().partition(|other| *other == op_id);
                self.oracle.absorbed(&others, &op_id, own.is_empty());
                if attended && !own.is_empty() {
                    self.oracle.told(&op_id, caller, self.now);
                }
            }
            gone.iter().for_each(|op_id| self.oracle.may_go(op_id));
        }
        if alive {
            self.tabs[index].remotes[account_number] = judged.get("remote").clone();
            self.turn(index, false);
        }
    }
}
