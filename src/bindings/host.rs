//! The JavaScript host: `Intl` knows the zones and `URL` the addresses.

use crate::host::{Host, HostUrl};
use js_sys::{Object, Reflect};
use std::cell::RefCell;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = Intl)]
    type DateTimeFormat;

    #[wasm_bindgen(constructor, catch, js_namespace = Intl)]
    fn new(locale: &str, options: &Object) -> Result<DateTimeFormat, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn format(this: &DateTimeFormat, instant: f64) -> Result<String, JsValue>;

    #[wasm_bindgen(js_name = Number)]
    fn number(text: &str) -> f64;

    type RegExp;

    #[wasm_bindgen(constructor)]
    fn new(pattern: &str, flags: &str) -> RegExp;

    #[wasm_bindgen(method)]
    fn test(this: &RegExp, text: &str) -> bool;

    #[wasm_bindgen(js_name = URL)]
    type Url;

    #[wasm_bindgen(constructor, catch, js_class = "URL")]
    fn new(text: &str) -> Result<Url, JsValue>;

    #[wasm_bindgen(method, getter)]
    fn origin(this: &Url) -> String;
    #[wasm_bindgen(method, getter)]
    fn hostname(this: &Url) -> String;
    #[wasm_bindgen(method, getter)]
    fn pathname(this: &Url) -> String;
}

/// How many formats are kept: more zones than one page or one call has schedules in, and few enough for the 30 kB that a
/// format takes.
const MAX_FORMATS: usize = 16;

thread_local! {
    /// The zone that was refused last: a value that is declined is read again, and its zone asked for again.
    static REFUSED: RefCell<String> = const { RefCell::new(String::new()) };
    /// By the zone's name in any case, the most recently used last. Making a format takes some hundred times as long as
    /// using it. A zone that the host does not know is not kept.
    static FORMATS: RefCell<Vec<(String, DateTimeFormat)>> = const { RefCell::new(Vec::new()) };
}

/// The browser, Node or Convex.
pub struct JsHost;

impl Host for JsHost {
    fn offset(&self, zone: &str, instant: i64) -> Option<i32> {
        FORMATS.with_borrow_mut(|formats| {
            match formats.iter().rposition(|(known, _)| known.eq_ignore_ascii_case(zone)) {
                Some(at) => formats.get_mut(at..)?.rotate_left(1),
                None => {
                    let format = make_format(zone)?;
                    if formats.len() == MAX_FORMATS {
                        formats.remove(0);
                    }
                    formats.push((zone.to_owned(), format));
                }
            }
            let (_, format) = formats.last()?;
            #[expect(clippy::cast_precision_loss, reason = "a moment of the years 0001 to 9999 has 48 bits")]
            let text = format.format(instant as f64).ok()?;
            parse_offset(&text)
        })
    }

    fn knows_zone(&self, zone: &str) -> bool {
        let is_kept = FORMATS.with_borrow(|formats| formats.iter().any(|(known, _)| known.eq_ignore_ascii_case(zone)));
        let is_known = is_kept || !REFUSED.with_borrow(|refused| refused == zone) && self.offset(zone, 0).is_some();
        if !is_known {
            REFUSED.replace(zone.to_owned());
        }
        is_known
    }

    fn number(&self, text: &str) -> f64 {
        number(text)
    }

    fn is_alphanumeric(&self, text: &str) -> bool {
        RegExp::new(r"^[\p{Alphabetic}\p{N}]*$", "u").test(text)
    }

    fn url(&self, text: &str) -> Option<HostUrl> {
        let url = Url::new(text).ok()?;
        Some(HostUrl { origin: url.origin(), hostname: url.hostname(), pathname: url.pathname() })
    }
}

fn make_format(zone: &str) -> Option<DateTimeFormat> {
    let options = Object::new();
    for (key, value) in [("timeZone", zone), ("timeZoneName", "longOffset")] {
        Reflect::set(&options, &key.into(), &value.into()).ok()?;
    }
    DateTimeFormat::new("en-US", &options).ok()
}

/// Reads the end of `11/23/2026, GMT+05:45`; UTC is `GMT` alone, and older offsets have seconds.
fn parse_offset(text: &str) -> Option<i32> {
    let offset = text.get(text.bytes().rposition(|byte| byte == b' ')? + 1..)?.strip_prefix("GMT")?;
    let mut digits = offset.chars();
    let sign = match digits.next() {
        None => return Some(0),
        Some('+') => 1,
        Some('-' | '\u{2212}') => -1,
        _ => return None,
    };
    let mut seconds = 0;
    for (part, unit) in digits.as_str().split(':').zip([3_600, 60, 1]) {
        seconds += part.parse::<i64>().ok()? * unit;
    }
    i32::try_from(sign * seconds).ok()
}
