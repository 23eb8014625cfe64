// What a report is made of: what it is given to ask with, and the tables that it answers with.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "flow/as_names.h"
#include "query/query.h"
#include "query/report/parameter.h"
#include "query/report/prices.h"
#include "query/tally.h"

namespace weir::query::report {

/// Whoever answers questions: a store, a server, or in tests the reference engine.
struct Engine {
  std::function<Result<Answer>(const Query&)> run;
  std::function<Result<TallyAnswer>(const Tally&)> tally;
  std::function<Result<SearchAnswer>(const Search&)> search;
};

struct Context {
  Engine engine;
  UnixMillis now = 0;
  const flow::AsNames* as_names = nullptr;  ///< null: no names
  Prices prices = {};
  RunOptions options = {};  ///< given to every question
};

/// How a column's cells are meant; all rates are of layer 3 unless the report says otherwise.
enum class Kind : std::uint8_t {
  text,    ///< as it stands
  number,  ///< a whole number that counts something
  id,      ///< a whole number that names something: AS, port, ifIndex
  rate,    ///< a real number in the column's unit, shown in thousands, millions, ...
  amount,  ///< a whole number in the column's unit, shown likewise
  share,   ///< percent
  money,   ///< in the column's unit, two decimals
  time,    ///< milliseconds since 1970
};

struct TableColumn {
  std::string name;   ///< snake_case, unique in its table
  std::string title;  ///< as people read it
  std::string unit;   ///< "bit/s", "B", "%"; "" none
  Kind kind = Kind::text;
};

struct TableRow {
  std::vector<Cell> cells;     ///< one for each column; nothing where it is not known
  std::string filter;          ///< the filter that gives what this row is made of; "" for rows of a rest
  std::vector<double> series;  ///< rates in Table::unit, one for each of Table::buckets; may be empty
};

struct Table {
  std::string name;   ///< snake_case, unique in its report: "outgoing"
  std::string title;  ///< "Outgoing traffic by destination AS"
  std::string unit;   ///< of the series
  std::vector<TableColumn> columns;
  std::vector<TableRow> rows;
  std::optional<TableRow> other;  ///< all that is not in the rows
  std::optional<TableRow> total;
  std::string filter;              ///< of the question; "" is everything
  std::vector<std::string> by;     ///< the question's columns, so that it can be asked again
  std::vector<UnixMillis> buckets;
  std::string source;              ///< what the store read: "1h+5m", "flows"; "" where the store does not say
  std::uint64_t rows_read = 0;
};

struct Outcome {
  std::string report;
  std::string title;
  UnixMillis from_ms = 0;
  UnixMillis to_ms = 0;
  std::optional<UnixMillis> resolution_ms;
  std::vector<Table> tables;
  std::vector<std::string> notes;  ///< sentences for people: how a number was made, what is missing
  std::size_t questions = 0;       ///< that were asked of the engine
  UnixMillis took_ms = 0;          ///< that the engine says they took
};

/// One run of a report. Questions go through it, so that they are counted.
class Job {
 public:
  Job(const Context& context, const Parameters& parameters, std::string_view name, std::string_view title);

  [[nodiscard]] const Parameters& parameters() const { return parameters_; }
  [[nodiscard]] const Context& context() const { return context_; }
  [[nodiscard]] Outcome& outcome() { return outcome_; }

  /// Validates and asks.
  [[nodiscard]] Result<Answer> ask(const Query& query);
  [[nodiscard]] Result<TallyAnswer> ask(Tally tally);
  [[nodiscard]] Result<SearchAnswer> ask(Search search);
  void note(std::string sentence);

 private:
  const Context& context_;
  const Parameters& parameters_;
  Outcome outcome_;
};

}  // namespace weir::query::report
