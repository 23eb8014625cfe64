// Notices in the shapes that others expect: webhooks, chats, mail, syslog, a program's input. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "detect/mitigation/machine_state.h"
#include "detect/mitigation/mitigation_config.h"

namespace weir::detect {

/// An HTTP request that is ready to be sent.
struct HttpCall {
  std::string method = "POST";
  std::string url{};
  std::vector<std::string> headers{};  ///< "Name: value"
  std::string body{};
};

/// For channels of HTTP. A webhook is signed: X-Weir-Signature is "sha256=" and the HMAC-SHA256, under the secret, of
/// X-Weir-Timestamp, a dot and the body; X-Weir-Delivery is the same in every attempt, so that a receiver can tell repeats.
[[nodiscard]] Result<HttpCall> http_call(const ChannelConfig& channel, const Delivery& delivery, UnixMillis now);

/// The message as RFC 5322 has it, lines ended by CRLF.
[[nodiscard]] std::string mail_message(const ChannelConfig& channel, const Delivery& delivery, std::string_view host);

/// One message of RFC 5424, facility 4 (security), without framing.
[[nodiscard]] std::string syslog_message(const Notice& notice, std::string_view host, int process);

/// The program's arguments, filled.
[[nodiscard]] Result<std::vector<std::string>> script_arguments(const ChannelConfig& channel, const Notice& notice);

}  // namespace weir::detect
