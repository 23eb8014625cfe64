// Names that stand for numbers and columns: protocols, services, and other tools' names of our columns.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "flow/columns.h"

namespace weir::query {

struct NamedNumber {
  std::string_view name;
  std::uint16_t number;
};

/// IP protocols (IANA protocol-numbers). The first name of a number is the one that is shown.
[[nodiscard]] std::span<const NamedNumber> protocols();
/// Well-known ports (IANA service-names-port-numbers, and what people call them).
[[nodiscard]] std::span<const NamedNumber> services();

/// By name in lower case; nothing when there is none.
[[nodiscard]] std::optional<std::uint16_t> find_number(std::span<const NamedNumber> names, std::string_view name);
/// "tcp" for 6; empty for numbers without a name.
[[nodiscard]] std::string_view protocol_name(std::uint64_t number);

/// nfdump's names of what has a column here.
struct ColumnAlias {
  std::string_view name;
  flow::Column column;
};
[[nodiscard]] std::span<const ColumnAlias> column_aliases();

/// A column by its name, its short name or nfdump's name, in any case, '-' for '_' allowed.
[[nodiscard]] std::optional<flow::Column> find_column_name(std::string_view name);
/// All names that find_column_name() takes, for suggestions.
[[nodiscard]] std::span<const std::string_view> column_names();

}  // namespace weir::query
