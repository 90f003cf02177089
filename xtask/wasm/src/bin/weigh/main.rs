//! What the module weighs, on disk and as a server sends it: Convex and every first visit pay for it.
//! `weigh <.wasm> <the one for Convex> <the part that checks values> <compiled .wasm>` prints the sizes of the first three, and of
//! the parts of the last, of which they were made, and refuses what has grown too large.

mod parts;

use std::ffi::OsStr;
use std::io::{self, Write};
use std::{env, fs};

use anyhow::{Context, Result, bail, ensure};
use flate2::write::GzEncoder;
use parts::Parts;

/// The most that the module may weigh.
const WHOLE: Limits = Limits { name: "the module", gzip: 99_700, brotli: 86_500 };
/// The most that the one for Convex may weigh.
const FOR_CONVEX: Limits = Limits { name: "the module for Convex", gzip: 76_700, brotli: 66_900 };

/// The most that what a first check compiles may weigh.
const FIRST: Limits = Limits { name: "the part that checks values", gzip: 41_200, brotli: 36_500 };

/// Limits in bytes.
struct Limits {
    name: &'static str,
    gzip: usize,
    brotli: usize,
}

fn main() -> Result<()> {
    let paths: Vec<_> = env::args_os().skip(1).collect();
    let [module, for_convex, first, compiled] = paths.as_slice() else {
        bail!("usage: weigh <.wasm> <the one for Convex> <the part that checks values> <compiled .wasm>");
    };
    let read = |path: &OsStr| fs::read(path).with_context(|| format!("reading {}", path.display()));
    let mut weighed = Vec::new();
    for (limits, path) in [(WHOLE, module), (FOR_CONVEX, for_convex), (FIRST, first)] {
        weighed.push((limits, Sizes::of(&read(path)?)?));
    }
    for (limits, sizes) in &weighed {
        println!("{}", sizes.beside(limits));
    }
    let parts = Parts::of(&read(compiled)?, &env::current_dir()?)?;
    println!("{parts}");
    for (limits, sizes) in &weighed {
        sizes.check(limits)?;
    }
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

    /// One line about them.
    fn beside(&self, limits: &Limits) -> String {
        format!(
            "{}: {} kB raw, {} kB gzip (limit {}), {} kB brotli (limit {})",
            limits.name,
            kilobytes(self.raw),
            kilobytes(self.gzip),
            kilobytes(limits.gzip),
            kilobytes(self.brotli),
            kilobytes(limits.brotli),
        )
    }

    /// Refuses a module over either limit.
    fn check(&self, limits: &Limits) -> Result<()> {
        for (encoding, size, limit) in [("gzip", self.gzip, limits.gzip), ("brotli", self.brotli, limits.brotli)] {
            ensure!(
                size <= limit,
                "{} is {} kB as {encoding}, and the limit is {} kB: see what has grown with \
                 `twiggy top` or by leaving a dependency out",
                limits.name,
                kilobytes(size),
                kilobytes(limit),
            );
        }
        Ok(())
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
        Sizes { raw: 200_000, gzip, brotli: 30_000 }
    }

    #[test]
    fn a_module_at_the_limit_passes_and_one_byte_more_does_not() {
        for limits in [WHOLE, FOR_CONVEX, FIRST] {
            assert!(of_gzip(limits.gzip).check(&limits).is_ok());
            let refusal = of_gzip(limits.gzip + 1).check(&limits).unwrap_err().to_string();
            let (name, over, limit) = (limits.name, kilobytes(limits.gzip + 1), kilobytes(limits.gzip));
            assert!(
                refusal.starts_with(&format!("{name} is {over} kB as gzip, and the limit is {limit} kB")),
                "{refusal}"
            );
        }
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
