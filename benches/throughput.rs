//! Training throughput of some networks on the CPU, or of those whose name contains the first argument: one JSON line
//! each, of the second epoch; the first one warms up. `compare.py` sets it beside `PyTorch`.

mod nets;

use std::error::Error;

use burn::tensor::Device;
use serde_json::json;

use nets::NETS;

fn main() -> Result<(), Box<dyn Error>> {
    let wanted = std::env::args().nth(1).filter(|word| !word.starts_with('-')).unwrap_or_default();
    for net in NETS.into_iter().filter(|net| net.name.contains(&wanted)) {
        let speeds = net.speeds(&net.trainer(net.images, &Device::flex(), 2)?, 0)?;
        println!("{}", json!({ "net": net.name, "images_per_second": speeds.last() }));
    }
    Ok(())
}
