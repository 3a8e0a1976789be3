//! What the tests need and cargo cannot bring, by Debian's packages.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// Something that tests need.
#[derive(Debug)]
pub struct Package {
    /// What `apt-get` calls it.
    pub name: &'static str,
    /// What becomes of the tests where it is missing, and what to do.
    pub advice: &'static str,
    is_installed: fn() -> bool,
}

/// Mesa's Vulkan driver in software (with the Vulkan loader), which stands in for a GPU.
pub const LAVAPIPE: Package = Package {
    name: "mesa-vulkan-drivers",
    advice: "\
        SKIPPED without a GPU: the tests of training through wgpu, for lavapipe is not installed.\n\
        To run them, install Mesa's Vulkan drivers; on Debian and Ubuntu: sudo apt-get install mesa-vulkan-drivers",
    is_installed: || DRIVERS.iter().any(|folder| has_lavapipe(Path::new(folder))),
};

/// What counts instructions.
pub const VALGRIND: Package = Package {
    name: "valgrind",
    advice: "\
        SKIPPED: the instruction counts of the methods of search, for valgrind is not installed.\n\
        To check them, install it; on Debian and Ubuntu: sudo apt-get install valgrind",
    is_installed: || output("valgrind", "--version").is_some(),
};

/// What pages are tested in.
pub const CHROMIUM: Package = Package {
    name: "chromium",
    advice: "\
        SKIPPED: the tests of pages in a browser, for Chromium is not installed.\n\
        To run them, install it; on Debian: sudo apt-get install chromium",
    is_installed: || output("/usr/bin/chromium", "--version").is_some(),
};

/// What drives the browser, and builds the pages' script.
pub const NPM: Package = Package {
    name: "npm",
    advice: "\
        SKIPPED: the tests of pages in a browser, for npm is not installed.\n\
        To run them, install it; on Debian and Ubuntu: sudo apt-get install npm",
    is_installed: || output("npm", "--version").is_some() && output("node", "--version").is_some(),
};

impl Package {
    /// Whether it is there.
    pub fn is_installed(&self) -> bool {
        (self.is_installed)()
    }
}

/// Whether this is root on a system with `apt-get`.
pub fn can_be_installed() -> bool {
    output("id", "-u").is_some_and(|user| user.trim_ascii() == b"0") && output("apt-get", "--version").is_some()
}

/// What `program` prints if it succeeds.
fn output(program: &str, argument: &str) -> Option<Vec<u8>> {
    let output = Command::new(program).arg(argument).stderr(Stdio::null()).output();
    output.ok().filter(|output| output.status.success()).map(|output| output.stdout)
}

/// Where the Vulkan loader looks for the description of a driver.
const DRIVERS: [&str; 3] = ["/usr/share/vulkan/icd.d", "/usr/local/share/vulkan/icd.d", "/etc/vulkan/icd.d"];

/// Whether a folder of driver descriptions has lavapipe's, such as `lvp_icd.x86_64.json`.
fn has_lavapipe(folder: &Path) -> bool {
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    files.into_iter().any(|file| file.file_name().to_string_lossy().starts_with("lvp_icd"))
}
