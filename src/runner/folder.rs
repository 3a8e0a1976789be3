//! Where a study lives on disk: `<dir>/<name>/` with its store, its checkpoints and its lock.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use crate::failure::Failure;

/// The directory of one study.
#[derive(Debug, Clone)]
pub struct Folder {
    name: String,
    path: PathBuf,
}

/// How often, and how far apart, a lock is tried that another process holds: `kiln studies` looks at it for an instant.
const TRIES: u32 = 5;
const PAUSE: Duration = Duration::from_millis(20);

/// The right to run a study; it ends with the process, however that ends.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Folder {
    /// The directory of study `name` under `dir`.
    pub fn new(dir: &Path, name: &str) -> Self {
        Self { name: name.to_owned(), path: dir.join(name) }
    }

    /// The directories of all studies under `dir`, in order of their names.
    pub fn all(dir: &Path) -> Result<Vec<Self>, Failure> {
        let failed = || Failure::io(format!("list the studies in `{}`", dir.display()));
        let entries = match fs::read_dir(dir) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(failed()(error)),
        };
        let mut folders = Vec::new();
        for entry in entries {
            let name = entry.map_err(failed())?.file_name().to_string_lossy().into_owned();
            folders.push(Self::new(dir, &name));
        }
        folders.retain(Self::exists);
        folders.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(folders)
    }

    /// The study's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The directory.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The store's file.
    pub fn store(&self) -> PathBuf {
        self.path.join("study.db")
    }

    /// The directory of the checkpoints, absolute.
    pub fn checkpoints(&self) -> Result<PathBuf, Failure> {
        let path = self.path.join("checkpoints");
        let path = std::path::absolute(path).map_err(Failure::io("find the current directory"))?;
        if path.to_str().is_none() {
            // It travels to the worker as text.
            let doing = format!("use `{}`, whose name is not UTF-8", path.display());
            return Err(Failure::io(doing)(io::ErrorKind::InvalidInput.into()));
        }
        Ok(path)
    }

    /// The directory of the processes that work on the study.
    pub fn holders(&self) -> PathBuf {
        self.path.join("holders")
    }

    /// Whether a study has begun here.
    pub fn exists(&self) -> bool {
        self.store().exists()
    }

    /// Makes the directory, and gives the outermost of those that were not there before.
    pub fn create(&self) -> Result<Option<PathBuf>, Failure> {
        let new = self.path.ancestors().take_while(|path| !path.as_os_str().is_empty() && !path.exists()).last();
        let new = new.map(Path::to_owned);
        fs::create_dir_all(&self.path)
            .map_err(Failure::io(format!("create the directory `{}`", self.path.display())))?;
        Ok(new)
    }

    /// Removes the first files of a study that could not be begun, and the directories from here up to `new` that are
    /// empty then.
    pub fn discard(&self, new: &Path) {
        for file in ["study.db", "study.db-wal", "study.db-shm", "run.lock"] {
            // What is not there need not go, and what cannot go stays.
            let _ = fs::remove_file(self.path.join(file));
        }
        for directory in self.path.ancestors().take_while(|directory| directory.starts_with(new)) {
            let _ = fs::remove_dir(directory);
        }
    }

    /// Takes the lock, unless another process has it.
    pub fn lock(&self) -> Result<Lock, Failure> {
        let path = self.path.join("run.lock");
        let failed = || Failure::io(format!("lock `{}`", path.display()));
        let file = File::options().create(true).truncate(false).read(true).write(true).open(&path).map_err(failed())?;
        for _ in 0..TRIES {
            match file.try_lock() {
                Ok(()) => return Ok(Lock { _file: file }),
                Err(TryLockError::WouldBlock) => thread::sleep(PAUSE),
                Err(TryLockError::Error(error)) => return Err(failed()(error)),
            }
        }
        Err(Failure::Busy { study: self.name.clone() })
    }

    /// Whether some process runs the study now.
    pub fn is_running(&self) -> bool {
        File::open(self.path.join("run.lock"))
            .is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
    }
}
