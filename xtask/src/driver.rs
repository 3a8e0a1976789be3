//! What the tests need and cargo cannot bring: lavapipe, Mesa's Vulkan driver in software, which stands in for a GPU.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// Where the Vulkan loader looks for the description of a driver.
const DRIVERS: [&str; 3] = ["/usr/share/vulkan/icd.d", "/usr/local/share/vulkan/icd.d", "/etc/vulkan/icd.d"];

/// Debian's package of lavapipe (with the Vulkan loader), as arguments of `apt-get`.
pub const INSTALL: [&str; 4] = ["install", "--yes", "--no-install-recommends", "mesa-vulkan-drivers"];

/// What to do where it cannot be installed from here.
pub const ADVICE: &str = "\
    lavapipe is not installed: without a GPU the tests of training through wgpu skip themselves.\n\
    To run them, install Mesa's Vulkan drivers; on Debian and Ubuntu: sudo apt-get install mesa-vulkan-drivers";

/// Whether the driver is there.
pub fn is_installed() -> bool {
    DRIVERS.iter().any(|folder| has_lavapipe(Path::new(folder)))
}

/// Whether this is root on a system with `apt-get`.
pub fn can_be_installed() -> bool {
    let answers = |program: &str, argument: &str| {
        let output = Command::new(program).arg(argument).stderr(Stdio::null()).output();
        output.ok().filter(|output| output.status.success()).map(|output| output.stdout)
    };
    answers("id", "-u").is_some_and(|user| user.trim_ascii() == b"0") && answers("apt-get", "--version").is_some()
}

/// Whether a folder of driver descriptions has lavapipe's, such as `lvp_icd.x86_64.json`.
fn has_lavapipe(folder: &Path) -> bool {
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    files.into_iter().any(|file| file.file_name().to_string_lossy().starts_with("lvp_icd"))
}
