// The BGP speaker: all neighbours, those configured and those that came by prefix; who a connection belongs to; a reload
// that leaves alone what did not change; announcing. No socket is seen here.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "bgp/session/peer.h"

namespace weir::bgp {

class Speaker {
 public:
  Speaker(Rib& rib, Transport& transport);

  /// Takes a validated configuration over. Peers whose session settings are the same keep their sessions.
  void configure(const SpeakerConfig& config, UnixMillis hold_ms, const Moment& now);
  void tick(const Moment& now);
  /// Whose call from `remote` this is; nobody's: the caller closes it, and `reason` says why.
  [[nodiscard]] Peer* peer_for(IpAddress remote, const Moment& now, std::string& reason);
  /// Ends all sessions: Cease, Administrative Shutdown. The routes stay as they are.
  void stop(const Moment& now);

  Result<void> announce(std::span<const std::string> peers, const OwnRoute& route);
  Result<void> withdraw(std::span<const std::string> peers, const Nlri& nlri);
  Result<void> announce(std::span<const std::string> peers, const OwnFilter& filter);
  Result<void> withdraw(std::span<const std::string> peers, const FlowSpec& rule);

  [[nodiscard]] std::vector<BgpPeerStatus> status(const RibStatus& rib) const;

 private:
  /// One entry of the configuration, with its source in the table and its neighbours: one, or those that came.
  struct Group {
    PeerConfig config;
    SourceId source = 0;
    std::vector<std::unique_ptr<Peer>> peers;
  };
  void end_group(Group& group, const Notification& notification, const std::string& reason, const Moment& now);
  void add_group(const PeerConfig& config, const Moment& now);
  void add_peer(Group& group, IpAddress address, const Moment& now);
  void keep_group(Group& group, const PeerConfig& config);
  template <typename Route>
  Result<void> announce_checked(std::span<const std::string> peers, const Route& route);
  template <typename Key>
  Result<void> withdraw_checked(std::span<const std::string> peers, const Key& key);
  [[nodiscard]] Result<void> check_names(std::span<const std::string> peers) const;
  void count_routes(const Moment& now);
  [[nodiscard]] std::size_t dynamic_peers() const;

  Rib& rib_;
  LocalSpeaker local_;
  PeerSurroundings around_;
  std::size_t most_dynamic_ = 0;
  std::vector<Group> groups_;
  std::map<std::string, AdjRibOut> outs_;  ///< by the source's name; stays while a peer is made anew
  std::int64_t count_at_ = 0;
};

}  // namespace weir::bgp
