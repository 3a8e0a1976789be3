//! What is answered at which address. Every view is the same page, which asks for what it shows.
//!
//! No part of an address becomes a path: the assets are part of the program, and a study's name is compared with those
//! that there are.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router, middleware};
use kiln_trials::store::Store;
use kiln_trials::store::sqlite::SqliteStore;
use kiln_trials::trial::TrialNumber;

use super::guard::{Guard, guard};
use super::refusal::{Refusal, aside};
use super::{Desk, actions, feed};
use crate::cli::log;
use crate::cli::select::{StudyArgument, no_trial};
use crate::cli::studies;
use crate::failure::Failure;
use crate::report::{Network, html};
use crate::runner::folder::Folder;
use crate::term::trial::Record;

/// Of the log of a trial so many of its last lines are sent.
const LOGGED: usize = 200;

const PAGE: &str = include_str!("page.html");

/// All addresses, of which `guard` says who may ask.
pub fn router(desk: Desk, guarded: Arc<Guard>) -> Router {
    let asset = |kind: &'static str, text: &'static str| get(move || async move { ([(CONTENT_TYPE, kind)], text) });
    let page = || asset("text/html; charset=utf-8", PAGE);
    let trial = "/api/studies/{study}/trials/{trial}";
    Router::new()
        .route("/", page())
        .route("/study/{*view}", page())
        .route("/kiln.js", asset("text/javascript; charset=utf-8", html::SCRIPT))
        .route("/kiln.css", asset("text/css; charset=utf-8", html::STYLE))
        .route("/api/studies", get(list))
        .route("/api/studies/{study}/facts", get(facts))
        .route("/api/studies/{study}/feed", get(feed::follow))
        .route(trial, get(self::trial))
        .route("/api/studies/{study}/pause", post(actions::pause))
        .route("/api/studies/{study}/resume", post(actions::resume))
        .route("/api/studies/{study}/enqueue", post(actions::enqueue))
        .route(&format!("{trial}/stop"), post(actions::stop))
        .route(&format!("{trial}/retry"), post(actions::retry))
        .fallback(async || Refusal::nothing())
        .layer(middleware::from_fn_with_state(guarded, guard))
        .with_state(desk)
}

impl Desk {
    /// The study called `name`.
    pub(super) fn find(&self, name: String) -> Result<Folder, Failure> {
        StudyArgument::named(Some(name)).find_in(&self.dir)
    }
}

async fn list(State(desk): State<Desk>) -> Result<impl IntoResponse, Refusal> {
    Ok(Json(aside(move || studies::rows(&desk.dir)).await?))
}

/// The facts of a study, unless the page has those of the same revision.
async fn facts(State(desk): State<Desk>, Path(study): Path<String>, headers: HeaderMap) -> Result<Response, Refusal> {
    let told = aside(move || desk.shelf.facts(&desk.find(study)?)).await?;
    let revision = format!("\"{}\"", told.revision);
    let known = headers.get(IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == revision.as_bytes());
    let revision = HeaderValue::from_str(&revision).unwrap_or(HeaderValue::from_static("\"\""));
    let caching = [(ETAG, revision), (CACHE_CONTROL, HeaderValue::from_static("no-cache"))];
    if known {
        return Ok((StatusCode::NOT_MODIFIED, caching).into_response());
    }
    let json = (CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok((caching, [json], told.json.clone()).into_response())
}

/// All about one trial: its record, its network and its log.
async fn trial(
    State(desk): State<Desk>,
    Path((study, number)): Path<(String, TrialNumber)>,
) -> Result<Response, Refusal> {
    let json = aside(move || {
        let folder = desk.find(study)?;
        let store = SqliteStore::open_read_only(&folder.store())?;
        let reader = desk.shelf.reader(&folder, &store)?;
        let record = reader.record();
        let Some(trial) = store.trial(number)? else {
            return Err(no_trial(record, store.standings(Some(&[]))?.trials.len(), number));
        };
        let revision = store.file_revision_of(number)?;
        let mut log = log::told(record, &trial, reader.file().map(|file| &file.fidelity));
        let earlier = log.len().saturating_sub(LOGGED);
        Ok(serde_json::json!({
            "record": Record::of(record, &trial, &revision, None, None),
            "network": Network::trial(&trial, &|candidate| reader.plan(candidate)),
            "toml": trial.candidate.to_toml(),
            "checkpoints": trial.checkpoints,
            "log": log.split_off(earlier),
        }))
    })
    .await?;
    Ok(Json(json).into_response())
}
