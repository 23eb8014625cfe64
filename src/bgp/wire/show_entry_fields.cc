// The fields of the detailed form, once they are whole.
#include <algorithm>
#include <array>

#include "base/number_text.h"
#include "bgp/wire/show_entry.h"

namespace weir::bgp {
namespace {

/// Up to the next comma that is outside of brackets, trimmed.
std::string_view take_part(std::string_view& text) {
  std::size_t end = 0;
  int depth = 0;
  for (; end < text.size(); ++end) {
    if (text[end] == '(') ++depth;
    if (text[end] == ')') --depth;
    if (text[end] == ',' && depth <= 0) break;
  }
  const std::string_view part = trimmed(text.substr(0, end));
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

/// Names that routers print and parse_community() does not know.
std::optional<std::uint32_t> named_community(std::string_view word) {
  constexpr std::array<std::pair<std::string_view, std::uint32_t>, 10> kNames = {
      {{"gshut", 0xffff'0000},
       {"route-filter-translated-v4", 0xffff'0002},
       {"route-filter-v4", 0xffff'0003},
       {"route-filter-translated-v6", 0xffff'0004},
       {"route-filter-v6", 0xffff'0005},
       {"llgr-stale", 0xffff'0006},
       {"no-llgr", 0xffff'0007},
       {"accept-own-nexthop", 0xffff'0008},
       {"local-as", 0xffff'ff03},
       {"nopeer", 0xffff'ff04}}};
  const auto found = std::ranges::find(kNames, word, &std::pair<std::string_view, std::uint32_t>::first);
  if (found != kNames.end()) return found->second;
  return parse_number(word);  // the old notation
}

std::optional<std::uint32_t> number_behind(std::string_view part, std::string_view word) {
  if (!part.starts_with(word) || part.size() <= word.size() || part[word.size()] != ' ') return std::nullopt;
  return parse_number(trimmed(part.substr(word.size())));
}

}  // namespace

bool read_community(std::string_view word, PathAttributes& into) {
  if (parse_community(word, into)) return true;
  const auto named = named_community(word);
  if (named) into.communities.push_back(*named);
  return named.has_value();
}

void ShowEntry::end_field() {
  const Field field = field_;
  field_ = Field::none;
  const auto behind_colon = [this] { return std::string_view(field_text_).substr(field_text_.find(':') + 1); };
  switch (field) {
    case Field::paths:
      return read_paths(field_text_);
    case Field::origin:
      if (in_path_) read_origin(std::string_view(field_text_).substr(6));
      return;
    case Field::communities:
    case Field::large_communities:
      if (in_path_) read_communities(behind_colon(), false);
      return;
    case Field::extended_communities:
      if (in_path_) read_communities(behind_colon(), true);
      return;
    case Field::originator:
      if (in_path_) read_originator(field_text_);
      return;
    case Field::path_id:
      if (in_path_) read_path_id(field_text_);
      return;
    case Field::none:
    case Field::heading:
    case Field::advertised:
    case Field::passed_over:
      return;
  }
}

// "103.3.174.0/24, version 737937"
void ShowEntry::read_heading(std::string_view text) {
  const std::string_view name = trimmed(text.substr(0, text.find_first_of(", ")));
  network_ = parse_vpn_network(name);
  if (!network_) return results_.not_understood(heading_line_, text, "expected a network");
  ++results_.counts.prefixes;
}

// "Paths: (34 available, best #21, table default)"
void ShowEntry::read_paths(std::string_view text) {
  std::string_view rest = text.substr(text.find(':') + 1);
  std::string_view word = take_word(rest);
  if (word.starts_with('(')) word.remove_prefix(1);
  const auto count = parse_number(word);
  if (!count) return results_.not_understood(field_line_, text, "expected the number of paths");
  announced_ = *count;
}

// "IGP, metric 0, localpref 100, valid, external, best (First path received)"
void ShowEntry::read_origin(std::string_view text) {
  const std::string_view origin = take_part(text);
  if (origin == "IGP") {
    route_.attributes.origin = Origin::igp;
  } else if (origin == "EGP") {
    route_.attributes.origin = Origin::egp;
  } else if (origin == "incomplete") {
    route_.attributes.origin = Origin::incomplete;
  } else {
    return results_.not_understood(field_line_, field_text_, "expected IGP, EGP or incomplete");
  }
  while (!text.empty()) read_origin_word(take_part(text));
}

void ShowEntry::read_origin_word(std::string_view word) {
  if (const auto metric = number_behind(word, "metric")) route_.attributes.med = metric;
  if (const auto preference = number_behind(word, "localpref")) route_.attributes.local_pref = preference;
  if (word == "valid") route_.valid = true;
  if (word == "internal" || word == "confed-internal") route_.internal = true;
  if (word == "sourced" || word == "sourced local") route_.sourced = true;
  if (word == "best" || word.starts_with("best ")) route_.best = true;
  if (word == "atomic-aggregate") route_.attributes.atomic_aggregate = true;
}

void ShowEntry::read_communities(std::string_view text, bool extended) {
  for (std::string_view word = take_word(text); !word.empty(); word = take_word(text)) {
    // Routers write "RT:64500:100" and "SoO:..."; other extended ones have no common notation and are left out.
    std::string lower(word);
    if (extended)
      std::ranges::transform(lower, lower.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    if (!read_community(extended ? std::string_view(lower) : word, route_.attributes) && !extended) {
      results_.not_understood(field_line_, word, "not a community");
    }
  }
}

// "Originator: 192.0.2.1, Cluster list: 192.0.2.2 192.0.2.3"
void ShowEntry::read_originator(std::string_view text) {
  constexpr std::string_view kOriginator = "Originator:", kClusters = "Cluster list:";
  if (text.starts_with(kOriginator)) {
    const auto id = parse_ip(trimmed(text.substr(kOriginator.size(), text.find(',') - kOriginator.size())));
    if (id && id->is_v4()) route_.attributes.originator_id = id->v4_bits();
  }
  const std::size_t clusters = text.find(kClusters);
  if (clusters == std::string_view::npos) return;
  std::string_view rest = text.substr(clusters + kClusters.size());
  for (std::string_view word = take_word(rest); !word.empty(); word = take_word(rest)) {
    if (word.ends_with(',')) word.remove_suffix(1);
    const auto cluster = parse_ip(word);
    if (cluster && cluster->is_v4()) route_.attributes.cluster_list.push_back(cluster->v4_bits());
  }
}

// "rx pathid: 1, tx pathid: 0x0" of Cisco, "AddPath ID: RX 1, TX-All 2" of FRR: what the peer sent is the route's own.
void ShowEntry::read_path_id(std::string_view text) {
  text = text.substr(0, text.find(','));
  const std::size_t space = text.rfind(' ');
  if (space == std::string_view::npos) return;
  const std::string_view word = text.substr(space + 1);
  if (const auto id = parse_number(word)) route_.nlri.path_id = *id;
}

}  // namespace weir::bgp
