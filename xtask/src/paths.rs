//! Where things are.

use std::env;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// The top of the repository. Cargo says where this package is when it runs it: what it said when it compiled it
/// would be wrong in a checkout that was moved or copied, which cargo does not take for a change.
pub fn root() -> &'static Path {
    static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
        let xtask = env::var_os("CARGO_MANIFEST_DIR").unwrap_or(env!("CARGO_MANIFEST_DIR").into());
        Path::new(&xtask).ancestors().nth(1).unwrap_or(Path::new(".")).to_owned()
    });
    &ROOT
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
