//! What the system tells about memory. Where it tells nothing, no limit is watched.

use std::fs;

/// With less than this share of its memory available, a machine is about to stand still.
const SHORT: f64 = 0.05;

/// The memory that a process has at hand, in bytes.
pub fn resident(process: u32) -> Option<u64> {
    kibibytes(&fs::read_to_string(format!("/proc/{process}/status")).ok()?, "VmRSS:")
}

/// The most memory that this process has had at hand since it was last [forgotten](forget_peak), in bytes.
pub fn peak() -> Option<u64> {
    kibibytes(&fs::read_to_string("/proc/self/status").ok()?, "VmHWM:")
}

/// Has the peak begin anew.
pub fn forget_peak() {
    // Where that cannot be, the peak is that of the whole process.
    let _ = fs::write("/proc/self/clear_refs", "5");
}

/// Whether the machine has hardly any memory left.
pub fn is_short() -> bool {
    let text = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    match (kibibytes(&text, "MemAvailable:"), kibibytes(&text, "MemTotal:")) {
        (Some(available), Some(total)) => (available as f64) < SHORT * total as f64,
        _ => false,
    }
}

/// How often the system has killed a process for want of memory, as far as it tells.
pub fn kills() -> u64 {
    let count = |path: &str| {
        let text = fs::read_to_string(path).unwrap_or_default();
        text.lines().filter_map(|line| line.strip_prefix("oom_kill ")?.trim().parse::<u64>().ok()).sum::<u64>()
    };
    count("/proc/vmstat") + count("/sys/fs/cgroup/memory.events")
}

/// Asks the system to kill this process rather than others when memory runs out.
pub fn be_the_first_to_go() {
    // Where it is not asked, it chooses by size.
    let _ = fs::write("/proc/self/oom_score_adj", "500");
}

/// The number behind `label` in lines of the form `Label:   123 kB`, in bytes.
fn kibibytes(text: &str, label: &str) -> Option<u64> {
    let rest = text.lines().find_map(|line| line.strip_prefix(label))?;
    Some(rest.split_whitespace().next()?.parse::<u64>().ok()? * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_found_by_their_labels() {
        let text = "MemTotal:       24000 kB\nMemAvailable:     100 kB\n";
        assert_eq!(kibibytes(text, "MemAvailable:"), Some(102_400));
        assert_eq!(kibibytes(text, "VmRSS:"), None);
    }

    #[test]
    fn a_process_has_some_memory() {
        let own = resident(std::process::id());
        assert!(own.is_none_or(|bytes| bytes > 1 << 20), "{own:?}");
        assert_eq!(resident(u32::MAX), None);
    }
}
