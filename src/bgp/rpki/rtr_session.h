// The router's side of one RTR session (RFC 8210): octets in, octets out, VRPs. It knows no socket and no clock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/byte_reader.h"
#include "base/clock.h"
#include "base/error.h"
#include "bgp/rpki/rtr_pdu.h"
#include "bgp/rpki/validator.h"

namespace weir::bgp {

struct RtrTimes {
  UnixMillis refresh_ms = kHourMs;       ///< asked again after this, until the cache says another time itself
  UnixMillis retry_ms = 30 * kSecondMs;  ///< a cache that is lost or has no data is tried again after this
  UnixMillis expire_ms = 2 * kHourMs;  ///< VRPs of a lost cache go after this, until the cache says another time itself
};

class RtrSession {
 public:
  /// An answer that stands still for this long is given up.
  static constexpr UnixMillis kSilentMs = 60 * kSecondMs;
  /// More VRPs than this are no cache's.
  static constexpr std::size_t kMostVrps = 16'000'000;

  explicit RtrSession(const RtrTimes& times) : times_(times) {}

  /// A connection stands: asks for all, or for what changed since the last time.
  void connected(UnixMillis now);
  /// An error means that the connection is to be closed once outgoing() is sent. retry_at_once() says when not to wait.
  [[nodiscard]] Result<void> receive(Bytes octets, UnixMillis now);
  /// While connected, about every second: asks again when it is time. An error is as in receive().
  [[nodiscard]] Result<void> tick(UnixMillis now);
  /// The connection is gone. What was told in full stays.
  void disconnected();
  /// Also without a connection: true when the VRPs are too old, and are now gone.
  bool expire(UnixMillis now);

  [[nodiscard]] Bytes outgoing() const { return Bytes(out_).subspan(sent_); }
  void sent(std::size_t octets);

  [[nodiscard]] bool retry_at_once() const { return retry_at_once_; }
  [[nodiscard]] bool holds_all() const { return updated_ms_.has_value(); }
  [[nodiscard]] bool waits_for_end() const { return phase_ == Phase::asked || phase_ == Phase::receiving; }
  [[nodiscard]] bool has_no_data() const { return phase_ == Phase::no_data; }
  [[nodiscard]] std::uint32_t serial() const { return serial_; }
  [[nodiscard]] std::uint8_t version() const { return version_; }
  /// Grows with each change of vrps().
  [[nodiscard]] std::uint64_t changes() const { return changes_; }
  /// What the cache told in full: sorted, each once.
  [[nodiscard]] const std::vector<Vrp>& vrps() const { return vrps_; }

 private:
  enum class Phase : unsigned char { idle, asked, receiving, settled, no_data };

  void send(const std::vector<std::byte>& octets) { out_.insert(out_.end(), octets.begin(), octets.end()); }
  void ask(UnixMillis now, bool for_all);
  /// Tells the cache what it did wrong, and starts from nothing the next time.
  std::unexpected<Error> refuse(rtr::ErrorReason reason, std::string what);
  void forget_session();

  [[nodiscard]] Result<void> take(const rtr::Header& header, Bytes rest, UnixMillis now);
  [[nodiscard]] Result<void> agree_on_version(const rtr::Header& header, const rtr::Body& body);
  [[nodiscard]] Result<void> on(const rtr::SerialNotify& notify, const rtr::Header& header, UnixMillis now);
  [[nodiscard]] Result<void> on(const rtr::CacheResponse& response, const rtr::Header& header, UnixMillis now);
  [[nodiscard]] Result<void> on(const rtr::CacheReset& reset, const rtr::Header& header, UnixMillis now);
  [[nodiscard]] Result<void> on(const rtr::PrefixChange& change, const rtr::Header& header, UnixMillis now);
  [[nodiscard]] Result<void> on(const rtr::EndOfData& end, const rtr::Header& header, UnixMillis now);
  [[nodiscard]] Result<void> on(const rtr::ErrorReport& error, const rtr::Header& header, UnixMillis now);
  [[nodiscard]] Result<void> on(const rtr::Other& other, const rtr::Header& header, UnixMillis now);
  [[nodiscard]] Result<void> apply_pending();

  RtrTimes times_;
  std::uint8_t version_ = 1;
  bool version_agreed_ = false;  // in this connection
  bool retry_at_once_ = false;
  Phase phase_ = Phase::idle;
  bool for_all_ = true;  // what was asked for
  std::optional<std::uint16_t> session_;
  std::uint32_t serial_ = 0;
  UnixMillis refresh_ms_ = 0, expire_ms_ = 0;  // as the cache said; 0: it did not
  UnixMillis heard_ms_ = 0;                    // the last octets
  UnixMillis ask_at_ms_ = 0;
  std::optional<UnixMillis> updated_ms_;
  std::vector<std::byte> in_;
  std::vector<std::byte> out_;
  std::size_t sent_ = 0;
  std::vector<rtr::PrefixChange> pending_;
  std::vector<Vrp> vrps_;
  std::uint64_t changes_ = 0;
};

}  // namespace weir::bgp
