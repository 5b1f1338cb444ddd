//! The task that keeps peers in line with the configuration and the log, and recomputes authorities.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use register::identifier::RegisterId;
use register::view::View;

use super::peers::{Peer, PeerSource};
use super::{Federation, authorities};

/// Conflicts that a decision logs one by one: a peer decides how many there are.
const LOGGED_CONFLICTS: usize = 10;

impl Federation {
    /// Follows views and claims until shutdown.
    pub(super) async fn keep_current(self: Arc<Self>) {
        let shutdown = self.tasks.shutdown().clone();
        let mut views = self.views.clone();
        let mut claims = self.decisions.subscribe_claims();
        let mut view = Arc::clone(&views.borrow_and_update());
        self.remove_stale_copies(&view).await;
        self.change_peers(&view).await;
        self.decide(&view).await;
        loop {
            tokio::select! {
                () = shutdown.cancelled() => return,
                changed = views.changed() => if changed.is_err() { return },
                changed = claims.changed() => if changed.is_err() { return },
            }
            let newer = Arc::clone(&views.borrow_and_update());
            let is_same = view.position().epoch == newer.position().epoch && authorities::have_same_authorities(&view, &newer);
            claims.mark_unchanged();
            if !is_same || self.decisions.has_pending_claims() {
                view = newer;
                self.change_peers(&view).await;
                self.decide(&view).await;
            } else {
                view = newer;
            }
        }
    }

    /// The settings of each peer. The configuration overrides what operators added.
    fn wanted(&self, view: &View) -> BTreeMap<RegisterId, (register::peer::Peer, PeerSource)> {
        let mut wanted = BTreeMap::new();
        for peer in self.parts.configured.iter() {
            wanted.insert(peer.register.clone(), (peer.clone(), PeerSource::Configuration));
        }
        for peer in view.peers() {
            let entry = wanted.entry(peer.register.clone());
            entry.or_insert_with(|| (register::peer::Peer::clone(peer), PeerSource::Admin));
        }
        // A register is never its own peer, whatever the settings say.
        wanted.remove(&self.own);
        wanted
    }

    async fn change_peers(&self, view: &View) {
        let wanted = self.wanted(view);
        let current = self.peers();
        let is_same = |peer: &Peer, (settings, source): &(register::peer::Peer, PeerSource)| {
            *peer.settings() == *settings && peer.source() == *source
        };
        let mut next: BTreeMap<RegisterId, Arc<Peer>> = BTreeMap::new();
        for (register, peer) in current.iter() {
            match wanted.get(register) {
                Some(settings) if is_same(peer, settings) => {
                    next.insert(register.clone(), Arc::clone(peer));
                }
                kept => {
                    peer.stop().await;
                    let was_copied = peer.settings().mode == register::peer::PeerMode::Replicate;
                    let is_copied = kept.is_some_and(|(settings, _)| settings.mode == register::peer::PeerMode::Replicate);
                    if was_copied && !is_copied {
                        self.remove_copy(register).await;
                    }
                }
            }
        }
        if next.len() == current.len() && wanted.len() == next.len() {
            return;
        }
        for (register, (settings, source)) in wanted {
            next.entry(register).or_insert_with(|| self.start_peer(settings, source));
        }
        self.peers.send_replace(Arc::new(next));
        self.copies.send_modify(|count| *count += 1);
    }

    /// Removes copies of registers that are no longer replicated peers.
    async fn remove_stale_copies(&self, view: &View) {
        let wanted = self.wanted(view);
        let copied: BTreeSet<&RegisterId> = wanted
            .iter()
            .filter(|(_, (settings, _))| settings.mode == register::peer::PeerMode::Replicate)
            .map(|(register, _)| register)
            .collect();
        match self.parts.replicas.list().await {
            Ok(held) => {
                for register in held.iter().filter(|register| !copied.contains(register)) {
                    self.remove_copy(register).await;
                }
            }
            Err(problem) => tracing::warn!(%problem, "listing the copies of other registers failed"),
        }
    }

    /// Removes a copy and its index permanently.
    async fn remove_copy(&self, register: &RegisterId) {
        if let Err(problem) = self.parts.replicas.remove(register).await {
            tracing::warn!(%problem, peer.id = %register, "removing the copy of `{register}` failed");
        } else {
            tracing::info!(peer.id = %register, "`{register}` is no longer copied; its copy was removed");
        }
        let folder = self.index_folder(register);
        let removed = self.tasks.blocking(move || std::fs::remove_dir_all(folder)).await;
        if let Ok(Err(problem)) = removed
            && problem.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!(%problem, peer.id = %register, "removing the index of the copy of `{register}` failed");
        }
    }

    pub(super) fn index_folder(&self, register: &RegisterId) -> std::path::PathBuf {
        self.parts.index_dir.join(register.as_str())
    }

    async fn decide(&self, view: &Arc<View>) {
        // Taken before the holdings are read: the next decision covers a claim that is made in between.
        let covered_claim = self.decisions.last_claim();
        let (view, peers) = (Arc::clone(view), self.peers());
        let decided = self.tasks.blocking(move || authorities::decide(&view, &peers)).await;
        // Fails only at shutdown.
        let Ok(decided) = decided else { return };
        for conflict in decided.conflicts().iter().take(LOGGED_CONFLICTS) {
            tracing::warn!(
                organisation.id = %conflict.organisation,
                "several peers hold `{}` and none is configured for it: configure it for one of {:?}",
                conflict.organisation,
                conflict.peers
            );
        }
        let more = decided.conflicts().len().saturating_sub(LOGGED_CONFLICTS);
        if more > 0 {
            tracing::warn!("several peers hold {more} further organisations and none is configured for them");
        }
        self.decisions.publish(decided, covered_claim);
    }
}

impl Federation {
    /// Starts probing a peer, and copying it if its mode is `replicate`.
    fn start_peer(&self, settings: register::peer::Peer, source: PeerSource) -> Arc<Peer> {
        let clock = Arc::clone(&self.clock);
        // The organisations named for the peer count from now on, whatever it holds.
        self.decisions.add_claim();
        let peer = Arc::new(Peer::new(
            settings,
            source,
            (&self.parts.tls, self.parts.bounds.clone()),
            clock,
            Arc::clone(&self.decisions),
            self.tasks.clone(),
        ));
        tracing::info!(
            peer.id = %peer.register(), mode = peer.mode().as_str(),
            "`{}` is a peer, mode {}", peer.register(), peer.mode().as_str()
        );
        if peer.mode() == register::peer::PeerMode::Replicate {
            self.start_copy(&peer);
        }
        let probing = Arc::clone(&peer).keep_probing(server_core::data::store::random(), self.tasks.shutdown().clone());
        self.tasks.spawn(probing);
        peer
    }
}
