//! Kiln: neural-architecture and hyperparameter search on burn.
//!
//! [`cli`] is the table of contents: a command reads a study file ([`study`]), and `kiln run` hands it to the
//! [`runner`], which lets a worker process train ([`data`], [`network`], [`train`], [`device`]) and records what
//! happens. [`term`] turns the record into what a person sees, [`report`] into a page, and [`web`] serves that live.

pub mod cli;
pub mod data;
pub mod device;
pub mod export;
pub mod failure;
pub mod network;
pub mod report;
pub mod runner;
pub mod study;
pub mod term;
pub mod train;
pub mod trained;
pub mod vocabulary;
pub mod web;
