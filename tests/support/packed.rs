//! Packs values as the package's shell does.

use convex_pipelines::value::Value;

const ABSENT: u8 = 0;
const NULL: u8 = 1;
const TRUE: u8 = 2;
const FALSE: u8 = 3;
const WHOLE: u8 = 4;
const TEXT: u8 = 5;
const LIST: u8 = 6;
const RECORD: u8 = 7;
const FOREIGN: u8 = 8;
const BROKEN_TEXT: u8 = 9;
const TOO_DEEP: u8 = 10;
const TOO_LARGE: u8 = 11;
const DECIMAL: u8 = 12;
const END: u8 = 255;
const LONG: u8 = 255;

/// A value's packed bytes.
pub fn packed(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(value, &mut bytes);
    bytes
}

fn write(value: &Value, bytes: &mut Vec<u8>) {
    match value {
        Value::Absent => bytes.push(ABSENT),
        Value::Null => bytes.push(NULL),
        Value::Bool(flag) => bytes.push(if *flag { TRUE } else { FALSE }),
        Value::Whole(number) => {
            bytes.push(WHOLE);
            bytes.extend_from_slice(&exact(*number).to_le_bytes());
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

fn write_size(size: usize, bytes: &mut Vec<u8>) {
    bytes.extend_from_slice(&u32::try_from(size).unwrap().to_le_bytes());
}

#[allow(clippy::cast_precision_loss, reason = "it has 53 bits")]
fn exact(number: i64) -> f64 {
    number as f64
}
