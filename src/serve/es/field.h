// The fields of a document: the long ones are the columns, the 22 short ones are those of the old system, which kept
// every value as text. Both are queried, sorted and aggregated by the same columns.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "flow/columns.h"
#include "query/query.h"

namespace weir::serve::es {

/// How a field looks, compared with its column.
enum class Shape : std::uint8_t {
  plain,    ///< as the column
  number,   ///< short: digits as text; an unknown value is "0"
  address,  ///< short: text; an unknown value is "0.0.0.0"
  text,     ///< short: text; an unknown value is "-"
  letter,   ///< din: "I" and "O" for the direction, "-" where unknown
  flags,    ///< flg: ".A....", a letter or a dot for each of URG, ACK, PSH, RST, SYN, FIN
};

struct Field {
  std::string_view name;
  flow::Column column = flow::Column::time;
  Shape shape = Shape::plain;

  [[nodiscard]] const flow::ColumnInfo& info() const { return flow::info(column); }
  /// Where the old system had a value and the column has none, "0" and the like match what is unknown.
  [[nodiscard]] bool zero_is_unknown() const { return shape == Shape::number || shape == Shape::address; }
  [[nodiscard]] bool is_time() const { return info().type == flow::ColumnType::time_ms; }
  [[nodiscard]] bool is_number() const;  ///< whole or real, not a time, MAC or flags in letters
  [[nodiscard]] bool is_address() const { return info().type == flow::ColumnType::ip; }
};

/// The 22 short fields, in the order of the old system's documents.
[[nodiscard]] std::span<const Field> short_fields();
/// Every field that a mapping lists: the short ones, then the columns whose name no short one has.
[[nodiscard]] const std::vector<Field>& all_fields();
/// By name; also other aliases of columns, "@timestamp" for time, and "NAME.keyword".
[[nodiscard]] std::optional<Field> find_field(std::string_view name);
/// Those that a pattern with '*' names, in the order of all_fields().
[[nodiscard]] std::vector<Field> match_fields(std::string_view pattern);

/// "date", "ip", "keyword", "integer"...: the type in a mapping.
[[nodiscard]] std::string_view es_type(const Field& field);

/// What a document shows for the value of the column: text for short fields, also where it is unknown; for plain ones a
/// number or text, and null where it is unknown.
[[nodiscard]] boost::json::value source_value(const Field& field, const query::Cell& cell);
/// What an aggregation or `fields` shows: typed also for short fields (80 rather than "80").
[[nodiscard]] boost::json::value typed_value(const Field& field, const query::Cell& cell);

/// ".A....".
[[nodiscard]] std::string flag_letters(std::uint64_t flags);
/// A glob with '*' and '?', and '\' before what is meant as it is.
[[nodiscard]] bool glob_matches(std::string_view pattern, std::string_view text, bool ignore_case = false);

}  // namespace weir::serve::es
