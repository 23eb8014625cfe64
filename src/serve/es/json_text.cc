#include "serve/es/json_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/parser.hpp>
#include <boost/json/string.hpp>
#include <charconv>
#include <cmath>
#include <optional>
#include <set>
#include <vector>

namespace weir::serve::es {
namespace {

namespace json = boost::json;

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/// Runs over a text that is known to be JSON, side by side with the values that were made of it.
class Walker {
 public:
  explicit Walker(std::string_view text) : text_(text) {}

  /// True when `target` was met; at() is where it begins. Else at() is behind `value`.
  bool find(const json::value& value, const json::value* target) {
    skip_space();
    if (&value == target) return true;
    if (const json::object* object = value.if_object()) return find_in(*object, target);
    if (const json::array* array = value.if_array()) {
      ++at_;
      for (const json::value& element : *array) {
        if (find(element, target)) return true;
        skip_to_next();
      }
      skip_space();
      ++at_;
      return false;
    }
    skip_scalar();
    return false;
  }
  [[nodiscard]] std::size_t at() const { return std::min(at_, text_.size()); }

 private:
  bool find_in(const json::object& object, const json::value* target) {
    ++at_;
    for (const auto& member : object) {
      skip_space();
      skip_scalar();  // the key
      skip_space();
      ++at_;  // ':'
      if (find(member.value(), target)) return true;
      skip_to_next();
    }
    skip_space();
    ++at_;
    return false;
  }
  [[nodiscard]] char now() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void skip_space() {
    while (is_space(now())) ++at_;
  }
  void skip_to_next() {
    skip_space();
    if (now() == ',') ++at_;
  }
  void skip_scalar() {
    if (now() != '"') {
      while (at_ < text_.size() && !is_space(now()) && std::string_view(",]}:").find(now()) == std::string_view::npos) ++at_;
      return;
    }
    for (++at_; at_ < text_.size() && now() != '"'; ++at_) at_ += now() == '\\';
    ++at_;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

/// Where a key stands for the second time in its object, in a text that is known to be JSON. Boost.JSON would keep the
/// last one without a word.
std::optional<std::pair<std::size_t, std::string_view>> find_duplicate(std::string_view text) {
  struct Open {
    bool object;
    std::set<std::string_view> keys;
  };
  std::vector<Open> around;
  bool key_next = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '{' || c == '[') {
      around.push_back({c == '{', {}});
      key_next = c == '{';
    } else if (c == '}' || c == ']') {
      around.pop_back();
    } else if (c == ',') {
      key_next = around.back().object;
    } else if (c == '"') {
      const std::size_t begin = at + 1;
      for (++at; text[at] != '"'; ++at) at += text[at] == '\\';
      if (!key_next) continue;
      key_next = false;
      const std::string_view key = text.substr(begin, at - begin);
      if (!around.back().keys.insert(key).second) return std::pair(begin - 1, key);
    }
  }
  return std::nullopt;
}

Place place_at(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const auto lines = static_cast<std::size_t>(std::ranges::count(before, '\n'));
  const std::size_t last = before.rfind('\n');
  return {.line = lines + 1, .column = last == std::string_view::npos ? offset + 1 : offset - last};
}

std::unexpected<EsError> not_json(std::string_view text, std::size_t offset, std::string_view why) {
  const Place place = place_at(text, offset);
  EsError error;
  error.type = "x_content_parse_exception";
  error.reason = fmt::format("[{}:{}] {}", place.line, place.column, why);
  error.line = place.line;
  error.column = place.column;
  return std::unexpected(std::move(error));
}

std::string names_of(std::string_view what) {
  return what.empty() ? std::string("value") : "[" + std::string(what) + "]";
}

}  // namespace

Parsed<Document> Document::parse(std::string_view text) {
  Document out;
  if (std::ranges::all_of(text, is_space)) {
    out.root_ = json::object();
    return out;
  }
  json::parse_options options;
  options.max_depth = kMostJsonDepth;
  json::parser parser({}, options);
  boost::system::error_code error;
  const std::size_t read = parser.write(text.data(), text.size(), error);
  if (error) {
    std::size_t at = std::min(read, text.size());
    // What is left of a body that ended early is its last character.
    if (error == json::error::incomplete) return not_json(text, text.size(), "Unexpected end of the body: it is not complete");
    while (at < text.size() && is_space(text[at])) ++at;
    const bool deep = error == json::error::too_deep;
    const std::string why = deep ? fmt::format("the body is nested deeper than {} levels", kMostJsonDepth)
                                 : fmt::format("Unexpected character: {}", error.message());
    return not_json(text, at, why);
  }
  out.root_ = parser.release();
  out.text_ = text;
  if (const auto twice = find_duplicate(text))
    return not_json(text, twice->first, fmt::format("Duplicate field '{}'", twice->second));
  return out;
}

Place Document::place_of(const json::value& value) const {
  if (text_.empty()) return {};
  Walker walker(text_);
  return walker.find(root_, &value) ? place_at(text_, walker.at()) : Place{};
}

std::unexpected<EsError> Node::refuse(std::string type, std::string reason) const {
  const Place place = document_->place_of(*value_);
  EsError error;
  error.type = std::move(type);
  error.reason = std::move(reason);
  error.line = place.line;
  error.column = place.column;
  return std::unexpected(std::move(error));
}

std::unexpected<EsError> Node::misread(std::string reason) const {
  return refuse("parsing_exception", std::move(reason));
}

std::string_view Node::token() const {
  switch (value_->kind()) {
    case json::kind::object:
      return "START_OBJECT";
    case json::kind::array:
      return "START_ARRAY";
    case json::kind::string:
      return "VALUE_STRING";
    case json::kind::bool_:
      return "VALUE_BOOLEAN";
    case json::kind::null:
      return "VALUE_NULL";
    default:
      return "VALUE_NUMBER";
  }
}

Parsed<const json::object*> Node::need_object(std::string_view what) const {
  if (is_object()) return &object();
  return misread(fmt::format("{} malformed, expected START_OBJECT but found [{}]", names_of(what), token()));
}

Parsed<std::string> Node::need_text(std::string_view what) const {
  if (is_scalar()) return scalar_text(*value_);
  return misread(fmt::format("{} must be a single value, not [{}]", names_of(what), token()));
}

Parsed<std::int64_t> Node::need_whole(std::string_view what) const {
  if (value_->is_int64()) return value_->get_int64();
  if (value_->is_string()) {
    std::int64_t out = 0;
    const json::string& text = value_->get_string();
    if (read_whole({text.data(), text.size()}, out)) return out;
  }
  if (value_->is_double()) {
    const double real = value_->get_double();
    if (std::trunc(real) == real && std::abs(real) < 9e15) return static_cast<std::int64_t>(real);
  }
  return refuse("x_content_parse_exception", fmt::format("{} must be a whole number", names_of(what)));
}

Parsed<double> Node::need_real(std::string_view what) const {
  if (value_->is_int64()) return static_cast<double>(value_->get_int64());
  if (value_->is_uint64()) return static_cast<double>(value_->get_uint64());
  double out = value_->is_double() ? value_->get_double() : 0;
  if (value_->is_string()) {
    const json::string& text = value_->get_string();
    if (read_real({text.data(), text.size()}, out)) return out;
  } else if (value_->is_double() && std::isfinite(out)) {
    return out;
  }
  return refuse("x_content_parse_exception", fmt::format("{} must be a number", names_of(what)));
}

Parsed<bool> Node::need_bool(std::string_view what) const {
  if (value_->is_bool()) return value_->get_bool();
  if (value_->is_string() && value_->get_string() == "true") return true;
  if (value_->is_string() && value_->get_string() == "false") return false;
  return refuse("x_content_parse_exception", fmt::format("{} must be true or false", names_of(what)));
}

std::string scalar_text(const json::value& value) {
  switch (value.kind()) {
    case json::kind::string:
      return {value.get_string().data(), value.get_string().size()};
    case json::kind::int64:
      return std::to_string(value.get_int64());
    case json::kind::uint64:
      return std::to_string(value.get_uint64());
    case json::kind::double_:
      return fmt::format("{}", value.get_double());
    case json::kind::bool_:
      return value.get_bool() ? "true" : "false";
    default:
      return {};
  }
}

bool read_real(std::string_view text, double& to) {
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), to);
  return problem == std::errc{} && end == text.data() + text.size() && std::isfinite(to);
}

bool read_whole(std::string_view text, std::int64_t& to) {
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), to);
  return problem == std::errc{} && end == text.data() + text.size();
}

}  // namespace weir::serve::es
