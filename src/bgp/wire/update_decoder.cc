// UPDATE (RFC 4271 section 4.3, RFC 4760) with the treatment of faults of RFC 7606.
#include <algorithm>

#include "bgp/wire/attribute_reading.h"
#include "bgp/wire/message.h"
#include "bgp/wire/nlri_codec.h"

namespace weir::bgp {
namespace {

constexpr Family kIpv4Unicast{Afi::ipv4, Safi::unicast};

/// The lists of an Update whose elements are used again with the memory that they have.
template <typename List>
class Slots {
 public:
  explicit Slots(std::vector<List>& lists) : lists_(lists) {}
  ~Slots() { lists_.resize(used_); }
  Slots(const Slots&) = delete;
  Slots& operator=(const Slots&) = delete;

  List& next(Family family) {
    if (used_ == lists_.size()) lists_.emplace_back();
    List& list = lists_[used_++];
    list.family = family;
    list.nlri.clear();
    return list;
  }
  [[nodiscard]] std::size_t used() const { return used_; }
  [[nodiscard]] List& operator[](std::size_t at) { return lists_[at]; }
  void drop_all() { used_ = 0; }

 private:
  std::vector<List>& lists_;
  std::size_t used_ = 0;
};

/// The parts of an UPDATE (RFC 4271 section 4.3).
struct Parts {
  Bytes withdrawn;
  Bytes attributes;
  Bytes nlri;
};

Decoded<Parts> split(Bytes body) {
  ByteReader reader(body);
  Parts parts;
  parts.withdrawn = reader.bytes(reader.u16());
  parts.attributes = reader.bytes(reader.u16());
  if (reader.failed()) {
    return std::unexpected(update_error(kMalformedAttributeList, "UPDATE: its lengths do not fit into the message"));
  }
  parts.nlri = reader.rest();
  return parts;
}

/// The family at the front of MP_REACH_NLRI and MP_UNREACH_NLRI; nothing for one that Weir does not keep.
std::optional<Family> read_family(ByteReader& reader) {
  const Family family{static_cast<Afi>(reader.u16()), static_cast<Safi>(reader.u8())};
  if (!index_of(family)) return std::nullopt;
  return family;
}

class UpdateDecoder {
 public:
  UpdateDecoder(const UpdateFormat& format, Update& out)
      : format_(format),
        out_(out),
        reach_(out.reach),
        unreach_(out.unreach),
        reading_(out.attributes, out.faults, format.four_octet_as) {
    reading_.monitored = format.monitored;
    out.end_of_rib.reset();
    out.families_skipped = 0;
  }

  Decoded<void> decode(Bytes body) {
    auto done = decode_parts(body);
    if (!done) {
      reach_.drop_all();
      unreach_.drop_all();
    }
    return done;
  }

 private:
  Decoded<void> decode_parts(Bytes body) {
    const auto parts = split(body);
    if (!parts) return std::unexpected(parts.error());
    read_attributes(parts->attributes, reading_);
    if (reading_.reset) return std::unexpected(*reading_.reset);
    if (auto done = read_routes(*parts); !done) return done;
    check_mandatory(*parts);
    if (reading_.withdrawn()) return withdraw_all();
    find_end_of_rib(body);
    return {};
  }

  Decoded<void> read_routes(const Parts& parts) {
    if (!parts.withdrawn.empty()) {
      auto& list = unreach_.next(kIpv4Unicast);
      if (auto done = read_list("Withdrawn Routes", parts.withdrawn, list, 0); !done) return done;
    }
    if (!parts.nlri.empty()) {
      auto& list = reach_.next(kIpv4Unicast);
      list.next_hop = reading_.next_hop;
      reachable_ = true;
      if (auto done = read_list("NLRI", parts.nlri, list, 0); !done) return done;
    }
    if (!reading_.mp_unreach.empty()) {
      if (auto done = read_mp_unreach(); !done) return done;
    }
    if (!reading_.mp_reach.empty()) return read_mp_reach();
    return {};
  }

  template <typename List>
  Decoded<void> read_list(std::string_view field, Bytes octets, List& list, std::uint8_t attribute) {
    const bool add_path = format_.add_path.has(list.family);
    const NlriOutcome outcome = read_nlri(octets, list.family, add_path, list.nlri);
    if (!outcome.problem.empty()) {
      const std::uint8_t subcode = attribute == 0 ? kInvalidNetworkField : kOptionalAttributeError;
      std::string message(field);
      message += ": ";
      message += outcome.problem;
      return std::unexpected(update_error(subcode, std::move(message)));
    }
    if (outcome.not_kept > 0) {
      reading_.fault(attribute, OnFault::discard, std::string(field) + ": prefixes within ::ffff:0:0/96");
    }
    return {};
  }

  Decoded<void> read_mp_unreach() {
    ByteReader reader(reading_.mp_unreach);
    const auto family = read_family(reader);
    if (!family) {
      ++out_.families_skipped;
      return {};
    }
    if (reader.empty()) {
      end_of_rib_ = family;
      return {};
    }
    if (!has_prefixes(*family)) {
      ++out_.families_skipped;
      return {};
    }
    return read_list("MP_UNREACH_NLRI", reader.rest(), unreach_.next(*family), kMpUnreachNlri);
  }

  Decoded<void> read_mp_reach() {
    reachable_ = true;
    ByteReader reader(reading_.mp_reach);
    const auto family = read_family(reader);
    if (!family || !has_prefixes(*family)) {
      ++out_.families_skipped;
      return {};
    }
    const Bytes next_hop_field = reader.bytes(reader.u8());
    reader.skip(1);  // reserved
    const auto next_hop = reader.failed() ? std::nullopt : read_next_hop(next_hop_field, *family);
    if (!next_hop) {  // RFC 7606 section 7.11: where the routes begin is not known
      return std::unexpected(
          update_error(kOptionalAttributeError,
                       "MP_REACH_NLRI: a next hop of " + std::to_string(next_hop_field.size()) + " octets"));
    }
    auto& list = reach_.next(*family);
    list.next_hop = *next_hop;
    return read_list("MP_REACH_NLRI", reader.rest(), list, kMpReachNlri);
  }

  /// RFC 7606 section 3 (d); RFC 4760 section 3 for NEXT_HOP.
  void check_mandatory(const Parts& parts) {
    if (!reachable_) return;
    const auto& seen = reading_.seen;
    if (!seen.test(kOrigin)) missing(kOrigin, "ORIGIN");
    if (!seen.test(kAsPath) && !seen.test(kBgpsecPath)) missing(kAsPath, "AS_PATH");
    const OnFault without_next_hop = format_.monitored ? OnFault::discard : OnFault::withdraw;
    if (!parts.nlri.empty() && !seen.test(kNextHop)) missing(kNextHop, "NEXT_HOP", without_next_hop);
  }
  void missing(std::uint8_t type, std::string_view name, OnFault on_fault = OnFault::withdraw) {
    reading_.fault(type, on_fault, std::string(name) + ": missing");
  }

  /// Treat-as-withdraw, which needs routes to withdraw (RFC 7606 section 5.2).
  Decoded<void> withdraw_all() {
    if (!reachable_) {
      const auto fault = std::ranges::find(out_.faults, Treatment::withdrawn, &AttributeFault::treatment);
      return std::unexpected(update_error(kMalformedAttributeList, fault->message + ", and no route is announced"));
    }
    for (std::size_t i = 0; i < reach_.used(); ++i) {
      auto& list = unreach_.next(reach_[i].family);
      std::swap(list.nlri, reach_[i].nlri);
    }
    reach_.drop_all();
    return {};
  }

  /// RFC 4724 section 2: an empty UPDATE, or nothing but an empty MP_UNREACH_NLRI.
  void find_end_of_rib(Bytes body) {
    constexpr std::size_t kEmptyBody = 4;
    if (body.size() == kEmptyBody) {
      out_.end_of_rib = kIpv4Unicast;
    } else if (end_of_rib_ && reading_.seen.count() == 1 && reach_.used() == 0 && unreach_.used() == 0) {
      out_.end_of_rib = end_of_rib_;
    }
  }

  const UpdateFormat& format_;
  Update& out_;
  Slots<Update::Reach> reach_;
  Slots<Update::Unreach> unreach_;
  AttributeReading reading_;
  bool reachable_ = false;  ///< routes are announced, of whatever family
  std::optional<Family> end_of_rib_;
};

/// The next hop within MP_REACH_NLRI of a dump: alone with its length (RFC 6396 section 4.3.4), or, as some writers do,
/// the whole attribute, which begins with the zero octet of its AFI.
std::optional<IpAddress> read_dumped_next_hop(Bytes value) {
  ByteReader reader(value);
  Family family{Afi::ipv6, Safi::unicast};
  if (value.front() == std::byte{0}) {
    const auto afi = static_cast<Afi>(reader.u16());
    family = {afi, static_cast<Safi>(reader.u8())};
  }
  const Bytes field = reader.bytes(reader.u8());
  if (reader.failed()) return std::nullopt;
  // Without its SAFI a next hop behind a route distinguisher is known by its length alone.
  if (field.size() == 12 || field.size() == 24 || field.size() == 48) family.safi = Safi::vpn;
  return read_next_hop(field, family);
}

}  // namespace

Decoded<void> decode_update(Bytes body, const UpdateFormat& format, Update& out) {
  return UpdateDecoder(format, out).decode(body);
}

void decode_attributes(Bytes block, bool four_octet_as, AttributeBlock& out) {
  AttributeReading reading(out.attributes, out.faults, four_octet_as);
  reading.monitored = reading.dumped = true;
  read_attributes(block, reading);
  out.next_hop = reading.next_hop;
  if (reading.reset) {  // a dump has no session; what a newer writer knows does not cost the route
    const bool unknown = reading.reset->notification.subcode == kUnrecognizedWellKnown;
    reading.fault(0, unknown ? OnFault::discard : OnFault::withdraw, std::move(reading.reset->message));
  }
  if (reading.mp_reach.empty()) return;
  if (const auto next_hop = read_dumped_next_hop(reading.mp_reach)) {
    out.next_hop = *next_hop;
  } else {
    reading.fault(kMpReachNlri, OnFault::withdraw, "MP_REACH_NLRI: no next hop that can be read");
  }
}

}  // namespace weir::bgp
