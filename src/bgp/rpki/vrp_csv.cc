#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

#include "bgp/rpki/vrp_text.h"

namespace weir::bgp {
namespace {

constexpr std::size_t kMostFields = 32;

/// The fields of one line, without the quotes and blanks around them.
struct Line {
  std::array<std::string_view, kMostFields> fields;
  std::size_t count = 0;
};

std::string_view bare(std::string_view text) {
  constexpr std::string_view kAround = " \t\r\"";
  const std::size_t first = text.find_first_not_of(kAround);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kAround) - first + 1);
}

Line split(std::string_view text) {
  Line line;
  while (line.count < kMostFields) {
    const std::size_t comma = text.find(',');
    line.fields[line.count++] = bare(text.substr(0, comma));
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 1);
  }
  return line;
}

/// Where the fields are that matter.
struct Places {
  std::size_t as = 0;
  std::size_t prefix = 1;
  std::size_t most_length = 2;
};

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

/// A line of titles has one that speaks of an AS and none with a prefix.
bool read_titles(const Line& line, Places& places) {
  bool titles = false;
  for (std::size_t i = 0; i < line.count; ++i) {
    const std::string title = lower(line.fields[i]);
    if (title == "asn" || title == "as" || title == "origin as") {
      places.as = i;
      titles = true;
    } else if (title == "ip prefix" || title == "prefix") {
      places.prefix = i;
    } else if (title == "max length" || title == "maxlength" || title == "max_length") {
      places.most_length = i;
    }
  }
  return titles;
}

Result<Vrp> read_vrp(const Line& line, const Places& places) {
  if (places.as >= line.count || places.prefix >= line.count) {
    return fail(ErrorCode::malformed, "expected an AS number, a prefix and a maximum length with commas between");
  }
  const auto as = parse_as(line.fields[places.as]);
  if (!as) return std::unexpected(as.error());
  std::int64_t most_length = -1;
  if (places.most_length < line.count && !line.fields[places.most_length].empty()) {
    const std::string_view text = line.fields[places.most_length];
    const auto [at, why] = std::from_chars(text.begin(), text.end(), most_length);
    if (why != std::errc{} || at != text.end() || most_length < 0) {
      return fail(ErrorCode::malformed, "'" + std::string(text.substr(0, 40)) + "' is no maximum length");
    }
  }
  return make_vrp(line.fields[places.prefix], most_length, *as);
}

}  // namespace

Result<std::vector<Vrp>> parse_vrp_csv(std::string_view text) {
  std::vector<Vrp> out;
  Places places;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    const std::string_view whole = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (bare(whole).empty() || bare(whole).starts_with('#')) continue;
    const Line line = split(whole);
    if (out.empty() && read_titles(line, places)) continue;
    auto vrp = read_vrp(line, places);
    if (!vrp) return fail(ErrorCode::malformed, "line " + std::to_string(number) + ": " + vrp.error().message);
    out.push_back(*vrp);
  }
  return out;
}

}  // namespace weir::bgp
