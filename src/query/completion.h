// What could be typed next: a filter and a place in it -> candidates, each with what it is. The grammar is the parser's
// own: it is run over what stands before the place, and says what it would take there (parser.h, Expectation).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "flow/columns.h"

namespace weir::query {

enum class CandidateKind : std::uint8_t { connective, word, column, comparison, value };
[[nodiscard]] std::string_view to_string(CandidateKind kind);

struct Candidate {
  CandidateKind kind = CandidateKind::word;
  std::string text;         ///< to be put in place of what is replaced; texts are quoted where they must be
  std::string description;  ///< one line for people; may be empty
};

struct Completion {
  /// The octets of the filter that a candidate replaces: the word or text at the place, from its start to its end.
  std::size_t start = 0;
  std::size_t length = 0;
  /// Those that begin with what is typed first, then those that hold it. Empty where anything could stand (a regular
  /// expression), in a comment, or behind a mistake.
  std::vector<Candidate> candidates;
};

/// A value of a column as people know it.
struct KnownValue {
  std::string value;        ///< as it is written in a filter, without quotes
  std::string description;  ///< "GOOGLE - Google LLC"; matches what is typed, too
};
/// Values of the data: those that hold `typed` (in any case, in the value or the description), the most used first, at
/// most about `most`. Protocols and services are known without it.
using ValueSource = std::function<std::vector<KnownValue>(flow::Column column, std::string_view typed, std::size_t most)>;

inline constexpr std::size_t kMostCandidates = 100;

/// `position` is in octets from the start; behind the end it means the end, within a character its start. `values` may be
/// empty. Any text may be given: what is no filter gets no candidates.
[[nodiscard]] Completion complete(std::string_view filter, std::size_t position, const ValueSource& values);

}  // namespace weir::query
