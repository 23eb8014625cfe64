#include "collect/collector.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/clock.h"
#include "base/log.h"
#include "collect/named_thread.h"

namespace weir::collect {
namespace {

constexpr std::chrono::seconds kUpkeepEvery{1};
constexpr unsigned kMostSuitableWorkers = 8;

struct SocketNumber {
  const char* name;
  const char* help;
  Metrics::Type type;
  std::atomic<std::uint64_t> receive::UdpCounters::* at;
};
constexpr std::array kSocketNumbers = {
    SocketNumber{"weir_socket_datagrams_total", "datagrams received on a socket", Metrics::Type::counter,
                 &receive::UdpCounters::datagrams},
    SocketNumber{"weir_socket_bytes_total", "bytes of datagrams received on a socket", Metrics::Type::counter,
                 &receive::UdpCounters::octets},
    SocketNumber{"weir_socket_kernel_drops_total",
                 "datagrams that the kernel dropped because the socket's buffer was full", Metrics::Type::counter,
                 &receive::UdpCounters::kernel_drops},
    SocketNumber{"weir_socket_truncated_total", "datagrams too long to be taken", Metrics::Type::counter,
                 &receive::UdpCounters::truncated},
    SocketNumber{"weir_socket_errors_total", "receive calls that the kernel refused", Metrics::Type::counter,
                 &receive::UdpCounters::errors},
    SocketNumber{"weir_socket_buffer_bytes", "receive buffer that the kernel gave a socket", Metrics::Type::gauge,
                 &receive::UdpCounters::buffer_octets},
};

}  // namespace

unsigned suitable_workers() {
  // The other half is for the store's writer, its engine and questions.
  return std::clamp(std::thread::hardware_concurrency() / 2, 1U, kMostSuitableWorkers);
}

Collector::Collector(CollectorOptions options, const Shared& shared) : options_(std::move(options)), shared_(shared) {}

Collector::~Collector() {
  stop();
}

Result<std::vector<std::unique_ptr<receive::UdpReceiver>>> Collector::open_sockets() const {
  const receive::UdpOptions udp{.workers = options_.workers};
  auto opened = receive::UdpReceiver::open(options_.listen, udp);
  if (opened || opened.error().code != ErrorCode::unsupported || !options_.ipv6_if_possible) return opened;
  std::vector<Endpoint> ipv4 = options_.listen;
  std::erase_if(ipv4, [](const Endpoint& endpoint) { return !endpoint.address.is_v4(); });
  log::info("listening on IPv4 only", opened.error().message);
  return receive::UdpReceiver::open(ipv4, udp);
}

Result<void> Collector::start() {
  auto receivers = open_sockets();
  if (!receivers) return std::unexpected(receivers.error());
  for (unsigned i = 0; i < receivers->size(); ++i) {
    workers_.push_back(std::make_unique<Worker>(std::move((*receivers)[i]), shared_, options_.decode,
                                                DecoderState(options_.state_directory, i, options_.workers)));
  }
  running_ = true;
  writer_ = named_thread("weir-writer", [this] { shared_.store.write(); });
  upkeep_ = named_thread("weir-upkeep", [this] { run_upkeep(); });
  for (unsigned i = 0; i < workers_.size(); ++i) {
    worker_threads_.push_back(
        named_thread("weir-receive-" + std::to_string(i), [worker = workers_[i].get()] { worker->run(); }));
  }
  return {};
}

void Collector::stop() {
  if (!running_) return;
  running_ = false;
  for (const auto& worker : workers_) worker->request_stop();
  for (std::thread& thread : worker_threads_) thread.join();
  DecoderState(options_.state_directory, 0, options_.workers).remove_others();
  {
    const std::lock_guard lock(mutex_);
    upkeep_stopping_ = true;
  }
  stop_upkeep_.notify_all();
  upkeep_.join();
  shared_.store.stop();
  writer_.join();
}

void Collector::run_upkeep() {
  std::unique_lock lock(mutex_);
  while (!stop_upkeep_.wait_for(lock, kUpkeepEvery, [this] { return upkeep_stopping_; })) {
    lock.unlock();
    shared_.store.upkeep(now_ms());
    if (options_.beside_upkeep) options_.beside_upkeep(now_ms());
    lock.lock();
  }
}

std::vector<Endpoint> Collector::listening() const {
  std::vector<Endpoint> out;
  if (workers_.empty()) return out;
  for (const receive::UdpSocket& socket : workers_.front()->receiver().sockets()) out.push_back(socket.endpoint());
  return out;
}

bool Collector::is_alive(std::int64_t patience_ms) const {
  const std::int64_t now = steady_ms();
  return std::ranges::all_of(workers_, [&](const auto& worker) { return now - worker->last_turn_ms() < patience_ms; });
}

void Collector::register_metrics(Metrics& metrics) const {
  for (const SocketNumber& number : kSocketNumbers) {
    metrics.add(number.name, number.help, number.type, [this, at = number.at] {
      std::vector<Metrics::Sample> out;
      for (std::size_t i = 0; i < workers_.size(); ++i) {
        for (const receive::UdpSocket& socket : workers_[i]->receiver().sockets()) {
          const auto value = (socket.counters().*at).load(std::memory_order_relaxed);
          out.push_back(
              {{{"address", to_string(socket.endpoint())}, {"worker", std::to_string(i)}}, static_cast<double>(value)});
        }
      }
      return out;
    });
  }
}

}  // namespace weir::collect
