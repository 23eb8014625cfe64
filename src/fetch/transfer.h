// One GET into a file.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"

namespace weir::fetch {

/// What a server said of a file, and is told when it is asked again (RFC 9110 sections 13.1.2 and 13.1.3).
struct Validators {
  std::string etag;           ///< "" none
  std::string last_modified;  ///< as the server wrote it, "" none
  bool operator==(const Validators&) const = default;
};

struct Request {
  std::string url;
  std::filesystem::path into;     ///< written from its beginning; only a complete answer makes it usable
  Validators known;               ///< of the file that is there already; empty asks for it in any case
  std::uint64_t most_octets = 0;  ///< also of what a compressed answer unpacks to
  UnixMillis timeout_ms = 0;      ///< for all of it
};

struct Reply {
  bool unchanged = false;  ///< 304: nothing was written
  Validators validators;
  std::uint64_t octets = 0;
};

/// http and https only, at most 5 redirects, and none from https to http. Blocks; ends within a second when `stop`
/// becomes true. The error says what the server or the network did, without the URL.
[[nodiscard]] Result<Reply> transfer(const Request& request, const std::atomic<bool>& stop);

/// The URL without user, password and query, which may be secrets: for people.
[[nodiscard]] std::string shown(const std::string& url);

/// Whether it is one that transfer() takes.
[[nodiscard]] bool is_web_url(std::string_view url);

}  // namespace weir::fetch
