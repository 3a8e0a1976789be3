//! How much memory of a device nobody uses yet, as far as somebody tells: `wgpu` does not.

use std::fs;
use std::path::Path;
use std::process::Command;

/// Bytes that are free on the host.
pub fn of_host() -> Option<u64> {
    let text = fs::read_to_string("/proc/meminfo").ok()?;
    let rest = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    Some(rest.split_whitespace().next()?.parse::<u64>().ok()? * 1024)
}

/// Bytes that are free on the adapter called `name`: of an NVIDIA card as its driver's `nvidia-smi` says, of one of AMD as
/// Linux does, which tells it of these alone, if there is only one.
pub fn of_adapter(name: &str) -> Option<u64> {
    let query = ["--query-gpu=name,memory.free", "--format=csv,noheader,nounits"];
    let answer = Command::new("nvidia-smi").args(query).output().ok();
    let listed = answer.and_then(|answer| by_name(&String::from_utf8_lossy(&answer.stdout), name));
    listed.or_else(|| if is_amd(name) { of_only_card() } else { None })
}

fn is_amd(name: &str) -> bool {
    ["AMD", "Radeon"].iter().any(|maker| name.contains(maker))
}

/// The memory in a table whose rows are `name, mebibytes`; where several cards have the name, that of the fullest.
fn by_name(table: &str, name: &str) -> Option<u64> {
    let rows = table.lines().filter_map(|line| line.rsplit_once(", "));
    let free = rows.filter(|(card, _)| name.contains(card)).filter_map(|(_, free)| free.trim().parse::<u64>().ok());
    free.min().map(|mebibytes| mebibytes << 20)
}

fn of_only_card() -> Option<u64> {
    let cards = fs::read_dir("/sys/class/drm").ok()?.flatten().map(|card| card.path().join("device"));
    let number = |path: &Path| fs::read_to_string(path).ok()?.trim().parse::<u64>().ok();
    let mut free = cards.filter_map(|card| {
        let (total, used) = (number(&card.join("mem_info_vram_total"))?, number(&card.join("mem_info_vram_used"))?);
        Some((fs::canonicalize(card).ok()?, total.saturating_sub(used)))
    });
    // A card has an entry for each of its outlets, too.
    let (card, bytes) = free.next()?;
    free.all(|(other, _)| other == card).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_is_found_by_its_name_in_that_of_the_adapter() {
        let table = "NVIDIA H100 80GB HBM3, 81000\nNVIDIA T4, 15000\nNVIDIA T4, 14000\n";
        assert_eq!(by_name(table, "wgpu (NVIDIA H100 80GB HBM3, vulkan)"), Some(81_000 << 20));
        assert_eq!(by_name(table, "wgpu (NVIDIA T4, vulkan)"), Some(14_000 << 20));
        assert_eq!(by_name(table, "wgpu (llvmpipe, vulkan)"), None);
        assert_eq!(by_name("NVIDIA T4, [N/A]", "wgpu (NVIDIA T4, vulkan)"), None);
    }

    #[test]
    fn what_linux_knows_of_a_card_of_amd_is_said_of_no_other() {
        assert!(is_amd("wgpu (AMD Radeon RX 6800 (RADV NAVI21), vulkan)"));
        for other in ["cuda:0", "wgpu (llvmpipe (LLVM 15.0.7, 256 bits), vulkan)", "wgpu (Intel(R) UHD, vulkan)"] {
            assert!(!is_amd(other), "{other}");
        }
    }
}
