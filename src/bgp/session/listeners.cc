#include "bgp/session/listeners.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/log.h"

namespace weir::bgp {
namespace {

using boost::system::error_code;
constexpr std::chrono::milliseconds kPause{100};

}  // namespace

Listeners::Listeners(boost::asio::io_context& io, std::string key, Accepted accepted)
    : io_(io), key_(std::move(key)), accepted_(std::move(accepted)) {}

Result<void> Listeners::set(const std::vector<Endpoint>& wanted, const std::vector<Password>& passwords) {
  std::erase_if(listeners_, [&](auto& entry) {
    if (std::ranges::find(wanted, entry.first) != wanted.end()) return false;
    error_code ignored;
    entry.second->acceptor.close(ignored);
    return true;
  });
  Result<void> result;
  for (const Endpoint& endpoint : wanted) {
    auto& listener = listeners_[endpoint];
    const bool is_new = listener == nullptr;
    if (is_new) listener = std::make_shared<Listener>(io_);
    Result<void> done = is_new ? listen_on(listener->acceptor, endpoint, key_) : Result<void>();
    if (done) done = set_passwords(*listener, endpoint, passwords);
    if (!done && result) result = done;
    if (!done && is_new)
      listeners_.erase(endpoint);
    else if (is_new)
      accept(listener);
  }
  return result;
}

Result<void> Listeners::set_passwords(Listener& listener, const Endpoint& at,
                                      const std::vector<Password>& passwords) const {
  for (const Password& old : std::exchange(listener.passwords, {})) {
    const bool stays = std::ranges::find(passwords, old.remote, &Password::remote) != passwords.end();
    if (!stays) (void)set_password(listener.acceptor.native_handle(), old.remote, "");
  }
  for (const Password& password : passwords) {
    if (password.remote.address.is_v4() != at.address.is_v4()) continue;
    if (auto set = set_password(listener.acceptor.native_handle(), password.remote, password.password); !set) return set;
    listener.passwords.push_back(password);
  }
  return {};
}

void Listeners::accept(const std::shared_ptr<Listener>& listener) {
  listener->acceptor.async_accept([this, listener](error_code error, Tcp::socket socket) {
    if (!listener->acceptor.is_open()) return;
    if (!error) {
      accepted_(std::move(socket));
      return accept(listener);
    }
    log::warn("cannot accept connections", "key=" + key_ + " error=\"" + log::escape(error.message()) + "\"");
    listener->pause.expires_after(kPause);
    listener->pause.async_wait([this, listener](error_code stopped) {
      if (!stopped && listener->acceptor.is_open()) accept(listener);
    });
  });
}

void Listeners::close() {
  for (const auto& [wanted, listener] : listeners_) {
    error_code ignored;
    listener->acceptor.close(ignored);
    listener->pause.cancel();
  }
  listeners_.clear();
}

std::vector<Endpoint> Listeners::open() const {
  std::vector<Endpoint> out;
  for (const auto& [wanted, listener] : listeners_) {
    error_code error;
    const auto at = listener->acceptor.local_endpoint(error);
    if (!error) out.push_back({.address = from_asio(at.address()), .port = at.port()});
  }
  return out;
}

}  // namespace weir::bgp
