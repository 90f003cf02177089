//! Where requests go and what they carry to be let in.

use crate::error::Error;
use crate::host::{Host, HostUrl};
use crate::issue::IssueCode;
use crate::issue::endpoint::EndpointFault;
use crate::model::read::{Fields, Report, Unknown, flag};
use crate::model::text::owned_text;
use crate::value::Value;
use serde::Serialize;

const DEFAULT_SCHEME: &str = "Bearer";

/// A checked address with its credentials.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Endpoint {
    /// Without a trailing slash.
    pub base_url: String,
    /// What stands in `Authorization`, where a token was given.
    #[serde(skip)]
    pub authorization: Option<String>,
}

impl Endpoint {
    /// Reads `{ baseUrl, authToken?, authScheme?, allowInsecure? }`; what else the options hold is not looked at.
    ///
    /// # Errors
    /// `config` with every issue; none of them quotes the token.
    pub fn parse(value: &Value, host: &dyn Host) -> Result<Self, Error> {
        let mut report = Report::new(Unknown::Refused, host);
        let endpoint = Self::read(value, &mut report);
        report.finish(endpoint).map_err(Error::config)
    }

    fn read(value: &Value, report: &mut Report) -> Option<Self> {
        let fields = Fields::open(value, &[], report)?;
        let allows_insecure = fields.optional("allowInsecure", report, flag);
        let base_url = fields.read("baseUrl", report, owned_text).and_then(|text| {
            report.enter("baseUrl".into());
            let base_url =
                read_base_url(&text, allows_insecure.flatten() == Some(true), report.host).map_err(IssueCode::Endpoint);
            let base_url = report.accept(base_url);
            report.leave();
            base_url
        });
        let scheme = fields.optional("authScheme", report, |value, report| {
            let scheme = owned_text(value, report)?;
            report.accept(if is_token(&scheme) { Ok(scheme) } else { Err(IssueCode::Endpoint(EndpointFault::Scheme)) })
        });
        let token = fields.optional("authToken", report, |value, report| {
            let token = owned_text(value, report)?;
            report.accept(check_token(&token).map(|()| token))
        });
        let scheme = scheme?;
        allows_insecure?;
        let authorization = token?.map(|token| [scheme.as_deref().unwrap_or(DEFAULT_SCHEME), " ", &token].concat());
        Some(Self { base_url: base_url?, authorization })
    }
}

fn read_base_url(text: &str, allows_insecure: bool, host: &dyn Host) -> Result<String, EndpointFault> {
    let url = host.url(text).ok_or(EndpointFault::NotUrl)?;
    let HostUrl { protocol, origin, hostname, pathname, search, hash, has_credentials } = url;
    match protocol.as_str() {
        "https:" => {}
        "http:" if allows_insecure || matches!(hostname.as_str(), "localhost" | "127.0.0.1" | "[::1]") => {}
        "http:" => return Err(EndpointFault::Insecure),
        _ => return Err(EndpointFault::NotUrl),
    }
    if has_credentials {
        return Err(EndpointFault::Credentials);
    }
    // An empty query or fragment is not among the parts of a URL, but what is appended would still land in it.
    if !search.is_empty() || !hash.is_empty() || text.contains(['?', '#']) {
        return Err(EndpointFault::QueryOrFragment);
    }
    if hostname.ends_with(".convex.cloud") {
        return Err(EndpointFault::ConvexCloud);
    }
    Ok([&origin, pathname.trim_end_matches('/')].concat())
}

fn check_token(token: &str) -> Result<(), IssueCode> {
    let has_scheme = token.split_once(' ').is_some_and(|(first, _)| is_token(first));
    let fault = match token {
        "" => return Err(IssueCode::Empty),
        "undefined" | "null" => EndpointFault::TokenUnset,
        _ if has_scheme => EndpointFault::TokenWithScheme,
        _ if !token.bytes().all(|byte| byte.is_ascii_graphic()) => EndpointFault::TokenCharacters,
        _ => return Ok(()),
    };
    Err(IssueCode::Endpoint(fault))
}

/// Whether `text` is a token of RFC 9110, section 5.6.2.
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}
