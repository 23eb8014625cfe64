// Names of addresses from the reverse DNS (RFC 1035 section 3.5, RFC 3596 section 2.5), asked for when somebody wants to see
// them, never for a flow that comes in. c-ares is seen in resolver.cc alone.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/endpoint.h"
#include "base/ip_address.h"
#include "flow/key_hash.h"
#include "query/name_tests.h"
#include "query/query.h"

namespace weir::names {

struct ResolverOptions {
  std::vector<Endpoint> servers;             ///< none: those of the system (/etc/resolv.conf)
  UnixMillis try_ms = 2000;                  ///< for one try at one server; there are two tries
  std::size_t at_once = 100;                 ///< questions on their way
  std::size_t most_kept = 100'000;           ///< answers
  UnixMillis kept_ms = kHourMs;              ///< an answer, with a name or the word that there is none
  UnixMillis kept_without_ms = 5 * kMinuteMs;  ///< that nobody answered
};

/// Any thread. An answer that is asked for twice is asked of the DNS once. Makes no thread: whoever asks waits.
class Resolver {
 public:
  explicit Resolver(ResolverOptions options) : options_(std::move(options)) {}

  struct Names {
    std::vector<query::AddressName> names;  ///< of those that have one; in lower case, without a dot at the end
    std::size_t unasked = 0;                ///< not even asked when the time was over
  };
  /// Asks for all addresses that are not known yet, until `until` (steady_ms()) or until `cancel` is set. An address that no
  /// server answers for has no name. Errors: io (there is no server to ask), cancelled.
  [[nodiscard]] Result<Names> look_up(std::span<const IpAddress> addresses, std::int64_t until,
                                      const query::CancelFlag& cancel);

 private:
  struct Kept {
    std::string name;  ///< "" none
    std::int64_t until = 0;
  };
  struct Hash {
    using is_avalanching = void;
    std::size_t operator()(const IpAddress& address) const noexcept {
      return flow::KeyHash::of_words(address.hi, address.lo);
    }
  };
  class Asking;
  void keep(IpAddress address, std::string name, UnixMillis for_ms);

  const ResolverOptions options_;
  std::mutex mutex_;
  boost::unordered_flat_map<IpAddress, Kept, Hash> kept_;
};

}  // namespace weir::names
