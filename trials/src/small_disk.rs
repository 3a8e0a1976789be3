//! For tests: a file system small enough to fill, and to make read-only.

use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::{fs, io};

use tempfile::TempDir;

/// A mounted tmpfs.
pub struct SmallDisk {
    folder: TempDir,
}

impl SmallDisk {
    /// A disk of `kibibytes`; without the right to mount one, says so past the test harness, and gives none.
    pub fn mount(kibibytes: u32) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a temporary directory");
        let size = format!("size={kibibytes}k");
        if mount(&["-t", "tmpfs", "-o", &size, "tmpfs"], folder.path()) {
            return Some(Self { folder });
        }
        let test = std::thread::current().name().unwrap_or("a test").to_owned();
        let _ = writeln!(io::stderr(), "SKIPPED: {test}: a small file system cannot be mounted here (it takes root)");
        None
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Fills it to the last page with a file that can be removed.
    pub fn fill(&self) {
        let mut file = fs::File::create(self.path().join("filler")).expect("an empty file");
        while file.write_all(&[0; 4096]).is_ok() {}
    }

    pub fn free(&self) {
        fs::remove_file(self.path().join("filler")).expect("the filler");
    }

    pub fn make_read_only(&self) {
        assert!(mount(&["-o", "remount,ro"], self.path()), "what was mounted can be mounted again");
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.path()).status();
    }
}

fn mount(options: &[&str], at: &Path) -> bool {
    Command::new("mount").args(options).arg(at).output().is_ok_and(|output| output.status.success())
}
