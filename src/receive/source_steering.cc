#include "receive/source_steering.h"

#include <sys/socket.h>

#include <cerrno>
#include <cstring>

namespace weir::receive {
namespace {

// The kernel hands the program the datagram behind its UDP header; this offset reaches back to the IP header.
constexpr std::uint32_t kNetworkHeader = static_cast<std::uint32_t>(SKF_NET_OFF);
constexpr std::uint32_t kIpv4Source = 12;
constexpr std::uint32_t kIpv6Source = 8;

sock_filter statement(std::uint32_t code, std::uint32_t operand = 0) {
  return {static_cast<std::uint16_t>(code), 0, 0, operand};
}
sock_filter load(std::uint32_t offset) {
  return statement(BPF_LD | BPF_W | BPF_ABS, kNetworkHeader + offset);
}

}  // namespace

std::vector<sock_filter> source_steering_program(bool ipv6, std::uint32_t workers) {
  std::vector<sock_filter> program;
  program.push_back(load(ipv6 ? kIpv6Source : kIpv4Source));
  for (std::uint32_t word = 1; ipv6 && word < 4; ++word) {
    program.push_back(statement(BPF_MISC | BPF_TAX));
    program.push_back(load(kIpv6Source + 4 * word));
    program.push_back(statement(BPF_ALU | BPF_XOR | BPF_X));
  }
  // Neighbouring addresses spread best over the upper half of a product (Knuth's multiplicative hash).
  program.push_back(statement(BPF_ALU | BPF_MUL | BPF_K, 0x9e3779b1));
  program.push_back(statement(BPF_ALU | BPF_RSH | BPF_K, 16));
  program.push_back(statement(BPF_ALU | BPF_MOD | BPF_K, workers));
  program.push_back(statement(BPF_RET | BPF_A));
  return program;
}

Result<void> steer_by_source(int socket, bool ipv6, std::uint32_t workers) {
  std::vector<sock_filter> program = source_steering_program(ipv6, workers);
  const sock_fprog attached{static_cast<unsigned short>(program.size()), program.data()};
  if (::setsockopt(socket, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &attached, sizeof attached) != 0) {
    return fail(ErrorCode::io, std::string("the kernel refuses to steer datagrams by source: ") + std::strerror(errno));
  }
  return {};
}

}  // namespace weir::receive
