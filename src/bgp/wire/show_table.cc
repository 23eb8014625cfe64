#include "bgp/wire/show_table.h"

#include <algorithm>

#include "base/number_text.h"

namespace weir::bgp {
namespace {

/// What may stand in front of a network: validity (RPKI), status and 'i'. Of Cisco IOS, IOS XE, FRR and Quagga.
constexpr std::string_view kStatusCodes = " *>=sdhirSRmbfxactLVIN";
/// Routes with one of these are in use or could be: '*' valid; 's' suppressed, 'r' not in the RIB, 'S' stale replace
/// it.
constexpr std::string_view kValidCodes = "*srS";
constexpr std::string_view kInvalidCodes = "dhR";
constexpr std::size_t kLeastStatus = 3;  ///< how many columns the codes have at least
/// How wide people's terminals are: there a line is broken in the middle of a number.
constexpr std::size_t kTerminalWidth = 80;

bool begins_address(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':' || c == '[';
}

std::optional<Origin> origin_of(std::string_view code) {
  if (code == "i") return Origin::igp;
  if (code == "e") return Origin::egp;
  if (code == "?") return Origin::incomplete;
  return std::nullopt;
}

std::size_t end_of(std::string_view line, std::string_view word) {
  const std::size_t at = line.find(word);
  return at == std::string_view::npos ? 0 : at + word.size();
}

}  // namespace

bool ShowTable::take_heading(const ShownLine& line) {
  const std::size_t network = line.text.find("Network");
  const std::size_t next_hop = line.text.find("Next Hop");
  if (network == std::string_view::npos || next_hop == std::string_view::npos || next_hop < network) return false;
  if (line.text.find("Path", next_hop) == std::string_view::npos) return false;
  close();
  open_ = true;
  network_at_ = network;
  next_hop_at_ = next_hop;
  number_ends_ = {end_of(line.text, "Metric"), end_of(line.text, "LocPrf"), end_of(line.text, "Weight")};
  if (network_at_ < kLeastStatus) {
    // The columns were lost on the way: no number will stand under its word.
    network_at_ = kLeastStatus;
    next_hop_at_ = std::string_view::npos;
    number_ends_ = {};
  }
  network_.reset();
  distinguisher_ = {};
  return true;
}

void ShowTable::close() {
  if (in_row_) drop_row("the row ends before its path");
  open_ = false;
}

bool ShowTable::take_line(const ShownLine& line) {
  constexpr std::string_view kDistinguisher = "Route Distinguisher: ";
  if (line.trimmed().starts_with(kDistinguisher)) {
    if (in_row_) drop_row("the row ends before its path");
    std::string_view rest = line.trimmed().substr(kDistinguisher.size());
    const std::string_view word = take_word(rest);
    const auto rd = parse_rd(word);
    if (!rd) results_.not_understood(line.number, line.text, "not a route distinguisher");
    distinguisher_ = rd ? *rd : RouteDistinguisher{};
    network_.reset();
    return true;
  }
  if (begins_row(line)) {
    take_row(line);
    return true;
  }
  if (!in_row_ || line.text.empty()) return false;
  // The rest of a row: words of a path, numbers, or an address; nothing else begins so.
  const char first = line.trimmed().front();
  if (!begins_address(first) && !std::string_view("{(?ie").contains(first)) return false;
  if (is_prompt(line.trimmed())) return false;
  take_rest(line);
  return true;
}

std::size_t ShowTable::status_size(std::string_view text) const {
  return std::min({text.find_first_not_of(kStatusCodes), network_at_, text.size()});
}

bool ShowTable::begins_row(const ShownLine& line) const {
  const std::size_t size = status_size(line.text);
  const std::string_view status = line.text.substr(0, size), rest = line.text.substr(size);
  const std::size_t begin = rest.find_first_not_of(' ');
  if (begin == std::string_view::npos || !begins_address(rest[begin])) return false;
  if (status.contains('*')) return true;
  if (size < network_at_) return false;
  // A path that cannot be used has no code in front; then only its place tells it from the rest of a row.
  if (status.find_first_not_of(' ') == std::string_view::npos) {
    return line.indent() == network_at_ || (!in_row_ && network_ && line.indent() == next_hop_at_);
  }
  return true;
}

void ShowTable::take_row(const ShownLine& line) {
  if (in_row_) drop_row("the row ends before its path");
  in_row_ = true;
  has_next_hop_ = has_numbers_ = false;
  row_line_ = line.number;
  row_text_ = line.text;
  path_.clear();
  route_ = {};
  const std::string_view status = line.text.substr(0, status_size(line.text));
  route_.best = status.contains('>');
  route_.internal = status.contains('i');
  route_.valid = status.find_first_of(kValidCodes) != std::string_view::npos &&
                 status.find_first_of(kInvalidCodes) == std::string_view::npos;

  std::string_view rest = line.text.substr(status.size());
  const std::string_view before = rest;
  const std::string_view word = take_word(rest);
  const std::size_t word_at = line.text.size() - rest.size() - word.size();
  auto network = word_at < next_hop_at_ ? parse_vpn_network(word) : std::nullopt;
  if (network) {
    if (network->rd.bits == 0) network->rd = distinguisher_;
    if (network_ != network) {
      ++results_.counts.prefixes;
      next_hops_.clear();
    }
    network_ = network;
  } else if (network_ && parse_shown_address(word)) {
    rest = before;  // of the network above; or its columns were lost on the way
  } else {
    network_.reset();
    return drop_row("expected a network");
  }
  if (line.cut) return drop_row("the line is too long");
  route_.nlri = *network_;
  last_size_ = line.text.size();
  take_fields(rest, line.text.size() - rest.size());
}

void ShowTable::take_rest(const ShownLine& line) {
  if (line.cut) return drop_row("the line is too long");
  if (has_numbers_) {
    // Where a terminal broke the line, it broke it anywhere.
    if (last_size_ != kTerminalWidth) path_ += ' ';
    path_ += line.text;
    last_size_ = line.text.size();
    finish_row();
    return;
  }
  last_size_ = line.text.size();
  take_fields(line.text, 0);
}

void ShowTable::take_fields(std::string_view words, std::size_t at) {
  if (!has_next_hop_) {
    const std::size_t before = words.size();
    const std::string_view word = take_word(words);
    if (word.empty()) return;  // the next hop is on the next line
    const auto next_hop = parse_shown_address(word);
    if (!next_hop) return drop_row("expected a next hop after the network");
    route_.next_hop = route_.peer = *next_hop;
    has_next_hop_ = true;
    at += before - words.size();
  }
  take_numbers(words, at);
}

void ShowTable::take_numbers(std::string_view words, std::size_t at) {
  std::string_view rest = words;
  std::size_t from = kMetric;
  while (from < kNumbers) {
    const std::string_view word = take_word(rest);
    if (word.empty()) break;
    const auto number = number_under(at + words.size() - rest.size(), from);
    if (!number || !parse_number(word)) break;
    set_number(*number, word);
    from = *number + 1U;
  }
  if (from == kNumbers) {
    has_numbers_ = true;
    path_ = rest;
    return finish_row();
  }
  if (words.find_first_not_of(' ') == std::string_view::npos) return;  // all of them are on the next line
  route_.attributes.med.reset();
  route_.attributes.local_pref.reset();
  if (!take_unaligned_numbers(words)) return drop_row("expected metric, local preference and weight");
}

// The columns were lost on the way. The weight is what is always there, and it is 0, or 32768 for own routes.
bool ShowTable::take_unaligned_numbers(std::string_view words) {
  std::array<std::string_view, kNumbers> numbers{};
  std::size_t weight = kNumbers;
  std::string_view rest = words, path;
  for (std::size_t i = 0; i < kNumbers; ++i) {
    numbers[i] = take_word(rest);
    if (!parse_number(numbers[i])) break;
    if (numbers[i] == "0" || numbers[i] == "32768") {
      weight = i;
      path = rest;
    }
  }
  if (weight == kNumbers) return false;
  if (weight == 2) {
    set_number(kMetric, numbers[0]);
    set_number(kLocalPref, numbers[1]);
  } else if (weight == 1) {
    set_number(route_.internal ? kLocalPref : kMetric, numbers[0]);
  }
  has_numbers_ = true;
  path_ = path;
  finish_row();
  return true;
}

std::optional<ShowTable::Number> ShowTable::number_under(std::size_t end, std::size_t from) const {
  for (std::size_t number = from; number < kNumbers; ++number) {
    const std::size_t column = number_ends_[number];
    // Some writers are off by one or two where the line is wrapped; the columns are seven apart.
    if (std::max(end, column) - std::min(end, column) <= 2) return static_cast<Number>(number);
  }
  return std::nullopt;
}

void ShowTable::set_number(Number number, std::string_view word) {
  if (number == kMetric) route_.attributes.med = parse_number(word);
  if (number == kLocalPref) route_.attributes.local_pref = parse_number(word);
}

void ShowTable::finish_row() {
  std::string_view path = path_;
  while (path.ends_with(' ')) path.remove_suffix(1);
  const std::size_t space = path.rfind(' ');
  const std::string_view last = space == std::string_view::npos ? path : path.substr(space + 1);
  const auto origin = origin_of(last);
  if (!origin) {
    // The rest of the path is on the next line; a path of more than a few lines is none.
    if (path_.size() > ShowIpBgpReader::kMostLineOctets) drop_row("no origin code ends the path");
    return;
  }
  path.remove_suffix(last.size());
  auto parsed = parse_as_path(path);
  if (!parsed) return drop_row(parsed.error().message);
  route_.attributes.origin = *origin;
  route_.attributes.as_path = std::move(*parsed);
  route_.sourced = route_.attributes.as_path.segments.empty() && route_.next_hop.is_unspecified();
  route_.nlri.path_id = next_hops_[route_.next_hop]++;
  in_row_ = false;
  results_.route(route_);
}

void ShowTable::drop_row(std::string_view why) {
  results_.not_understood(row_line_, row_text_, why);
  in_row_ = false;
}

}  // namespace weir::bgp
