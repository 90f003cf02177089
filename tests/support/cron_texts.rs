//! Texts that were nearly cron expressions, as hands, editors and other dialects write them.

use super::random::{Random, expression};
use super::vectors::{AGREED, DISPUTED};

/// Those of the vectors, valid or not.
pub fn expressions() -> Vec<String> {
    let of_line = |line| serde_json::from_str::<serde_json::Value>(line).unwrap()["expr"].as_str().unwrap().to_owned();
    AGREED.lines().chain(DISPUTED.lines()).map(of_line).collect()
}

/// One of the lines or a random expression, with a few characters changed.
pub fn mutated(random: &mut Random, lines: &[String]) -> String {
    let mut text: Vec<char> = match random.one_in(2) {
        true => lines[random.within(0, lines.len() as i64 - 1) as usize].chars().collect(),
        false => expression(random).chars().collect(),
    };
    for _ in 0..random.within(0, 4) {
        change_character(random, &mut text);
    }
    text.into_iter().collect()
}

/// A random expression as it is mistaken: by one or two of the known mistakes, and now and then a changed character.
pub fn mistaken(random: &mut Random) -> String {
    let mut text = expression(random);
    if random.one_in(8) {
        text = random
            .pick(&["@daily", "@hourly", "@weekly", "@yearly", "@every 5m", "@every 2h", "0 24 * * *"])
            .to_owned();
    }
    for _ in 0..random.pick(&[1, 1, 1, 1, 2, 2, 3]) {
        text = mistake(random, text);
    }
    if random.one_in(4) {
        let mut characters = text.chars().collect();
        change_character(random, &mut characters);
        text = characters.into_iter().collect();
    }
    text
}

fn mistake(random: &mut Random, text: String) -> String {
    const BEFORE: &[&str] = &[
        "0 ",
        "00 ",
        "30 ",
        "*/10 ",
        "* ",
        "TZ=Europe/Berlin ",
        "CRON_TZ=UTC ",
        "# ",
        "#",
        "\u{feff}",
        "@",
        "\"",
        "root ",
    ];
    const BEHIND: &[&str] = &[
        " # every day",
        " #2",
        " #",
        "#2",
        " /usr/bin/job",
        " root",
        " *",
        " ?",
        " 2026",
        " TZ=UTC",
        " 5",
        ",",
        ";",
        "\n",
        " 2>&1",
        "\"",
        "L",
        "\u{200b}",
        " sun",
    ];
    const REPLACED: &[(&str, &[&str])] = &[
        (",", &[", ", " ,", " , ", ";", "; ", "\u{ff0c}", ",,", ",\t", ",\u{a0}", "\u{3001}"]),
        ("-", &[" - ", "- ", " -", "\u{2013}", "\u{2212}", "--", "~"]),
        ("/", &[" /", "/ ", " / ", "\u{2044}", "/0/", "//"]),
        (" ", &["  ", "\t", "\u{a0}", "\u{3000}", "\n", "\u{200b}", "", " * "]),
        ("*", &["?", "\u{2217}", "**", "", "*/", "1-"]),
        ("*/", &["/", "*", "0/", "3/", "1-5/"]),
        ("0", &["\u{ff10}", "\u{660}", "24", "60", "0/5", "00"]),
        ("1", &["\u{ff11}", "7-1", "1/2", "1/0", "L", "6-2", "FRI-SUN", "22-3/2"]),
        ("Jan", &["January", "nov-feb", "Juni"]),
        ("Mon", &["Monday", "Montag", "MON#1", "Monday-Sunday", "Sat-Mon/2"]),
    ];
    match random.within(0, 7) {
        0 => random.pick(BEFORE).to_owned() + &text,
        1 => text + random.pick(BEHIND),
        2 if random.one_in(6) => {
            let (open, close) = random.pick(&[("\"", "\""), ("'", "'"), ("\u{201c}", "\u{201d}"), ("`", "'")]);
            [open, &text, close].concat()
        }
        _ => {
            let (whole, others) = random.pick(REPLACED);
            let places: Vec<_> = text.match_indices(whole).map(|(place, _)| place).collect();
            if places.is_empty() {
                return text;
            }
            let with = random.pick(others);
            if random.one_in(3) {
                return text.replace(whole, with);
            }
            let place = random.pick(&places);
            [&text[..place], with, &text[place + whole.len()..]].concat()
        }
    }
}

fn change_character(random: &mut Random, text: &mut Vec<char>) {
    let place = random.within(0, text.len() as i64) as usize;
    let signs: Vec<char> = "0123456789*/,-? LW#H~@+'\"\t\n;()abcFRISUNjandaily\u{a0}\u{feff}–１٣🦀\0".chars().collect();
    match random.within(0, 4) {
        0..=1 => text.insert(place, random.pick(&signs)),
        2 if place < text.len() => text[place] = random.pick(&signs),
        3 if place < text.len() => drop(text.remove(place)),
        _ if random.one_in(30) => *text = text.repeat(random.within(2, 40) as usize),
        _ if place < text.len() => text.rotate_left(place),
        _ => text.push(' '),
    }
}
