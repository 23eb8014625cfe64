// For tests: flows with known numbers, and the reference engine to ask them by.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "query/reference_engine.h"
#include "query/report/catalogue.h"
#include "query/report/format.h"

namespace weir::query::report {

/// One flow of a moment; texts that are empty and numbers that are 0 stay unknown.
struct Made {
  UnixMillis at = 0;  ///< behind kStart
  std::string src = "103.64.13.1";
  std::string dst = "120.29.117.50";
  std::uint64_t bytes = 0;
  std::uint64_t packets = 1;
  std::string direction = "out";
  std::uint32_t src_as = 0;
  std::uint32_t dst_as = 0;
  std::string as_path = {};
  std::string exporter = "192.0.2.1";
  std::string exporter_name = "edge";
  std::uint32_t in_if = 0;
  std::uint32_t out_if = 0;
  std::string in_class = {};
  std::string out_class = {};
  std::uint8_t proto = 6;
  std::uint16_t src_port = 0;
  std::uint16_t dst_port = 0;
  std::string src_customer = {};
  std::string dst_customer = {};
  std::string src_region = {};
  std::string dst_region = {};
  std::string src_country = {};
  std::string dst_country = {};
  std::uint8_t src_mask = 0;
  std::uint8_t dst_mask = 0;
};

/// 2026-11-23T00:00:00Z.
inline constexpr UnixMillis kStart = 1'795'392'000'000;

class ReportTest : public testing::Test {
 protected:
  void add(const Made& made) {
    using enum flow::Column;
    const std::size_t row = rows_.add_rows(1);
    rows_.set<flow::Column::time>(row, kStart + made.at);
    rows_.set<exporter>(row, *parse_ip(made.exporter));
    rows_.set<src_addr>(row, *parse_ip(made.src));
    rows_.set<dst_addr>(row, *parse_ip(made.dst));
    rows_.set<flow::Column::bytes>(row, made.bytes);
    rows_.set<flow::Column::packets>(row, made.packets);
    rows_.set<flow::Column::flows>(row, 1);
    rows_.set<proto>(row, made.proto);
    const auto text = [&]<flow::Column C>(const std::string& value) {
      if (!value.empty()) rows_.set<C>(row, strings_.intern(value));
    };
    text.operator()<exporter_name>(made.exporter_name);
    text.operator()<direction>(made.direction);
    text.operator()<as_path>(made.as_path);
    text.operator()<in_if_class>(made.in_class);
    text.operator()<out_if_class>(made.out_class);
    text.operator()<src_customer>(made.src_customer);
    text.operator()<dst_customer>(made.dst_customer);
    text.operator()<src_region>(made.src_region);
    text.operator()<dst_region>(made.dst_region);
    text.operator()<src_country>(made.src_country);
    text.operator()<dst_country>(made.dst_country);
    if (made.in_if != 0) text.operator()<in_if_name>("if-" + std::to_string(made.in_if));
    if (made.out_if != 0) text.operator()<out_if_name>("if-" + std::to_string(made.out_if));
    const auto number = [&]<flow::Column C>(auto value) {
      if (value != 0) rows_.set<C>(row, value);
    };
    number.operator()<src_as>(made.src_as);
    number.operator()<dst_as>(made.dst_as);
    number.operator()<in_if>(made.in_if);
    number.operator()<out_if>(made.out_if);
    number.operator()<src_port>(made.src_port);
    number.operator()<dst_port>(made.dst_port);
    number.operator()<src_mask>(made.src_mask);
    number.operator()<dst_mask>(made.dst_mask);
  }

  [[nodiscard]] Context context() {
    Context out;
    const reference::Flows flows{rows_, strings_};
    out.engine.run = [flows](const Query& query) -> Result<Answer> { return reference::run(query, flows); };
    out.engine.tally = [flows](const Tally& tally) -> Result<TallyAnswer> { return reference::tally(tally, flows); };
    out.engine.search = [flows](const Search& search) -> Result<SearchAnswer> {
      SearchAnswer answer;
      answer.columns = search.columns;
      answer.rows = reference::search(search, flows).rows;
      if (answer.rows.size() > search.most) answer.rows.resize(search.most);
      return answer;
    };
    out.now = kStart + kDayMs;
    out.as_names = &names_;
    out.prices = prices_;
    return out;
  }

  /// Of the first hour, in samples of five minutes, with what is typed beside.
  Outcome run(std::string_view name, std::vector<Typed> typed = {}) {
    auto out = try_run(name, std::move(typed));
    EXPECT_TRUE(out) << (out ? "" : out.error().error.message);
    return out ? *std::move(out) : Outcome();
  }
  std::expected<Outcome, ReportError> try_run(std::string_view name, std::vector<Typed> typed) {
    const auto has = [&](std::string_view parameter) {
      return std::ranges::find(typed, parameter, &Typed::first) != typed.end();
    };
    if (!has("start")) typed.emplace_back("start", to_iso8601(kStart));
    if (!has("end")) typed.emplace_back("end", to_iso8601(kStart + kHourMs));
    const Context with = context();
    return run_report(*find_report(name), typed, with);
  }

  /// The cell of a row by its column's name.
  static Cell cell(const Table& table, const TableRow& row, std::string_view name) {
    const auto at = std::ranges::find(table.columns, name, &TableColumn::name);
    EXPECT_NE(at, table.columns.end()) << name;
    if (at == table.columns.end()) return {};
    return row.cells.at(static_cast<std::size_t>(at - table.columns.begin()));
  }
  static double real(const Table& table, std::size_t row, std::string_view name) {
    const Cell value = cell(table, table.rows.at(row), name);
    if (const auto* number = std::get_if<std::uint64_t>(&value)) return static_cast<double>(*number);
    const auto* number = std::get_if<double>(&value);
    EXPECT_NE(number, nullptr) << name;
    return number == nullptr ? -1 : *number;
  }
  static std::string text(const Table& table, std::size_t row, std::string_view name) {
    const Cell value = cell(table, table.rows.at(row), name);
    if (const auto* number = std::get_if<std::uint64_t>(&value)) return std::to_string(*number);
    const auto* words = std::get_if<std::string>(&value);
    return words == nullptr ? "" : *words;
  }

  flow::FlowBatch rows_;
  flow::StringPool strings_;
  flow::AsNames names_{{{.as = 4134, .name = "CHINANET", .country = "CN"},
                        {.as = 4788, .name = "TMNET", .country = "MY"},
                        {.as = 15169, .name = "GOOGLE", .country = "US"}}};
  Prices prices_;
};

}  // namespace weir::query::report
