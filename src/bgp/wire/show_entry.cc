#include "bgp/wire/show_entry.h"

#include <algorithm>
#include <array>

#include "base/number_text.h"

namespace weir::bgp {
namespace {

/// A path that takes more lines than this is none.
constexpr std::size_t kMostHeld = 64;
/// Where a bracket that is never closed ends; communities take more, all that fit into an UPDATE.
constexpr std::size_t kMostFieldOctets = std::size_t{8} << 10U;
constexpr std::size_t kMostCommunityOctets = std::size_t{512} << 10U;

bool all_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789 ") == std::string_view::npos;
}

/// Brackets that a wrap left open.
bool is_open(std::string_view text) {
  return std::ranges::count(text, '(') > std::ranges::count(text, ')');
}

/// Words of the line "Origin IGP, ..." as far as a wrap can put them at the front of a line.
bool is_origin_word(std::string_view word) {
  constexpr std::array<std::string_view, 16> kWords = {"metric",
                                                       "localpref",
                                                       "weight",
                                                       "valid",
                                                       "external",
                                                       "internal",
                                                       "confed-external",
                                                       "confed-internal",
                                                       "sourced",
                                                       "local",
                                                       "atomic-aggregate",
                                                       "aggregated",
                                                       "best",
                                                       "multipath",
                                                       "stale",
                                                       "tag"};
  return std::ranges::find(kWords, word.substr(0, word.find(','))) != kWords.end();
}
bool awaits_more(std::string_view text) {
  return text.ends_with(',') || is_open(text) || text.ends_with("Origin") || text.ends_with(" metric") ||
         text.ends_with(" localpref") || text.ends_with(" weight");
}

bool is_path(std::string_view text) {
  const std::size_t comma = text.find(", ");
  std::string_view path = text.substr(0, comma);
  if (path.ends_with(',')) path.remove_suffix(1);
  path = trimmed(path);
  return path == "Local" || (!path.empty() && parse_as_path(path).has_value());
}

bool are_addresses(std::string_view text) {
  bool any = false;
  for (std::string_view word = take_word(text); !word.empty(); word = take_word(text)) {
    if (!parse_shown_address(word)) return false;
    any = true;
  }
  return any;
}

bool are_communities(std::string_view text, std::size_t indent) {
  PathAttributes read;
  for (std::string_view word = take_word(text); !word.empty(); word = take_word(text)) {
    // Before "ip bgp-community new-format" they are plain numbers, which only their place tells from an AS path.
    if (all_digits(word) ? indent <= 4 : !read_community(word, read)) return false;
  }
  return true;
}

}  // namespace

struct ShowEntry::Keyword {
  std::string_view word;  ///< the line begins with it
  Field field;
};

bool ShowEntry::begin_field(const ShownLine& line) {
  // Longer words before those that they begin with.
  static constexpr std::array<Keyword, 21> kKeywords = {{{"Paths:", Field::paths},
                                                         {"Advertised to", Field::advertised},
                                                         {"Origin:", Field::passed_over},
                                                         {"Origin ", Field::origin},
                                                         {"Community:", Field::communities},
                                                         {"Extended Community:", Field::extended_communities},
                                                         {"Large Community:", Field::large_communities},
                                                         {"Originator:", Field::originator},
                                                         {"Cluster list:", Field::originator},
                                                         {"Not advertised to", Field::passed_over},
                                                         {"Refresh Epoch", Field::passed_over},
                                                         {"rx pathid:", Field::path_id},
                                                         {"AddPath ID: RX", Field::path_id},
                                                         {"mpls labels", Field::passed_over},
                                                         {"path ", Field::passed_over},
                                                         {"Flag:", Field::passed_over},
                                                         {"value ", Field::passed_over},
                                                         {"unknown transitive", Field::passed_over},
                                                         {"Updated on", Field::passed_over},
                                                         {"Received Path ID", Field::passed_over},
                                                         {"Path #", Field::passed_over}}};
  const std::string_view text = line.trimmed();
  const auto found =
      std::ranges::find_if(kKeywords, [&](const Keyword& keyword) { return text.starts_with(keyword.word); });
  Field field = Field::none;
  if (found != kKeywords.end()) {
    field = found->field;
  } else if (text == "Origin") {
    field = Field::origin;
  } else {
    // "Last update: ...", "AddPath ID: ...", and whatever comes to be: a few words and a colon with a space.
    const std::size_t colon = text.find(": ");
    const std::string_view name = text.ends_with(':') ? text.substr(0, text.size() - 1) : text.substr(0, colon);
    const bool named = (colon != std::string_view::npos || text.ends_with(':')) && !name.empty() &&
                       name.find_first_of("0123456789:,{") == std::string_view::npos;
    if (!named) return false;
    field = Field::passed_over;
  }
  end_field();
  if (field == Field::advertised && text.contains("update-groups")) groups_first_ = true;
  if (text.starts_with("Refresh Epoch")) {
    if (groups_first_) held_.clear();
    groups_first_ = false;
    drop_held();
  }
  field_ = field;
  field_line_ = line.number;
  field_text_ = text;
  return true;
}

bool ShowEntry::goes_on(const ShownLine& line) const {
  const bool list =
      field_ == Field::communities || field_ == Field::large_communities || field_ == Field::extended_communities;
  if (field_text_.size() > (list ? kMostCommunityOctets : kMostFieldOctets)) return false;
  const std::string_view text = line.trimmed();
  switch (field_) {
    case Field::heading:
      return all_digits(text) || text.starts_with("version");
    case Field::paths:
      return is_open(field_text_);
    // Groups are numbers, as a path is; they are sorted out when "from" comes.
    case Field::advertised:
      return !is_path(text) && !text.contains(" from ");
    case Field::origin:
      return awaits_more(field_text_) || is_origin_word(text.substr(0, text.find(' ')));
    case Field::communities:
    case Field::large_communities:
      return are_communities(text, line.indent());
    case Field::extended_communities:
      return line.indent() > 6 || (text.contains(':') && are_communities(text, 0));
    case Field::originator:
      return are_addresses(text) || awaits_more(field_text_);
    case Field::path_id:
    case Field::passed_over:
      return is_open(field_text_);
    case Field::none:
      break;
  }
  return false;
}

bool ShowEntry::take_heading(const ShownLine& line) {
  constexpr std::string_view kHeading = "BGP routing table entry for ";
  if (!line.trimmed().starts_with(kHeading)) return false;
  close();
  open_ = true;
  heading_line_ = line.number;
  network_.reset();
  announced_ = found_ = 0;
  field_ = Field::heading;
  field_line_ = line.number;
  field_text_ = line.trimmed().substr(kHeading.size());
  read_heading(field_text_);
  return true;
}

void ShowEntry::take_line(const ShownLine& line) {
  const std::string_view text = line.trimmed();
  if (text.empty()) return;
  if (line.cut) return results_.not_understood(line.number, text, "the line is too long");
  if (begin_field(line)) return;
  if (goes_on(line)) {
    field_text_.append(" ").append(text);
    return;
  }
  if (take_from(line)) return;
  if (in_path_ && route_.bgp_id == 0 && text.starts_with('(')) {
    // The BGP ID on a line of its own, or "(fe80::1) (used)".
    const auto id = parse_shown_address(text.substr(0, text.find(' ')));
    if (id && id->is_v4()) route_.bgp_id = id->v4_bits();
    return;
  }
  if (in_path_ && text.starts_with('(')) return;
  if (held_.size() >= kMostHeld) drop_held();
  end_field();
  held_.push_back({.text = std::string(text), .line = line.number, .indent = line.indent()});
}

// "198.18.0.2 from 127.0.0.2 (192.0.2.2)", "10.0.0.1 (metric 20) from edge(192.0.2.1) (192.0.2.9)", wrapped around
// "from".
bool ShowEntry::take_from(const ShownLine& line) {
  std::string text(line.trimmed());
  if (!held_.empty() && (text.starts_with("from ") || held_.back().text.ends_with(" from"))) {
    text = held_.back().text + " " + text;
    held_.pop_back();
  }
  const std::size_t from = text.find(" from ");
  if (from == std::string::npos) return false;
  const std::string_view next_hop = std::string_view(text).substr(0, from);
  if (!parse_shown_address(next_hop.substr(0, next_hop.find(' ')))) return false;
  begin_path(next_hop, std::string_view(text).substr(from + 6), line.number);
  return true;
}

void ShowEntry::begin_path(std::string_view next_hop, std::string_view from, std::size_t line) {
  end_path();
  // Numbers of update-groups stand in front of the first path, deeper than it.
  if (groups_first_ && !held_.empty()) {
    const auto is_group = [&](const Held& held) { return held.indent >= 4 && all_digits(held.text); };
    const auto groups = std::ranges::find_if_not(held_, is_group);
    const bool by_place = groups != held_.begin() && groups != held_.end();
    held_.erase(held_.begin(), by_place ? groups : held_.begin() + (held_.size() > 1 ? 1 : 0));
  }
  groups_first_ = false;
  std::string text;
  for (const Held& held : held_) text += (text.empty() ? "" : " ") + held.text;
  const std::size_t path_line = held_.empty() ? line : held_.front().line;
  held_.clear();

  route_ = {};
  in_path_ = false;
  std::string_view rest = text;
  const std::size_t remark = rest.find(", ");
  std::string_view path = trimmed(rest.substr(0, remark));
  const std::string_view remarks = remark == std::string_view::npos ? "" : rest.substr(remark);
  route_.sourced = path == "Local";
  if (route_.sourced) path = {};
  auto parsed = parse_as_path(path);
  if (!parsed || text.empty()) {
    results_.not_understood(path_line, text, text.empty() ? "no AS path comes before the next hop" : "not an AS path");
    return;
  }
  in_path_ = true;
  route_.attributes.as_path = std::move(*parsed);
  used_ = !remarks.contains("received-only") && !remarks.contains("history");
  constexpr std::string_view kAggregated = "(aggregated by ";
  if (const std::size_t at = remarks.find(kAggregated); at != std::string_view::npos) {
    std::string_view words = remarks.substr(at + kAggregated.size());
    const auto as = parse_as_number(take_word(words));
    const std::string_view address = trimmed(words.substr(0, words.find(')')));
    const auto by = parse_ip(address);
    if (as && by) route_.attributes.aggregator = Aggregator{*as, *by};
  }

  route_.valid = false;
  route_.nlri = network_.value_or(Nlri{});
  route_.next_hop = *parse_shown_address(take_word(next_hop));
  if (const auto peer = parse_shown_address(take_word(from))) route_.peer = *peer;
  const std::size_t id = from.rfind('(');
  if (id != std::string_view::npos) {
    const auto address = parse_ip(from.substr(id + 1, from.find(')', id) - id - 1));
    if (address && address->is_v4()) route_.bgp_id = address->v4_bits();
  }
}

void ShowEntry::end_path() {
  end_field();
  if (!in_path_) return;
  in_path_ = false;
  ++found_;
  if (!network_ || !used_) return;
  results_.route(route_);
}

void ShowEntry::drop_held() {
  for (const Held& held : held_) results_.not_understood(held.line, held.text, "expected an AS path and its next hop");
  held_.clear();
}

void ShowEntry::close() {
  if (!open_) return;
  end_path();
  drop_held();
  open_ = groups_first_ = false;
  if (!network_ || found_ >= announced_) return;
  results_.counts.missing += announced_ - found_;
  results_.complain(heading_line_, to_string(network_->prefix) + ": " + std::to_string(announced_) +
                                       " paths announced, " + std::to_string(found_) + " found");
}

}  // namespace weir::bgp
