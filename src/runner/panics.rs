//! A panic is a mistake in Kiln or in a library: it becomes one line of text, never a backtrace.

use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::sync::{Mutex, PoisonError};

/// The first panic since the last [`catch`]; later ones are mostly its consequences in other threads.
static FIRST: Mutex<Option<String>> = Mutex::new(None);

/// From now on panics are only noted, and logged under `-v`.
pub fn install() {
    panic::set_hook(Box::new(|info| {
        let text = describe(info);
        tracing::debug!("panic: {text}");
        FIRST.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(text);
    }));
}

/// What `work` returns, or the text of its panic.
pub fn catch<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    // One that a library caught itself is none of ours.
    FIRST.lock().unwrap_or_else(PoisonError::into_inner).take();
    panic::catch_unwind(AssertUnwindSafe(work)).map_err(|_| {
        let noted = FIRST.lock().unwrap_or_else(PoisonError::into_inner).take();
        noted.unwrap_or_else(|| "a panic without a message".to_owned())
    })
}

fn describe(info: &PanicHookInfo) -> String {
    let message = info.payload_as_str().unwrap_or("a panic without a message");
    match info.location() {
        Some(place) => format!("{message} (at {}:{})", place.file(), place.line()),
        None => message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{catch, install};

    #[test]
    fn a_panic_becomes_its_message_and_place() {
        install();
        let caught = catch(|| assert_eq!(1 + 1, 3, "sums"));
        assert!(caught.is_err_and(|text| text.contains("sums") && text.contains("panics.rs:")));
        assert_eq!(catch(|| 4), Ok(4));
    }
}
