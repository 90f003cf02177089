//! Where requests go and what they carry to be let in.

use crate::error::Error;
use crate::host::{Host, HostUrl};
use crate::issue::IssueCode;
use crate::issue::endpoint::EndpointFault;
use crate::schema::report::{Report, Unknown};
use crate::schema::table::{Rule, Schema, optional, required};
use crate::schema::text::any;
use crate::url::HttpUrl;
use crate::value::{Value, record};
use std::borrow::Cow;

const DEFAULT_SCHEME: &str = "Bearer";

static OPTIONS: Schema = Schema(&[
    optional("allowInsecure", Rule::Flag),
    required("baseUrl", Rule::Text(any)),
    optional("authScheme", Rule::Text(check_scheme)),
    optional("authToken", Rule::Text(check_token)),
]);

/// A checked address with its credentials.
#[derive(Clone)]
pub struct Endpoint {
    /// Without a trailing slash.
    pub base_url: String,
    /// What stands in `Authorization`, where a token was given.
    pub authorization: Option<String>,
}

impl Endpoint {
    /// Reads `{ baseUrl, authToken?, authScheme?, allowInsecure? }`; what else the options hold is not looked at.
    ///
    /// # Errors
    /// `config` with every issue; none of them quotes the token.
    pub fn parse(value: &Value, host: &dyn Host) -> Result<Self, Error> {
        let mut report = Report::new(Unknown::Ignored, host);
        let options = OPTIONS.read(value, &mut report);
        let base_url = options.text_of("baseUrl").and_then(|text| {
            let allows_insecure = matches!(options.get("allowInsecure"), Value::Bool(true));
            report.enter("baseUrl".into());
            let base_url = read_base_url(text, allows_insecure, host).map_err(IssueCode::Endpoint);
            let base_url = report.accept(base_url);
            report.leave();
            base_url
        });
        let base_url = report.finish(base_url).map_err(Error::config)?.unwrap_or_default();
        let scheme = options.text_of("authScheme").unwrap_or(DEFAULT_SCHEME);
        let authorization = options.text_of("authToken").map(|token| [scheme, " ", token].concat());
        Ok(Self { base_url, authorization })
    }
}

impl From<Endpoint> for Value<'_> {
    fn from(endpoint: Endpoint) -> Self {
        record! { "baseUrl": endpoint.base_url }
    }
}

fn read_base_url(text: &str, allows_insecure: bool, host: &dyn Host) -> Result<String, EndpointFault> {
    let given = HttpUrl::parse(text, host).ok_or(EndpointFault::NotUrl)?;
    if given.has_user_info {
        return Err(EndpointFault::Credentials);
    }
    let HostUrl { origin, hostname, pathname } = host.url(text).ok_or(EndpointFault::NotUrl)?;
    let is_local = matches!(hostname.as_str(), "localhost" | "127.0.0.1" | "[::1]");
    if !(given.is_secure || allows_insecure || is_local) {
        return Err(EndpointFault::Insecure);
    }
    // What is appended would land in it.
    if given.has_query_or_fragment {
        return Err(EndpointFault::QueryOrFragment);
    }
    if hostname.trim_end_matches('.').ends_with(".convex.cloud") {
        return Err(EndpointFault::ConvexCloud);
    }
    Ok([&origin, pathname.trim_end_matches('/')].concat())
}

fn check_scheme<'v>(scheme: &'v str, _: &dyn Host) -> Result<Cow<'v, str>, IssueCode> {
    if is_token(scheme) { Ok(scheme.into()) } else { Err(IssueCode::Endpoint(EndpointFault::Scheme)) }
}

fn check_token<'v>(token: &'v str, _: &dyn Host) -> Result<Cow<'v, str>, IssueCode> {
    let has_scheme = token.split_once(' ').is_some_and(|(first, _)| is_token(first));
    let fault = match token {
        "" => return Err(IssueCode::Empty),
        "undefined" | "null" => EndpointFault::TokenUnset,
        _ if has_scheme => EndpointFault::TokenWithScheme,
        _ if !token.bytes().all(|byte| byte.is_ascii_graphic()) => EndpointFault::TokenCharacters,
        _ => return Ok(token.into()),
    };
    Err(IssueCode::Endpoint(fault))
}

/// Whether `text` is a token of RFC 9110, section 5.6.2.
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}
