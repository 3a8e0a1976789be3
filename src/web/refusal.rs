//! Failures as answers of the server.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use miette::{GraphicalReportHandler, GraphicalTheme};
use serde_json::json;

use crate::failure::Failure;

/// Why something is not done.
#[derive(Debug)]
pub struct Refusal {
    status: StatusCode,
    message: String,
}

impl Refusal {
    /// Nobody may.
    pub fn forbidden(message: &str) -> Self {
        Self { status: StatusCode::FORBIDDEN, message: message.to_owned() }
    }

    /// Those may who have the token.
    pub fn unknown(message: &str) -> Self {
        Self { status: StatusCode::UNAUTHORIZED, message: message.to_owned() }
    }

    /// There is nothing at this address.
    pub fn nothing() -> Self {
        Self { status: StatusCode::NOT_FOUND, message: "there is nothing at this address".to_owned() }
    }
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        let status = match &failure {
            Failure::NoStudy { .. } | Failure::NoTrial { .. } => StatusCode::NOT_FOUND,
            Failure::Refused { .. } => StatusCode::CONFLICT,
            other if other.exit_code() == 2 => StatusCode::UNPROCESSABLE_ENTITY,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        // As on a terminal: where a value is wrong, its place is underlined.
        let mut message = String::new();
        let handler = GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor());
        if handler.render_report(&mut message, &failure).is_err() {
            message = failure.with_causes();
        }
        Self { status, message: message.trim().to_owned() }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.status, Json(json!({ "message": self.message }))).into_response()
    }
}

/// What `work`, which waits for a disk, comes to; on a thread where that holds up nothing else.
pub async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Refusal> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => Ok(done?),
        Err(panic) => {
            let message = format!("this is a mistake in Kiln, not in what you did: {panic}");
            Err(Refusal { status: StatusCode::INTERNAL_SERVER_ERROR, message })
        }
    }
}
