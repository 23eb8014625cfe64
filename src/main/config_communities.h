// Lists of communities as configuration values.
#pragma once

#include <algorithm>
#include <expected>
#include <string>
#include <string_view>

#include "bgp/wire/path_attributes.h"
#include "main/config_value.h"

namespace weir::main {

/// Only the communities of what it reads count.
struct CommunitiesKind {
  using Value = bgp::PathAttributes;
  [[nodiscard]] static std::string what() { return "communities"; }
  [[nodiscard]] static std::expected<Value, std::string> read(Scalar scalar) {
    Value out;
    std::string_view rest = scalar.text;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find(' '), rest.size());
      if (end > 0) {
        if (const auto read = bgp::parse_community(rest.substr(0, end), out); !read)
          return std::unexpected(read.error().message);
      }
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return out;
  }
  [[nodiscard]] static std::string show(const Value& value) { return bgp::communities_text(value); }
};

}  // namespace weir::main
