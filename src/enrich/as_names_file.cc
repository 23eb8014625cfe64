#include "enrich/as_names_file.h"

#include <zlib.h>

#include <array>
#include <boost/json/basic_parser_impl.hpp>
#include <charconv>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace weir::enrich {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

bool is_country(std::string_view text) {
  return text.size() == 2 && text[0] >= 'A' && text[0] <= 'Z' && text[1] >= 'A' && text[1] <= 'Z';
}

/// "15169" or "AS15169", the whole text.
std::optional<std::uint32_t> as_number(std::string_view text) {
  if (text.starts_with("AS") || text.starts_with("as")) text.remove_prefix(2);
  std::uint32_t as = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), as);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return as;
}

/// "GOOGLE - Google LLC, US": the country is what stands behind the last comma, if it looks like one.
flow::AsName name_with_country(std::uint32_t as, std::string_view text) {
  text = trimmed(text);
  const std::size_t comma = text.rfind(',');
  if (comma != std::string_view::npos && is_country(trimmed(text.substr(comma + 1)))) {
    return {as, std::string(trimmed(text.substr(0, comma))), std::string(trimmed(text.substr(comma + 1)))};
  }
  return {as, std::string(text), ""};
}

/// The fields of one line of CSV (RFC 4180, but no field goes over the end of its line).
std::vector<std::string> csv_fields(std::string_view line) {
  std::vector<std::string> out(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quoted && c == '"' && i + 1 < line.size() && line[i + 1] == '"') {
      out.back() += line[++i];
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      out.emplace_back();
    } else {
      out.back() += c;
    }
  }
  return out;
}

std::optional<flow::AsName> csv_line(std::string_view line) {
  const std::vector<std::string> fields = csv_fields(line);
  const auto as = as_number(trimmed(fields[0]));
  if (!as || fields.size() < 2) return std::nullopt;
  flow::AsName out = name_with_country(*as, fields[1]);
  if (fields.size() > 2 && is_country(trimmed(fields.back()))) out.country = trimmed(fields.back());
  return out;
}

std::optional<flow::AsName> plain_line(std::string_view line) {
  const std::size_t blank = line.find_first_of(" \t");
  if (blank == std::string_view::npos) return std::nullopt;
  const auto as = as_number(line.substr(0, blank));
  if (!as) return std::nullopt;
  return name_with_country(*as, line.substr(blank));
}

AsNamesText parse_lines(std::string_view text) {
  AsNamesText out;
  for (bool first = true; !text.empty(); first = false) {
    const std::size_t end = text.find('\n');
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.empty() || line.starts_with('#')) continue;
    // A number goes up to the first blank or comma, and what comes first tells the form of the line.
    const std::size_t stop = line.find_first_of(", \t");
    const bool is_csv = stop != std::string_view::npos && line[stop] == ',';
    auto name = is_csv ? csv_line(line) : plain_line(line);
    if (name && !name->name.empty()) {
      out.names.push_back(*std::move(name));
    } else if (!first || !is_csv) {  // the first line of a CSV may be its head
      ++out.lines_skipped;
    }
  }
  return out;
}

/// Takes the members of one object as they come, without holding the document.
struct NamesHandler {
  static constexpr std::size_t max_object_size = std::size_t(-1);
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = 1024;
  static constexpr std::size_t max_string_size = 65536;
  using View = boost::json::string_view;
  using Code = boost::json::error_code;

  AsNamesText out;
  std::string key;
  std::string value;
  unsigned depth = 0;

  bool on_document_begin(Code&) { return true; }
  bool on_document_end(Code&) { return true; }
  bool on_object_begin(Code&) { return ++depth, true; }
  bool on_object_end(std::size_t, Code&) { return --depth, true; }
  bool on_array_begin(Code&) { return ++depth, true; }
  bool on_array_end(std::size_t, Code&) { return --depth, true; }
  bool on_key_part(View part, std::size_t, Code&) { return key.append(part.data(), part.size()), true; }
  bool on_key(View rest, std::size_t, Code&) {
    key.append(rest.data(), rest.size());
    whole_key_ = std::exchange(key, {});
    return true;
  }
  bool on_string_part(View part, std::size_t, Code&) { return value.append(part.data(), part.size()), true; }
  bool on_string(View rest, std::size_t, Code&) {
    value.append(rest.data(), rest.size());
    const std::string text = std::exchange(value, {});
    const auto as = as_number(whole_key_);
    if (depth == 1 && as && !text.empty()) {
      out.names.push_back(name_with_country(*as, text));
    } else {
      ++out.lines_skipped;
    }
    return true;
  }
  bool on_number_part(View, Code&) { return true; }
  bool on_int64(std::int64_t, View, Code&) { return skip(); }
  bool on_uint64(std::uint64_t, View, Code&) { return skip(); }
  bool on_double(double, View, Code&) { return skip(); }
  bool on_bool(bool, Code&) { return skip(); }
  bool on_null(Code&) { return skip(); }
  bool on_comment_part(View, Code&) { return true; }
  bool on_comment(View, Code&) { return true; }

 private:
  bool skip() { return ++out.lines_skipped, true; }
  std::string whole_key_;
};

Result<AsNamesText> parse_json(std::string_view text) {
  boost::json::parse_options options;
  options.max_depth = 4;
  boost::json::basic_parser<NamesHandler> parser(options);
  boost::json::error_code error;
  parser.write_some(false, text.data(), text.size(), error);
  if (error) return fail(ErrorCode::malformed, "not whole JSON: " + error.message());
  return std::move(parser.handler().out);
}

struct CloseGz {
  void operator()(gzFile_s* file) const { gzclose_r(file); }
};

}  // namespace

Result<AsNamesText> parse_as_names(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return fail(ErrorCode::malformed, "is empty: expected names of AS numbers");
  Result<AsNamesText> out = text[first] == '{' ? parse_json(text.substr(first)) : parse_lines(text);
  if (out && out->names.empty()) {
    return fail(
        ErrorCode::malformed,
        "holds no names of AS numbers: expected lines such as '15169 GOOGLE, US' or 'AS15169,Google LLC', or one "
        "JSON object");
  }
  return out;
}

Result<AsNamesText> read_as_names(const std::filesystem::path& file, std::size_t most_octets) {
  const std::unique_ptr<gzFile_s, CloseGz> in(gzopen(file.c_str(), "rbe"));  // reads plain files as they are
  if (in == nullptr) return fail(ErrorCode::not_found, file.string() + ": cannot be opened");
  std::string text;
  std::array<char, std::size_t{64} << 10U> block;  // NOLINT: filled by the next line
  int got = 0;
  while ((got = gzread(in.get(), block.data(), static_cast<unsigned>(block.size()))) > 0) {
    text.append(block.data(), static_cast<std::size_t>(got));
    if (text.size() > most_octets)
      return fail(ErrorCode::no_space, file.string() + ": is too large for names of AS numbers");
  }
  int status = Z_OK;
  const char* why = gzerror(in.get(), &status);
  // A compressed file that was cut short reads as if it ended there.
  if (got < 0 || (status != Z_OK && status != Z_STREAM_END)) {
    return fail(ErrorCode::malformed, file.string() + ": cannot be read whole: " + why);
  }
  auto out = parse_as_names(text);
  if (!out) return fail(out.error().code, file.string() + ": " + out.error().message);
  return out;
}

}  // namespace weir::enrich
