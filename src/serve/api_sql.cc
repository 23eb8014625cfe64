// SQL of people, read only: what it may do is the store's to say (store/duckdb/sql_check.h).
#include <array>
#include <boost/json.hpp>
#include <cmath>

#include "base/log.h"
#include "base/number_from.h"
#include "query/csv.h"
#include "serve/api.h"
#include "serve/problem.h"
#include "serve/request_parameters.h"

namespace weir::serve {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 3> kKnown = {"sql", "top", "format"};
constexpr UnixMillis kLongestMs = 30 * kSecondMs;

/// Whole numbers and decimals as numbers where a reader of JSON keeps them whole.
json::value value_json(const query::SqlColumn& column, const std::optional<std::string>& text) {
  if (!text) return nullptr;
  if (column.type == "BOOLEAN") return *text == "true";
  const bool real = column.type == "DOUBLE" || column.type == "FLOAT";
  if (!column.number && !real) return json::value(*text);
  if (!real) {
    if (const auto number = number_from<std::int64_t>(*text)) return *number;
    if (const auto large = number_from<std::uint64_t>(*text)) return *large;
  }
  const auto number = number_from<double>(*text);
  return number && std::isfinite(*number) ? json::value(*number) : json::value(*text);
}

/// Rows are lists: SQL may give one name to two columns.
std::string as_json(const query::SqlAnswer& answer) {
  json::array columns;
  for (const query::SqlColumn& column : answer.columns)
    columns.push_back(json::object{{"name", column.name}, {"type", column.type}});
  json::array rows;
  for (const auto& row : answer.rows) {
    json::array cells;
    for (std::size_t i = 0; i < row.size(); ++i) cells.push_back(value_json(answer.columns[i], row[i]));
    rows.push_back(std::move(cells));
  }
  return json::serialize(json::object{{"columns", std::move(columns)},
                                      {"rows", std::move(rows)},
                                      {"left_out", answer.left_out},
                                      {"took_ms", answer.took_ms}});
}

std::string as_csv(const query::SqlAnswer& answer) {
  std::string out;
  for (std::size_t i = 0; i < answer.columns.size(); ++i) {
    if (i > 0) out += ',';
    query::append_csv_field(out, answer.columns[i].name);
  }
  out += "\r\n";
  for (const auto& row : answer.rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i > 0) out += ',';
      if (row[i]) query::append_csv_field(out, *row[i]);
    }
    out += "\r\n";
  }
  return out;
}

Response refuse(std::string_view parameter, std::string_view message) {
  return problem(400, std::string(parameter) + ": " + std::string(message), {{"parameter", parameter}});
}

}  // namespace

Response run_sql(store::Store& store, const Request& request, const query::CancelFlag& cancel) {
  Request plain = request;
  std::string statement;
  const auto type = std::string_view(request.content_type).substr(0, request.content_type.find(';'));
  if (type == "application/sql" || type == "text/plain") {
    statement = std::move(plain.body);
    plain.body.clear();
  }
  const auto all = request_parameters(plain, kKnown);
  if (!all) return wrong_parameter(all.error());
  query::SqlQuestion question;
  question.text = value_of(*all, "sql").value_or(statement);
  question.options.time_limit_ms = kLongestMs;
  question.options.progress = request.progress;
  if (question.text.empty()) return refuse("sql", "a SELECT is missing, such as SELECT sum(bytes) FROM flows");
  if (const auto text = value_of(*all, "top")) {
    const auto most = number_from<std::uint32_t>(*text);
    if (!most || *most == 0 || *most > query::kMostSqlRows)
      return refuse("top", "'" + log::escape(*text) + "' is no number of rows from 1 to 1000000");
    question.most = *most;
  }
  const std::string format = value_of(*all, "format").value_or("json");
  if (format != "json" && format != "csv") return refuse("format", "expected json or csv");
  const auto answer = store.sql(question, cancel);
  if (!answer && answer.error().code == ErrorCode::cancelled)
    return problem(504, "the statement took too long and was ended; ask for a shorter range of time");
  if (!answer && answer.error().code == ErrorCode::invalid) return refuse("sql", answer.error().message);
  if (!answer) return problem(answer.error());
  Response out;
  out.body = format == "csv" ? as_csv(*answer) : as_json(*answer);
  if (format == "csv") {
    out.content_type = "text/csv; charset=utf-8; header=present";
    out.headers.emplace_back("Content-Disposition", "attachment; filename=\"weir.csv\"");
  }
  return out;
}

}  // namespace weir::serve
