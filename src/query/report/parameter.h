// THE table of the reports' parameters: what the form, the API and the command line take, and how the texts are read.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/ip_address.h"
#include "query/query.h"
#include "query/query_options.h"

namespace weir::query::report {

/// How a form asks for it.
enum class ParameterType : std::uint8_t {
  time,       ///< base/clock.h: "-3h", "2026-11-23 05:06"
  duration,   ///< "5m", or "auto"
  count,      ///< a whole number
  choice,     ///< one of ParameterInfo::choices
  names,      ///< names separated by commas; one with a comma stands in double quotes
  networks,   ///< addresses and networks separated by commas
  address,    ///< one address or network
  as_numbers, ///< numbers and ranges separated by commas, with or without AS before them
  ports,      ///< "80,443,1024-65535", names of services too
  filter,     ///< docs/reference/filter.md
};

struct ParameterInfo {
  std::string_view name;
  std::string_view title;     ///< as a form writes it
  ParameterType type;
  std::string_view fallback;  ///< "" means that nothing is asked for
  std::string_view choices;   ///< words separated by spaces
  std::string_view meaning;
  std::string_view example;
};

/// All that any report has, in the order of the form.
[[nodiscard]] std::span<const ParameterInfo> parameters();
/// Null when there is none of that name.
[[nodiscard]] const ParameterInfo* find_parameter(std::string_view name);
/// "names", "ports", ...: for programs that make a form.
[[nodiscard]] std::string_view type_name(ParameterType type);

enum class Direction : std::uint8_t { both, out, in, any };
enum class Side : std::uint8_t { local, remote };
enum class Detail : std::uint8_t { hosts, services, ports };
enum class Preset : std::uint8_t { none, spam, amplification, scanning };

using Ranges = std::vector<std::pair<std::uint64_t, std::uint64_t>>;

/// As read: typed, and within bounds.
struct Parameters {
  Query base;  ///< range, resolution, the free filter, top, rank, metric and layer; by and conditions are the report's
  std::vector<std::string> customers;
  std::vector<std::string> regions;
  std::vector<std::string> routers;     ///< names or addresses
  std::vector<std::string> interfaces;  ///< names or ifIndexes
  std::vector<Prefix> sources;
  std::vector<Prefix> destinations;
  Ranges source_as;
  Ranges destination_as;
  Ranges source_ports;
  Ranges destination_ports;
  Direction direction = Direction::both;
  Side side = Side::local;
  Detail detail = Detail::services;
  Preset preset = Preset::none;
  std::optional<Prefix> address;
  /// Lengths of the subnets; nothing: the routed prefixes.
  std::optional<unsigned> subnet_v4;
  std::optional<unsigned> subnet_v6;
  std::vector<std::string> home;  ///< ISO codes of countries that are domestic
  std::optional<std::uint64_t> least;
};

inline constexpr std::uint32_t kMostSize = 10'000;          ///< rows of a table
inline constexpr std::size_t kMostListed = 1000;            ///< values of one list
inline constexpr std::size_t kMostParameterText = 32'768;   ///< octets

/// A value as typed.
using Typed = std::pair<std::string, std::string>;

/// Reads what was typed. `allowed` are the names that the report has, `fixed` values that it sets itself. Errors name the
/// parameter: unknown ones, with the nearest that there is; ones given twice; values that cannot be read. `now` is what
/// relative times count from. An empty value is as good as none.
[[nodiscard]] std::expected<Parameters, OptionError> read_parameters(std::span<const std::string_view> allowed,
                                                                     std::span<const Typed> fixed,
                                                                     std::span<const Typed> typed, UnixMillis now);

}  // namespace weir::query::report
