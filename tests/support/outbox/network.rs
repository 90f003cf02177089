//! What becomes of a request and of its answer on the way.

use crate::support::random::Random;
use convex_pipelines::value::{Field, Value};

/// How bad a network is: one in so many requests meets each fault; 0 for never.
#[derive(Clone, Copy, Debug, Default)]
pub struct Faults {
    /// The request does not arrive.
    pub lost: u64,
    /// Its answer does not arrive.
    pub deaf: u64,
    /// It arrives again, up to minutes later.
    pub doubled: u64,
    /// It takes its time, perhaps longer than anybody waits.
    pub slow: u64,
    /// The answer breaks off.
    pub truncated: u64,
    /// Something in between answers instead of the server: before it, or in place of its answer.
    pub foreign: u64,
    /// The session is not accepted.
    pub refused: u64,
}

impl Faults {
    /// Each schedule has troubles of its own.
    pub fn of(random: &mut Random) -> Self {
        let mut rate = || if random.one_in(3) { 0 } else { random.pick(&[2, 4, 8, 20]) };
        let [lost, deaf, doubled, slow, truncated, foreign, refused] = std::array::from_fn(|_| rate());
        Self { lost, deaf, doubled, slow, truncated, foreign, refused }
    }
}

/// An answer, as the shell has it.
#[derive(Clone, Debug)]
pub struct Http {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
}

impl Http {
    pub fn new(status: u16, body: &str) -> Self {
        Self { status, headers: Vec::new(), body: body.to_owned() }
    }

    pub fn to_value(&self) -> Value<'static> {
        let headers = self.headers.iter().map(|(name, text)| Field::new(name, text.clone().into())).collect();
        Value::Record(vec![
            Field::new("status", Value::Whole(self.status.into())),
            Field::new("headers", Value::Record(headers)),
            Field::new("body", self.body.clone().into()),
        ])
    }
}

/// What no answer at all is.
pub fn no_answer() -> Value<'static> {
    Value::Record(vec![Field::new("code", "unavailable".into()), Field::new("message", "the network failed".into())])
}

/// The answer of something that is not the server.
pub fn foreign(random: &mut Random, now: i64) -> Http {
    match random.within(0, 9) {
        0 => Http::new(200, "<html>Welcome to the airport</html>"),
        1 => Http::new(200, "{\"result\":true}"),
        2 => Http::new(302, ""),
        3 => Http::new(503, "{\"error\":{\"code\":\"unavailable\",\"message\":\"later\"}}"),
        4 => Http::new(500, "{\"error\":{\"code\":\"internal\",\"message\":\"something went wrong inside\"}}"),
        5 => Http { headers: vec![("retry-after", random.within(0, 120).to_string())], ..Http::new(429, "") },
        6 => {
            let moment = chrono::DateTime::from_timestamp_millis(now + random.within(-5_000, 90_000)).unwrap();
            let date = moment.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
            Http { headers: vec![("Retry-After", date)], ..Http::new(503, "busy") }
        }
        7 => Http::new(random.pick(&[404, 405, 415]), "nothing here"),
        8 => Http::new(
            422,
            "{\"error\":{\"code\":\"invalid\",\"message\":\"op: is not known\",\
             \"issues\":[{\"code\":\"unknown_field\",\"path\":[\"op\"],\"message\":\"is not known\"}]}}",
        ),
        _ => Http::new(204, ""),
    }
}

/// The session's end.
pub fn unauthorized(random: &mut Random) -> Http {
    let body = "{\"error\":{\"code\":\"unauthorized\",\"message\":\"credentials are absent or wrong\"}}";
    if random.one_in(2) { Http::new(401, body) } else { Http::new(403, "no") }
}
