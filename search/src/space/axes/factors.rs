//! Axes by the parameters that people know them by, and by the parameters that decide over them.

use super::Axes;
use crate::space::Home;

/// A parameter and its axes.
#[derive(Debug)]
pub(crate) struct Factor {
    /// The name: of one copy of a block `stage[0].channels`, of all its copies together `stage.channels`.
    pub(crate) name: String,
    /// Its axes, at least one.
    pub(crate) axes: Vec<usize>,
}

impl Axes<'_> {
    /// The parameters that have axes, each copy of a block by itself, and then what is declared once for several
    /// copies of a block as a whole. What all copies share is there as a whole alone.
    pub(crate) fn factors(&self) -> Vec<Factor> {
        let space = self.space;
        let single =
            |slot: &usize| !self.of_slot[*slot].is_empty() && !space.parameters[space.slots[*slot].parameter].shared;
        let slots = (0..space.slots.len()).filter(single);
        let mut factors: Vec<Factor> = slots
            .map(|slot| Factor { name: space.slots[slot].name.clone(), axes: self.of_slot[slot].clone().collect() })
            .collect();
        for (number, parameter) in space.parameters.iter().enumerate() {
            let Home::Block(block) = &parameter.home else { continue };
            let axes: Vec<usize> = self.of_parameter(number).collect();
            let copies = space.slots.iter().filter(|slot| slot.parameter == number).count();
            if !axes.is_empty() && (copies > 1 || parameter.shared) {
                factors.push(Factor { name: format!("{}.{}", space.blocks[*block].name, parameter.name), axes });
            }
        }
        factors
    }

    /// The axes of what decides, directly or not, whether the parameter of `axis` is active.
    pub(crate) fn deciders(&self, axis: usize) -> Vec<usize> {
        let own = (0..self.of_slot.len()).find(|slot| self.of_slot[*slot].contains(&axis));
        let mut open: Vec<usize> = own.into_iter().collect();
        let mut known = open.clone();
        let mut deciders = Vec::new();
        while let Some(slot) = open.pop() {
            for leader in &self.space.slots[slot].depends_on {
                if known.contains(leader) {
                    continue;
                }
                known.push(*leader);
                open.push(*leader);
                let parameter = self.space.slots[*leader].parameter;
                if self.space.parameters[parameter].shared {
                    deciders.extend(self.of_parameter(parameter));
                } else {
                    deciders.extend(self.of_slot[*leader].clone());
                }
            }
        }
        deciders.sort_unstable();
        deciders.dedup();
        deciders
    }

    fn of_parameter(&self, parameter: usize) -> impl Iterator<Item = usize> {
        let slots = (0..self.of_slot.len()).filter(move |slot| self.space.slots[*slot].parameter == parameter);
        slots.flat_map(|slot| self.of_slot[slot].clone())
    }
}
