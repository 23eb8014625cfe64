// Hits: what of a record is shown, in which order, and how a document looks.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <vector>

#include "query/tally.h"
#include "serve/es/es_error.h"
#include "serve/es/field.h"
#include "serve/es/json_text.h"
#include "serve/es/query_dsl.h"

namespace weir::serve::es {

/// from + size of one answer (index.max_result_window).
inline constexpr std::size_t kMostWindow = 10'000;

/// "_source": everything, nothing, or what patterns say.
struct SourceFilter {
  bool enabled = true;
  std::vector<std::string> includes;
  std::vector<std::string> excludes;
  [[nodiscard]] bool takes(std::string_view name) const;
};

/// One of "sort".
struct SortKey {
  enum class By : std::uint8_t { field, score, place };
  By by = By::field;
  Field field;
  bool descending = false;
  std::string format;
};

/// A field shown beside _source, in "fields" or "docvalue_fields".
struct ShownField {
  Field field;
  std::string name;
  std::string format;
};

struct HitsSpec {
  std::size_t from = 0;
  std::size_t size = 10;
  std::vector<SortKey> sort;
  SourceFilter source;
  std::vector<ShownField> fields;
  bool version = false;
  bool seq_no = false;
  bool track_scores = false;
};

// Each reads one member of a body into `to`.
[[nodiscard]] Parsed<void> read_source(const Node& node, SourceFilter& to);
[[nodiscard]] Parsed<void> read_sort(const Node& node, std::vector<SortKey>& to);
/// "ts:desc,sa" of a URL.
[[nodiscard]] Parsed<void> read_sort_text(std::string_view text, std::vector<SortKey>& to);
[[nodiscard]] Parsed<void> read_shown_fields(const Node& node, std::vector<ShownField>& to);
/// A size or a from: a whole number, not negative.
[[nodiscard]] Parsed<std::size_t> read_count(const Node& node, std::string_view what);
[[nodiscard]] Parsed<void> check_window(std::size_t from, std::size_t size);

/// The columns to search by, each once.
[[nodiscard]] std::vector<query::Search::Order> search_order(const std::vector<SortKey>& sort);

/// The short fields in the order of the old system's documents, then the long ones that are known.
[[nodiscard]] boost::json::object document(const std::vector<query::Cell>& cells, const SourceFilter& filter);
/// One hit; `cells` are of document_columns(). `place` is shown for keys of SortKey::By::place. `score` counts where
/// nothing sorts.
[[nodiscard]] boost::json::object hit_json(const HitsSpec& spec, const std::vector<query::Cell>& cells, double score,
                                           std::uint64_t place);

}  // namespace weir::serve::es
