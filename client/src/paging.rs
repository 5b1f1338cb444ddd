//! Walks the pages of a list.

use futures::stream::{self, Stream, StreamExt as _};

use crate::error::Error;

/// Streams the items of all pages. `fetch` takes a page token, empty for the first page, and returns the items with the token of
/// the next page, empty on the last. The stream ends after an error.
pub(crate) fn pages<T, F>(fetch: impl Fn(String) -> F + Send) -> impl Stream<Item = Result<T, Error>> + Send
where
    T: Send,
    F: Future<Output = Result<(Vec<Result<T, Error>>, String), Error>> + Send,
{
    let walk = stream::unfold((Some(String::new()), fetch), |(token, fetch)| async move {
        let (items, next) = match fetch(token?).await {
            Ok((items, next)) => (items, (!next.is_empty()).then_some(next)),
            Err(error) => (vec![Err(error)], None),
        };
        Some((stream::iter(items), (next, fetch)))
    });
    walk.flatten()
}
