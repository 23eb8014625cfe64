// The kinds of values that a configuration holds: how each is written, read, shown, and what is said when it is wrong.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/endpoint.h"
#include "base/error.h"

namespace weir::main {

/// One scalar as it stands in the file.
struct Scalar {
  std::string_view text;
  bool quoted = false;
};

// Every kind has: `Value`; what() for the reference ("duration, 100ms to 2s") and for errors ("expected ..."); read();
// show(). read() gives the reason on failure, "" when what() says it all.

/// A length of time: 30s, 15m, 2h, 30d; 0 where `zero` has a meaning.
struct DurationKind {
  using Value = UnixMillis;
  UnixMillis least = 1;
  UnixMillis most = 100 * 365 * kDayMs;
  std::string_view zero = {};  ///< what 0 means; empty: 0 is refused
  [[nodiscard]] std::string what() const;
  [[nodiscard]] std::expected<Value, std::string> read(Scalar scalar) const;
  [[nodiscard]] std::string show(Value value) const;
};

/// An amount of memory or disk: 512MiB, 10GiB, 2TB; 0 where `zero` has a meaning.
struct SizeKind {
  using Value = std::uint64_t;
  std::uint64_t least = 1;
  std::uint64_t most = std::uint64_t{1} << 60U;
  std::string_view zero = {};
  [[nodiscard]] std::string what() const;
  [[nodiscard]] std::expected<Value, std::string> read(Scalar scalar) const;
  [[nodiscard]] std::string show(Value value) const;
};

/// A whole number without sign, leading zero, separators or quotes.
struct WholeKind {
  using Value = std::uint64_t;
  std::uint64_t least = 0;
  std::uint64_t most = UINT32_MAX;
  std::string_view zero = {};  ///< what 0 means, for the reference
  [[nodiscard]] std::string what() const;
  [[nodiscard]] std::expected<Value, std::string> read(Scalar scalar) const;
  [[nodiscard]] std::string show(Value value) const;
};

/// true or false, nothing else.
struct FlagKind {
  using Value = bool;
  [[nodiscard]] std::string what() const;
  [[nodiscard]] std::expected<Value, std::string> read(Scalar scalar) const;
  [[nodiscard]] std::string show(Value value) const;
};

/// A text that is not empty.
struct TextKind {
  using Value = std::string;
  std::string_view meaning = "text";
  [[nodiscard]] std::string what() const;
  [[nodiscard]] std::expected<Value, std::string> read(Scalar scalar) const;
  [[nodiscard]] std::string show(const Value& value) const;
};

/// One of a few words; the value is its place in the list.
struct ChoiceKind {
  using Value = std::size_t;
  std::vector<std::string_view> words;
  [[nodiscard]] std::string what() const;
  [[nodiscard]] std::expected<Value, std::string> read(Scalar scalar) const;
  [[nodiscard]] std::string show(Value value) const;
};

/// One of an enumeration's words, which are in the order of its values.
template <typename Enum, std::size_t N>
struct WordKind : ChoiceKind {
  using Value = Enum;
  explicit WordKind(const std::array<std::string_view, N>& words) : ChoiceKind{{words.begin(), words.end()}} {}
  [[nodiscard]] std::expected<Value, std::string> read(Scalar scalar) const {
    const auto at = ChoiceKind::read(scalar);
    if (!at) return std::unexpected(at.error());
    return static_cast<Value>(*at);
  }
  [[nodiscard]] std::string show(Value value) const { return ChoiceKind::show(static_cast<std::size_t>(value)); }
};
template <typename Enum, std::size_t N>
WordKind<Enum, N> words(const std::array<std::string_view, N>& of) {
  return WordKind<Enum, N>(of);
}

/// A number of an autonomous system.
struct AsKind : WholeKind {
  using Value = std::uint32_t;
  AsKind() : WholeKind{.least = 1} {}
  [[nodiscard]] std::expected<Value, std::string> read(Scalar scalar) const {
    const auto as = WholeKind::read(scalar);
    if (!as) return std::unexpected(as.error());
    return static_cast<Value>(*as);
  }
};

struct AddressKind {
  using Value = IpAddress;
  [[nodiscard]] std::string what() const;
  [[nodiscard]] std::expected<Value, std::string> read(Scalar scalar) const;
  [[nodiscard]] std::string show(Value value) const;
};

struct PrefixKind {
  using Value = Prefix;
  [[nodiscard]] std::string what() const;
  [[nodiscard]] std::expected<Value, std::string> read(Scalar scalar) const;
  [[nodiscard]] std::string show(const Value& value) const;
};

struct EndpointKind {
  using Value = Endpoint;
  [[nodiscard]] std::string what() const;
  [[nodiscard]] std::expected<Value, std::string> read(Scalar scalar) const;
  [[nodiscard]] std::string show(Value value) const;
};

}  // namespace weir::main
