//! What the module weighs, on disk and as a server sends it: Convex and every first visit pay for it.
//! `weigh <.wasm> <compiled .wasm>` prints the sizes of the first, and of the parts of the second, of which it was made,
//! and refuses what has grown too large.

mod parts;

use std::ffi::OsStr;
use std::io::{self, Write};
use std::process::ExitCode;
use std::{env, fmt, fs};

use anyhow::{Context, Result, bail, ensure};
use flate2::write::GzEncoder;
use parts::Parts;

/// The most that the module may weigh as gzip, in bytes.
const GZIP_LIMIT: usize = 102_500;
/// The most that the module may weigh as brotli, in bytes.
const BROTLI_LIMIT: usize = 89_000;

fn main() -> ExitCode {
    match weigh() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("weigh: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn weigh() -> Result<()> {
    let mut paths = env::args_os().skip(1);
    let (Some(module), Some(compiled)) = (paths.next(), paths.next()) else {
        bail!("usage: weigh <.wasm> <compiled .wasm>");
    };
    let read = |path: &OsStr| fs::read(path).with_context(|| format!("reading {}", path.display()));
    let sizes = Sizes::of(&read(&module)?)?;
    println!("{sizes}");
    let parts = Parts::of(&read(&compiled)?, &env::current_dir()?)?;
    println!("{parts}");
    sizes.check()?;
    parts.check()
}

/// Sizes in bytes.
#[derive(Debug, PartialEq, Eq)]
struct Sizes {
    raw: usize,
    gzip: usize,
    brotli: usize,
}

impl Sizes {
    /// Measures `module` at the highest level of both encodings.
    fn of(module: &[u8]) -> Result<Self> {
        Ok(Self { raw: module.len(), gzip: gzip(module)?, brotli: brotli(module)? })
    }

    /// Refuses a module over either limit.
    fn check(&self) -> Result<()> {
        for (encoding, size, limit) in [("gzip", self.gzip, GZIP_LIMIT), ("brotli", self.brotli, BROTLI_LIMIT)] {
            ensure!(
                size <= limit,
                "the module is {} kB as {encoding}, and the limit is {} kB: see what has grown with \
                 `twiggy top` or by leaving a dependency out",
                kilobytes(size),
                kilobytes(limit),
            );
        }
        Ok(())
    }
}

impl fmt::Display for Sizes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "module: {} kB raw, {} kB gzip (limit {}), {} kB brotli (limit {})",
            kilobytes(self.raw),
            kilobytes(self.gzip),
            kilobytes(GZIP_LIMIT),
            kilobytes(self.brotli),
            kilobytes(BROTLI_LIMIT),
        )
    }
}

/// One decimal, rounded up: a size never looks smaller than it is. A kB is 1000 bytes.
fn kilobytes(bytes: usize) -> String {
    let tenths = bytes.div_ceil(100);
    format!("{}.{}", tenths / 10, tenths % 10)
}

fn gzip(module: &[u8]) -> io::Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(module)?;
    Ok(encoder.finish()?.len())
}

fn brotli(module: &[u8]) -> io::Result<usize> {
    let mut compressed = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    brotli::BrotliCompress(&mut &module[..], &mut compressed, &parameters)?;
    Ok(compressed.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_gzip(gzip: usize) -> Sizes {
        Sizes { raw: 200_000, gzip, brotli: 60_000 }
    }

    #[test]
    fn a_module_at_the_limit_passes_and_one_byte_more_does_not() {
        assert!(of_gzip(GZIP_LIMIT).check().is_ok());
        let refusal = of_gzip(GZIP_LIMIT + 1).check().unwrap_err().to_string();
        let (over, limit) = (kilobytes(GZIP_LIMIT + 1), kilobytes(GZIP_LIMIT));
        assert!(
            refusal.starts_with(&format!("the module is {over} kB as gzip, and the limit is {limit} kB")),
            "{refusal}"
        );
    }

    #[test]
    fn both_encodings_are_really_applied() {
        let sizes = Sizes::of(&[7; 10_000]).unwrap();
        assert_eq!(sizes.raw, 10_000);
        assert!(sizes.gzip < 100 && sizes.brotli < 50, "{sizes:?}");
    }

    #[test]
    fn sizes_round_up() {
        assert_eq!(kilobytes(81_001), "81.1");
        assert_eq!(kilobytes(0), "0.0");
    }
}
