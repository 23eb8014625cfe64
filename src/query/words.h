// THE table of the filter language's words. The parser looks them up here, suggestions are drawn from here, and the
// reference page is written from here: to add a word of a form that exists, add one row.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "flow/columns.h"

namespace weir::query {

/// How the parser reads what follows the word.
enum class Form : std::uint8_t {
  connective,  ///< and, or, not: joins or turns round whole tests
  any,         ///< a test by itself that is always true
  direction,   ///< src, dst, in, out: chooses one of a pair's two columns
  pair,        ///< a test of two columns at once, or of the one the direction chooses
  network,     ///< the pair of addresses; the value may be cut short or have a netmask
  port_range,  ///< the pair of ports; the value is one range
  interface,   ///< a pair whose directions are in and out
  peer,        ///< one address column; the word 'ip' may stand between
  version,     ///< a test by itself: the version of IP
  flags,       ///< TCP flags as letters or a number; implies TCP
  icmp,        ///< one column; implies ICMP or ICMPv6
  single,      ///< one column, that of the source: 'src' may stand before it
  label,       ///< MPLS labels by their place in the stack
  side,        ///< the side of a VRF
  name,        ///< the reverse DNS name of an address, of the pair or of the one that the word says
};

/// Whether 0 is what exporters write when they have nothing: then a test for 0 also finds the unknown.
enum class Zero : std::uint8_t { is_a_value, means_unknown };

struct WordInfo {
  std::string_view word;
  std::string_view also;  ///< other spellings, separated by spaces
  Form form;
  /// Of a pair: source and destination, or in and out. Of other tests: both the column, where there is one.
  flow::Column first;
  flow::Column second;
  Zero zero;
  std::string_view syntax;
  std::string_view meaning;
  std::string_view example;  ///< a whole filter
};

[[nodiscard]] std::span<const WordInfo> words();
/// By word or other spelling, in lower case; null when there is none.
[[nodiscard]] const WordInfo* find_word(std::string_view lower);
/// All words and other spellings, for suggestions.
[[nodiscard]] std::span<const std::string_view> word_names();

}  // namespace weir::query
