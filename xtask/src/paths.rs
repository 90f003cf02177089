//! Where things are.

use std::env;
use std::path::{Path, PathBuf};

/// The top of the repository.
pub fn root() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask)
}

/// The folder of the npm package.
pub fn pkg() -> PathBuf {
    root().join("pkg")
}

/// The folder of the test suites.
pub fn tests() -> PathBuf {
    root().join("tests")
}

/// The folder of the Next.js app.
pub fn example() -> PathBuf {
    root().join("www-example")
}

/// Where cargo puts what it makes of the root crate.
pub fn target() -> PathBuf {
    root().join(env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into()))
}

/// `path` as a person at the top of the repository would write it.
pub fn shown(path: &Path) -> String {
    match path.strip_prefix(root()) {
        Ok(inside) if inside.as_os_str().is_empty() => ".".into(),
        Ok(inside) => inside.display().to_string(),
        Err(_) => path.display().to_string(),
    }
}
