//! The native stand-in for a JavaScript host: zone offsets from `chrono-tz`, addresses from the `url` crate.

use chrono::{DateTime, Offset, TimeZone, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};
use convex_pipelines::host::{Host, HostUrl};

/// Answers as a browser does.
pub struct NativeHost;

impl Host for NativeHost {
    fn offset(&self, zone: &str, instant: i64) -> Option<i32> {
        // `Intl` takes any case.
        let known = |zone: &str| TZ_VARIANTS.iter().find(|tz| tz.name().eq_ignore_ascii_case(zone)).copied();
        let tz: Tz = zone.parse().ok().or_else(|| known(zone))?;
        let instant = DateTime::<Utc>::from_timestamp_millis(instant)?.naive_utc();
        Some(tz.offset_from_utc_datetime(&instant).fix().local_minus_utc())
    }

    fn number(&self, text: &str) -> f64 {
        text.parse().unwrap_or(f64::NAN)
    }

    fn is_alphanumeric(&self, text: &str) -> bool {
        text.chars().all(char::is_alphanumeric)
    }

    fn url(&self, text: &str) -> Option<HostUrl> {
        let url = url::Url::parse(text).ok()?;
        Some(HostUrl {
            origin: url.origin().ascii_serialization(),
            hostname: url.host_str().unwrap_or_default().to_owned(),
            pathname: url.path().to_owned(),
        })
    }
}
