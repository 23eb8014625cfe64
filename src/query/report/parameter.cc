#include "query/report/parameter.h"

#include <algorithm>
#include <array>

#include "query/filter_values.h"
#include "query/nearest.h"

namespace weir::query::report {
namespace {

using enum ParameterType;

constexpr auto kParameters = std::to_array<ParameterInfo>({
    {"start", "Start", time, "-3h", "", "where the range begins", "2026-11-23 05:06"},
    {"end", "End", time, "now", "", "where the range ends; exclusive", "2026-11-23 08:07"},
    {"customer", "Customer", names, "", "",
     "configured customers: outgoing, as the source; incoming, as the destination", "\"Acme, Inc\",Kelapa Cloud"},
    {"region", "Customer region", names, "", "", "regions of the customers, likewise", "MY,SG"},
    {"router", "Router", names, "", "", "routers by name or address", "AIMS-PCCW,103.10.156.73"},
    {"interface", "Interface", names, "", "",
     "interfaces by name or ifIndex: outgoing, where traffic leaves; incoming, where it arrives", "xe-0/1/7"},
    {"address", "Address", address, "", "", "the address or network whose conversations are told", "103.64.13.104"},
    {"src_ip", "Source IP", networks, "", "", "source addresses and networks", "103.64.13.0/24"},
    {"dst_ip", "Destination IP", networks, "", "", "destination addresses and networks", "120.29.117.50"},
    {"src_as", "Source ASN", as_numbers, "", "", "source autonomous systems", "15169,AS4134"},
    {"dst_as", "Destination ASN", as_numbers, "", "", "destination autonomous systems", "64512-65534"},
    {"src_port", "Source port", ports, "", "", "source ports", "80,443"},
    {"dst_port", "Destination port", ports, "", "", "destination ports", "1024-65535"},
    {"filter", "Filter", filter, "", "", "further conditions, in the filter language", "proto tcp and not ipv6"},
    {"preset", "Look for", choice, "none", "none spam amplification scanning",
     "spam: fan-out to mail servers; amplification: large answers of services that reflect; scanning: many destinations "
     "or ports a minute",
     "spam"},
    {"least", "At least", count, "", "",
     "of the preset: mail servers reached (default 10), octets of a packet (default 200), destinations or ports a minute "
     "(default 100)",
     "50"},
    {"direction", "Direction", choice, "both", "both out in any",
     "out of the customer network, into it, both in a table each, or any traffic whatever its direction", "out"},
    {"side", "Side", choice, "local", "local remote",
     "local: your end, which is the source of what goes out; remote: the other end", "remote"},
    {"detail", "Detail", choice, "services", "hosts services ports",
     "hosts: the two addresses; services: also protocol and the answering port; ports: also protocol and both ports",
     "hosts"},
    {"subnet", "Subnet length", count, "", "", "IPv4 subnets of this length (0 to 32) instead of routed prefixes", "24"},
    {"subnet6", "IPv6 subnet length", count, "", "",
     "IPv6 subnets of this length (0 to 128); default 64 where subnet is given", "48"},
    {"home", "Home countries", names, "", "",
     "ISO codes of the domestic countries; default: those of the configuration, else the customer's region", "MY,SG"},
    {"size", "Result size", count, "10", "", "rows of a table, 1 to 10000", "20"},
    {"resolution", "Resolution", duration, "", "",
     "length of a sample, or auto; default: 5 minutes, for ranges under an hour and over 35 days auto", "5m"},
    {"sort", "Sort by", choice, "average", "average maximum percentile_95 last", "what the rows are sorted by",
     "percentile_95"},
    {"layer", "Layer", choice, "3", "3 2", "count octets of IP packets (3), or also those of layer 2 around them (2)",
     "2"},
    {"overhead", "Layer 2 overhead", count, "18", "",
     "octets that layer 2 adds to a packet: 18 for Ethernet, 38 with preamble and gap", "38"},
});

using Outcome = std::expected<void, OptionError>;

std::unexpected<OptionError> wrong(std::string_view parameter, std::string message) {
  return std::unexpected(OptionError{std::string(parameter), std::move(message), std::nullopt});
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

/// Words between commas, without the space around them; a word in double quotes may hold commas, and "" for a quote.
std::expected<std::vector<std::string>, OptionError> split(std::string_view name, std::string_view text) {
  std::vector<std::string> out;
  std::string word;
  bool quoted = false;
  bool was_quoted = false;
  const auto finish = [&] {
    std::string one = was_quoted ? word : std::string(trimmed(word));
    if (!one.empty()) out.push_back(std::move(one));
    word.clear();
    was_quoted = false;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted && c == '"' && i + 1 < text.size() && text[i + 1] == '"') {
      word += text[++i];
    } else if (c == '"' && (quoted || trimmed(word).empty())) {
      if (!quoted) word.clear();
      quoted = !quoted;
      was_quoted = true;
    } else if (c == ',' && !quoted) {
      finish();
    } else if (!was_quoted || quoted) {
      word += c;
    }
  }
  if (quoted) return wrong(name, "a quote is not closed");
  finish();
  if (out.size() > kMostListed) return wrong(name, "at most " + std::to_string(kMostListed) + " values can be listed");
  return out;
}

Outcome read_names(std::string_view name, std::string_view text, std::vector<std::string>& to) {
  auto words = split(name, text);
  if (!words) return std::unexpected(words.error());
  to = *std::move(words);
  return {};
}

Outcome read_networks(std::string_view name, std::string_view text, std::vector<Prefix>& to) {
  const auto words = split(name, text);
  if (!words) return std::unexpected(words.error());
  for (const std::string& word : *words) {
    const auto network = parse_network(word, false);
    if (!network) return wrong(name, network.error());
    to.push_back(*network);
  }
  return {};
}

Outcome read_ranges(std::string_view name, std::string_view text, flow::Column column, Ranges& to) {
  const auto words = split(name, text);
  if (!words) return std::unexpected(words.error());
  for (const std::string& word : *words) {
    const auto range = parse_numbers(column, word);
    if (!range) return wrong(name, range.error());
    to.push_back(*range);
  }
  return {};
}

std::expected<std::uint64_t, OptionError> read_count(std::string_view name, std::string_view text, std::uint64_t least,
                                                     std::uint64_t most) {
  const auto range = parse_numbers(flow::Column::bytes, text);
  if (!range || range->first != range->second || range->first < least || range->first > most)
    return wrong(name, "'" + std::string(text) + "' is not a whole number from " + std::to_string(least) + " to " +
                           std::to_string(most));
  return range->first;
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const std::size_t space = std::min(text.find(' '), text.size());
    if (space > 0) out.push_back(text.substr(0, space));
    text.remove_prefix(std::min(space + 1, text.size()));
  }
  return out;
}

/// The word's place in the parameter's list.
std::expected<std::size_t, OptionError> read_choice(const ParameterInfo& info, std::string_view text) {
  const std::vector<std::string_view> words = words_of(info.choices);
  const auto at = std::ranges::find(words, text);
  if (at != words.end()) return static_cast<std::size_t>(at - words.begin());
  std::string all;
  for (const std::string_view word : words) all += (all.empty() ? "" : ", ") + std::string(word);
  return wrong(info.name, "'" + std::string(text) + "' is not one of " + all + suggestion(text, words));
}

/// The texts by name, with defaults; all are known and come once.
class Texts {
 public:
  Outcome take(std::span<const std::string_view> allowed, std::span<const Typed> typed) {
    for (const auto& [name, text] : typed) {
      if (std::ranges::find(allowed, name) == allowed.end())
        return wrong(name, "the report has no parameter of this name" + suggestion(name, allowed));
      if (text.size() > kMostParameterText)
        return wrong(name, "it is longer than " + std::to_string(kMostParameterText) + " octets");
      if (has(name)) return wrong(name, "it is given twice");
      texts_.emplace_back(name, trimmed(text));
    }
    return {};
  }
  void fix(std::span<const Typed> fixed) { texts_.insert(texts_.end(), fixed.begin(), fixed.end()); }

  /// The value or its default; "" where neither is.
  [[nodiscard]] std::string of(std::string_view name) const {
    const auto at = std::ranges::find(texts_, name, &Typed::first);
    if (at != texts_.end() && !at->second.empty()) return at->second;
    return std::string(find_parameter(name)->fallback);
  }
  [[nodiscard]] bool has(std::string_view name) const {
    return std::ranges::find(texts_, name, &Typed::first) != texts_.end();
  }

 private:
  std::vector<Typed> texts_;
};

/// Range, resolution, filter, rows, order and layer: what every question has, read as `weir query` reads it.
class BaseReader {
 public:
  BaseReader(const Texts& texts, UnixMillis now) : texts_(texts), now_(now) {}

  std::expected<Query, OptionError> read() {
    QueryOptions options;
    options.from = texts_.of("start");
    options.to = texts_.of("end");
    if (const std::string text = texts_.of("filter"); !text.empty()) options.filter = text;
    if (auto sized = size(options); !sized) return std::unexpected(sized.error());
    if (auto layered = layer(options); !layered) return std::unexpected(layered.error());
    const auto sort = read_choice(*find_parameter("sort"), texts_.of("sort"));
    if (!sort) return std::unexpected(sort.error());
    // The length of the range says what the resolution is when none is given.
    const auto range = build_query(options, now_);
    if (!range) return std::unexpected(named(range.error()));
    const std::string resolution = texts_.of("resolution");
    options.resolution = resolution.empty() ? usual_resolution(range->to_ms - range->from_ms) : resolution;
    options.rank = texts_.of("sort");
    auto query = build_query(options, now_);
    if (!query) return std::unexpected(named(query.error()));
    return query;
  }

 private:
  static std::string usual_resolution(UnixMillis length) {
    return length >= kHourMs && length <= 35 * kDayMs ? "5m" : "auto";
  }

  Outcome size(QueryOptions& options) const {
    const auto rows = read_count("size", texts_.of("size"), 1, kMostSize);
    if (!rows) return std::unexpected(rows.error());
    options.top = std::to_string(*rows);
    return {};
  }

  Outcome layer(QueryOptions& options) const {
    const auto layer = read_choice(*find_parameter("layer"), texts_.of("layer"));
    if (!layer) return std::unexpected(layer.error());
    const auto overhead = read_count("overhead", texts_.of("overhead"), 0, 1000);
    if (!overhead) return std::unexpected(overhead.error());
    if (*layer == 0) return {};
    options.metric = "layer2_bytes";
    options.overhead = std::to_string(*overhead);
    return {};
  }

  /// The question's names of options as the form's.
  static OptionError named(OptionError error) {
    constexpr auto kNames = std::to_array<std::pair<std::string_view, std::string_view>>(
        {{"from", "start"}, {"to", "end"}, {"top", "size"}, {"rank", "sort"}, {"metric", "layer"}});
    for (const auto& [option, name] : kNames) {
      if (error.option == option) error.option = name;
    }
    return error;
  }

  const Texts& texts_;
  UnixMillis now_;
};

template <typename Choice>
Outcome choose(const Texts& texts, std::string_view name, Choice& to) {
  const auto at = read_choice(*find_parameter(name), texts.of(name));
  if (!at) return std::unexpected(at.error());
  to = static_cast<Choice>(*at);
  return {};
}

Outcome read_subnets(const Texts& texts, Parameters& out) {
  const std::string v4 = texts.of("subnet");
  const std::string v6 = texts.of("subnet6");
  if (v4.empty() && v6.empty()) return {};
  const auto length4 = read_count("subnet", v4.empty() ? "24" : v4, 0, 32);
  if (!length4) return std::unexpected(length4.error());
  const auto length6 = read_count("subnet6", v6.empty() ? "64" : v6, 0, 128);
  if (!length6) return std::unexpected(length6.error());
  out.subnet_v4 = static_cast<unsigned>(*length4);
  out.subnet_v6 = static_cast<unsigned>(*length6);
  return {};
}

Outcome read_address(const Texts& texts, Parameters& out) {
  const std::string text = texts.of("address");
  if (text.empty()) return {};
  const auto network = parse_network(text, false);
  if (!network) return wrong("address", network.error());
  out.address = *network;
  return {};
}

Outcome read_home(const Texts& texts, Parameters& out) {
  if (const auto fine = read_names("home", texts.of("home"), out.home); !fine) return fine;
  for (std::string& code : out.home) {
    for (char& c : code) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    const bool letters = std::ranges::all_of(code, [](char c) { return c >= 'A' && c <= 'Z'; });
    if (code.size() != 2 || !letters) return wrong("home", "'" + code + "' is not an ISO code of a country, such as MY");
  }
  return {};
}

Outcome read_least(const Texts& texts, Parameters& out) {
  const std::string text = texts.of("least");
  if (text.empty()) return {};
  const auto least = read_count("least", text, 1, 1'000'000'000);
  if (!least) return std::unexpected(least.error());
  out.least = *least;
  return {};
}

}  // namespace

std::span<const ParameterInfo> parameters() {
  return kParameters;
}

const ParameterInfo* find_parameter(std::string_view name) {
  const auto at = std::ranges::find(kParameters, name, &ParameterInfo::name);
  return at == kParameters.end() ? nullptr : &*at;
}

std::string_view type_name(ParameterType type) {
  constexpr auto kNames = std::to_array<std::string_view>({"time", "duration", "count", "choice", "names", "networks",
                                                           "address", "as_numbers", "ports", "filter"});
  return kNames[static_cast<std::size_t>(type)];
}

std::expected<Parameters, OptionError> read_parameters(std::span<const std::string_view> allowed,
                                                       std::span<const Typed> fixed, std::span<const Typed> typed,
                                                       UnixMillis now) {
  Texts texts;
  if (const auto taken = texts.take(allowed, typed); !taken) return std::unexpected(taken.error());
  texts.fix(fixed);
  auto base = BaseReader(texts, now).read();
  if (!base) return std::unexpected(base.error());
  Parameters out;
  out.base = *std::move(base);
  for (const Outcome& outcome :
       {read_names("customer", texts.of("customer"), out.customers), read_names("region", texts.of("region"), out.regions),
        read_names("router", texts.of("router"), out.routers),
        read_names("interface", texts.of("interface"), out.interfaces),
        read_networks("src_ip", texts.of("src_ip"), out.sources),
        read_networks("dst_ip", texts.of("dst_ip"), out.destinations),
        read_ranges("src_as", texts.of("src_as"), flow::Column::src_as, out.source_as),
        read_ranges("dst_as", texts.of("dst_as"), flow::Column::dst_as, out.destination_as),
        read_ranges("src_port", texts.of("src_port"), flow::Column::src_port, out.source_ports),
        read_ranges("dst_port", texts.of("dst_port"), flow::Column::dst_port, out.destination_ports),
        choose(texts, "direction", out.direction), choose(texts, "side", out.side), choose(texts, "detail", out.detail),
        choose(texts, "preset", out.preset), read_subnets(texts, out), read_address(texts, out), read_home(texts, out),
        read_least(texts, out)}) {
    if (!outcome) return std::unexpected(outcome.error());
  }
  return out;
}

}  // namespace weir::query::report
