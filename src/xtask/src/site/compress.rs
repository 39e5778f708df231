//! Compressed copies, made once here so that the server never compresses a file while somebody waits.

use std::{ffi::OsStr, io::Write as _, path::Path};

use anyhow::Result;
use brotli::enc::BrotliEncoderParams;
use flate2::{Compression, write::GzEncoder};

use super::Flavour;

/// Whether compressing such a file helps: pictures and fonts are compressed already.
pub fn is_worthwhile(path: &Path) -> bool {
    const TEXT: &[&str] =
        &["css", "csv", "html", "ico", "js", "json", "map", "md", "mjs", "svg", "txt", "wasm", "webmanifest", "xml"];
    path.extension().and_then(OsStr::to_str).is_some_and(|extension| TEXT.contains(&extension))
}

/// Brotli, as small as it gets for a release.
pub fn brotli(bytes: &[u8], flavour: Flavour) -> Result<Vec<u8>> {
    let quality = match flavour {
        Flavour::Dev => 5,
        Flavour::Release => 11,
    };
    let parameters = BrotliEncoderParams { quality, size_hint: bytes.len(), ..Default::default() };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &*bytes, &mut compressed, &parameters)?;
    Ok(compressed)
}

/// Gzip, for what does not understand brotli.
pub fn gzip(bytes: &[u8], flavour: Flavour) -> Result<Vec<u8>> {
    let level = match flavour {
        Flavour::Dev => Compression::fast(),
        Flavour::Release => Compression::best(),
    };
    let mut encoder = GzEncoder::new(Vec::new(), level);
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn what_was_compressed_comes_back() -> Result<()> {
        let text = "鸿雁传书 ".repeat(500).into_bytes();
        for flavour in [Flavour::Dev, Flavour::Release] {
            let (small, zipped) = (brotli(&text, flavour)?, gzip(&text, flavour)?);
            assert!(small.len() < text.len() / 10 && zipped.len() < text.len() / 10);
            let mut back = Vec::new();
            brotli::BrotliDecompress(&mut small.as_slice(), &mut back)?;
            assert_eq!(back, text);
            back.clear();
            flate2::read::GzDecoder::new(zipped.as_slice()).read_to_end(&mut back)?;
            assert_eq!(back, text);
        }
        Ok(())
    }

    #[test]
    fn pictures_are_not_compressed_twice() {
        assert!(is_worthwhile(Path::new("favicon.svg")));
        assert!(!is_worthwhile(Path::new("logo.png")));
        assert!(!is_worthwhile(Path::new("LICENSE")));
    }
}
