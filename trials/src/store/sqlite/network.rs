//! File systems on which a store must not lie: `SQLite`'s write-ahead log needs memory that all processes share, and locks
//! that hold, and the file systems of other machines give neither.

use std::fs;
use std::path::{Path, PathBuf};

/// Types of file systems whose files lie on another machine, without the number of a version.
const NETWORK: [&str; 14] = [
    "9p",
    "afs",
    "beegfs",
    "ceph",
    "cifs",
    "fuse.glusterfs",
    "fuse.s3fs",
    "fuse.sshfs",
    "gfs",
    "gpfs",
    "lustre",
    "nfs",
    "smb",
    "smbfs",
];

/// The type of the network's file system that `path` lies on, if it does; the file need not be there yet.
///
/// Where the system does not tell about its mounts, nothing is known to be on the network.
pub fn filesystem(path: &Path) -> Option<String> {
    let path = std::path::absolute(path).ok()?;
    let place = path.ancestors().find_map(|ancestor| fs::canonicalize(ancestor).ok())?;
    on_network(&fs::read_to_string("/proc/self/mountinfo").ok()?, &place)
}

/// Looks `place` up in the `mounts` of `/proc/self/mountinfo`.
fn on_network(mounts: &str, place: &Path) -> Option<String> {
    let mounted = mounts.lines().filter_map(|line| {
        let (before, after) = line.split_once(" - ")?;
        Some((unescaped(before.split(' ').nth(4)?), after.split(' ').next()?))
    });
    // Of mounts at the same place the last is the one that is seen.
    let within = mounted.filter(|(point, _)| place.starts_with(point));
    let (_, kind) = within.max_by_key(|(point, _)| point.components().count())?;
    let plain = kind.trim_end_matches(|letter: char| letter.is_ascii_digit());
    (NETWORK.contains(&kind) || NETWORK.contains(&plain)).then(|| kind.to_owned())
}

/// White space and backslashes stand as `\` with three octal digits.
fn unescaped(text: &str) -> PathBuf {
    let mut parts = text.split('\\');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.get(..3).and_then(|digits| u8::from_str_radix(digits, 8).ok()) {
            Some(letter) => {
                plain.push(letter.into());
                plain.push_str(&part[3..]);
            }
            None => plain.push_str(part),
        }
    }
    plain.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str = "\
22 1 254:0 / / rw,relatime - ext4 /dev/vda rw
30 22 0:26 / /home rw shared:3 - nfs4 server:/home rw,vers=4.2
31 30 0:30 / /home/me/my\\040disk rw - xfs /dev/sdb rw
32 22 0:31 / /srv rw - cifs //server/share rw
33 22 0:32 / /srv rw - tmpfs tmpfs rw
34 22 0:33 / /data rw - fuse.sshfs me@server: rw
";

    #[test]
    fn the_innermost_and_last_mount_decides() {
        let of = |path: &str| on_network(MOUNTS, Path::new(path));
        assert_eq!(of("/work/studies"), None);
        assert_eq!(of("/homes"), None, "a name that begins alike");
        assert_eq!(of("/home/me/studies"), Some("nfs4".to_owned()));
        assert_eq!(of("/home/me/my disk/studies"), None);
        assert_eq!(of("/srv/x"), None, "hidden by what was mounted over it");
        assert_eq!(of("/data/x"), Some("fuse.sshfs".to_owned()));
        assert_eq!(on_network("", Path::new("/x")), None);
    }

    #[test]
    fn a_temporary_directory_is_local_even_before_the_file_is_there() {
        let folder = tempfile::tempdir().expect("a temporary directory");
        assert_eq!(filesystem(&folder.path().join("not/yet/study.db")), None);
    }
}
