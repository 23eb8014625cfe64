// SQL of people: one SELECT over the flows and the rollups, read only, and its answer.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "query/query.h"

namespace weir::query {

inline constexpr std::uint32_t kMostSqlRows = 1'000'000;
inline constexpr std::size_t kMostSqlOctets = std::size_t{64} << 10U;      ///< of the statement
inline constexpr std::size_t kMostSqlAnswerOctets = std::size_t{64} << 20U;  ///< of all texts in the answer

struct SqlQuestion {
  std::string text;
  std::uint32_t most = 10'000;  ///< rows; SqlAnswer::left_out says when there are more
  RunOptions options = {};
};

struct SqlColumn {
  std::string name;
  std::string type;     ///< as the engine calls it: "VARCHAR", "BIGINT", "DECIMAL(38,0)"
  bool number = false;  ///< the texts are numbers as JSON writes them
};

struct SqlAnswer {
  std::vector<SqlColumn> columns;
  std::vector<std::vector<std::optional<std::string>>> rows;  ///< every value as text; nothing where it is NULL
  bool left_out = false;                                      ///< there are more rows
  UnixMillis took_ms = 0;
};

}  // namespace weir::query
