//! What can be wrong with the options of a client, with its wording. None of it quotes a token.

/// Why an address, a token or a scheme is refused before anything is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndpointFault {
    /// Not an absolute http(s) URL.
    NotUrl,
    /// Plain http to another machine.
    Insecure,
    /// A user name or password before the host.
    Credentials,
    /// A query or a fragment behind the path.
    QueryOrFragment,
    /// The host of Convex's functions instead of that of its HTTP actions.
    ConvexCloud,
    /// Characters that a header cannot carry.
    TokenCharacters,
    /// The scheme written in front of the token.
    TokenWithScheme,
    /// The text `undefined` or `null`: a variable that was not set.
    TokenUnset,
    /// A scheme that is no token of RFC 9110.
    Scheme,
}

impl EndpointFault {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::NotUrl | Self::Insecure | Self::Credentials | Self::QueryOrFragment | Self::ConvexCloud => "url",
            Self::TokenCharacters | Self::TokenWithScheme | Self::TokenUnset | Self::Scheme => "type",
        }
    }

    pub(super) fn message(self) -> &'static str {
        match self {
            Self::NotUrl => "must be an absolute http or https URL",
            Self::Insecure => "must be https, or http to localhost; allowInsecure permits http elsewhere",
            Self::Credentials => "must not hold a user name or password",
            Self::QueryOrFragment => "must not have a query or fragment",
            Self::ConvexCloud => "is where functions live; HTTP actions live on .convex.site",
            Self::TokenCharacters => "must be visible ASCII characters only",
            Self::TokenWithScheme => "must be the token alone; the scheme is authScheme",
            Self::TokenUnset => "is the name of nothing: was the variable set?",
            Self::Scheme => "must be a scheme such as Bearer",
        }
    }
}
