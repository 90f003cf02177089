//! What npm shows and lawyers ask for, beside the package: npm takes nothing from outside its folder.

use std::fs;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::{notices, paths, stamp};

/// Files of the project that are published with the package.
const DOCUMENTS: [&str; 4] = ["README.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE"];
/// The one that is made.
const NOTICES: &str = "THIRD-PARTY-NOTICES.md";

/// Writes the documents of `pkg`.
pub fn write() -> Result<()> {
    let repository = repository()?;
    for name in DOCUMENTS {
        let text = fs::read_to_string(paths::root().join(name)).with_context(|| format!("reading {name}"))?;
        let text = if name.ends_with(".md") { published(&text, repository.as_deref()) } else { text };
        stamp::write(&paths::pkg().join(name), text.as_bytes())?;
    }
    stamp::write(&paths::pkg().join(NOTICES), notices::text()?.as_bytes())
}

/// Where the project lives: `repository` in `pkg/package.json`, the one place where an owner says so. npm derives the
/// homepage and the place for bugs from it.
fn repository() -> Result<Option<String>> {
    let package = fs::read(paths::pkg().join("package.json")).context("reading pkg/package.json")?;
    let package: Value = serde_json::from_slice(&package)?;
    let address = package["repository"]["url"].as_str().or(package["repository"].as_str());
    Ok(address.map(|url| url.trim_start_matches("git+").trim_end_matches(".git").trim_end_matches('/').to_owned()))
}

/// `text` as it can be read apart from the project: links into it lead to its `repository`. Without one, links to what is
/// published too stay, others become plain text, and pictures go.
fn published(text: &str, repository: Option<&str>) -> String {
    let mut written = String::new();
    let mut rest = text;
    while let Some((before, shown, target, after)) = next_link(rest) {
        let before = before.strip_suffix('!').unwrap_or(before);
        let is_picture = rest[before.len()..].starts_with('!');
        written += before;
        let mark = if is_picture { "!" } else { "" };
        let is_elsewhere = target.contains("://") || target.starts_with('#');
        match repository {
            _ if is_elsewhere => written += &format!("{mark}[{shown}]({target})"),
            Some(place) if is_picture => written += &format!("![{shown}]({place}/raw/HEAD/{target})"),
            Some(place) => written += &format!("[{shown}]({place}/blob/HEAD/{target})"),
            None if is_picture => {}
            None if DOCUMENTS.contains(&target) => written += &format!("[{shown}]({target})"),
            None => written += shown,
        }
        rest = after;
    }
    written + rest
}

/// The first link of `text`: what stands before, what is shown, where it leads and what follows.
fn next_link(text: &str) -> Option<(&str, &str, &str, &str)> {
    let middle = text.find("](")?;
    let start = text[..middle].rfind('[')?;
    let end = middle + text[middle..].find(')')?;
    Some((&text[..start], &text[start + 1..middle], &text[middle + 2..end], &text[end + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "![A picture](www/a.png)\n[`code`](src/a.rs), [changes](CHANGELOG.md), [there](https://x.example/y), [1]";

    #[test]
    fn links_lead_to_the_repository() {
        let expected = "![A picture](https://git.example/a/raw/HEAD/www/a.png)\n\
            [`code`](https://git.example/a/blob/HEAD/src/a.rs), [changes](https://git.example/a/blob/HEAD/CHANGELOG.md), \
            [there](https://x.example/y), [1]";
        assert_eq!(published(TEXT, Some("https://git.example/a")), expected);
    }

    #[test]
    fn without_one_no_link_is_dead() {
        let expected = "\n`code`, [changes](CHANGELOG.md), [there](https://x.example/y), [1]";
        assert_eq!(published(TEXT, None), expected);
    }
}
