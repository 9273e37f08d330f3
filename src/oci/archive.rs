//! The layer of an artifact: a tar archive, compressed. Pure: bytes in, bytes out.
//!
//! The same files give the same bytes, wherever and whenever: names in order, no owner, no time, and of the mode only whether
//! a file is a program.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Read, Write},
};

use flate2::{Compression, GzBuilder, read::MultiGzDecoder, write::GzEncoder};
use sha2::{Digest as _, Sha256};
use tar::{Archive, Builder, EntryType, Header};

use crate::{digest::hexadecimal, oci::OciError};

/// The most files of an artifact: a bomb may consist of empty ones.
const MOST_FILES: usize = 1_000_000;

/// One file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct File {
    /// What is in it.
    pub content: Vec<u8>,
    /// Whether it is a program.
    pub is_executable: bool,
}

/// Files by their path in the artifact, with forward slashes.
pub type Files = BTreeMap<String, File>;

/// A layer, ready to be pushed.
#[derive(Debug)]
pub struct Layer {
    /// The compressed archive.
    pub bytes: Vec<u8>,
    /// Its digest: `sha256:` and 64 digits.
    pub digest: String,
    /// The digest of the archive before it is compressed.
    pub diff_id: String,
}

/// Writes on, and digests on the way.
struct Digesting<W> {
    inner: W,
    digest: Sha256,
}

impl<W: Write> Write for Digesting<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.inner.write(bytes)?;
        self.digest.update(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// The digest of some bytes as registries write it.
pub fn digest(bytes: impl AsRef<[u8]>) -> String {
    format!("sha256:{}", crate::digest::sha256(bytes))
}

/// Packs files. Directories are entries of their own, each before what is in it.
pub fn pack(files: &Files) -> io::Result<Layer> {
    // The time and the system would be in the header, were they not set.
    let compressed = GzBuilder::new().mtime(0).write(Vec::new(), Compression::default());
    let digesting = Digesting { inner: compressed, digest: Sha256::new() };
    let mut archive = Builder::new(digesting);
    let mut known = BTreeSet::new();
    for (path, file) in files {
        for (end, _) in path.match_indices('/') {
            if known.insert(&path[..end]) {
                append(
                    &mut archive,
                    &format!("{}/", &path[..end]),
                    EntryType::Directory,
                    0o755,
                    &[],
                )?;
            }
        }
        let mode = if file.is_executable { 0o755 } else { 0o644 };
        append(&mut archive, path, EntryType::Regular, mode, &file.content)?;
    }
    let Digesting { inner, digest: uncompressed } = archive.into_inner()?;
    let bytes = GzEncoder::finish(inner)?;
    Ok(Layer {
        digest: digest(&bytes),
        diff_id: format!("sha256:{}", hexadecimal(uncompressed.finalize())),
        bytes,
    })
}

fn append<W: Write>(
    archive: &mut Builder<W>,
    path: &str,
    kind: EntryType,
    mode: u32,
    content: &[u8],
) -> io::Result<()> {
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_mode(mode);
    header.set_size(content.len() as u64);
    header.set_mtime(0);
    archive.append_data(&mut header, path, content)
}

/// Unpacks the files of a layer: text and programs, no links, devices, or paths that lead out, and no more than `most` bytes.
pub fn unpack(bytes: &[u8], most: u64) -> Result<Files, OciError> {
    let mut files = Files::new();
    // Whatever the headers say, no more than this is ever decompressed: the content, and a block for each name.
    let limited = MultiGzDecoder::new(bytes).take(most.saturating_mul(2).saturating_add(1 << 20));
    let mut archive = Archive::new(limited);
    let mut total = 0;
    for entry in archive.entries().map_err(OciError::Archive)? {
        let mut entry = entry.map_err(OciError::Archive)?;
        let raw = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let wrong = |why| OciError::Entry { path: raw.clone(), why };
        let path = safe_path(&raw).ok_or_else(|| wrong("leads out of the directory"))?;
        // Git runs what it finds there.
        if path.split('/').any(|part| part.eq_ignore_ascii_case(".git")) {
            return Err(wrong("belongs to a repository of Git"));
        }
        match entry.header().entry_type() {
            EntryType::Directory | EntryType::XGlobalHeader => continue,
            EntryType::Regular | EntryType::Continuous => {}
            EntryType::Symlink | EntryType::Link => return Err(wrong("is a link")),
            EntryType::Char | EntryType::Block | EntryType::Fifo => {
                return Err(wrong("is a device"));
            }
            _ => return Err(wrong("is neither a file nor a directory")),
        }
        total += entry.size();
        if total > most {
            return Err(OciError::TooLarge { what: "what the artifact unpacks to", most });
        }
        let is_executable = entry.header().mode().is_ok_and(|mode| mode & 0o111 != 0);
        let mut content = Vec::new();
        entry.read_to_end(&mut content).map_err(OciError::Archive)?;
        if content.len() as u64 != entry.size() {
            return Err(wrong("is cut off"));
        }
        if path.is_empty() || files.insert(path, File { content, is_executable }).is_some() {
            return Err(wrong("is there twice"));
        }
        if files.len() > MOST_FILES {
            return Err(OciError::TooLarge {
                what: "the number of files in the artifact",
                most: MOST_FILES as u64,
            });
        }
    }
    // The digest of the compression is at its end, behind all files.
    io::copy(&mut archive.into_inner(), &mut io::sink()).map_err(OciError::Archive)?;
    match below_a_file(&files) {
        Some(path) => Err(OciError::Entry { path: path.clone(), why: "is below what is a file" }),
        None => Ok(files),
    }
}

/// A path that could be there only if a file were a directory, too.
fn below_a_file(files: &Files) -> Option<&String> {
    let is_below =
        |path: &&String| path.match_indices('/').any(|(end, _)| files.contains_key(&path[..end]));
    files.keys().find(is_below)
}

/// A path below the directory, without what means nothing in it.
fn safe_path(raw: &str) -> Option<String> {
    let is_strange = |letter: char| letter.is_control() || letter == '\\' || letter == '\u{fffd}';
    if raw.starts_with('/') || raw.contains(is_strange) {
        return None;
    }
    let parts: Vec<&str> = raw.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    (!parts.contains(&"..")).then(|| parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOST: u64 = 1 << 20;

    fn files(of: &[(&str, &str)]) -> Files {
        let file = |content: &str| File { content: content.into(), is_executable: false };
        of.iter().map(|(path, content)| ((*path).to_owned(), file(content))).collect()
    }

    /// A layer with one entry as nobody packs it.
    fn strange(path: &str, kind: EntryType, size: u64, content: &[u8]) -> Vec<u8> {
        let mut header = Header::new_gnu();
        header.as_mut_bytes()[..path.len()].copy_from_slice(path.as_bytes());
        header.set_entry_type(kind);
        header.set_mode(0o644);
        header.set_size(size);
        header.set_cksum();
        let mut compressed = GzEncoder::new(Vec::new(), Compression::fast());
        compressed.write_all(header.as_bytes()).unwrap();
        compressed.write_all(content).unwrap();
        compressed.write_all(&vec![0; 1024 + 512 - content.len() % 512]).unwrap();
        compressed.finish().unwrap()
    }

    #[test]
    fn what_is_packed_is_unpacked_and_always_the_same() {
        let long = format!("{}/file.yaml", "directory/".repeat(20));
        let mut files = files(&[
            ("b.yaml", "b: 1\n"),
            ("a/x.yaml", "x: 1\n"),
            ("a/b/y.yaml", ""),
            (&long, "l\n"),
        ]);
        files.get_mut("b.yaml").unwrap().is_executable = true;
        let layer = pack(&files).unwrap();
        assert_eq!(layer.bytes[..10], [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
        assert_eq!(pack(&files).unwrap().digest, layer.digest);
        let mut tidied = Files::new();
        for (path, file) in files {
            tidied.insert(path.replace("//", "/"), file);
        }
        assert_eq!(unpack(&layer.bytes, MOST).unwrap(), tidied);
    }

    #[test]
    fn an_archive_that_leads_out_is_refused() {
        for (path, kind, expected) in [
            ("../a", EntryType::Regular, "leads out"),
            ("a/../../b", EntryType::Regular, "leads out"),
            ("/etc/passwd", EntryType::Regular, "leads out"),
            ("a\\..\\b", EntryType::Regular, "leads out"),
            ("a\nb", EntryType::Regular, "leads out"),
            ("../a", EntryType::Directory, "leads out"),
            (".git/config", EntryType::Regular, "belongs to a repository of Git"),
            ("a/.GIT/hooks/post-checkout", EntryType::Regular, "belongs to a repository of Git"),
            ("a/.git", EntryType::Directory, "belongs to a repository of Git"),
            ("a", EntryType::Symlink, "is a link"),
            ("a", EntryType::Link, "is a link"),
            ("a", EntryType::Char, "is a device"),
            ("a", EntryType::Block, "is a device"),
            ("a", EntryType::Fifo, "is a device"),
            ("./", EntryType::Regular, "is there twice"),
            ("a", EntryType::new(b'X'), "neither a file"),
        ] {
            let error = unpack(&strange(path, kind, 0, b""), MOST).unwrap_err().to_string();
            assert!(error.contains(expected), "{path}: {error}");
        }
    }

    #[test]
    fn a_file_below_a_file_is_refused() {
        for other in ["a/b.yaml", "a/b/c.yaml"] {
            let layer = pack(&files(&[("a", ""), ("a.yaml", ""), (other, "")])).unwrap();
            let error = unpack(&layer.bytes, MOST).unwrap_err().to_string();
            assert!(error.contains(&format!("{other:?} in the artifact is below")), "{error}");
        }
    }

    #[test]
    fn an_archive_that_is_too_large_is_refused_before_it_is_unpacked() {
        let zeros = files(&[("a", &"\0".repeat(2 << 20))]);
        let layer = pack(&zeros).unwrap();
        assert!(layer.bytes.len() < 10_000);
        let error = unpack(&layer.bytes, MOST).unwrap_err().to_string();
        assert!(error.contains("1 MiB"), "{error}");
        // The header says more than there is.
        let error = unpack(&strange("a", EntryType::Regular, 1 << 40, b""), MOST).unwrap_err();
        assert!(matches!(error, OciError::TooLarge { .. }), "{error}");
        let error = unpack(&strange("a", EntryType::Regular, 4096, b"a"), MOST).unwrap_err();
        assert!(matches!(error, OciError::Archive(_) | OciError::Entry { .. }), "{error}");
    }

    #[test]
    fn what_is_no_archive_is_refused() {
        let layer = pack(&files(&[("a.yaml", "a: 1\n")])).unwrap().bytes;
        for bytes in [&b"text"[..], &[], &layer[..layer.len() / 2], &layer[..layer.len() - 4]] {
            assert!(matches!(unpack(bytes, MOST), Err(OciError::Archive(_))), "{}", bytes.len());
        }
    }

    #[test]
    fn a_file_that_is_there_twice_is_refused() {
        let one = strange("a", EntryType::Regular, 0, b"");
        let mut twice = Vec::new();
        let mut archive = Vec::new();
        MultiGzDecoder::new(&one[..]).read_to_end(&mut archive).unwrap();
        twice.extend_from_slice(&archive[..512]);
        twice.extend_from_slice(&archive);
        let mut compressed = GzEncoder::new(Vec::new(), Compression::fast());
        compressed.write_all(&twice).unwrap();
        let error = unpack(&compressed.finish().unwrap(), MOST).unwrap_err().to_string();
        assert!(error.contains("twice"), "{error}");
    }
}
