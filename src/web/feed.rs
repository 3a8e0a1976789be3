//! What changes, as server-sent events: first how the study stands, then a small message for each trial that changed.
//!
//! One thread a study reads the record for all who follow it, as long as anybody does.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use tokio::sync::broadcast::{Receiver, Sender, channel};
use tokio_stream::wrappers::BroadcastStream;
use tokio_stream::{StreamExt, once};

use super::Desk;
use super::live::Live;
use super::refusal::{Refusal, aside};
use crate::failure::Failure;
use crate::runner::folder::Folder;

/// How often the record is asked what is new.
const POLL: Duration = Duration::from_millis(500);

/// Who is slower by so many messages is told anew how the study stands.
const BACKLOG: usize = 512;

/// The studies that are followed, by their names.
#[derive(Debug, Default)]
pub struct Feeds(Mutex<BTreeMap<String, Arc<Feed>>>);

/// What all who follow a study share.
#[derive(Debug)]
struct Feed {
    live: Arc<Mutex<Live>>,
    /// Whoever follows is disconnected when this is dropped.
    messages: Sender<Arc<str>>,
}

/// What somebody who begins to follow a study gets.
struct Joined {
    live: Arc<Mutex<Live>>,
    now: Arc<str>,
    messages: Receiver<Arc<str>>,
}

/// Follows a study.
pub async fn follow(State(desk): State<Desk>, Path(study): Path<String>) -> Result<impl IntoResponse, Refusal> {
    let feeds = Arc::clone(&desk.feeds);
    let Joined { live, now, messages } = aside(move || feeds.join(desk.find(study)?)).await?;
    let later = BroadcastStream::new(messages).map(move |message| match message {
        Ok(message) => message,
        Err(_) => held(&live).now(),
    });
    let event = |message: Arc<str>| Ok::<_, Infallible>(Event::default().data(&*message));
    Ok(Sse::new(once(now).chain(later).map(event)).keep_alive(KeepAlive::default()))
}

impl Feeds {
    /// How the study in `folder` stands, and all that comes after.
    fn join(self: &Arc<Self>, folder: Folder) -> Result<Joined, Failure> {
        let mut feeds = self.all();
        let feed = match feeds.get(folder.name()) {
            Some(feed) => Arc::clone(feed),
            None => self.begin(folder, &mut feeds)?,
        };
        // Nothing is sent while this is held: so nothing is missed.
        let live = held(&feed.live);
        let (now, messages) = (live.now(), feed.messages.subscribe());
        drop(live);
        Ok(Joined { live: Arc::clone(&feed.live), now, messages })
    }

    /// Begins to follow the study in `folder`, which none of `feeds` does.
    fn begin(self: &Arc<Self>, folder: Folder, feeds: &mut BTreeMap<String, Arc<Feed>>) -> Result<Arc<Feed>, Failure> {
        let name = folder.name().to_owned();
        let feed = Arc::new(Feed { live: Arc::new(Mutex::new(Live::open(folder)?)), messages: channel(BACKLOG).0 });
        feeds.insert(name.clone(), Arc::clone(&feed));
        let (all, own) = (Arc::clone(self), Arc::clone(&feed));
        let thread = thread::Builder::new().name("kiln-feed".to_owned());
        thread.spawn(move || all.feed(&name, &own)).map_err(Failure::io("follow a study"))?;
        Ok(feed)
    }

    /// Sends what is new, until nobody follows any more or the record cannot be read.
    fn feed(&self, name: &str, feed: &Feed) {
        loop {
            thread::sleep(POLL);
            let mut feeds = self.all();
            let is_followed = feed.messages.receiver_count() > 0;
            if !is_followed {
                feeds.remove(name);
                return;
            }
            drop(feeds);
            let mut live = held(&feed.live);
            match live.news() {
                Ok(messages) => messages.into_iter().for_each(|message| drop(feed.messages.send(message))),
                Err(failure) => {
                    tracing::warn!("study {name} is not followed any more: {}", failure.with_causes());
                    drop(live);
                    self.all().remove(name);
                    return;
                }
            }
        }
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<String, Arc<Feed>>> {
        held(&self.0)
    }
}

/// What is locked, also after a panic: it is read anew each time.
pub(super) fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
