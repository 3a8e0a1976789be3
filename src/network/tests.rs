//! Tests of whole networks and of every layer against what PyTorch computes; see `tests/fixtures/generate.py`.

mod by_hand;
mod counts;
mod fixture;
mod parity;
mod quantization;
mod record;
mod shapes;
mod wide;
