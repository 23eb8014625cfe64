#include "serve/es/document_id.h"

#include <fmt/format.h>

#include <array>

#include "serve/es/field_match.h"

namespace weir::serve::es {
namespace {

constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::size_t kLength = 20;
constexpr std::size_t kTimeLetters = 8;  // 48 bits

/// FNV-1a. Not seeded: the id has to be the same after a restart.
class Hash {
 public:
  explicit Hash(std::uint64_t basis) : value_(basis) {}
  void add(std::string_view text) {
    for (const char c : text) value_ = (value_ ^ static_cast<unsigned char>(c)) * 0x100'0000'01b3ULL;
  }
  [[nodiscard]] std::uint64_t value() const {
    // The high bits of FNV are its best; fold them over the low ones.
    return value_ ^ (value_ >> 29U);
  }

 private:
  std::uint64_t value_;
};

std::string letters(std::uint64_t value, std::size_t count) {
  std::string out(count, 'A');
  for (std::size_t i = count; i-- > 0; value >>= 6U) out[i] = kLetters[value & 63U];
  return out;
}

std::string text_of(const query::Cell& cell) {
  struct Show {
    std::string operator()(std::monostate) const { return {}; }
    std::string operator()(std::uint64_t number) const { return std::to_string(number); }
    std::string operator()(double number) const { return fmt::format("{}", number); }
    std::string operator()(const std::string& text) const { return text; }
  };
  return std::visit(Show{}, cell);
}

}  // namespace

std::string document_id(const std::vector<flow::Column>& columns, const std::vector<query::Cell>& cells) {
  Hash first(0xcbf2'9ce4'8422'2325ULL);
  Hash second(0x84222325'cbf29ce4ULL);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (!flow::is_stored(columns[i]) || std::holds_alternative<std::monostate>(cells[i])) continue;
    for (Hash* hash : {&first, &second}) {
      hash->add(flow::name(columns[i]));
      hash->add("=");
      hash->add(text_of(cells[i]));
      hash->add("\n");
    }
  }
  return letters(static_cast<std::uint64_t>(time_of(cells)), kTimeLetters) + letters(first.value(), 10) +
         letters(second.value(), 2);
}

std::optional<UnixMillis> time_of_id(std::string_view id) {
  if (id.size() != kLength) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : id.substr(0, kTimeLetters)) {
    const std::size_t digit = kLetters.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    value = value << 6U | digit;
  }
  return value < 253'402'300'800'000 ? std::optional(static_cast<UnixMillis>(value)) : std::nullopt;
}

query::ExpressionPtr is_record(const std::vector<flow::Column>& columns, const std::vector<query::Cell>& cells) {
  std::vector<query::ExpressionPtr> parts;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (flow::is_stored(columns[i])) parts.push_back(is_cell(columns[i], cells[i]));
  }
  return all_of(std::move(parts));
}

const std::vector<flow::Column>& document_columns() {
  static const std::vector<flow::Column> columns = [] {
    std::vector<flow::Column> out;
    for (const flow::ColumnInfo& info : flow::kColumns) out.push_back(info.column);
    return out;
  }();
  return columns;
}

UnixMillis time_of(const std::vector<query::Cell>& cells) {
  const auto* time = std::get_if<std::uint64_t>(&cells[static_cast<std::size_t>(flow::Column::time)]);
  return time == nullptr ? 0 : static_cast<UnixMillis>(*time);
}

}  // namespace weir::serve::es
