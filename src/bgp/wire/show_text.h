// Small pieces of reading what a router printed. Inside bgp/wire/ only.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bgp/wire/nlri.h"
#include "bgp/wire/show_ip_bgp.h"

namespace weir::bgp {

/// A line as the terminal showed it.
struct ShownLine {
  std::string_view text;  ///< without spaces at its end
  std::size_t number = 0;
  bool cut = false;  ///< longer than kMostLineOctets

  [[nodiscard]] std::size_t indent() const;
  /// Without spaces at its front.
  [[nodiscard]] std::string_view trimmed() const { return text.substr(indent()); }
};

/// Chunks to lines. Colours, and what a pager prints and then wipes with backspaces or a carriage return, are gone.
class LineSplitter {
 public:
  void take(std::string_view chunk, const std::function<void(const ShownLine&)>& on_line);
  void finish(const std::function<void(const ShownLine&)>& on_line);

 private:
  void end_line(const std::function<void(const ShownLine&)>& on_line);

  std::string raw_;
  std::string shown_;
  std::size_t lines_ = 0;
  bool cut_ = false;
};

/// What the readers of both forms share: where routes, counts and complaints go.
class ShowResults {
 public:
  explicit ShowResults(std::function<void(ShownRoute&)> on_route) : on_route_(std::move(on_route)) {}

  void route(ShownRoute& route);
  void not_understood(std::size_t line, std::string_view text, std::string_view why);
  /// A complaint that is no line of its own.
  void complain(std::size_t line, std::string_view what);

  ShowCounts counts;
  std::vector<std::string> complaints;

 private:
  std::function<void(ShownRoute&)> on_route_;
};

/// Without spaces at both ends.
[[nodiscard]] std::string_view trimmed(std::string_view text);
/// Words are what stands between spaces. Takes the first one off; "" at the end.
[[nodiscard]] std::string_view take_word(std::string_view& text);

/// "3.0.0.0" is 3.0.0.0/8 (classful), "3.0.0.0/9", "2001:DB8::/32".
[[nodiscard]] std::optional<Prefix> parse_network(std::string_view text);
/// A network behind a route distinguisher: "64500:1:10.0.0.0/8", "[64500:1]2001:DB8::/32", "192.0.2.1:5:10.0.0.0/8"; or
/// without one.
[[nodiscard]] std::optional<Nlri> parse_vpn_network(std::string_view text);
/// What FRR puts behind an address is left out: "192.0.2.1@7<", and what it puts before: "edge1(192.0.2.1)".
[[nodiscard]] std::optional<IpAddress> parse_shown_address(std::string_view text);
/// "route-views>", "edge1#show ip bgp": a router's prompt, with or without what was typed.
[[nodiscard]] bool is_prompt(std::string_view text);

}  // namespace weir::bgp
