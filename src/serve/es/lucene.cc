// query_string: Lucene's classic query parser. Its operators have no precedence: AND makes the clauses on both sides
// required, OR makes them optional where AND is the default, NOT excludes; what holds is decided at the end of a group.
#include <fmt/format.h>

#include <algorithm>

#include "query/filter_values.h"
#include "serve/es/text_query.h"

namespace weir::serve::es {
namespace {

using query::ExpressionPtr;

enum class Joint : std::uint8_t { none, with, either };      // nothing, AND, OR before a clause
enum class Modifier : std::uint8_t { none, required, prohibited };

struct Clause {
  ExpressionPtr test;
  bool required = false;
  bool prohibited = false;
};

/// A word as typed. `glob` keeps its escapes; `text` has none.
struct Word {
  std::string text;
  std::string glob;
  bool wild = false;
  bool quoted = false;
};

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

class Lucene {
 public:
  explicit Lucene(const TextQuery& query) : query_(query), text_(query.text) {}

  Parsed<ExpressionPtr> run() {
    auto out = group(query_.fields, 0);
    if (out && at_ < text_.size()) return wrong("a ')' without a '('");
    if (out && unclosed_) return wrong("a phrase that is not closed");
    return out;
  }

 private:
  using Fields = std::vector<Field>;

  [[nodiscard]] char now() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  [[nodiscard]] char ahead(std::size_t by) const { return at_ + by < text_.size() ? text_[at_ + by] : '\0'; }
  void skip_space() {
    while (is_space(now())) ++at_;
  }
  [[nodiscard]] std::unexpected<EsError> wrong(std::string_view what) const {
    const std::string why = fmt::format("Cannot parse '{}': {} at line 1, column {}.", shortened(), what, at_);
    return bad_query(fmt::format("Failed to parse query [{}]", shortened()), "parse_exception", why);
  }
  [[nodiscard]] std::string shortened() const { return std::string(text_.substr(0, 200)); }

  /// AND, OR or NOT, standing alone.
  bool take_word(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) return false;
    const char behind = ahead(word.size());
    if (behind != '\0' && !is_space(behind) && behind != '(') return false;
    at_ += word.size();
    return true;
  }
  bool take(std::string_view sign) {
    if (!text_.substr(at_).starts_with(sign)) return false;
    at_ += sign.size();
    return true;
  }

  Joint joint() {
    skip_space();
    if (take("&&") || take_word("AND")) return Joint::with;
    if (take("||") || take_word("OR")) return Joint::either;
    return Joint::none;
  }
  Modifier modifier() {
    skip_space();
    if (take("+")) return Modifier::required;
    if (take("-") || take("!") || take_word("NOT")) return Modifier::prohibited;
    return Modifier::none;
  }

  void add(std::vector<Clause>& clauses, Joint joint, Modifier modifier, ExpressionPtr test) const {
    if (!clauses.empty() && !clauses.back().prohibited) {
      if (joint == Joint::with) clauses.back().required = true;
      if (joint == Joint::either && query_.default_and) clauses.back().required = false;
    }
    Clause clause{std::move(test), false, modifier == Modifier::prohibited};
    if (query_.default_and) {
      clause.required = !clause.prohibited && joint != Joint::either;
    } else {
      clause.required = modifier == Modifier::required || (joint == Joint::with && !clause.prohibited);
    }
    clauses.push_back(std::move(clause));
  }

  /// Clauses up to the end or a ')', which stays.
  Parsed<ExpressionPtr> group(const Fields& fields, std::size_t depth) {
    if (depth > kMostParentheses) return wrong("too many parentheses within each other");
    std::vector<Clause> clauses;
    while (true) {
      const Joint how = joint();
      const Modifier mod = modifier();
      skip_space();
      if (at_ == text_.size() || now() == ')') {
        if (how != Joint::none || mod != Modifier::none) return wrong("an operator with nothing behind it");
        break;
      }
      if (how != Joint::none && clauses.empty()) return wrong("an operator with nothing before it");
      if (++count_ > kMostClauses)
        return refuse("too_many_clauses", fmt::format("maxClauseCount is set to {}", kMostClauses));
      auto test = clause(fields, depth);
      if (!test) return test;
      add(clauses, how, mod, *std::move(test));
    }
    Clauses sorted;
    for (Clause& clause : clauses) {
      (clause.prohibited ? sorted.must_not : clause.required ? sorted.must : sorted.should).push_back(std::move(clause.test));
    }
    return combine(std::move(sorted), depth == 0 ? query_.minimum : std::nullopt);
  }

  Parsed<ExpressionPtr> clause(const Fields& fields, std::size_t depth) {
    const std::size_t begin = at_;
    if (take("*:*")) return boosted(everything());
    if (now() != '(' && now() != '[' && now() != '{' && now() != '/' && now() != '"') {
      Word name = word(true);
      if (now() == ':' && !name.text.empty()) {
        ++at_;
        skip_space();
        return on_field(name, begin, depth);
      }
      at_ = begin;
    }
    return value(fields, fields.empty(), depth);
  }

  Parsed<ExpressionPtr> on_field(const Word& name, std::size_t begin, std::size_t depth) {
    if (name.text == "_exists_") {
      const auto field = find_field(word(false).text);
      return boosted(field ? known(*field) : nothing());
    }
    const Fields fields = name.wild ? match_fields(name.text) : match_fields_exactly(name.text);
    if (fields.empty()) {
      // An IPv6 address that stands alone looks like a field; so does a MAC.
      at_ = begin;
      const Word whole = word(false);
      if (query::parse_network(whole.text, false)) return word_on_fields(query_, {}, whole.text, WordKind::term);
      at_ = begin;
      (void)word(true);
      ++at_;
      skip_space();
      auto ignored = value({}, false, depth);  // it must be well formed all the same
      if (!ignored && ignored.error().caused_type == "parse_exception") return ignored;
      return nothing();
    }
    return value(fields, false, depth);
  }
  static Fields match_fields_exactly(std::string_view name) {
    const auto field = find_field(name);
    return field ? Fields{*field} : Fields{};
  }

  /// Behind "field:", or without one. `no_field`: the words are about any field.
  Parsed<ExpressionPtr> value(const Fields& fields, bool no_field, std::size_t depth) {
    switch (now()) {
      case '(': {
        ++at_;
        auto inner = group(fields, depth + 1);
        if (!inner) return inner;
        if (now() != ')') return wrong("a '(' that is not closed");
        ++at_;
        return boosted(*std::move(inner));
      }
      case '[':
      case '{':
        return range(fields);
      case '/':
        return regexp(fields);
      case '>':
      case '<':
        if (!no_field) return comparison(fields);
        break;
      default:
        break;
    }
    if (std::string_view("]}^~:").find(now()) != std::string_view::npos && now() != '\0') return wrong(fmt::format("Encountered \" \"{}\"", now()));
    const Word typed = word(false);
    if (typed.text.empty() && !typed.quoted) return wrong("a value is missing");
    if (typed.wild) return boosted(word_on_fields(query_, fields, typed.glob, WordKind::wildcard));
    return boosted(word_on_fields(query_, fields, typed.text, WordKind::term));
  }

  /// A boost, a fuzziness or a slop behind a value: read, without effect.
  Parsed<ExpressionPtr> boosted(Parsed<ExpressionPtr> test) {
    while (now() == '^' || now() == '~') {
      ++at_;
      while (now() == '.' || (now() >= '0' && now() <= '9')) ++at_;
    }
    return test;
  }

  /// A quoted phrase, or what runs to the next space or special character; '\' takes the next as it is. A field's name
  /// ends at ':'; a value may hold one, as IPv6 addresses do.
  Word word(bool name) {
    Word out;
    out.quoted = now() == '"';
    if (out.quoted) ++at_;
    for (; at_ < text_.size(); ++at_) {
      const char c = now();
      if (out.quoted ? c == '"' : is_space(c) || std::string_view("()[]{}\"^~").find(c) != std::string_view::npos) break;
      if (name && c == ':') break;
      if (c == '\\' && at_ + 1 < text_.size()) {
        ++at_;
        out.text += now();
        if (now() == '*' || now() == '?' || now() == '\\') out.glob += '\\';
        out.glob += now();
        continue;
      }
      if (!out.quoted && (c == '*' || c == '?')) out.wild = true;
      if (out.quoted && (c == '*' || c == '?')) out.glob += '\\';
      out.text += c;
      out.glob += c;
    }
    if (out.quoted && at_ == text_.size()) unclosed_ = true;
    if (out.quoted && at_ < text_.size()) ++at_;
    return out;
  }

  Parsed<ExpressionPtr> comparison(const Fields& fields) {
    const bool greater = now() == '>';
    ++at_;
    const bool inclusive = take("=");
    skip_space();
    const Word bound = word(false);
    if (bound.text.empty()) return wrong("a value is missing");
    const Bound limit{bound.text, inclusive};
    return boosted(ranges(fields, greater ? std::optional(limit) : std::nullopt, greater ? std::nullopt : std::optional(limit)));
  }

  Parsed<ExpressionPtr> range(const Fields& fields) {
    const bool low_inclusive = now() == '[';
    ++at_;
    skip_space();
    const Word low = word(false);
    skip_space();
    if (!take_word("TO")) return wrong("a range is [LOW TO HIGH]");
    skip_space();
    const Word high = word(false);
    skip_space();
    if (now() != ']' && now() != '}') return wrong("a range that is not closed");
    const bool high_inclusive = now() == ']';
    ++at_;
    if ((low.text.empty() && !low.quoted) || (high.text.empty() && !high.quoted)) return wrong("a range is [LOW TO HIGH]");
    const auto bound = [](const Word& word, bool inclusive) {
      return word.text == "*" && !word.quoted ? std::nullopt : std::optional(Bound{word.text, inclusive});
    };
    return boosted(ranges(fields, bound(low, low_inclusive), bound(high, high_inclusive)));
  }

  Parsed<ExpressionPtr> ranges(const Fields& fields, const std::optional<Bound>& low, const std::optional<Bound>& high) const {
    std::vector<ExpressionPtr> parts;
    for (const Field& field : fields) {
      auto test = between(field, low, high, query_.dates);
      if (test) {
        parts.push_back(*std::move(test));
      } else if (fields.size() == 1 && !query_.lenient) {
        return test;
      }
    }
    return any_of(std::move(parts));
  }

  Parsed<ExpressionPtr> regexp(const Fields& fields) {
    std::string pattern;
    for (++at_; at_ < text_.size() && now() != '/'; ++at_) {
      if (now() == '\\' && ahead(1) == '/') ++at_;
      pattern += now();
    }
    if (now() != '/') return wrong("a regular expression that is not closed");
    ++at_;
    return boosted(word_on_fields(query_, fields, pattern, WordKind::regexp));
  }

  const TextQuery& query_;
  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t count_ = 0;
  bool unclosed_ = false;
};

}  // namespace

Parsed<ExpressionPtr> parse_query_string(const TextQuery& query) {
  if (query.text.size() > kMostQueryText)
    return bad_query(fmt::format("Failed to parse query: it is longer than {} octets", kMostQueryText), "parse_exception");
  return Lucene(query).run();
}

}  // namespace weir::serve::es
