// Prints every BGP and BMP message of a capture file as a line of JSON, decoded by bgp/wire/.
//
// usage: bgp_dump FILE
//
// BGP is on port 179; BMP is every stream that begins like it. A BGP session whose OPENs were not captured is read with
// each likely format until one finds nothing wrong.
#include <algorithm>
#include <array>
#include <boost/json/src.hpp>
#include <cstdio>
#include <iostream>
#include <map>
#include <set>
#include <tuple>

#include "bgp/wire/printable.h"
#include "message_json.h"
#include "receive/ip_packet.h"
#include "receive/link_layer.h"
#include "receive/pcap_file.h"
#include "tcp_streams.h"

namespace weir::test {
namespace {

using boost::json::object;

bgp::FamilySet all_families() {
  bgp::FamilySet all;
  for (std::size_t i = 0; i < bgp::kFamilies.size(); ++i) all.add(i);
  return all;
}

/// Decodes with the formats that a session without OPENs may have, the usual one first.
bgp::Decoded<void> decode_guessing(Bytes body, bgp::UpdateFormat format, bool guess, bgp::Update& out) {
  auto done = bgp::decode_update(body, format, out);
  const bool withdrawn = std::ranges::any_of(
      out.faults, [](const bgp::AttributeFault& fault) { return fault.treatment == bgp::Treatment::withdrawn; });
  if (!guess || (done && !withdrawn)) return done;
  const std::array<bgp::UpdateFormat, 3> others = {{{false, {}}, {true, all_families()}, {false, all_families()}}};
  for (const bgp::UpdateFormat& other : others) {
    bgp::Update attempt;
    if (bgp::decode_update(body, other, attempt) && attempt.faults.empty()) {
      out = attempt;
      return {};
    }
  }
  return bgp::decode_update(body, format, out);
}

class Dump {
 public:
  std::size_t take(const StreamKey& key, Bytes octets, bool fresh, UnixMillis) {
    if (fresh) {
      if (octets.size() < bgp::kBmpHeaderOctets) return 0;
      const bool bgp =
          key.source_port == 179 || key.destination_port == 179 || std::to_integer<unsigned>(octets.front()) == 0xff;
      // What is neither was seen by its first octets; it is swallowed whole.
      kinds_[key] = bgp ? Kind::bgp : bgp::next_bmp_frame(octets) ? Kind::bmp : Kind::other;
    }
    switch (kinds_[key]) {
      case Kind::bgp:
        return take_bgp(key, octets);
      case Kind::bmp:
        return take_bmp(key, octets);
      default:
        return octets.size();
    }
  }

 private:
  enum class Kind : std::uint8_t { other, bgp, bmp };

  object line(const StreamKey& key, std::string_view kind) { return {{"from", to_string(key.source)}, {"kind", kind}}; }
  static void print(const object& line) { std::cout << boost::json::serialize(line) << '\n'; }

  std::size_t take_bgp(const StreamKey& key, Bytes octets) {
    std::size_t at = 0;
    for (;;) {
      const auto frame = bgp::next_frame(octets.subspan(at), bgp::kMostOctetsExtended);
      if (!frame) {
        object out = line(key, "bad frame");
        out["error"] = frame.error().message;
        out["notification"] = bgp::to_string(frame.error().notification);
        print(out);
        return octets.size();
      }
      if (!*frame) return at;
      print_bgp(key, **frame);
      at += (*frame)->octets;
    }
  }

  void print_bgp(const StreamKey& key, const bgp::Frame& frame) {
    switch (frame.type) {
      case bgp::MessageType::open:
        return print_open(key, frame.body);
      case bgp::MessageType::update:
        return print_update(line(key, "update"), frame.body, format_of(key), !opens_.contains(key));
      case bgp::MessageType::notification: {
        object out = line(key, "notification");
        if (const auto message = bgp::decode_notification(frame.body)) out["text"] = bgp::to_string(*message);
        return print(out);
      }
      case bgp::MessageType::keepalive:
        return print(line(key, "keepalive"));
      case bgp::MessageType::route_refresh: {
        object out = line(key, "route-refresh");
        const auto refresh = bgp::decode_route_refresh(frame.body);
        if (!refresh) out["error"] = refresh.error().message;
        if (refresh && *refresh) {
          out["family"] = bgp::to_string((*refresh)->family);
          out["subtype"] = static_cast<unsigned>((*refresh)->subtype);
        }
        return print(out);
      }
    }
  }

  void print_open(const StreamKey& key, Bytes body) {
    object out = line(key, "open");
    const auto open = bgp::decode_open(body);
    if (open) {
      out["open"] = to_json(*open);
      opens_[key] = *open;
    } else {
      out["error"] = open.error().message;
    }
    print(out);
  }

  /// What both OPENs agreed on for what `key` sends; one alone is believed.
  bgp::UpdateFormat format_of(const StreamKey& key) {
    const auto mine = opens_.find(key);
    const auto other = opens_.find(key.reversed());
    if (mine == opens_.end() || other == opens_.end()) return {};
    bgp::BmpPeerUp both;  // its rule for Adj-RIB-In is the one asked for here
    both.received = mine->second;
    both.sent = other->second;
    both.peer.two_octet_as = !mine->second.capabilities.four_octet_as || !other->second.capabilities.four_octet_as;
    return both.format();
  }

  void print_update(object out, Bytes body, const bgp::UpdateFormat& format, bool guess) {
    bgp::Update& update = update_;
    if (const auto done = decode_guessing(body, format, guess, update)) {
      for (auto& [name, value] : to_json(update)) out[name] = value;
    } else {
      out["error"] = done.error().message;
    }
    print(out);
  }

  std::size_t take_bmp(const StreamKey& key, Bytes octets) {
    std::size_t at = 0;
    for (;;) {
      const auto frame = bgp::next_bmp_frame(octets.subspan(at));
      if (!frame) {
        object out = line(key, "bad frame");
        out["error"] = frame.error().message;
        print(out);
        return octets.size();
      }
      if (!*frame) return at;
      print_bmp(key, **frame);
      at += (*frame)->octets;
    }
  }

  void print_bmp(const StreamKey& key, const bgp::BmpFrame& frame) {
    const auto message = bgp::decode_bmp(frame);
    if (!message) {
      object out = line(key, "bmp malformed");
      out["error"] = message.error().message;
      return print(out);
    }
    std::visit([&](const auto& one) { print_one(key, one); }, *message);
  }

  using PeerKey = std::tuple<StreamKey, bgp::RibKind, std::uint64_t, IpAddress>;
  static PeerKey peer_key(const StreamKey& key, const bgp::BmpPeer& peer) {
    return {key, peer.rib, peer.distinguisher.bits, peer.address};
  }

  void print_one(const StreamKey& key, const bgp::BmpInitiation& message) {
    object out = line(key, "bmp initiation");
    out["sys_name"] = message.sys_name;
    out["sys_descr"] = message.sys_descr;
    print(out);
  }
  void print_one(const StreamKey& key, const bgp::BmpTermination& message) {
    object out = line(key, "bmp termination");
    if (message.reason) out["reason"] = *message.reason;
    out["text"] = message.text;
    print(out);
  }
  void print_one(const StreamKey& key, const bgp::BmpPeerUp& message) {
    object out = line(key, "bmp peer up");
    out["peer"] = to_json(message.peer);
    out["local"] = to_string(message.local_address);
    out["local_port"] = message.local_port;
    out["remote_port"] = message.remote_port;
    out["sent"] = to_json(message.sent);
    out["received"] = to_json(message.received);
    out["table"] = message.table_name;
    out["texts"] = boost::json::array(message.texts.begin(), message.texts.end());
    print(out);
    // Adj-RIB-In and Adj-RIB-Out, before and after policy, have one Peer Up.
    for (const auto rib : {bgp::RibKind::adj_rib_in_pre, bgp::RibKind::adj_rib_in_post, bgp::RibKind::adj_rib_out_pre,
                           bgp::RibKind::adj_rib_out_post, bgp::RibKind::loc_rib}) {
      bgp::BmpPeerUp copy = message;
      if (copy.peer.rib != bgp::RibKind::loc_rib) copy.peer.rib = rib;
      formats_[peer_key(key, copy.peer)] = copy.format();
    }
  }
  void print_one(const StreamKey& key, const bgp::BmpPeerDown& message) {
    object out = line(key, "bmp peer down");
    out["peer"] = to_json(message.peer);
    out["reason"] = message.reason;
    out["text"] = message.text;
    print(out);
  }
  void print_one(const StreamKey& key, const bgp::BmpRouteMonitoring& message) {
    object out = line(key, "bmp route monitoring");
    out["peer"] = to_json(message.peer);
    const auto known = formats_.find(peer_key(key, message.peer));
    bgp::UpdateFormat format = known == formats_.end() ? bgp::UpdateFormat{} : known->second;
    format.monitored = true;
    format.four_octet_as = !message.peer.two_octet_as;
    print_update(std::move(out), message.update, format, known == formats_.end());
  }
  void print_one(const StreamKey& key, const bgp::BmpStatistics& message) {
    object out = line(key, "bmp statistics");
    out["peer"] = to_json(message.peer);
    object values;
    for (const auto& one : message.values) {
      std::string name = std::to_string(one.type);
      if (one.family)
        name += " " + std::to_string(static_cast<unsigned>(one.family->afi)) + "/" +
                std::to_string(static_cast<unsigned>(one.family->safi));
      values[name] = one.value;
    }
    out["values"] = std::move(values);
    print(out);
  }
  void print_one(const StreamKey& key, const bgp::BmpRouteMirroring& message) {
    object out = line(key, "bmp route mirroring");
    out["peer"] = to_json(message.peer);
    print(out);
  }

  std::map<StreamKey, Kind> kinds_;
  std::map<StreamKey, bgp::Open> opens_;
  std::map<PeerKey, bgp::UpdateFormat> formats_;
  bgp::Update update_;
};

constexpr std::uint8_t kTcp = 6;

/// The TCP packet of a frame. Link types that the collector does not read (PPP, Juniper's) are searched for one.
std::optional<receive::IpPacket> tcp_of(const receive::CapturedPacket& packet) {
  const auto link = receive::read_link_layer(packet.link_type, packet.octets);
  if (link.result == receive::LinkResult::ip) {
    const auto ip = receive::read_ip_packet(link.packet);
    if (ip && ip->protocol == kTcp && !ip->is_fragment) return *ip;
  }
  if (link.result != receive::LinkResult::unknown) return std::nullopt;
  constexpr std::size_t kFarthest = 64;
  for (std::size_t at = 0; at < std::min(kFarthest, packet.octets.size()); ++at) {
    const Bytes rest = packet.octets.subspan(at);
    if (std::to_integer<unsigned>(rest.front()) != 0x45) continue;
    const auto ip = receive::read_ip_packet(rest);
    if (ip && ip->protocol == kTcp) return *ip;
  }
  return std::nullopt;
}

int dump_file(const std::string& path) {
  auto file = receive::PcapFile::open(path);
  if (!file) {
    std::cerr << "bgp_dump: " << file.error().message << '\n';
    return 1;
  }
  Dump dump;
  TcpStreams streams([&dump](const StreamKey& key, Bytes octets, bool fresh, UnixMillis time) {
    return dump.take(key, octets, fresh, time);
  });
  for (;;) {
    const auto packet = file->next();
    if (!packet) {
      std::cerr << "bgp_dump: " << packet.error().message << '\n';
      break;
    }
    if (!*packet) break;
    if (const auto ip = tcp_of(**packet)) streams.add(ip->source, ip->destination, ip->payload, (*packet)->time_ms);
  }
  streams.finish();
  return 0;
}

}  // namespace
}  // namespace weir::test

int main(int count, char** words) {
  if (count != 2) {
    std::fputs("usage: bgp_dump FILE\n", stderr);
    return 2;
  }
  return weir::test::dump_file(words[1]);
}
