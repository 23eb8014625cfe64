// The questions that run: each has an id, by which others can see how far it is, and end it.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "serve/http_message.h"
#include "serve/router.h"

namespace weir::serve {

/// Any thread.
class RunningQueries {
 public:
  struct Running {
    std::string id;
    std::string path;
    std::string text;  ///< the filter or statement, cut to 1000 octets; may be empty
    UnixMillis started_ms = 0;
    std::shared_ptr<query::CancelFlag> cancel;
    std::shared_ptr<std::atomic<double>> progress;  ///< 0 to 1
    std::atomic<bool> ended_by_request{false};
  };

  RunningQueries();

  /// The handler, with the question noted from its beginning to the last piece of its answer. The id is the request's
  /// X-Query-ID or its parameter `query_id` (which the handler does not see), or one is made; the answer has it in
  /// X-Query-ID. Problems: 400 when it is none, 409 when a question of this id runs.
  [[nodiscard]] Handler tracked(Handler handler);

  [[nodiscard]] std::vector<std::shared_ptr<const Running>> list() const;
  /// False when none of this id runs.
  bool cancel(const std::string& id);

 private:
  class Ticket;
  Result<std::shared_ptr<Ticket>> begin(const Request& request, std::string id);
  void end(const std::string& id);
  std::string next_id();

  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Running>> running_;
  std::uint64_t next_ = 1;
  const std::string prefix_;  ///< so that ids of another start are not mistaken for ours
};

/// GET /api/v1/queries: {"queries": [{"id", "path", "text", "started", "elapsed_ms", "progress"}]}.
[[nodiscard]] Response get_queries(const RunningQueries& running, UnixMillis now);
/// DELETE /api/v1/queries/ID: ends it; 404 when it does not run (any more).
[[nodiscard]] Response delete_query(RunningQueries& running, const Request& request);

}  // namespace weir::serve
