#include "serve/running_queries.h"

#include <algorithm>
#include <boost/json.hpp>
#include <utility>

#include "base/log.h"
#include "query/utf8.h"
#include "serve/problem.h"

namespace weir::serve {
namespace {

constexpr std::size_t kLongestId = 64;
constexpr std::size_t kMostText = 1000;
constexpr std::string_view kQueryId = "query_id";
constexpr std::string_view kPrefix = "/api/v1/queries/";

bool is_id(std::string_view text) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  };
  return !text.empty() && text.size() <= kLongestId && std::ranges::all_of(text, fits);
}

std::string text_of(const Request& request) {
  std::string out;
  for (const std::string_view name : {"filter", "sql"}) {
    if (const auto text = parameter(request, name)) out = *text;
  }
  if (out.empty()) out = request.body;
  out.resize(std::min(out.size(), kMostText));
  out.resize(query::invalid_utf8_at(out));  // a character cut in two, or no text at all
  return out;
}

}  // namespace

/// Takes the question off the list at the end of whoever holds it last: the handler, or the pieces of its answer.
class RunningQueries::Ticket {
 public:
  Ticket(RunningQueries& home, std::shared_ptr<Running> running) : home_(home), running_(std::move(running)) {}
  ~Ticket() { home_.end(running_->id); }
  Ticket(const Ticket&) = delete;
  Ticket& operator=(const Ticket&) = delete;
  [[nodiscard]] const Running& running() const { return *running_; }

 private:
  RunningQueries& home_;
  const std::shared_ptr<Running> running_;
};

RunningQueries::RunningQueries() : prefix_(std::to_string(now_ms() / kSecondMs % 1'000'000) + "-") {}

Handler RunningQueries::tracked(Handler handler) {
  return [this, handler = std::move(handler)](const Request& request) -> Response {
    Request own = request;
    std::string id = request.query_id;
    const auto named = std::ranges::find(own.parameters, kQueryId, &Parameter::first);
    if (named != own.parameters.end()) {
      id = named->second;
      own.parameters.erase(named);
    }
    if (!id.empty() && !is_id(id)) {
      return problem(400, "query_id: expected at most 64 letters, digits, dots, dashes and underscores",
                     {{"parameter", "query_id"}});
    }
    auto ticket = begin(own, std::move(id));
    if (!ticket) return problem(409, ticket.error().message);
    const Running& running = (*ticket)->running();
    own.progress = running.progress;
    Response out = handler(own);
    if (out.status >= 500 && running.ended_by_request)
      out = problem(409, "this question was ended by a request to /api/v1/queries/" + running.id);
    out.headers.emplace_back("X-Query-ID", running.id);
    if (out.more) {
      out.more = [ticket = *std::move(ticket), more = std::move(out.more)](std::string& piece) { return more(piece); };
    }
    return out;
  };
}

Result<std::shared_ptr<RunningQueries::Ticket>> RunningQueries::begin(const Request& request, std::string id) {
  auto running = std::make_shared<Running>();
  running->path = request.path;
  running->text = text_of(request);
  running->started_ms = now_ms();
  running->cancel = request.cancel;
  running->progress = std::make_shared<std::atomic<double>>(0);
  const std::lock_guard lock(mutex_);
  running->id = id.empty() ? next_id() : std::move(id);
  if (!running_.emplace(running->id, running).second)
    return fail(ErrorCode::busy, "query_id: a question with the id " + running->id + " runs already");
  return std::make_shared<Ticket>(*this, std::move(running));
}

std::string RunningQueries::next_id() {
  while (true) {
    std::string id = prefix_ + std::to_string(next_++);
    if (!running_.contains(id)) return id;
  }
}

void RunningQueries::end(const std::string& id) {
  const std::lock_guard lock(mutex_);
  running_.erase(id);
}

std::vector<std::shared_ptr<const RunningQueries::Running>> RunningQueries::list() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<const Running>> out;
  for (const auto& [id, running] : running_) out.push_back(running);
  return out;
}

bool RunningQueries::cancel(const std::string& id) {
  const std::lock_guard lock(mutex_);
  const auto at = running_.find(id);
  if (at == running_.end()) return false;
  at->second->ended_by_request = true;
  at->second->cancel->store(true);
  return true;
}

Response get_queries(const RunningQueries& running, UnixMillis now) {
  boost::json::array queries;
  for (const auto& one : running.list()) {
    queries.push_back(boost::json::object{{"id", one->id},
                                          {"path", one->path},
                                          {"text", one->text},
                                          {"started", one->started_ms},
                                          {"elapsed_ms", std::max<UnixMillis>(0, now - one->started_ms)},
                                          {"progress", std::clamp(one->progress->load(), 0.0, 1.0)}});
  }
  Response out;
  out.body = boost::json::serialize(boost::json::object{{"queries", std::move(queries)}});
  return out;
}

Response delete_query(RunningQueries& running, const Request& request) {
  const std::string id = request.path.size() > kPrefix.size() ? request.path.substr(kPrefix.size()) : "";
  if (!running.cancel(id))
    return problem(404, "no question with the id '" + log::escape(id) + "' runs; GET /api/v1/queries lists those that do");
  Response out;
  out.body = boost::json::serialize(boost::json::object{{"id", id}, {"cancelled", true}});
  return out;
}

}  // namespace weir::serve
