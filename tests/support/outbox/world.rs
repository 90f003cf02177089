//! One schedule: who does what, when, and what fails.

use super::disk::{Disk, list};
use super::network::{Faults, Http, foreign, no_answer, unauthorized};
use super::oracle::{Oracle, Wrong};
use super::server::{Server, ServerFaults};
use super::tab::{Request, Tab};
use crate::support::NativeHost;
use crate::support::random::Random;
use convex_pipelines::model::secret::SecretStorage;
use convex_pipelines::model::timestamp::Timestamp;
use convex_pipelines::outbox::client::{Chance, Surroundings};
use convex_pipelines::value::Value;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};

/// Faults that are planted around the machine: each must be found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Planted {
    /// Any answer of 2xx takes the operation away.
    pub goes_on_any_2xx: bool,
    /// Each queue begins under the same client: its id outlives the database.
    pub client_outlives_database: bool,
    /// What is said to be durable may be gone after a kill.
    pub relaxed: bool,
    /// What follows a verdict happens before the verdict is durable.
    pub settles_before_commit: bool,
    /// What is sent goes out before it is noted as tried.
    pub sends_before_commit: bool,
    pub server: ServerFaults,
}

pub enum Event {
    Act,
    Meddle,
    Wake {
        tab: usize,
        life: u32,
    },
    Arrive(Request),
    Reply {
        request: Request,
        answer: Value<'static>,
    },
    Reopen {
        tab: usize,
    },
    /// The browser's data is cleared.
    Clear,
    Heal,
}

pub struct World {
    pub random: Random,
    pub now: i64,
    pub disk: Disk,
    pub server: Server,
    pub tabs: Vec<Tab>,
    pub oracle: Oracle,
    pub planted: Planted,
    accounts: usize,
    is_healed: bool,
    faults: Faults,
    /// One in so many transactions is a tab's last.
    kills: u64,
    /// Whether what happens is printed.
    pub is_told: bool,
    heap: BinaryHeap<Reverse<(i64, u64)>>,
    events: HashMap<u64, Event>,
    count: u64,
    earlier: Vec<Disk>,
    /// The pipelines that others change, or of which something was given up.
    pub touched: HashSet<String>,
}

const START: i64 = 1_795_378_440_000;
const SECOND: i64 = 1_000;
/// Long enough for the longest pause that a server may ask for and those of a client that is refused.
const DRAIN: i64 = 3 * 3_600 * SECOND;

impl World {
    pub fn new(seed: u64, planted: Planted) -> Self {
        let mut random = Random(seed);
        random.bits();
        let faults = Faults::of(&mut random);
        let kills = if random.one_in(3) { 0 } else { random.pick(&[4, 10, 30]) };
        let accounts = if random.one_in(4) { 2 } else { 1 };
        let tabs = (0..random.within(2, 4)).map(|index| Tab::new(index as usize % accounts)).collect();
        let server = Server::new(planted.server);
        let mut world = Self {
            random,
            now: START,
            disk: Disk::default(),
            server,
            tabs,
            oracle: Oracle::default(),
            planted,
            accounts,
            is_healed: false,
            faults,
            kills,
            is_told: false,
            heap: BinaryHeap::new(),
            events: HashMap::new(),
            count: 0,
            earlier: Vec::new(),
            touched: HashSet::new(),
        };
        world.schedule();
        world
    }

    fn schedule(&mut self) {
        let span = self.random.pick(&[5, 30, 120]) * SECOND;
        for _ in 0..self.random.within(4, 14) {
            let at = self.random.within(0, span);
            self.after(at, Event::Act);
        }
        for _ in 0..self.random.pick(&[0, 0, 1, 3]) {
            let at = self.random.within(0, span);
            self.after(at, Event::Meddle);
        }
        if self.random.one_in(6) {
            let at = self.random.within(0, span);
            self.after(at, Event::Clear);
        }
        self.after(span + SECOND, Event::Heal);
    }

    pub fn after(&mut self, pause: i64, event: Event) {
        self.count += 1;
        self.events.insert(self.count, event);
        self.heap.push(Reverse((self.now + pause, self.count)));
    }

    /// Runs the schedule to its end.
    pub fn run(mut self) -> Oracle {
        self.drain();
        // What a person was asked, they answer at last; what that makes is sent, too.
        for round in 0.. {
            if round == 40 {
                self.oracle.wrong(Wrong::Stuck, "questions that never end");
                break;
            }
            if self.disk.operations.is_empty() {
                break;
            }
            for index in 0..self.tabs.len() {
                if index < self.accounts {
                    self.tabs[index].signs_in(index);
                }
                while self.answer_question(index) {}
                self.turn(index, false);
            }
            self.drain();
        }
        if let Some(row) = self.disk.operations.values().next() {
            self.oracle.wrong(Wrong::Stuck, &row.json());
        }
        self.compare();
        self.oracle.finish();
        self.oracle
    }

    /// What a device shows is what the server has, unless others had a hand in it, or somebody has given something up.
    fn compare(&mut self) {
        for (id, shown) in &self.disk.documents {
            let there = self.server.pipelines.get(id);
            let is_same = ["name", "description", "secretLastFour", "lastRunAt"]
                .iter()
                .all(|field| there.is_some_and(|there| there.get(field) == shown.get(field)));
            if !is_same && !self.touched.contains(id) {
                self.oracle.wrong(
                    Wrong::Lost,
                    &format!("{} is shown, and {:?} is there", shown.json(), there.map(Value::json)),
                );
            }
        }
    }

    fn drain(&mut self) {
        let end = self.now + DRAIN;
        let mut steps = 0;
        while let Some(Reverse((at, number))) = self.heap.pop() {
            steps += 1;
            if at > end || steps > 20_000 {
                self.oracle.wrong(Wrong::Stuck, "it never comes to rest");
                return;
            }
            self.now = self.now.max(at);
            if let Some(event) = self.events.remove(&number) {
                self.happens(event);
            }
        }
    }

    fn happens(&mut self, event: Event) {
        match event {
            Event::Act => {
                let index = self.some_tab();
                self.act(index);
            }
            Event::Meddle => self.meddle(),
            Event::Wake { tab, life } => {
                if self.tabs[tab].life == life {
                    self.turn(tab, false);
                }
            }
            Event::Arrive(request) => self.arrives(request),
            Event::Reply { request, answer } => self.replies(&request, &answer),
            Event::Reopen { tab } => {
                self.tabs[tab].opens();
                self.turn(tab, false);
            }
            Event::Clear => {
                self.tell(|| "the device is cleared".into());
                for op_id in self.disk.operations.keys().cloned().collect::<Vec<_>>() {
                    self.oracle.closed(&op_id);
                }
                self.disk = Disk::default();
                self.earlier.clear();
                (0..self.tabs.len()).for_each(|index| self.dies(index));
            }
            Event::Heal => {
                (self.is_healed, self.faults, self.kills) = (true, Faults::default(), 0);
                // Nothing is sent for an account that is signed in nowhere.
                (0..self.accounts).for_each(|account| self.tabs[account].signs_in(account));
                // The network says so to some tabs; others find out.
                for index in 0..self.tabs.len() {
                    let at_once = self.random.one_in(2);
                    self.turn(index, at_once);
                }
            }
        }
    }

    fn some_tab(&mut self) -> usize {
        self.random.bits() as usize % self.tabs.len()
    }

    fn meddle(&mut self) {
        let ids: Vec<_> = self.server.pipelines.keys().cloned().collect();
        if ids.is_empty() {
            return;
        }
        let id = &ids[self.random.bits() as usize % ids.len()];
        self.touched.insert(id.clone());
        let text = format!("of others {}", self.count);
        self.tell(|| format!("somebody else changes {id}"));
        match self.random.within(0, 3) {
            0 => self.server.meddle(id, "name", None),
            1 => self.server.meddle(id, "description", Some(&text)),
            _ => self.server.meddle(id, "name", Some(&text)),
        }
    }

    pub fn around(&mut self) -> Surroundings<'static> {
        let mut bytes = [0; 64];
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.random.bits().to_le_bytes());
        }
        if self.planted.client_outlives_database {
            bytes[48..].fill(7);
        }
        let chance = Chance::new(&bytes).unwrap();
        let now = Timestamp::from_milliseconds(self.now).unwrap();
        Surroundings { now, chance, storage: SecretStorage::Hashed, host: &NativeHost }
    }

    /// Whether all faults are over.
    pub fn is_healed(&self) -> bool {
        self.is_healed
    }

    /// Says what happens, where somebody looks into a seed.
    pub fn tell(&self, what: impl Fn() -> String) {
        if self.is_told {
            println!("{:>9.3} {}", (self.now - START) as f64 / 1_000.0, what());
        }
    }

    /// Runs a transaction to its end; false where the tab is no more, whatever became of the transaction.
    pub fn commit(&mut self, index: usize, result: &Value<'static>) -> Committed {
        let is_killed = self.kills > 0 && self.random.one_in(self.kills);
        if is_killed {
            self.oracle.meets("killed");
            self.tell(|| format!("tab {index} is killed"));
        }
        if is_killed && self.random.one_in(2) {
            self.tell(|| "before its commit".into());
            self.dies(index);
            return Committed { durable: false, alive: false };
        }
        if self.planted.relaxed {
            self.earlier.push(self.disk.clone());
        }
        self.disk.write(result);
        if is_killed {
            self.dies(index);
        }
        Committed { durable: true, alive: !is_killed }
    }

    /// A tab is killed, and with it all that it waits for. Somebody opens it again.
    fn dies(&mut self, index: usize) {
        if self.planted.relaxed && self.earlier.len() > 2 && self.random.one_in(3) {
            let at = self.earlier.len() - self.random.within(1, 2) as usize;
            self.disk = self.earlier[at].clone();
            self.earlier.truncate(at);
        }
        self.tabs[index].closes();
        let pause = self.random.within(10, 5_000);
        self.after(pause, Event::Reopen { tab: index });
    }

    /// A request goes out.
    pub fn sends(&mut self, request: Request) {
        let faults = self.faults;
        let mut meets = |rate: u64| rate > 0 && self.random.one_in(rate);
        let (is_lost, is_doubled, is_slow) = (meets(faults.lost), meets(faults.doubled), meets(faults.slow));
        let way = if is_slow { self.random.within(1_000, 40_000) } else { self.random.within(1, 200) };
        if is_doubled {
            let later = self.random.within(1, 90_000);
            self.after(later, Event::Arrive(Request { is_double: true, ..request.clone() }));
        }
        // As long as a request may take.
        self.after(15_000, Event::Reply { request: request.clone(), answer: no_answer() });
        if !is_lost {
            self.after(way, Event::Arrive(request));
        }
    }

    fn arrives(&mut self, request: Request) {
        let faults = self.faults;
        let mut meets = |rate: u64| rate > 0 && self.random.one_in(rate);
        let (is_deaf, is_truncated, is_foreign, is_refused) =
            (meets(faults.deaf), meets(faults.truncated), meets(faults.foreign), meets(faults.refused));
        let is_before = self.random.one_in(2);
        let mut http = if is_refused {
            unauthorized(&mut self.random)
        } else if is_foreign && is_before {
            foreign(&mut self.random, self.now)
        } else {
            self.serves(&request)
        };
        if request.is_double || is_deaf {
            return;
        }
        if is_foreign && !is_before {
            http = foreign(&mut self.random, self.now);
        }
        if is_truncated {
            let half = self.random.bits() as usize % (http.body.len() + 1);
            http.body.truncate(half);
        }
        let way = self.random.within(1, 200);
        self.after(way, Event::Reply { request, answer: http.to_value() });
    }

    fn serves(&mut self, request: &Request) -> Http {
        let (http, processed) = self.server.answer(request.account, &request.operation, &request.body, self.now);
        self.tell(|| format!("server: {} {} -> {} {}", request.operation, request.op.json(), http.status, http.body));
        self.oracle.meets(match http.status {
            409 => "out of number",
            _ if processed.is_none() => "known already",
            _ => "new",
        });
        if let Some(processed) = processed {
            self.oracle.processed(&processed);
        }
        http
    }

    /// What a commit takes from the disk.
    pub fn goes(result: &Value<'static>) -> Vec<String> {
        let gone = list(result.get("changes"))
            .iter()
            .filter(|change| change.text_of("store") == Some("operations") && *change.get("row") == Value::Null);
        gone.map(|change| change.text_of("id").unwrap().to_owned()).collect()
    }
}

/// What became of a transaction, and of the tab that made it.
#[derive(Clone, Copy)]
pub struct Committed {
    pub durable: bool,
    pub alive: bool,
}
