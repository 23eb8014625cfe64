#include "serve/es/text_query.h"

#include <algorithm>

#include "query/filter_values.h"
#include "serve/es/json_text.h"

namespace weir::serve::es {
namespace {

using query::ExpressionPtr;

/// The fields that a word without one can be about: every column that could hold it, under its long name.
std::vector<Field> fields_for(std::string_view word, WordKind kind) {
  double number = 0;
  const bool is_number = kind == WordKind::term && read_real(word, number);
  const bool is_address = kind == WordKind::term && query::parse_network(word, false).has_value() && !is_number;
  std::vector<Field> out;
  for (const flow::ColumnInfo& info : flow::kColumns) {
    const Field field{info.name, info.column, Shape::plain};
    const bool fits = info.type == flow::ColumnType::string || (is_number && field.is_number()) ||
                      (is_address && (field.is_address() || info.type == flow::ColumnType::prefix));
    if (fits) out.push_back(field);
  }
  return out;
}

Parsed<ExpressionPtr> one_word(const TextQuery& query, const Field& field, std::string_view word, WordKind kind) {
  if (kind == WordKind::wildcard) return looks_like(field, word, false);
  if (kind == WordKind::regexp) return matches_regexp(field, word, false);
  return equals(field, word, query.dates);
}

}  // namespace

Parsed<ExpressionPtr> word_on_fields(const TextQuery& query, const std::vector<Field>& fields, std::string_view word,
                                     WordKind kind) {
  if (kind == WordKind::wildcard && word == "*" && fields.empty()) return everything();
  const bool any_field = fields.empty();
  std::vector<ExpressionPtr> parts;
  for (const Field& field : any_field ? fields_for(word, kind) : fields) {
    auto test = one_word(query, field, word, kind);
    if (test) {
      parts.push_back(*std::move(test));
    } else if (!any_field && fields.size() == 1 && !query.lenient) {
      return test;
    }
  }
  return any_of(std::move(parts));
}

// ------------------------------------------------------------------------------------------------ simple_query_string

namespace {

class Simple {
 public:
  explicit Simple(const TextQuery& query) : query_(query), text_(query.text) {}

  ExpressionPtr run() {
    ExpressionPtr out = group(0);
    while (at_ < text_.size()) {  // a ')' too many
      ++at_;
      out = all_of({out, group(0)});
    }
    return out;
  }

 private:
  static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
  [[nodiscard]] char now() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  /// Up to the closing parenthesis or the end.
  ExpressionPtr group(std::size_t depth) {
    Clauses clauses;
    bool and_next = query_.default_and;
    bool negative = false;
    while (at_ < text_.size() && now() != ')') {
      const char c = now();
      if (is_space(c)) {
        ++at_;
      } else if (c == '+' || c == '|') {
        and_next = c == '+';
        // The operator also binds what stands before it.
        if (and_next && !clauses.should.empty() && clauses.must.empty()) std::swap(clauses.must, clauses.should);
        ++at_;
      } else if (c == '-') {
        negative = true;
        ++at_;
      } else {
        add(clauses, c == '(' ? inner(depth) : word(), and_next, negative);
        and_next = query_.default_and;
        negative = false;
      }
    }
    if (clauses.must.empty() && clauses.should.empty() && clauses.must_not.empty()) return everything();
    return combine(std::move(clauses), std::nullopt).value_or(nothing());
  }
  void add(Clauses& clauses, ExpressionPtr part, bool required, bool negative) {
    if (count_ > kMostClauses) return;
    if (negative) part = none_of(std::move(part));
    (required ? clauses.must : clauses.should).push_back(std::move(part));
  }
  ExpressionPtr inner(std::size_t depth) {
    ++at_;
    if (depth >= kMostParentheses) return everything();
    ExpressionPtr out = group(depth + 1);
    if (now() == ')') ++at_;
    return out;
  }
  ExpressionPtr word() {
    ++count_;
    std::string out;
    const bool quoted = now() == '"' && text_.find('"', at_ + 1) != std::string_view::npos;
    if (quoted) ++at_;
    for (; at_ < text_.size(); ++at_) {
      const char c = now();
      if (quoted ? c == '"' : is_space(c) || c == ')' || c == '|' || c == '+') break;
      if (c == '\\' && at_ + 1 < text_.size()) ++at_;
      out += now();
    }
    if (quoted) ++at_;
    if (out.empty()) {
      ++at_;
      return everything();
    }
    const bool prefix = !quoted && out.ends_with('*');
    if (prefix) out.pop_back();
    const auto tilde = out.rfind('~');
    if (!quoted && tilde != std::string::npos && tilde > 0) out.resize(tilde);
    return word_on_fields(query_, query_.fields, prefix ? escaped(out) + "*" : out, prefix ? WordKind::wildcard : WordKind::term)
        .value_or(nothing());
  }
  static std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
      if (c == '*' || c == '?' || c == '\\') out += '\\';
      out += c;
    }
    return out;
  }

  const TextQuery& query_;
  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t count_ = 0;
};

}  // namespace

Parsed<ExpressionPtr> parse_simple_query_string(const TextQuery& query) {
  if (query.text.size() > kMostQueryText) return illegal("the text of a query may be at most 32768 octets long");
  TextQuery lenient = query;
  lenient.lenient = true;
  return Simple(lenient).run();
}

}  // namespace weir::serve::es
