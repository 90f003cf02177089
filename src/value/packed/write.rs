//! Writes what [`super::read`] reads.

use super::{
    ABSENT, BROKEN_TEXT, DECIMAL, END, FALSE, FOREIGN, LIST, LONG, NULL, RECORD, TEXT, TOO_DEEP, TOO_LARGE, TRUE, WHOLE,
};
use crate::value::Value;

/// Writes a value behind `bytes`.
pub fn write(value: &Value, bytes: &mut Vec<u8>) {
    match value {
        Value::Absent => bytes.push(ABSENT),
        Value::Null => bytes.push(NULL),
        Value::Bool(flag) => bytes.push(if *flag { TRUE } else { FALSE }),
        #[expect(clippy::cast_precision_loss, reason = "it has 53 bits")]
        Value::Whole(number) => {
            bytes.push(WHOLE);
            bytes.extend_from_slice(&(*number as f64).to_le_bytes());
        }
        Value::Decimal(text) => write_text(DECIMAL, text, bytes),
        Value::Text(text) | Value::Written(text) => write_text(TEXT, text, bytes),
        Value::BrokenText(text) => write_text(BROKEN_TEXT, text, bytes),
        Value::List(items) => {
            bytes.push(LIST);
            write_size(items.len(), bytes);
            items.iter().for_each(|item| write(item, bytes));
        }
        Value::Record(fields) => {
            bytes.push(RECORD);
            for field in fields {
                write_text(if field.broken { BROKEN_TEXT } else { TEXT }, &field.key, bytes);
                write(&field.value, bytes);
            }
            bytes.push(END);
        }
        Value::Foreign => bytes.push(FOREIGN),
        Value::TooDeep => bytes.push(TOO_DEEP),
        Value::TooLarge => bytes.push(TOO_LARGE),
    }
}

fn write_text(tag: u8, text: &str, bytes: &mut Vec<u8>) {
    bytes.push(tag);
    match u8::try_from(text.len()) {
        Ok(length) if length < LONG => bytes.push(length),
        _ => {
            bytes.push(LONG);
            write_size(text.len(), bytes);
        }
    }
    bytes.extend_from_slice(text.as_bytes());
}

/// No module has more memory than such a number can count.
fn write_size(size: usize, bytes: &mut Vec<u8>) {
    bytes.extend_from_slice(&u32::try_from(size).unwrap_or(u32::MAX).to_le_bytes());
}
