#include "bgp/session/sessions.h"

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <future>
#include <map>
#include <optional>

#include "base/clock.h"
#include "base/log.h"
#include "bgp/session/listeners.h"
#include "bgp/session/speaker.h"
#include "bgp/session/station.h"
#include "bgp/session/tcp_stream.h"

namespace weir::bgp {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::chrono::milliseconds kTick{100};
constexpr std::chrono::seconds kConnectPatience{20};
constexpr std::chrono::milliseconds kStopPatience{700};
constexpr std::chrono::milliseconds kAskAgain{50};

Moment moment() {
  return {.wall = now_ms(), .steady = steady_ms()};
}

Result<void> no_loop() {
  return fail(ErrorCode::cancelled, "no BGP sessions are running");
}

}  // namespace

class Sessions::Impl final : public Transport, public StationTransport {
 public:
  explicit Impl(Rib& rib) : rib_(rib), speaker_(rib, *this), station_(rib, *this) {}

  Result<void> configure(const SessionsConfig& wanted) {
    if (auto valid = validate(wanted); !valid) return valid;
    SessionsConfig config = wanted;
    if (config.bgp.router_id == 0) config.bgp.router_id = machine_id();
    std::vector<Password> passwords;
    for (const PeerConfig& peer : config.bgp.peers) {
      if (!peer.password.empty()) passwords.push_back({.remote = peer.remote, .password = peer.password});
    }
    const auto bgp = bgp_listeners_.set(config.bgp.listen, passwords);
    const auto bmp = bmp_listeners_.set(config.bmp.listen, {});
    speaker_.configure(config.bgp, config.hold_ms, moment());
    station_.configure(config.bmp, moment());
    opened_ = true;
    return bgp ? bmp : bgp;
  }

  void run() {
    tick();
    io_.run();
    ended_ = true;
  }

  void stop() {
    asio::post(io_, [this] {
      tick_.cancel();
      stopping_ = true;
      bgp_listeners_.close();
      bmp_listeners_.close();
      speaker_.stop(moment());
      station_.stop();
      tick_.expires_after(kStopPatience);
      tick_.async_wait([this](error_code) { io_.stop(); });
    });
  }

  /// Runs `work` on the loop's thread and gives what it gives; nothing when there is no loop, because it was not opened
  /// or has ended.
  template <typename Work>
  auto on_loop(Work work) -> std::optional<decltype(work())> {
    using T = decltype(work());
    if (!opened_) return std::nullopt;
    auto task = std::make_shared<std::packaged_task<T()>>(std::move(work));
    auto answer = task->get_future();
    asio::post(io_, [task] { (*task)(); });
    while (answer.wait_for(kAskAgain) != std::future_status::ready) {
      if (ended_) return std::nullopt;
    }
    return answer.get();
  }

  SourcesStatus status(const RibStatus& rib) const {
    SourcesStatus out;
    out.listeners = refused_;
    out.listeners.bgp = bgp_listeners_.open();
    out.listeners.bmp = bmp_listeners_.open();
    out.bgp = speaker_.status(rib);
    out.bmp = station_.status();
    return out;
  }

  Rib& rib() { return rib_; }
  Speaker& speaker() { return speaker_; }

  // Transport

  void call(Peer& peer) override {
    const LinkId link = next_link_++;
    auto socket = std::make_shared<Tcp::socket>(io_);
    calls_[&peer] = {.link = link, .socket = socket};
    if (const auto ready = prepare(*socket, peer.config(), peer.address()); !ready)
      return asio::post(io_, [this, &peer, link, reason = ready.error().message] { call_ended(peer, link, reason); });
    connect(socket, {.address = peer.address(), .port = peer.config().port},
            [this, &peer, link](const std::string& failed) { call_ended(peer, link, failed); });
  }
  void cancel_call(Peer& peer) override {
    const auto at = calls_.find(&peer);
    if (at == calls_.end()) return;
    error_code ignored;
    at->second.socket->close(ignored);
    calls_.erase(at);
  }
  void send(LinkId link, std::vector<std::byte> octets) override {
    if (const auto at = streams_.find(link); at != streams_.end()) at->second->send(std::move(octets));
  }
  void close(LinkId link) override {
    const auto at = streams_.find(link);
    if (at == streams_.end()) return;
    at->second->close();
    streams_.erase(at);
  }

  // StationTransport

  void call_router(const Endpoint& router) override {
    auto socket = std::make_shared<Tcp::socket>(io_);
    const auto answer = [this, socket, address = router.address](const std::string& failed) {
      if (stopping_) return;
      if (!failed.empty()) return station_.connect_failed(address, failed, moment());
      const LinkId link = next_link_++;
      add_bmp_stream(link, std::move(*socket));
      station_.connected(link, address, moment());
    };
    if (const auto opened = open_caller(*socket, router.address, {}); !opened)
      return asio::post(io_, [answer, reason = opened.error().message] { answer(reason); });
    connect(socket, router, answer);
  }

 private:
  struct Call {
    LinkId link = 0;
    std::shared_ptr<Tcp::socket> socket;
  };

  static Result<void> prepare(Tcp::socket& socket, const PeerConfig& peer, IpAddress address) {
    if (auto opened = open_caller(socket, address, peer.local_address); !opened) return opened;
    if (!peer.password.empty()) {
      if (auto set = set_password(socket.native_handle(), peer.remote, peer.password); !set) return set;
    }
    return peer.ttl_security ? set_ttl_security(socket.native_handle(), address.is_v4()) : Result<void>();
  }

  /// Calls `answer` with "" when it is connected, else with the reason; closes the socket when it takes too long.
  void connect(const std::shared_ptr<Tcp::socket>& socket, const Endpoint& to,
               std::function<void(const std::string&)> answer) {
    auto patience = std::make_shared<asio::steady_timer>(io_, kConnectPatience);
    patience->async_wait([socket](error_code error) {
      error_code ignored;
      if (!error) socket->close(ignored);
    });
    socket->async_connect({to_asio(to.address), to.port},
                          [socket, patience, answer = std::move(answer)](error_code error) {
                            patience->cancel();
                            const bool late = error == asio::error::operation_aborted;
                            answer(!error ? "" : late ? "no answer" : error.message());
                          });
  }

  void call_ended(Peer& peer, LinkId link, const std::string& failed) {
    const auto at = calls_.find(&peer);
    if (at == calls_.end() || at->second.link != link) return;  // cancelled
    const auto socket = at->second.socket;
    calls_.erase(at);
    if (!failed.empty()) return peer.connect_failed(failed, moment());
    const IpAddress local = local_of(*socket);
    add_bgp_stream(link, std::move(*socket), peer);
    peer.connected(link, local, moment());
  }

  static IpAddress local_of(const Tcp::socket& socket) {
    error_code ignored;
    return from_asio(socket.local_endpoint(ignored).address());
  }

  void add_bgp_stream(LinkId link, Tcp::socket socket, Peer& peer) {
    add_stream(link, std::move(socket),
               {.received = [link, &peer](Bytes octets) { peer.received(link, octets, moment()); },
                .lost = [this, link, &peer](const std::string& reason) {
                  streams_.erase(link);
                  peer.lost(link, reason, moment());
                }});
  }
  void add_bmp_stream(LinkId link, Tcp::socket socket) {
    add_stream(link, std::move(socket),
               {.received = [this, link](Bytes octets) { station_.received(link, octets, moment()); },
                .lost = [this, link](const std::string& reason) {
                  streams_.erase(link);
                  station_.lost(link, reason, moment());
                }});
  }
  void add_stream(LinkId link, Tcp::socket socket, TcpStream::Events events) {
    set_usual(socket);
    const auto stream = std::make_shared<TcpStream>(std::move(socket));
    streams_[link] = stream;
    stream->start(std::move(events));
  }

  void bgp_called(Tcp::socket socket) {
    error_code error;
    const IpAddress remote = from_asio(socket.remote_endpoint(error).address());
    if (error) return;
    std::string reason;
    Peer* peer = speaker_.peer_for(remote, moment(), reason);
    if (peer == nullptr) return refuse(refused_.bgp_refused, "BGP", remote, reason);
    if (peer->config().ttl_security) {
      if (const auto set = set_ttl_security(socket.native_handle(), remote.is_v4()); !set)
        return refuse(refused_.bgp_refused, "BGP", remote, set.error().message);
    }
    const LinkId link = next_link_++;
    const IpAddress local = local_of(socket);
    add_bgp_stream(link, std::move(socket), *peer);
    if (peer->accept(link, local, moment())) return;
    send(link, encode_notification({.code = cease::kCode, .subcode = cease::kRejected, .data = {}}));
    close(link);
    refuse(refused_.bgp_refused, "BGP", remote, "the peer is stopped, or has too many connections");
  }

  void bmp_called(Tcp::socket socket) {
    error_code error;
    const IpAddress remote = from_asio(socket.remote_endpoint(error).address());
    if (error) return;
    const LinkId link = next_link_++;
    std::string reason;
    if (!station_.accept(link, remote, moment(), reason)) return refuse(refused_.bmp_refused, "BMP", remote, reason);
    add_bmp_stream(link, std::move(socket));
  }

  void refuse(std::uint64_t& counter, std::string_view protocol, IpAddress remote, const std::string& reason) {
    ++counter;
    const Moment now = moment();
    refused_.last_refused = to_string(remote) + ": " + reason;
    refused_.last_refused_ms = now.wall;
    if (!refusals_.admit(now.steady)) return;
    log::warn("a connection was refused", "protocol=" + std::string(protocol) + " address=" + to_string(remote) +
                                              " reason=\"" + log::escape(reason) +
                                              "\" also=" + std::to_string(refusals_.suppressed()));
  }

  void tick() {
    if (stopping_) return;
    speaker_.tick(moment());
    station_.tick(moment());
    tick_.expires_after(kTick);
    tick_.async_wait([this](error_code error) {
      if (!error) tick();
    });
  }

  Rib& rib_;
  asio::io_context io_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_{io_.get_executor()};
  asio::steady_timer tick_{io_};
  std::atomic<bool> opened_{false};
  std::atomic<bool> ended_{false};
  bool stopping_ = false;
  Speaker speaker_;
  Station station_;
  LinkId next_link_ = 1;
  std::map<LinkId, std::shared_ptr<TcpStream>> streams_;
  std::map<Peer*, Call> calls_;
  ListenerStatus refused_;
  log::RateLimit refusals_;
  Listeners bgp_listeners_{io_, "routes.bgp.listen", [this](Tcp::socket socket) { bgp_called(std::move(socket)); }};
  Listeners bmp_listeners_{io_, "routes.bmp.listen", [this](Tcp::socket socket) { bmp_called(std::move(socket)); }};
};

Sessions::Sessions(Rib& rib) : impl_(std::make_unique<Impl>(rib)) {}
Sessions::~Sessions() = default;

Result<void> Sessions::open(const SessionsConfig& config) {
  return impl_->configure(config);
}
Result<void> Sessions::reload(const SessionsConfig& config) {
  return impl_->on_loop([&] { return impl_->configure(config); }).value_or(no_loop());
}
void Sessions::run() {
  impl_->run();
}
void Sessions::stop() {
  impl_->stop();
}
SourcesStatus Sessions::status() const {
  const RibStatus rib = impl_->rib().status();
  return impl_->on_loop([&] { return impl_->status(rib); }).value_or(SourcesStatus{});
}
Result<void> Sessions::announce(std::span<const std::string> peers, const OwnRoute& route) {
  return impl_->on_loop([&] { return impl_->speaker().announce(peers, route); }).value_or(no_loop());
}
Result<void> Sessions::withdraw(std::span<const std::string> peers, const Nlri& nlri) {
  return impl_->on_loop([&] { return impl_->speaker().withdraw(peers, nlri); }).value_or(no_loop());
}
Result<void> Sessions::announce(std::span<const std::string> peers, const OwnFilter& filter) {
  return impl_->on_loop([&] { return impl_->speaker().announce(peers, filter); }).value_or(no_loop());
}
Result<void> Sessions::withdraw(std::span<const std::string> peers, const FlowSpec& rule) {
  return impl_->on_loop([&] { return impl_->speaker().withdraw(peers, rule); }).value_or(no_loop());
}

}  // namespace weir::bgp
