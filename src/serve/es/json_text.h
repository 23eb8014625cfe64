// A JSON body that remembers its text, so that errors can name the line and the column.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "serve/es/es_error.h"

namespace weir::serve::es {

/// Deeper nesting of objects and lists is refused.
inline constexpr std::size_t kMostJsonDepth = 200;

/// Line and column, from 1.
struct Place {
  std::size_t line = 0;
  std::size_t column = 0;
};

/// A parsed body. Nodes point into it; do not move it while they are used.
class Document {
 public:
  /// Parses one JSON value (RFC 8259); an empty or blank text is an empty object. Errors: x_content_parse_exception with
  /// the place of what is wrong, also for a key that stands twice in an object.
  [[nodiscard]] static Parsed<Document> parse(std::string_view text);

  [[nodiscard]] const boost::json::value& root() const { return root_; }
  /// Where the text of `value`, a part of root(), begins.
  [[nodiscard]] Place place_of(const boost::json::value& value) const;

 private:
  std::string text_;
  boost::json::value root_;
};

/// A value of a Document, for reading it with Elasticsearch's leniency: numbers and booleans may come as text.
class Node {
 public:
  explicit Node(const Document& document) : document_(&document), value_(&document.root()) {}
  Node(const Node& parent, const boost::json::value& value) : document_(parent.document_), value_(&value) {}

  [[nodiscard]] const boost::json::value& value() const { return *value_; }
  [[nodiscard]] bool is_object() const { return value_->is_object(); }
  [[nodiscard]] bool is_array() const { return value_->is_array(); }
  [[nodiscard]] bool is_null() const { return value_->is_null(); }
  [[nodiscard]] bool is_scalar() const { return !is_object() && !is_array() && !is_null(); }
  [[nodiscard]] const boost::json::object& object() const { return value_->get_object(); }
  [[nodiscard]] const boost::json::array& array() const { return value_->get_array(); }

  /// An error with the place of this value.
  [[nodiscard]] std::unexpected<EsError> refuse(std::string type, std::string reason) const;
  /// 400 parsing_exception with the place.
  [[nodiscard]] std::unexpected<EsError> misread(std::string reason) const;
  /// What kind of JSON it is, as Elasticsearch names tokens: START_OBJECT, VALUE_STRING...
  [[nodiscard]] std::string_view token() const;

  // Each gives an error that names `what` where the value is something else.
  [[nodiscard]] Parsed<const boost::json::object*> need_object(std::string_view what) const;
  [[nodiscard]] Parsed<std::string> need_text(std::string_view what) const;  ///< any scalar, as text
  [[nodiscard]] Parsed<std::int64_t> need_whole(std::string_view what) const;
  [[nodiscard]] Parsed<double> need_real(std::string_view what) const;
  [[nodiscard]] Parsed<bool> need_bool(std::string_view what) const;

 private:
  const Document* document_;
  const boost::json::value* value_;
};

/// A scalar as text: 80 is "80", true is "true", 1.5 is "1.5"; null and containers are "".
[[nodiscard]] std::string scalar_text(const boost::json::value& value);
/// The whole of `text` as a number.
[[nodiscard]] bool read_real(std::string_view text, double& to);
[[nodiscard]] bool read_whole(std::string_view text, std::int64_t& to);

}  // namespace weir::serve::es
