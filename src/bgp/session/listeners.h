// The sockets that wait for peers and routers to call.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "bgp/session/tcp_options.h"

namespace weir::bgp {

/// A password for those who call from a prefix.
struct Password {
  Prefix remote;
  std::string password;
  bool operator==(const Password&) const = default;
};

/// One thread uses it, that of the loop.
class Listeners {
 public:
  using Accepted = std::function<void(Tcp::socket socket)>;
  /// `key` names them in errors: "routes.bmp.listen".
  Listeners(boost::asio::io_context& io, std::string key, Accepted accepted);

  /// Opens and closes until exactly these are open; those that stay are not disturbed. The first error, but all that can
  /// be opened is.
  Result<void> set(const std::vector<Endpoint>& wanted, const std::vector<Password>& passwords);
  void close();
  /// With the ports that were got for port 0.
  [[nodiscard]] std::vector<Endpoint> open() const;

 private:
  struct Listener {
    explicit Listener(boost::asio::io_context& io) : acceptor(io), pause(io) {}
    Tcp::acceptor acceptor;
    boost::asio::steady_timer pause;
    std::vector<Password> passwords;
  };
  Result<void> set_passwords(Listener& listener, const Endpoint& at, const std::vector<Password>& passwords) const;
  void accept(const std::shared_ptr<Listener>& listener);

  boost::asio::io_context& io_;
  const std::string key_;
  const Accepted accepted_;
  std::map<Endpoint, std::shared_ptr<Listener>> listeners_;  ///< by the endpoint that was wanted
};

}  // namespace weir::bgp
