#include "query/completion.h"

#include <algorithm>
#include <array>
#include <optional>

#include "query/lexer.h"
#include "query/names.h"
#include "query/parser.h"
#include "query/words.h"

namespace weir::query {
namespace {

using flow::Column;
using flow::ColumnType;

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xc0U) == 0x80;
}

/// What is typed so far at the place, and the tokens before it.
struct Typed {
  std::vector<Token> before;
  std::string partial;
  bool quoted = false;
  std::size_t start = 0;
  std::size_t stop = 0;
};

/// Whether the text ends in a comment, of which the tokenizer tells nothing.
bool ends_in_comment(std::string_view text, std::size_t from) {
  const std::size_t mark = text.find('#', from);
  if (mark == std::string_view::npos) return false;
  const std::size_t line = text.find('\n', mark);
  return line == std::string_view::npos || ends_in_comment(text, line);
}

/// Where the word or quoted text that `typed` has begun ends in the whole filter.
std::size_t end_of_word(std::string_view filter, std::size_t start, std::size_t position, bool quoted) {
  if (!quoted) {
    const auto all = tokenize(filter.substr(start));
    const bool one_word = all && !all->empty() && all->front().kind == TokenKind::word && all->front().position == 0;
    if (one_word) return std::max(position, start + all->front().length);
    // Behind a mistake further on the tokenizer says nothing: up to the next space.
    return std::max(position, std::min(filter.find_first_of(" \t\r\n()[],=<>!~&|\"'#", position), filter.size()));
  }
  const std::size_t close = filter.find(filter[start], position);
  const std::size_t line = std::min(filter.find('\n', position), filter.size());
  return close == std::string_view::npos || close > line ? position : close + 1;
}

std::optional<Typed> look_before(std::string_view filter, std::size_t position) {
  Typed out;
  const std::string_view text = filter.substr(0, position);
  auto tokens = tokenize(text);
  if (!tokens) {
    // A text whose quote is still open is being typed.
    const std::size_t open = tokens.error().position;
    const bool is_open = open < text.size() && (text[open] == '"' || text[open] == '\'') &&
                         open + tokens.error().length == text.size() && text.size() == position;
    if (!is_open) return std::nullopt;
    tokens = tokenize(text.substr(0, open));
    if (!tokens) return std::nullopt;
    out.partial = lower_case(text.substr(open + 1));
    out.quoted = true;
    out.start = open;
  } else {
    const std::size_t last_end =
        tokens->size() < 2 ? 0 : (*tokens)[tokens->size() - 2].position + (*tokens)[tokens->size() - 2].length;
    if (ends_in_comment(text, last_end)) return std::nullopt;
    out.start = position;
    if (tokens->size() >= 2 && last_end == position && (*tokens)[tokens->size() - 2].kind == TokenKind::word) {
      const Token word = (*tokens)[tokens->size() - 2];
      tokens->erase(tokens->end() - 2);
      out.partial = word.lower;
      out.start = word.position;
    } else if (tokens->size() >= 2 && last_end == position && (*tokens)[tokens->size() - 2].kind == TokenKind::text) {
      return std::nullopt;  // right behind a closing quote
    }
  }
  tokens->back().position = out.start;
  out.before = *std::move(tokens);
  out.stop = end_of_word(filter, out.start, position, out.quoted);
  return out;
}

std::string comparison_meaning(std::string_view symbol) {
  constexpr auto kMeanings = std::to_array<std::pair<std::string_view, std::string_view>>(
      {{"=", "is"},
       {"!=", "is known and is not"},
       {"<", "is less than"},
       {"<=", "is at most"},
       {">", "is more than"},
       {">=", "is at least"},
       {"in [", "is one of a list"},
       {"not in [", "is known and none of a list"},
       {"~", "a regular expression matches somewhere in it"},
       {"!~", "is known, and a regular expression does not match"},
       {"has", "one of its words is"},
       {"is known", "has a value"},
       {"is unknown", "has no value"},
       {"&", "these bits of it are"}});
  for (const auto& [name, meaning] : kMeanings) {
    if (name == symbol) return std::string(meaning);
  }
  return "";
}

class Gatherer {
 public:
  Gatherer(const Typed& typed, const ValueSource& values) : typed_(typed), values_(values) {}

  std::vector<Candidate> gather(const Expectation& wanted) {
    // An open quote can only become a value.
    if (!typed_.quoted) {
      for (const std::string_view word : wanted.words) add(CandidateKind::word, word, meaning_of(word));
      if (wanted.joint) joints(wanted.closing);
    }
    if (wanted.list_start) add(CandidateKind::comparison, "[", "begins the list");
    if (wanted.list_end) add(CandidateKind::comparison, "]", "ends the list");
    if (wanted.value) values(*wanted.value);
    if (typed_.quoted) return finish();
    if (wanted.compare) comparisons(*wanted.compare);
    if (wanted.name) {
      for (const std::string_view symbol : {"~", "=", "!~", "!=", "in [", "is known"})
        add(CandidateKind::comparison, symbol, comparison_meaning(symbol));
    }
    if (wanted.sided) sided();
    if (wanted.test) tests();
    if (wanted.columns) columns(*wanted.columns);
    return finish();
  }

 private:
  static std::string meaning_of(std::string_view word) {
    if (const WordInfo* info = find_word(word)) return std::string(info->meaning);
    return "";
  }

  void add(CandidateKind kind, std::string_view text, std::string_view description, std::string_view searched = {}) {
    const std::string lower = lower_case(searched.empty() ? text : searched);
    const bool begins = lower.starts_with(typed_.partial);
    if (!begins && (typed_.partial.size() < 2 || (lower.find(typed_.partial) == std::string::npos &&
                                                  (kind != CandidateKind::value ||
                                                   lower_case(description).find(typed_.partial) == std::string::npos))))
      return;
    std::vector<Candidate>& to = begins ? begins_ : holds_;
    const auto same = [&](const Candidate& other) { return other.text == text; };
    if (std::ranges::any_of(begins_, same) || std::ranges::any_of(holds_, same)) return;
    to.push_back({kind, std::string(text), std::string(description)});
  }

  void joints(bool closing) {
    add(CandidateKind::connective, "and", meaning_of("and"));
    add(CandidateKind::connective, "or", meaning_of("or"));
    if (closing) add(CandidateKind::connective, ")", "ends the parenthesis");
  }

  void tests() {
    for (const WordInfo& word : words()) {
      if (word.form == Form::connective && word.word != "not") continue;
      add(word.form == Form::connective ? CandidateKind::connective : CandidateKind::word, word.word, word.meaning);
    }
    add(CandidateKind::connective, "(", "tests that belong together");
    for (const flow::ColumnInfo& info : flow::kColumns) add(CandidateKind::column, info.name, info.meaning);
    // Protocols stand by themselves.
    for (const NamedNumber& named : protocols()) {
      if (protocol_name(named.number) == named.name)
        add(CandidateKind::word, named.name, "IP protocol " + std::to_string(named.number));
    }
  }

  void sided() {
    for (const WordInfo& word : words()) {
      const bool pair = word.form == Form::pair || word.form == Form::network || word.form == Form::port_range ||
                        (word.form == Form::name && word.first != word.second);
      if (pair) add(CandidateKind::word, word.word, word.meaning);
    }
  }

  void comparisons(Column column) {
    const ColumnType type = flow::info(column).type;
    const bool text = type == ColumnType::string;
    const bool ordered = type != ColumnType::ip && type != ColumnType::prefix && type != ColumnType::mac && !text;
    const bool listed = type != ColumnType::time_ms && type != ColumnType::real;
    const auto offer = [&](std::string_view symbol) {
      add(CandidateKind::comparison, symbol, comparison_meaning(symbol));
    };
    offer("=");
    offer("!=");
    if (ordered) {
      for (const std::string_view symbol : {"<", "<=", ">", ">="}) offer(symbol);
    }
    if (listed) {
      offer("in [");
      offer("not in [");
    }
    if (text) {
      offer("~");
      offer("!~");
      if (column == Column::communities || column == Column::as_path) offer("has");
    }
    if (ordered && listed) offer("&");
    offer("is known");
    offer("is unknown");
  }

  void columns(Column compared) {
    const auto whole = [](Column column) { return flow::width(column) > 0 && flow::width(column) <= 8; };
    for (const flow::ColumnInfo& info : flow::kColumns) {
      const flow::ColumnInfo& other = flow::info(compared);
      const bool numbers = whole(info.column) && whole(compared) && info.type <= ColumnType::u64 &&
                           other.type <= ColumnType::u64;
      if (info.column != compared && (info.type == other.type || numbers))
        add(CandidateKind::column, info.name, info.meaning);
    }
  }

  void named(std::span<const NamedNumber> names) {
    for (const NamedNumber& one : names) add(CandidateKind::value, one.name, std::to_string(one.number));
  }

  void values(Column column) {
    if (column == Column::proto) named(protocols());
    if (column == Column::tcp_flags && typed_.partial.empty()) {
      for (const auto& [letter, name] : std::to_array<std::pair<std::string_view, std::string_view>>(
               {{"S", "SYN"}, {"A", "ACK"}, {"SA", "SYN and ACK"}, {"F", "FIN"}, {"R", "RST"}, {"P", "PSH"}, {"U", "URG"}}))
        add(CandidateKind::value, letter, name);
    }
    if (column == Column::communities) add(CandidateKind::value, "blackhole", "65535:666 (RFC 7999)");
    if (values_) {
      for (const KnownValue& known : values_(column, typed_.partial, kMostCandidates)) {
        if (known.value.empty()) continue;
        const bool text = flow::info(column).type == ColumnType::string;
        add(CandidateKind::value, text ? written(known.value) : known.value, known.description, known.value);
      }
    }
    const bool port = column == Column::src_port || column == Column::dst_port || column == Column::nat_src_port ||
                      column == Column::nat_dst_port;
    if (port) named(services());
  }

  /// A text as a filter takes it: in quotes, unless it is one plain word that means nothing else.
  std::string written(std::string_view text) const {
    if (!typed_.quoted) {
      const auto tokens = tokenize(text);
      const bool plain = tokens && tokens->size() == 2 && tokens->front().kind == TokenKind::word &&
                         tokens->front().length == text.size() && find_word(tokens->front().lower) == nullptr &&
                         !find_column_name(tokens->front().lower);
      constexpr std::array kOperators = {"eq", "ne", "lt", "le", "gt", "ge", "in", "is", "has"};
      if (plain && std::ranges::find(kOperators, tokens->front().lower) == kOperators.end()) return std::string(text);
    }
    std::string out = "\"";
    for (const char c : text) {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
    return out + '"';
  }

  std::vector<Candidate> finish() {
    std::ranges::move(holds_, std::back_inserter(begins_));
    if (begins_.size() > kMostCandidates) begins_.resize(kMostCandidates);
    return std::move(begins_);
  }

  const Typed& typed_;
  const ValueSource& values_;
  std::vector<Candidate> begins_;
  std::vector<Candidate> holds_;
};

}  // namespace

std::string_view to_string(CandidateKind kind) {
  switch (kind) {
    case CandidateKind::connective:
      return "connective";
    case CandidateKind::word:
      return "word";
    case CandidateKind::column:
      return "column";
    case CandidateKind::comparison:
      return "comparison";
    case CandidateKind::value:
      return "value";
  }
  return "";
}

Completion complete(std::string_view filter, std::size_t position, const ValueSource& values) {
  position = std::min(position, filter.size());
  while (position > 0 && position < filter.size() && is_continuation(filter[position])) --position;
  Completion out{.start = position, .length = 0, .candidates = {}};
  const auto typed = look_before(filter, position);
  if (!typed) return out;
  out.start = typed->start;
  out.length = typed->stop - typed->start;
  Expectation wanted;
  (void)Parser(typed->before, &wanted).parse();
  out.candidates = Gatherer(*typed, values).gather(wanted);
  return out;
}

}  // namespace weir::query
