//! A group of processes that have little memory together: where it runs out, the system kills one of them.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::kiln::Running;

/// Where groups are made, and the file in which a group's limit stands: by Linux's first interface and by its second.
const INTERFACES: [(&str, &str); 2] =
    [("/sys/fs/cgroup/memory", "memory.limit_in_bytes"), ("/sys/fs/cgroup", "memory.max")];

/// A group; it goes with the last of its processes.
pub struct SmallMemory {
    folder: PathBuf,
}

impl SmallMemory {
    /// A group with `mebibytes`; without the right to make one, says so past the test harness, and gives none.
    pub fn new(mebibytes: u64) -> Option<Self> {
        for (base, limit) in INTERFACES {
            let folder = Path::new(base).join(format!("kiln-test-{}", std::process::id()));
            if fs::create_dir(&folder).is_ok() {
                let group = Self { folder };
                if fs::write(group.folder.join(limit), (mebibytes << 20).to_string()).is_ok() {
                    return Some(group);
                }
            }
        }
        let _ = writeln!(
            io::stderr(),
            "SKIPPED: the end of memory: no group of processes can be made here (it takes root)"
        );
        None
    }

    /// Takes in a run and its workers, those to come too.
    pub fn take(&self, run: &Running) {
        self.take_one(run.id());
        run.workers().into_iter().for_each(|worker| self.take_one(worker));
    }

    fn take_one(&self, process: u32) {
        fs::write(self.folder.join("cgroup.procs"), process.to_string()).expect("the process can be taken in");
    }
}

impl Drop for SmallMemory {
    fn drop(&mut self) {
        let _ = fs::remove_dir(&self.folder);
    }
}
