//! The page with the tables.

use super::{Measured, Trained};

const MIB: f64 = 1_048_576.0;

/// What was measured, for docs/performance-gpu.md.
pub fn markdown(measured: &Measured) -> String {
    let Measured { adapter, nets, peer, packed, tests } = measured;
    let driver = adapter.driver.as_ref().map(|driver| format!(", driver {driver}")).unwrap_or_default();
    let warning = if adapter.is_software {
        "\n**This is a software adapter**, a program on the processor: nothing here says how fast a GPU is.\n"
    } else {
        ""
    };
    let mut text = format!(
        "# Performance on a GPU\n\nWritten by `cargo xtask gpu-bench` on {}{driver}. Networks are named by the channels of \
         their 3×3\nconvolutions; they are trained with SGD on noise.\n{warning}",
        adapter.name
    );

    let beside = peer.as_ref().map_or_else(
        || "PyTorch with CUDA was not there.".to_owned(),
        |peer| format!("PyTorch {} is eager, on CUDA, by `benches/pytorch.py`.", peer.version),
    );
    text += "\n## Training\n\nMedian epochs of a warm process. ";
    text += &beside;
    text += "\n\n| network | Kiln, images/s | PyTorch, images/s | ratio |\n|---|---|---|---|\n";
    text += &rows(nets, |name, [net, _]| {
        let ours = net.images_per_second;
        let theirs = peer.as_ref().and_then(|peer| peer.speeds.get(name));
        let [speed, ratio] = match theirs {
            Some(theirs) => [format!("{theirs:.0}"), format!("{:.2}", ours / theirs)],
            None => ["–".to_owned(), "–".to_owned()],
        };
        format!("{ours:.0} | {speed} | {ratio}")
    });

    text += "\n## First steps\n\nMilliseconds of a step on one batch, until the device is done. A first step compiles and tunes \
             kernels; the second\ntrial has the same shapes and trains in the same process. The goal is a ratio of at most \
             3.\n\n";
    text += "| network | first step | steady step | first step of the second trial | over a steady step | first step of a \
             second process |\n|---|---|---|---|---|---|\n";
    text += &rows(nets, |_, [net, other]| {
        let Trained { first_step, steady_step, first_step_of_second_trial: second, .. } = net;
        let ratio = second / steady_step;
        let [first, steady, second, other] =
            [first_step, steady_step, second, &other.first_step].map(|seconds| format!("{:.1}", seconds * 1e3));
        format!("{first} | {steady} | {second} | {ratio:.2} | {other}")
    });

    text += "\n## Memory\n\nWhat was reserved on the device after three trials, beside the prediction for one.\n\n";
    text += "| network | predicted, MiB | reserved, MiB | reserved over predicted |\n|---|---|---|---|\n";
    text += &rows(nets, |_, [net, _]| {
        let predicted = net.predicted_bytes as f64 / MIB;
        match net.reserved_bytes.map(|bytes| bytes as f64 / MIB) {
            Some(reserved) => format!("{predicted:.1} | {reserved:.1} | {:.2}", reserved / predicted),
            None => format!("{predicted:.1} | not told | –"),
        }
    });

    text += "\n## Several trials at a time\n\nSmall trials that differ in the learning rate alone, counted once each worker can \
             have finished one.\n\n| workers | trials a minute |\n|---|---|\n";
    let pace = |(workers, pace): &(usize, Result<f64, String>)| match pace {
        Ok(pace) => format!("| {workers} | {pace:.1} |\n"),
        Err(cause) => format!("| {workers} | failed: {cause} |\n"),
    };
    text += &packed.iter().map(pace).collect::<String>();
    let verdict = if *tests { "passed" } else { "**failed**" };
    text + &format!("\n## Tests\n\n`cargo test --release --package kiln -- wgpu --include-ignored`: {verdict}.\n")
}

/// A row for each network; one that could not be trained has its cause in place of figures.
fn rows(nets: &[(String, Result<[Trained; 2], String>)], cells: impl Fn(&str, &[Trained; 2]) -> String) -> String {
    let row = |(name, trained): &(String, Result<[Trained; 2], String>)| match trained {
        Ok(trained) => format!("| {name} | {} |\n", cells(name, trained)),
        Err(cause) => format!("| {name} | failed: {cause} |\n"),
    };
    nets.iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::super::device::Adapter;
    use super::super::peer::Peer;
    use super::*;

    fn measured() -> Measured {
        let trained = Trained {
            first_step: 2.0,
            steady_step: 0.01,
            first_step_of_second_trial: 0.025,
            images_per_second: 500.0,
            predicted_bytes: 10 << 20,
            reserved_bytes: Some(5 << 20),
        };
        let other = Trained { first_step: 1.5, ..trained.clone() };
        Measured {
            adapter: Adapter {
                name: "wgpu (a card, vulkan)".to_owned(),
                driver: Some("1.2".to_owned()),
                is_software: false,
                nets: Vec::new(),
            },
            nets: vec![("good".to_owned(), Ok([trained, other])), ("bad".to_owned(), Err("exit status: 1".to_owned()))],
            peer: Some(Peer { version: "2.15".to_owned(), speeds: [("good".to_owned(), 250.0)].into() }),
            packed: vec![(1, Ok(12.0)), (4, Err("only 0 trials were trained".to_owned()))],
            tests: true,
        }
    }

    #[test]
    fn figures_stand_beside_those_of_others_and_a_failure_has_its_cause() {
        let text = markdown(&measured());
        for line in [
            "| good | 500 | 250 | 2.00 |",
            "| good | 2000.0 | 10.0 | 25.0 | 2.50 | 1500.0 |",
            "| good | 10.0 | 5.0 | 0.50 |",
            "| bad | failed: exit status: 1 |",
            "| 1 | 12.0 |",
            "| 4 | failed: only 0 trials were trained |",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
        }
        assert!(text.contains("wgpu (a card, vulkan), driver 1.2") && !text.contains("software"), "{text}");
        assert!(!measured().is_whole());
    }

    #[test]
    fn a_software_adapter_is_called_one() {
        let mut measured = measured();
        measured.adapter.is_software = true;
        measured.peer = None;
        let text = markdown(&measured);
        assert!(text.contains("software adapter") && text.contains("| good | 500 | – | – |"), "{text}");
    }
}
