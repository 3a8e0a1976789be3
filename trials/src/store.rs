//! The store: the durable record of a study.
