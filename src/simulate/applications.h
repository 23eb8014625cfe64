// What the traffic is: the applications of each business, their ports and the sizes of their packets.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "simulate/customers.h"
#include "simulate/random.h"
#include "simulate/simulated_flow.h"

namespace weir::simulate {

struct Application {
  std::string_view name;
  std::uint8_t proto = 6;
  std::uint16_t port = 0;            ///< the server's; 0: the protocol has none
  std::uint16_t reply_octets = 0;    ///< mean IP length of what the server sends
  std::uint16_t request_octets = 0;  ///< and of what the client sends
};

/// Which application a conversation is. Immutable.
class ApplicationMix {
 public:
  ApplicationMix();
  /// Of a customer in this business, for a conversation in which the customer is the server.
  [[nodiscard]] const Application& served_by(Business business, Random& random) const;
  /// For a conversation in which the customer is the client.
  [[nodiscard]] const Application& fetched(Random& random) const;

 private:
  struct Menu {
    std::vector<const Application*> applications;
    WeightedChoice choice;
  };
  std::vector<Menu> served_;  // by Business
  Menu fetched_;
};

/// Sets protocol, ports and type of service of one direction of a conversation.
void set_conversation(const Application& application, bool from_server, Random& random, SimulatedFlow& flow);
/// A flow's mean packet length: about the application's, 40 to 1500 octets (at least what the headers need).
[[nodiscard]] std::uint32_t draw_packet_octets(const Application& application, bool from_server, Random& random);
/// The TCP flags that `packets` packets of a conversation show together.
[[nodiscard]] std::uint8_t draw_tcp_flags(std::uint64_t packets, Random& random);

}  // namespace weir::simulate
