// One RTR cache over TCP: connects, reads and writes without ever waiting, except for the look-up of a name.
#pragma once

#include <netdb.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"
#include "bgp/rpki/rtr_session.h"

namespace weir::bgp {

enum class RtrState : std::uint8_t {
  stopped,  ///< not wanted: a better cache is in use
  connecting,
  syncing,      ///< VRPs are coming
  established,  ///< all VRPs are there
  no_data,      ///< the cache is there, but has nothing yet
  lost,         ///< no connection, or a broken one; tried again
};
/// "stopped", "connecting", ...
[[nodiscard]] std::string_view to_string(RtrState state);

/// From one thread.
class RtrCache {
 public:
  RtrCache(std::string host, std::uint16_t port, const RtrTimes& times);
  ~RtrCache();
  RtrCache(const RtrCache&) = delete;
  RtrCache& operator=(const RtrCache&) = delete;

  void start();
  /// Closes the connection and forgets the VRPs.
  void stop();
  [[nodiscard]] bool started() const { return started_; }

  /// Does what can be done now.
  void turn(UnixMillis now);
  /// What to wait for: a descriptor, -1 for none, and poll()'s events.
  [[nodiscard]] int descriptor() const { return fd_; }
  [[nodiscard]] short events() const;

  [[nodiscard]] RtrState state() const;
  /// Why it is lost or has no VRPs; "" none.
  [[nodiscard]] const std::string& error() const { return error_; }
  [[nodiscard]] const RtrSession& session() const { return session_; }

 private:
  struct FreeAddresses {
    void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
  };
  void open(UnixMillis now);
  void open_next(std::string why, UnixMillis now);
  void finish_connecting(UnixMillis now);
  [[nodiscard]] Result<void> read(UnixMillis now);
  [[nodiscard]] Result<void> write();
  void exchange(UnixMillis now);
  void close();
  void lose(std::string why, UnixMillis now);

  const std::string host_;
  const std::string port_;
  const RtrTimes times_;
  RtrSession session_;
  bool started_ = false;
  bool connecting_ = false;
  int fd_ = -1;
  UnixMillis deadline_ms_ = 0;  // of the connection being made
  UnixMillis retry_at_ms_ = 0;
  std::unique_ptr<addrinfo, FreeAddresses> addresses_;
  const addrinfo* next_ = nullptr;  // of them, to be tried
  std::string error_;
};

}  // namespace weir::bgp
