// All BGP and BMP sessions on the network: sockets, and one loop for all of them. The protocols are in speaker.h and
// station.h.
#pragma once

#include <memory>

#include "bgp/announcer.h"
#include "bgp/rib.h"
#include "bgp/session/session_config.h"
#include "bgp/source_status.h"

namespace weir::bgp {

/// Construction is inert. open() once, then run() in a thread of its own; the rest from any thread.
class Sessions final : public Announcer {
 public:
  explicit Sessions(Rib& rib);
  ~Sessions() override;
  Sessions(const Sessions&) = delete;
  Sessions& operator=(const Sessions&) = delete;

  /// Opens what is to be listened on. Errors: as validate(), and a port that is taken, named with its key.
  [[nodiscard]] Result<void> open(const SessionsConfig& config);
  /// Takes another configuration over while it runs; what did not change is not disturbed. On an error that much of it
  /// which can be is in force.
  [[nodiscard]] Result<void> reload(const SessionsConfig& config);
  /// Until stop().
  void run();
  /// Tells the peers that we stop, and ends run() within a second.
  void stop();

  /// Without `files`.
  [[nodiscard]] SourcesStatus status() const;

  Result<void> announce(std::span<const std::string> peers, const OwnRoute& route) override;
  Result<void> withdraw(std::span<const std::string> peers, const Nlri& nlri) override;
  Result<void> announce(std::span<const std::string> peers, const OwnFilter& filter) override;
  Result<void> withdraw(std::span<const std::string> peers, const FlowSpec& rule) override;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace weir::bgp
