#include "names/resolver.h"

#include <ares.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <memory>

#include "query/lexer.h"
#include "query/utf8.h"

namespace weir::names {
namespace {

constexpr std::size_t kLongestName = 255;
constexpr int kTries = 2;
constexpr int kLookAtCancelMs = 100;

std::array<unsigned char, 16> octets_of(IpAddress address) {
  std::array<unsigned char, 16> out{};
  for (unsigned i = 0; i < 8; ++i) {
    out[i] = static_cast<unsigned char>(address.hi >> (56U - 8U * i));
    out[8 + i] = static_cast<unsigned char>(address.lo >> (56U - 8U * i));
  }
  return out;
}

/// As it is compared and shown. What is no text (anything can stand in the DNS) is no name.
std::string clean(const char* text) {
  std::string out = text == nullptr ? "" : query::lower_case(text);
  while (out.ends_with('.')) out.pop_back();
  const bool printable = std::ranges::none_of(out, [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f; });
  return printable && out.size() <= kLongestName && query::invalid_utf8_at(out) == out.size() ? out : "";
}

}  // namespace

/// The questions of one call: a channel of c-ares, driven by the thread that waits.
class Resolver::Asking {
 public:
  explicit Asking(Resolver& resolver) : resolver_(resolver) {}
  ~Asking() {
    if (channel_ != nullptr) ares_destroy(channel_);
  }
  Asking(const Asking&) = delete;
  Asking& operator=(const Asking&) = delete;

  Result<void> open() {
    const ResolverOptions& options = resolver_.options_;
    ares_options wanted{};
    wanted.timeout = static_cast<int>(options.try_ms);
    wanted.tries = kTries;
    wanted.flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES;
    const int status = ares_init_options(&channel_, &wanted, ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_FLAGS);
    if (status != ARES_SUCCESS) {
      channel_ = nullptr;
      return fail(ErrorCode::io, std::string("names cannot be asked for: ") + ares_strerror(status));
    }
    std::string servers;
    for (const Endpoint& server : options.servers) servers += (servers.empty() ? "" : ",") + to_string(server);
    if (!servers.empty() && ares_set_servers_ports_csv(channel_, servers.c_str()) != ARES_SUCCESS)
      return fail(ErrorCode::io, "names cannot be asked for: the servers " + servers + " are none");
    return {};
  }

  void ask(IpAddress address) {
    ++under_way_;
    auto* question = new Question{this, address};  // freed by answered(), which c-ares calls once for each
    const auto octets = octets_of(address);
    if (address.is_v4()) {
      ares_gethostbyaddr(channel_, octets.data() + 12, 4, AF_INET, answered, question);
    } else {
      ares_gethostbyaddr(channel_, octets.data(), 16, AF_INET6, answered, question);
    }
  }

  /// Waits a moment for answers, and takes them.
  void wait() {
    std::array<ares_socket_t, ARES_GETSOCK_MAXNUM> sockets{};
    const int bits = ares_getsock(channel_, sockets.data(), static_cast<int>(sockets.size()));
    std::vector<pollfd> polled;
    for (std::size_t i = 0; i < sockets.size(); ++i) {
      short events = 0;
      if (ARES_GETSOCK_READABLE(bits, i)) events |= POLLIN;
      if (ARES_GETSOCK_WRITABLE(bits, i)) events |= POLLOUT;
      if (events != 0) polled.push_back({sockets[i], events, 0});
    }
    timeval most{0, kLookAtCancelMs * 1000};
    timeval soonest{};
    const timeval* wait = ares_timeout(channel_, &most, &soonest);
    const auto ms = static_cast<int>(wait->tv_sec * 1000 + wait->tv_usec / 1000 + 1);
    if (::poll(polled.data(), polled.size(), std::min(ms, kLookAtCancelMs)) <= 0)
      return ares_process_fd(channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    for (const pollfd& one : polled) {
      const bool in = (one.revents & (POLLIN | POLLERR | POLLHUP)) != 0;
      const bool out = (one.revents & (POLLOUT | POLLERR | POLLHUP)) != 0;
      if (in || out) ares_process_fd(channel_, in ? one.fd : ARES_SOCKET_BAD, out ? one.fd : ARES_SOCKET_BAD);
    }
  }

  [[nodiscard]] std::size_t under_way() const { return under_way_; }

 private:
  struct Question {
    Asking* asking;
    IpAddress address;
  };

  static void answered(void* argument, int status, int, hostent* host) {
    const std::unique_ptr<Question> question(static_cast<Question*>(argument));
    Asking& asking = *question->asking;
    --asking.under_way_;
    if (status == ARES_ECANCELLED || status == ARES_EDESTRUCTION) return;
    const bool told = status == ARES_SUCCESS || status == ARES_ENOTFOUND || status == ARES_ENODATA;
    const ResolverOptions& options = asking.resolver_.options_;
    asking.resolver_.keep(question->address, status == ARES_SUCCESS && host != nullptr ? clean(host->h_name) : "",
                          told ? options.kept_ms : options.kept_without_ms);
  }

  Resolver& resolver_;
  ares_channel channel_ = nullptr;
  std::size_t under_way_ = 0;
};

void Resolver::keep(IpAddress address, std::string name, UnixMillis for_ms) {
  const std::int64_t now = steady_ms();
  const std::lock_guard lock(mutex_);
  if (kept_.size() >= options_.most_kept && !kept_.contains(address)) {
    boost::unordered::erase_if(kept_, [now](const auto& one) { return one.second.until <= now; });
    if (kept_.size() >= options_.most_kept) kept_.clear();
  }
  kept_.insert_or_assign(address, Kept{std::move(name), now + for_ms});
}

Result<Resolver::Names> Resolver::look_up(std::span<const IpAddress> addresses, std::int64_t until,
                                          const query::CancelFlag& cancel) {
  std::vector<IpAddress> unknown;
  {
    const std::int64_t now = steady_ms();
    const std::lock_guard lock(mutex_);
    for (const IpAddress address : addresses) {
      const auto at = kept_.find(address);
      if (at == kept_.end() || at->second.until <= now) unknown.push_back(address);
    }
  }
  std::ranges::sort(unknown);
  unknown.erase(std::ranges::unique(unknown).begin(), unknown.end());
  std::size_t asked = 0;
  if (!unknown.empty()) {
    Asking asking(*this);
    if (auto opened = asking.open(); !opened) return std::unexpected(opened.error());
    while ((asked < unknown.size() || asking.under_way() > 0) && steady_ms() < until) {
      if (cancel) return fail(ErrorCode::cancelled, "the look-up of names was stopped");
      while (asked < unknown.size() && asking.under_way() < options_.at_once) asking.ask(unknown[asked++]);
      if (asking.under_way() > 0) asking.wait();
    }
    asked -= std::min(asked, asking.under_way());
  }
  Names out;
  out.unasked = unknown.size() - asked;
  const std::lock_guard lock(mutex_);
  for (const IpAddress address : addresses) {
    const auto at = kept_.find(address);
    if (at != kept_.end() && !at->second.name.empty()) out.names.push_back({address, at->second.name});
  }
  return out;
}

}  // namespace weir::names
