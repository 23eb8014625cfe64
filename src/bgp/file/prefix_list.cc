#include "bgp/file/prefix_list.h"

#include <algorithm>
#include <optional>

#include "base/number_text.h"

namespace weir::bgp {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r";
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) + 1 - begin);
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

char separator_of(std::string_view line) {
  for (const char c : {'\t', ',', ';', ' '}) {
    if (line.contains(c)) return c;
  }
  return ',';
}

/// Fields of one line; quotes as in RFC 4180.
std::vector<std::string> fields_of(std::string_view line, char between) {
  std::vector<std::string> fields;
  std::string field;
  bool quoted = false;
  for (std::size_t at = 0; at < line.size(); ++at) {
    const char c = line[at];
    if (c == '"') {
      if (quoted && at + 1 < line.size() && line[at + 1] == '"') {
        field += c;
        ++at;
      } else {
        quoted = !quoted;
      }
    } else if (c == between && !quoted) {
      fields.emplace_back(trimmed(field));
      field.clear();
    } else {
      field += c;
    }
  }
  fields.emplace_back(trimmed(field));
  return fields;
}

bool is_passed_over(std::string_view line) {
  return line.empty() || line.front() == '#' || line.front() == ';';
}

std::string_view without_mark(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);  // what spreadsheets put in front of UTF-8
  return text;
}

Result<std::uint32_t> number_of(std::string_view text, const char* name) {
  const auto number = parse_number(text);
  if (!number) return fail(ErrorCode::invalid, std::string(name) + ": '" + std::string(text) + "' is not a number");
  return *number;
}

}  // namespace

void PrefixListReader::take(std::string_view chunk) {
  while (!chunk.empty()) {
    const std::size_t end = chunk.find('\n');
    const std::string_view part = chunk.substr(0, end);
    const std::size_t room = kMostLineOctets - line_.size();
    line_.append(part.substr(0, room));
    cut_ = cut_ || part.size() > room;
    if (end == std::string_view::npos) return;
    chunk.remove_prefix(end + 1);
    take_line(line_);
    line_.clear();
    cut_ = false;
  }
}

void PrefixListReader::finish() {
  if (!line_.empty()) take_line(line_);
  line_.clear();
}

void PrefixListReader::take_line(std::string_view line) {
  if (counts_.lines == 0) line = without_mark(line);
  ++counts_.lines;
  line = trimmed(line);
  if (is_passed_over(line)) return;
  if (cut_) return not_understood("the line is too long");
  if (between_ == '\0') between_ = separator_of(line);
  const std::vector<std::string> fields = fields_of(line, between_);
  if (columns_.empty()) {
    if (take_heading(fields)) return;
    columns_ = {Column::prefix, Column::as_path};
  }
  take_route(fields);
}

bool PrefixListReader::take_heading(const std::vector<std::string>& fields) {
  struct Name {
    std::string_view text;
    Column column;
  };
  static constexpr std::array<Name, 14> kNames = {{{"prefix", Column::prefix},
                                                   {"network", Column::prefix},
                                                   {"as_path", Column::as_path},
                                                   {"aspath", Column::as_path},
                                                   {"asn", Column::as_path},
                                                   {"as", Column::as_path},
                                                   {"origin_as", Column::as_path},
                                                   {"next_hop", Column::next_hop},
                                                   {"communities", Column::communities},
                                                   {"med", Column::med},
                                                   {"local_pref", Column::local_pref},
                                                   {"origin", Column::origin},
                                                   {"rd", Column::rd},
                                                   {"route_distinguisher", Column::rd}}};
  std::vector<Column> columns;
  bool has_prefix = false;
  for (const std::string& field : fields) {
    const auto name = std::ranges::find(kNames, std::string_view(lower(field)), &Name::text);
    columns.push_back(name == kNames.end() ? Column::passed_over : name->column);
    has_prefix = has_prefix || columns.back() == Column::prefix;
  }
  if (!has_prefix) return false;
  columns_ = std::move(columns);
  return true;
}

void PrefixListReader::take_route(const std::vector<std::string>& fields) {
  StaticRoute route;
  route.attributes.origin = Origin::igp;
  bool has_prefix = false;
  for (std::size_t i = 0; i < std::min(fields.size(), columns_.size()); ++i) {
    if (fields[i].empty()) continue;
    if (const auto set = set_field(route, columns_[i], fields[i]); !set) return not_understood(set.error().message);
    has_prefix = has_prefix || columns_[i] == Column::prefix;
  }
  if (!has_prefix) return not_understood("there is no prefix");
  ++counts_.routes;
  if (on_route_) on_route_(route);
}

Result<void> PrefixListReader::set_field(StaticRoute& route, Column column, std::string_view value) const {
  const auto take = [](auto read, auto& into) -> Result<void> {
    if (!read) return std::unexpected(read.error());
    into = std::move(*read);
    return {};
  };
  switch (column) {
    case Column::passed_over:
      return {};
    case Column::prefix:
      return take(parse_prefix(value), route.nlri.prefix);
    case Column::next_hop:
      return take(parse_ip(value), route.next_hop);
    case Column::rd:
      return take(parse_rd(value), route.nlri.rd);
    case Column::med:
      return take(number_of(value, "med"), route.attributes.med);
    case Column::local_pref:
      return take(number_of(value, "local_pref"), route.attributes.local_pref);
    case Column::as_path: {
      const bool marked = value.size() > 2 && lower(value.substr(0, 2)) == "as";
      return take(parse_as_path(marked ? value.substr(2) : value), route.attributes.as_path);
    }
    case Column::communities: {
      while (!value.empty()) {
        const std::size_t end = std::min(value.find(' '), value.size());
        if (end > 0) {
          if (const auto read = parse_community(value.substr(0, end), route.attributes); !read) return read;
        }
        value.remove_prefix(std::min(end + 1, value.size()));
      }
      return {};
    }
    case Column::origin: {
      for (const Origin origin : {Origin::igp, Origin::egp, Origin::incomplete}) {
        if (lower(value) != to_string(origin)) continue;
        route.attributes.origin = origin;
        return {};
      }
      return fail(ErrorCode::invalid, "origin: '" + std::string(value) + "' is none of igp, egp, incomplete");
    }
  }
  return {};
}

void PrefixListReader::not_understood(std::string_view why) {
  ++counts_.not_understood;
  if (complaints_.size() >= kMostComplaints) return;
  std::string text = "line " + std::to_string(counts_.lines) + ": " + std::string(why);
  std::ranges::replace_if(text, [](unsigned char c) { return c < ' ' || c == 0x7f; }, '?');
  complaints_.push_back(std::move(text));
}

bool looks_like_prefix_list(std::string_view beginning) {
  beginning = without_mark(beginning);
  while (!beginning.empty()) {
    const std::size_t end = beginning.find('\n');
    const std::string_view line = trimmed(beginning.substr(0, end));
    if (!is_passed_over(line)) {
      const std::vector<std::string> fields = fields_of(line, separator_of(line));
      return std::ranges::any_of(fields, [](const std::string& field) {
        return lower(field) == "prefix" || lower(field) == "network" || (field.contains('/') && parse_prefix(field));
      });
    }
    beginning.remove_prefix(end == std::string_view::npos ? beginning.size() : end + 1);
  }
  return false;
}

}  // namespace weir::bgp
