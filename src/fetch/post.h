// Telling others: one HTTP request with a body, one mail. Both block.
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"

namespace weir::fetch {

struct Post {
  std::string method = "POST";
  std::string url;
  std::vector<std::string> headers;  ///< "Name: value"
  std::string body;
  UnixMillis timeout_ms = 0;  ///< for all of it
};

/// http and https only, no redirects: a signed body goes where it was meant to go. Anything but a status of 2xx is an error
/// (io), with the beginning of what the server said. Ends within a second when `stop` becomes true.
[[nodiscard]] Result<void> send(const Post& post, const std::atomic<bool>& stop);

struct Mail {
  std::string url;  ///< smtp://HOST:PORT or smtps://HOST:PORT; TLS is used where the server offers it
  std::string user, password;  ///< "" without
  std::string from;
  std::vector<std::string> to;
  std::string message;  ///< RFC 5322, lines ended by CRLF
  UnixMillis timeout_ms = 0;
};
[[nodiscard]] Result<void> send(const Mail& mail, const std::atomic<bool>& stop);

}  // namespace weir::fetch
