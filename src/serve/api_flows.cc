// Flows themselves: a page of JSON, or all of them as NDJSON or CSV.
#include <boost/json.hpp>

#include "query/csv.h"
#include "query/validate_tally.h"
#include "serve/api.h"
#include "serve/flows_request.h"
#include "serve/json_cell.h"
#include "serve/problem.h"
#include "serve/request_parameters.h"

namespace weir::serve {
namespace {

namespace json = boost::json;
using Format = FlowsRequest::Format;

json::object row_json(const query::SearchAnswer& answer, const std::vector<query::Cell>& row) {
  json::object out;
  for (std::size_t i = 0; i < answer.columns.size() && i < row.size(); ++i)
    out[flow::name(answer.columns[i])] = cell_json(row[i]);
  return out;
}

std::string csv_header(const std::vector<flow::Column>& columns) {
  std::string out;
  for (const flow::Column column : columns) {
    const flow::ColumnInfo& info = flow::info(column);
    if (!out.empty()) out += ',';
    out += info.name;
    if (!info.unit.empty()) out += " (" + std::string(info.unit) + ")";
  }
  return out + "\r\n";
}

void append_csv(std::string& out, const std::vector<query::Cell>& row) {
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (i > 0) out += ',';
    query::append_csv_cell(out, row[i]);
  }
  out += "\r\n";
}

Response failed(const Error& error) {
  if (error.code == ErrorCode::cancelled)
    return problem(504, "the question took too long and was ended; ask for a shorter range, or order by time");
  return problem(error);
}

Response page(const FlowsRequest& asked, const query::SearchAnswer& answer) {
  json::array rows;
  for (const auto& row : answer.rows) rows.push_back(row_json(answer, row));
  json::array columns;
  for (const flow::Column column : answer.columns) columns.emplace_back(flow::name(column));
  const FlowsCursor next{asked.search.from_ms, asked.search.to_ms, answer.next};
  Response out;
  out.body = json::serialize(json::object{{"from", asked.search.from_ms},
                                          {"to", asked.search.to_ms},
                                          {"columns", std::move(columns)},
                                          {"rows", std::move(rows)},
                                          {"next", answer.next.empty() ? json::value() : json::value(to_text(next))},
                                          {"took_ms", answer.took_ms}});
  return out;
}

/// A long answer, step by step: at most one step of flows is held at a time.
class Walk {
 public:
  Walk(store::Store& store, FlowsRequest asked, std::shared_ptr<query::CancelFlag> cancel,
       std::shared_ptr<std::atomic<double>> progress)
      : store_(store), asked_(std::move(asked)), cancel_(std::move(cancel)), progress_(std::move(progress)) {}

  /// Appends the next flows; false when these were the last.
  Result<bool> step(std::string& piece) {
    const auto answer = store_.search(asked_.search, *cancel_);
    if (!answer) return std::unexpected(answer.error());
    if (asked_.format == Format::csv && !header_given_) piece += csv_header(answer->columns);
    header_given_ = true;
    for (const auto& row : answer->rows) {
      if (asked_.format == Format::csv) {
        append_csv(piece, row);
      } else {
        piece += json::serialize(row_json(*answer, row));
        piece += '\n';
      }
    }
    if (asked_.top) *asked_.top -= std::min<std::uint64_t>(*asked_.top, answer->rows.size());
    asked_.search.after = answer->next;
    if (asked_.top && *asked_.top < asked_.search.most) asked_.search.most = static_cast<std::uint32_t>(*asked_.top);
    const bool more = !answer->next.empty() && asked_.search.most > 0;
    if (!more && progress_) progress_->store(1);
    return more;
  }

 private:
  store::Store& store_;
  FlowsRequest asked_;
  std::shared_ptr<query::CancelFlag> cancel_;
  std::shared_ptr<std::atomic<double>> progress_;
  bool header_given_ = false;
};

}  // namespace

Response get_flows(store::Store& store, const Request& request, UnixMillis now) {
  auto asked = read_flows_request(request, now);
  if (!asked) return wrong_parameter(asked.error(), filter_text(request));
  if (asked->format == Format::json) {
    asked->search.options.progress = request.progress;
    const auto answer = store.search(asked->search, *request.cancel);
    if (!answer && answer.error().code == ErrorCode::invalid) return problem(400, answer.error().message);
    return answer ? page(*asked, *answer) : failed(answer.error());
  }
  const bool csv = asked->format == Format::csv;
  const auto walk = std::make_shared<Walk>(store, *std::move(asked), request.cancel, request.progress);
  Response out;
  out.content_type = csv ? "text/csv; charset=utf-8; header=present" : "application/x-ndjson";
  if (csv) out.headers.emplace_back("Content-Disposition", "attachment; filename=\"flows.csv\"");
  // The first step before the answer begins: what is wrong with the question still gets its status.
  const auto first = walk->step(out.body);
  if (!first) return failed(first.error());
  if (*first) out.more = [walk](std::string& piece) { return walk->step(piece); };
  return out;
}

}  // namespace weir::serve
