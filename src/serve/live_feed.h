// What the page shows moving: made once a second for all who watch, sent as server-sent events.
//
//   rates      every second    flows and datagrams a second, in total and by exporter
//   exporters  every 5 s       the doctor's word on each exporter, and about this server
//   attack     as it happens   one attack that began, goes on or ended, without its evidence
//   traffic    every few s     estimated traffic of the last quarter of an hour, in steps of 10 s
//   top        every few s     who sent the most in the last 5 minutes
//
// The first event of a client is `history`: the rates of the last ten minutes. Shapes: web/src/api/types.ts.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "query/query.h"
#include "serve/event_stream.h"
#include "serve/monitor.h"

namespace weir::serve {

/// Construction is inert. start() makes two threads: one ticks every second, one asks the store. The second rests nine
/// times as long as its questions took, so that watching never takes more than a tenth of the store's time, and only
/// asks while somebody watches.
class LiveFeed {
 public:
  static constexpr std::size_t kMostClients = 500;

  explicit LiveFeed(Monitor& monitor) : monitor_(monitor), stream_(std::make_shared<EventStream>(kMostClients)) {}
  ~LiveFeed() { stop(); }
  LiveFeed(const LiveFeed&) = delete;
  LiveFeed& operator=(const LiveFeed&) = delete;

  void start();
  void stop();

  /// What a new client is sent first.
  [[nodiscard]] std::string greeting() const;
  [[nodiscard]] const std::shared_ptr<EventStream>& stream() const { return stream_; }

 private:
  void tick_loop();
  void tell_attacks(bool anybody);
  void ask_loop();
  void tick(std::uint64_t count);
  void ask();
  /// False when the feed stops.
  bool sleep(UnixMillis ms);

  Monitor& monitor_;
  const std::shared_ptr<EventStream> stream_;
  query::CancelFlag cancel_{false};
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  // The last of each, for those who come later.
  std::string exporters_;
  std::string traffic_;
  std::string top_;
  std::uint64_t next_attack_change_ = 0;  // of the ticker
  std::thread ticker_;
  std::thread asker_;
};

}  // namespace weir::serve
