#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <optional>

#include "bgp/rpki/vrp_text.h"

namespace weir::bgp {
namespace {

namespace json = boost::json;

/// Takes the parts of the document as they come; a file of a million VRPs is never held as a tree.
class Handler {
 public:
  static constexpr std::size_t max_object_size = SIZE_MAX;
  static constexpr std::size_t max_array_size = SIZE_MAX;
  static constexpr std::size_t max_key_size = SIZE_MAX;
  static constexpr std::size_t max_string_size = SIZE_MAX;

  std::vector<Vrp> vrps;
  bool has_roas = false;
  std::string complaint;  ///< what was wrong, where Boost.JSON has no word for it

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }

  bool on_object_begin(json::error_code&) {
    ++depth_;
    if (in_roas_ && depth_ == kEntryDepth) entry_ = {};
    return true;
  }
  bool on_object_end(std::size_t, json::error_code& error) {
    const bool entry = in_roas_ && depth_ == kEntryDepth;
    --depth_;
    key_.clear();
    return !entry || take_entry(error);
  }
  bool on_array_begin(json::error_code&) {
    ++depth_;
    if (depth_ == kRoasDepth && key_ == "roas") in_roas_ = has_roas = true;
    return true;
  }
  bool on_array_end(std::size_t, json::error_code&) {
    if (depth_ == kRoasDepth) in_roas_ = false;
    --depth_;
    return true;
  }

  bool on_key_part(json::string_view part, std::size_t, json::error_code&) {
    append(partial_, part);
    return true;
  }
  bool on_key(json::string_view part, std::size_t, json::error_code&) {
    append(partial_, part);
    key_ = std::move(partial_);
    partial_.clear();
    return true;
  }
  bool on_string_part(json::string_view part, std::size_t, json::error_code&) {
    append(partial_, part);
    return true;
  }
  bool on_string(json::string_view part, std::size_t, json::error_code& error) {
    append(partial_, part);
    const std::string text = std::move(partial_);
    partial_.clear();
    if (!at_field()) return value_elsewhere(error);
    if (key_ == "prefix") entry_.prefix = text;
    if (key_ == "maxLength") return refuse("'maxLength' is no number", error);
    if (key_ != "asn") return true;
    const auto as = parse_as(text);
    if (!as) return refuse(as.error().message, error);
    entry_.as = *as;
    return true;
  }

  bool on_number_part(json::string_view, json::error_code&) { return true; }
  bool on_int64(std::int64_t value, json::string_view, json::error_code& error) { return number(value, error); }
  bool on_uint64(std::uint64_t, json::string_view, json::error_code& error) { return number(-1, error); }
  bool on_double(double, json::string_view, json::error_code& error) { return number(-1, error); }
  bool on_bool(bool, json::error_code& error) { return number(-1, error); }
  bool on_null(json::error_code& error) { return number(-1, error); }
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }

 private:
  // {"roas": [{...}]}: the object is 1 deep, the array 2, an entry 3.
  static constexpr std::size_t kRoasDepth = 2;
  static constexpr std::size_t kEntryDepth = 3;
  static constexpr std::size_t kMostText = 256;  // of a field; what is longer is no prefix and no AS

  struct Entry {
    std::string prefix;
    std::int64_t most_length = -1;
    std::optional<std::uint32_t> as;
  };

  static void append(std::string& to, json::string_view part) {
    to.append(part.data(), std::min(part.size(), kMostText - std::min(kMostText, to.size())));
  }
  [[nodiscard]] bool at_field() const { return in_roas_ && depth_ == kEntryDepth; }

  bool refuse(std::string why, json::error_code& error) {
    complaint = std::move(why);
    error = json::error::exception;
    return false;
  }
  bool value_elsewhere(json::error_code& error) {
    if (in_roas_ && depth_ == kRoasDepth) return refuse("an entry of 'roas' is no object", error);
    return true;
  }
  /// A whole number, or -1 for what is none.
  bool number(std::int64_t value, json::error_code& error) {
    if (!at_field()) return value_elsewhere(error);
    if (key_ == "asn") {
      if (value < 0 || value > UINT32_MAX) return refuse("'asn' is no AS number", error);
      entry_.as = static_cast<std::uint32_t>(value);
    } else if (key_ == "maxLength") {
      if (value < 0) return refuse("'maxLength' is no length", error);
      entry_.most_length = value;
    } else if (key_ == "prefix") {
      return refuse("'prefix' is no text", error);
    }
    return true;
  }
  bool take_entry(json::error_code& error) {
    if (!entry_.as) return refuse("an entry has no 'asn'", error);
    if (entry_.prefix.empty()) return refuse("an entry has no 'prefix'", error);
    const auto vrp = make_vrp(entry_.prefix, entry_.most_length, *entry_.as);
    if (!vrp) return refuse(vrp.error().message, error);
    vrps.push_back(*vrp);
    return true;
  }

  std::size_t depth_ = 0;
  bool in_roas_ = false;
  std::string key_;
  std::string partial_;
  Entry entry_;
};

std::string line_of(std::string_view text, std::size_t at) {
  const auto before = text.substr(0, std::min(at, text.size()));
  return "line " + std::to_string(1 + std::ranges::count(before, '\n'));
}

}  // namespace

Result<std::vector<Vrp>> parse_vrp_json(std::string_view text) {
  json::basic_parser<Handler> parser({});
  json::error_code error;
  const std::size_t read = parser.write_some(false, text.data(), text.size(), error);
  Handler& handler = parser.handler();
  if (error) {
    const std::string why = handler.complaint.empty() ? error.message() : handler.complaint;
    return fail(ErrorCode::malformed, line_of(text, read) + ": " + why);
  }
  if (text.substr(read).find_first_not_of(" \t\r\n") != std::string_view::npos) {
    return fail(ErrorCode::malformed, line_of(text, read) + ": there is something behind the end of the document");
  }
  if (!handler.has_roas) return fail(ErrorCode::malformed, "there is no list 'roas' in the object");
  return std::move(handler.vrps);
}

}  // namespace weir::bgp
