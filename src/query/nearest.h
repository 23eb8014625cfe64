// "did you mean": the word closest to a mistyped one.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace weir::query {

/// The candidate with the fewest edits (insert, drop, replace, swap neighbours), of several the one that begins with
/// the word, else the first; empty when even that one has more edits than a third of the word's letters (at least one
/// is always allowed). Words of one letter or beyond 64 octets get none.
[[nodiscard]] std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);

/// "; did you mean 'proto'?", or nothing.
[[nodiscard]] std::string suggestion(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace weir::query
