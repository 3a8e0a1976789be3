//! A process that holds leases of a study, and how others of the same machine know whether it still lives.
//!
//! Each has a file `holders/NAME` in the study's directory, locked as long as the process lives, however that ends. So
//! the leases of the dead need not be waited for. Where the file cannot be asked, from another machine, they run out.

use std::fs::{self, File, TryLockError};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process;
use std::time::Duration;

use kiln_trials::chaos::{self, Point};
use kiln_trials::store::{self, Store};
use kiln_trials::trial::Standing;

use crate::failure::Failure;

/// For how long a lease holds unless it is extended.
const TERM: Duration = Duration::from_secs(30);

/// This process as a holder of leases.
#[derive(Debug)]
pub struct Holder {
    record: store::Holder,
    path: PathBuf,
    /// Locked until this is dropped.
    _file: File,
}

impl Holder {
    /// Enters this process in `directory`, which is made if it is not there.
    pub fn enter(directory: &Path) -> Result<Self, Failure> {
        let failed = || Failure::io(format!("enter this process in `{}`", directory.display()));
        fs::create_dir_all(directory).map_err(failed())?;
        let machine = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
        let machine = if machine.trim().is_empty() { "local" } else { machine.trim() };
        for again in 0_u32.. {
            let name = format!("{machine}-{}-{again}", process::id());
            let path = directory.join(&name);
            match File::create_new(&path) {
                Ok(file) => {
                    chaos::pass(Point::HolderNamed);
                    // Others may be looking whether it lives.
                    file.lock().map_err(failed())?;
                    if is_at(&file, &path).map_err(failed())? {
                        return Ok(Self { record: store::Holder { name, term: chaos::term(TERM) }, path, _file: file });
                    }
                    // They took it for dead and have buried it.
                }
                // A process of the past had the same number.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(failed()(error)),
            }
        }
        Err(failed()(io::ErrorKind::AlreadyExists.into()))
    }

    /// What the store knows this process as.
    pub fn record(&self) -> &store::Holder {
        &self.record
    }

    /// Whether another process holds `trial`.
    pub fn is_kept_from(&self, trial: &Standing) -> bool {
        trial.holder.as_ref().is_some_and(|holder| *holder != self.record.name)
    }

    /// Leaves without a lease: nobody need look for any.
    pub fn leave(&self) {
        // What stays is found to be unlocked.
        let _ = fs::remove_file(&self.path);
    }
}

/// Ends the leases of the holders in `directory` that have died, and removes their files; gives their names.
pub fn bury(directory: &Path, store: &mut dyn Store) -> Result<Vec<String>, Failure> {
    let mut names = Vec::new();
    // Each file is locked until it is gone: so nobody else buries it, and who has just made it and not locked it knows.
    for (name, path, _file) in dead(directory)? {
        store.release(&name)?;
        match fs::remove_file(&path) {
            // Another was quicker.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            removed => removed.map_err(Failure::io(format!("remove `{}`", path.display())))?,
        }
        chaos::pass(Point::HolderBuried);
        names.push(name);
    }
    Ok(names)
}

/// The holders in `directory` that have died, each with its file, locked.
fn dead(directory: &Path) -> Result<Vec<(String, PathBuf, File)>, Failure> {
    let dead = entered(directory, File::try_lock)?.into_iter();
    Ok(dead.filter_map(|(name, path, file)| Some((name, path, file?))).collect())
}

/// The holders in `directory` that live.
pub fn living(directory: &Path) -> Result<Vec<String>, Failure> {
    // Those who only look are not taken for holders by each other.
    let living = entered(directory, File::try_lock_shared)?.into_iter().filter(|(.., file)| file.is_none());
    Ok(living.map(|(name, ..)| name).collect())
}

/// All that have entered `directory`, each with its file: open and locked by `lock`, unless the holder lives.
fn entered(
    directory: &Path,
    lock: impl Fn(&File) -> Result<(), TryLockError>,
) -> Result<Vec<(String, PathBuf, Option<File>)>, Failure> {
    let failed = || Failure::io(format!("look for processes in `{}`", directory.display()));
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed()(error)),
    };
    let mut all = Vec::new();
    for entry in entries {
        let entry = entry.map_err(failed())?;
        let mut note = |file| all.push((entry.file_name().to_string_lossy().into_owned(), entry.path(), file));
        match File::open(entry.path()).map(|file| (lock(&file), file)) {
            Ok((Ok(()), file)) => note(Some(file)),
            Ok((Err(TryLockError::WouldBlock), _)) => note(None),
            // It has just ended in peace.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Ok((Err(TryLockError::Error(error)), _)) | Err(error) => return Err(failed()(error)),
        }
    }
    Ok(all)
}

/// Whether `path` still leads to `file`.
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    match fs::metadata(path) {
        Ok(there) => Ok((there.dev(), there.ino()) == file.metadata().map(|file| (file.dev(), file.ino()))?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_buries_and_many_look() {
        let folder = tempfile::tempdir().expect("a temporary directory");
        let directory = folder.path();
        fs::write(directory.join("elsewhere-1-0"), "").expect("writable");
        let looking = entered(directory, File::try_lock_shared).expect("listed");
        assert!(living(directory).expect("listed").is_empty(), "who looks is no holder");
        drop(looking);
        let burying = dead(directory).expect("listed");
        assert_eq!(burying.len(), 1);
        assert!(dead(directory).expect("listed").is_empty(), "somebody is at it");
    }

    #[test]
    fn the_dead_are_those_whose_file_nobody_locks() {
        let folder = tempfile::tempdir().expect("a temporary directory");
        let directory = folder.path().join("holders");
        assert!(dead(&directory).expect("none yet").is_empty());
        let one = Holder::enter(&directory).expect("entered");
        let other = Holder::enter(&directory).expect("entered");
        assert_ne!(one.record().name, other.record().name);
        fs::write(directory.join("elsewhere-1-0"), "").expect("writable");
        let names: Vec<_> = dead(&directory).expect("listed").into_iter().map(|(name, ..)| name).collect();
        assert_eq!(names, ["elsewhere-1-0"]);
        assert_eq!(living(&directory).expect("listed").len(), 2);
        one.leave();
        drop(one);
        assert_eq!(dead(&directory).expect("listed").len(), 1, "who ends in peace leaves nothing");
        drop(other);
        assert_eq!(dead(&directory).expect("listed").len(), 2, "who fails leaves something");
    }
}
