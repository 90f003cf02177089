//! Writes JSON text.

use crate::value::Value;
use crate::value::decimal::push_decimal;

/// Writes a value behind `text`.
#[cfg_attr(module, optimize(speed))]
pub(in crate::value) fn write(value: &Value, text: &mut String) {
    match value {
        Value::Bool(flag) => text.push_str(if *flag { "true" } else { "false" }),
        Value::Whole(number) => push_decimal(text, *number),
        Value::Decimal(written) | Value::Written(written) => text.push_str(written),
        Value::Text(content) | Value::BrokenText(content) => write_text(content, text),
        Value::List(items) => write_items('[', items.iter(), ']', text, write),
        Value::Record(fields) => {
            let present = fields.iter().filter(|field| !field.value.is_absent());
            write_items('{', present, '}', text, |field, text| {
                write_text(&field.key, text);
                text.push(':');
                write(&field.value, text);
            });
        }
        Value::Absent | Value::Null | Value::Foreign | Value::TooDeep | Value::TooLarge => text.push_str("null"),
    }
}

#[cfg_attr(module, optimize(speed))]
fn write_items<T>(open: char, items: impl Iterator<Item = T>, close: char, text: &mut String, one: fn(T, &mut String)) {
    text.push(open);
    for (place, item) in items.enumerate() {
        if place > 0 {
            text.push(',');
        }
        one(item, text);
    }
    text.push(close);
}

/// Writes a text between quotation marks. Only those, backslashes and control characters cannot stand as they are.
#[cfg_attr(module, optimize(speed))]
fn write_text(mut content: &str, text: &mut String) {
    text.push('"');
    while let Some(at) = content.bytes().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f)) {
        let (plain, rest) = content.split_at(at);
        text.push_str(plain);
        let mut rest = rest.chars();
        match rest.next() {
            Some('"') => text.push_str("\\\""),
            Some('\\') => text.push_str("\\\\"),
            Some('\n') => text.push_str("\\n"),
            Some(control) => {
                let code = u32::from(control);
                text.push_str(if code < 16 { "\\u000" } else { "\\u001" });
                text.extend(char::from_digit(code % 16, 16));
            }
            None => {}
        }
        content = rest.as_str();
    }
    text.push_str(content);
    text.push('"');
}
