//! Decides whether a request is let in, from its head alone and in a fixed order.
//!
//! Credentials are judged before anything else of the request, so that a caller without any learns nothing.

use super::call::Call;
use super::operation::Operation;
use super::reply::Reply;
use crate::error::{Error, ErrorCode};
use crate::value::{Value, record};
use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq};

/// The largest body that is read, in bytes.
pub const MAX_BODY_BYTES: i64 = 1024 * 1024;

/// The variables that may hold a token. Several at once make a rotation without downtime.
pub const TOKEN_VARIABLES: [&str; 3] = ["PIPELINES_ADMIN_TOKEN", "CONVEX_ADMIN_KEY", "CONVEX_DEPLOYMENT_KEY"];
const SCHEME_VARIABLE: &str = "CONVEX_AUTH_SCHEME";
const ALLOW_DEPLOY_KEY_VARIABLE: &str = "PIPELINES_ALLOW_DEPLOY_KEY";
const DEFAULT_SCHEMES: [&str; 2] = ["Bearer", "Deployment"];
/// A token shorter than this is guessed.
const MIN_TOKEN_LENGTH: usize = 32;
const PLACEHOLDERS: [&str; 7] = ["changeme", "change-me", "change_me", "placeholder", "replace", "your-", "your_"];

/// What becomes of a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// Read the body and carry it out.
    Proceed {
        /// Its name.
        operation: &'static str,
    },
    /// Answer this.
    Refuse {
        /// What to answer.
        reply: Reply,
        /// What to log.
        event: Event,
    },
}

/// Why a request was refused, for the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// No usable token is configured.
    MissingAdminToken,
    /// The credentials are absent, malformed or wrong.
    Unauthorized,
    /// The request is not one that is answered here.
    Refused,
}

impl Event {
    /// The stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::MissingAdminToken => "missing_admin_token",
            Self::Unauthorized => "unauthorized",
            Self::Refused => "refused",
        }
    }
}

impl From<Verdict> for Value<'_> {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Proceed { operation } => record! { "operation": operation },
            Verdict::Refuse { reply, event } => record! { "reply": reply, "event": event.name() },
        }
    }
}

/// Judges the head `{ method, path, authorization?, contentType?, contentLength? }` under the `environment`'s variables;
/// `open: true` beside them stands for a sign-in that has already happened.
#[must_use]
pub fn judge(head: &Value, environment: &Value) -> Verdict {
    let is_signed_in = matches!(environment.get("open"), Value::Bool(true));
    if !is_signed_in && let Some((error, event)) = refuse_credentials(head, environment) {
        return Verdict::Refuse { reply: Reply::refusal(&error), event };
    }
    match read_head(head) {
        // A route's own sign-in is a person's; workers have the token.
        Ok(operation) if is_signed_in && operation.is_for_workers() => {
            Verdict::Refuse { reply: Reply::refusal(&for_workers()), event: Event::Unauthorized }
        }
        Ok(operation) => Verdict::Proceed { operation: operation.name() },
        Err(reply) => Verdict::Refuse { reply, event: Event::Refused },
    }
}

/// The refusal of a call that only a worker may make.
#[must_use]
pub fn for_workers() -> Error {
    Error::new(ErrorCode::Unauthorized, "credentials are absent or wrong")
}

/// Whether a call that is let in asks for what only a worker may do: to say how a run ended.
#[must_use]
pub fn is_for_workers(call: &Call) -> bool {
    !call.get("run").is_absent()
}

fn refuse_credentials(head: &Value, environment: &Value) -> Option<(Error, Event)> {
    let allows_deploy_key = text_of(environment, ALLOW_DEPLOY_KEY_VARIABLE) == "1";
    let tokens = TOKEN_VARIABLES.map(|variable| text_of(environment, variable).trim());
    let mut usable = tokens.into_iter().filter(|token| is_usable(token, allows_deploy_key)).peekable();
    if usable.peek().is_none() {
        let error = Error::new(ErrorCode::Unavailable, "no usable admin token is configured");
        return Some((error, Event::MissingAdminToken));
    }
    let presented = presented_token(text_of(head, "authorization"), text_of(environment, SCHEME_VARIABLE).trim());
    // Digests have one length, and every token is compared to its end: neither length nor position leaks.
    let presented_digest = Sha256::digest(presented.unwrap_or_default());
    let is_known = usable.fold(Choice::from(0), |known, token| {
        known | Sha256::digest(token).as_slice().ct_eq(presented_digest.as_slice())
    });
    let is_let_in = presented.is_some() & bool::from(is_known);
    (!is_let_in).then(|| (for_workers(), Event::Unauthorized))
}

/// Whether a configured token protects anything. A deploy key does not belong here: sent as `Authorization: Convex …` it
/// would make the call run as deployment admin.
fn is_usable(token: &str, allows_deploy_key: bool) -> bool {
    let repeats_one_character = token.bytes().all(|byte| token.as_bytes().first() == Some(&byte));
    token.len() >= MIN_TOKEN_LENGTH
        && token.bytes().all(|byte| byte.is_ascii_graphic())
        && !repeats_one_character
        && !PLACEHOLDERS.iter().any(|placeholder| holds(token, placeholder))
        && (allows_deploy_key || !token.contains('|'))
}

/// Whether `text` holds `part` in any case.
fn holds(text: &str, part: &str) -> bool {
    text.as_bytes().windows(part.len()).any(|window| window.eq_ignore_ascii_case(part.as_bytes()))
}

fn presented_token<'a>(authorization: &'a str, scheme: &str) -> Option<&'a str> {
    let (given, token) = authorization.trim().split_once(' ')?;
    let is_accepted = match scheme {
        "" => DEFAULT_SCHEMES.iter().any(|default| default.eq_ignore_ascii_case(given)),
        scheme => scheme.eq_ignore_ascii_case(given),
    };
    is_accepted.then(|| token.trim_start_matches(' ')).filter(|token| !token.is_empty())
}

fn read_head(head: &Value) -> Result<Operation, Reply> {
    let path = text_of(head, "path");
    let (folder, name) = path.split_at(path.bytes().rposition(|byte| byte == b'/').map_or(0, |slash| slash + 1));
    let operation = Operation::parse(name)
        .filter(|_| folder.ends_with("/pipelines/"))
        .ok_or_else(|| Reply::refusal(&Error::new(ErrorCode::NotFound, "there is no such operation")))?;
    if text_of(head, "method") != "POST" {
        return Err(Reply::method_not_allowed());
    }
    if !is_json(text_of(head, "contentType")) {
        return Err(Reply::unsupported_media_type());
    }
    // A length that is no number is not believed; the bytes are counted while they come.
    if text_of(head, "contentLength").trim().parse().is_ok_and(|length: i64| length > MAX_BODY_BYTES) {
        return Err(Reply::payload_too_large());
    }
    Ok(operation)
}

/// JSON is UTF-8; clients that say so spell it either way.
const CHARSETS: [&str; 2] = ["utf-8", "utf8"];

fn is_json(content_type: &str) -> bool {
    let mut parts = content_type.split(';').map(str::trim);
    let is_json = parts.next().is_some_and(|media_type| media_type.eq_ignore_ascii_case("application/json"));
    is_json
        && parts.all(|parameter| match parameter.split_once('=') {
            Some((name, value)) if name.trim().eq_ignore_ascii_case("charset") => {
                let value = value.trim().trim_matches('"').trim();
                CHARSETS.iter().any(|charset| charset.eq_ignore_ascii_case(value))
            }
            _ => true,
        })
}

fn text_of<'v>(record: &'v Value, key: &str) -> &'v str {
    record.text_of(key).unwrap_or_default()
}
