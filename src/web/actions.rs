//! What buttons do: the wishes that the commands of the same names write.

use axum::Json;
use axum::extract::{Path, State};
use kiln_trials::trial::TrialNumber;

use super::Desk;
use super::refusal::{Refusal, aside};
use crate::cli::answer::Said;
use crate::cli::select::Chosen;
use crate::cli::{enqueue, halt, retry, stop};
use crate::failure::Failure;

/// What was done.
type Done = Result<Json<Said>, Refusal>;

/// What messages call the values that a person has typed.
const FORM: &str = "the candidate";

async fn act(
    desk: Desk,
    study: String,
    wish: impl FnOnce(&mut Chosen) -> Result<Said, Failure> + Send + 'static,
) -> Done {
    Ok(Json(aside(move || wish(&mut Chosen::open(desk.find(study)?)?)).await?))
}

/// `kiln pause`.
pub async fn pause(State(desk): State<Desk>, Path(study): Path<String>) -> Done {
    act(desk, study, |chosen| halt::halt(chosen, true)).await
}

/// `kiln resume`.
pub async fn resume(State(desk): State<Desk>, Path(study): Path<String>) -> Done {
    act(desk, study, |chosen| halt::halt(chosen, false)).await
}

/// `kiln stop`.
pub async fn stop(State(desk): State<Desk>, Path((study, trial)): Path<(String, TrialNumber)>) -> Done {
    act(desk, study, move |chosen| stop::stop(chosen, trial)).await
}

/// `kiln retry --trial`.
pub async fn retry(State(desk): State<Desk>, Path((study, trial)): Path<(String, TrialNumber)>) -> Done {
    act(desk, study, move |chosen| retry::one(chosen, trial)).await
}

/// `kiln enqueue --file`, of the lines that are sent.
pub async fn enqueue(State(desk): State<Desk>, Path(study): Path<String>, values: String) -> Done {
    act(desk, study, move |chosen| enqueue::written(chosen, FORM, &values)).await
}
