#include <algorithm>

#include "bgp/wire/attribute_encoder.h"
#include "bgp/wire/attribute_reading.h"
#include "bgp/wire/message_writer.h"
#include "bgp/wire/nlri_codec.h"

namespace weir::bgp {
namespace {

constexpr Family kIpv4Unicast{Afi::ipv4, Safi::unicast};
constexpr std::size_t kEmptyUpdate = kHeaderOctets + 4;
/// Flags, type and an extended length.
constexpr std::size_t kAttributeHeader = 4;

void write_family(Family family, ByteWriter& out) {
  out.u16(static_cast<std::uint16_t>(family.afi));
  out.u8(static_cast<std::uint8_t>(family.safi));
}

std::vector<std::byte> make_update(Bytes withdrawn, Bytes attributes, Bytes nlri) {
  ByteWriter out;
  start_message(MessageType::update, out);
  out.u16(withdrawn.size());
  out.bytes(withdrawn);
  out.u16(attributes.size());
  out.bytes(attributes);
  out.bytes(nlri);
  return finish_message(out);
}

class UpdateEncoder {
 public:
  UpdateEncoder(const UpdateFormat& format, std::size_t most) : format_(format), most_(most) {}

  void announce(const Update::Reach& reach, const PathAttributes& attributes) {
    const bool classic = reach.family == kIpv4Unicast && reach.next_hop.is_v4();
    ByteWriter block;
    write_attributes(attributes, classic ? reach.next_hop : IpAddress{}, format_.four_octet_as, block);
    ByteWriter front;  // of MP_REACH_NLRI
    write_family(reach.family, front);
    write_next_hop(reach.next_hop, reach.family, front);
    front.u8(0);
    const std::size_t taken = kEmptyUpdate + block.size() + (classic ? 0 : kAttributeHeader + front.size());
    const bool fits = in_parts(reach.family, reach.nlri, LabelField::announced, taken, [&](Bytes nlri) {
      if (classic) return make_update({}, block.view(), nlri);
      // First of all attributes (RFC 7606 section 5.1).
      ByteWriter attributes_out;
      write_multiprotocol(kMpReachNlri, front.view(), nlri, attributes_out);
      attributes_out.bytes(block.view());
      return make_update({}, attributes_out.view(), {});
    });
    // What cannot be said must not leave an older route standing (RFC 8654 section 4).
    if (!fits) withdraw(reach.family, reach.nlri);
  }

  void withdraw(Family family, const std::vector<Nlri>& nlri) {
    if (family == kIpv4Unicast) {
      (void)in_parts(family, nlri, LabelField::withdrawn, kEmptyUpdate,
                     [](Bytes part) { return make_update(part, {}, {}); });
      return;
    }
    ByteWriter front;
    write_family(family, front);
    (void)in_parts(family, nlri, LabelField::withdrawn, kEmptyUpdate + kAttributeHeader + front.size(),
                   [&](Bytes part) {
                     ByteWriter attributes;
                     write_multiprotocol(kMpUnreachNlri, front.view(), part, attributes);
                     return make_update({}, attributes.view(), {});
                   });
  }

  [[nodiscard]] std::vector<std::vector<std::byte>> take() { return std::move(messages_); }

 private:
  static void write_multiprotocol(std::uint8_t type, Bytes front, Bytes nlri, ByteWriter& out) {
    ByteWriter value;
    value.bytes(front);
    value.bytes(nlri);
    write_attribute(type, kOptional, value.view(), out);
  }

  /// Makes a message of as many routes as go beside `taken` octets, until all have gone. False when not even one does.
  template <typename Make>
  bool in_parts(Family family, const std::vector<Nlri>& nlri, LabelField label, std::size_t taken, const Make& make) {
    const bool add_path = format_.add_path.has(family);
    ByteWriter part;
    ByteWriter one;
    for (const Nlri& route : nlri) {
      one.clear();
      write_nlri(route, family, add_path, label, one);
      if (taken + one.size() > most_) return false;
      if (taken + part.size() + one.size() > most_) {
        messages_.push_back(make(part.view()));
        part.clear();
      }
      part.bytes(one.view());
    }
    if (part.size() > 0) messages_.push_back(make(part.view()));
    return true;
  }

  const UpdateFormat& format_;
  std::size_t most_;
  std::vector<std::vector<std::byte>> messages_;
};

}  // namespace

std::vector<std::byte> encode_end_of_rib(Family family) {
  if (family == kIpv4Unicast) return make_update({}, {}, {});
  ByteWriter value;
  write_family(family, value);
  ByteWriter attributes;
  write_attribute(kMpUnreachNlri, kOptional, value.view(), attributes);
  return make_update({}, attributes.view(), {});
}

Result<std::vector<std::byte>> encode_filter(const FlowSpec& rule, const PathAttributes* attributes,
                                             const UpdateFormat& format, std::size_t most) {
  const auto nlri = encode_flowspec(rule);
  if (!nlri) return std::unexpected(nlri.error());
  ByteWriter value;
  write_family(family_of(rule), value);
  if (attributes != nullptr) value.u16(0);  // no next hop (RFC 8955 section 4), and the reserved octet
  value.bytes(*nlri);
  ByteWriter block;
  write_attribute(attributes != nullptr ? kMpReachNlri : kMpUnreachNlri, kOptional, value.view(), block);
  if (attributes != nullptr) write_attributes(*attributes, {}, format.four_octet_as, block);
  std::vector<std::byte> out = make_update({}, block.view(), {});
  if (out.size() > most)
    return fail(ErrorCode::no_space, "a Flow Specification and its attributes take " + std::to_string(out.size()) +
                                         " octets; a message of this session holds " + std::to_string(most));
  return out;
}

std::vector<std::vector<std::byte>> encode_update(const Update& update, const UpdateFormat& format, std::size_t most) {
  UpdateEncoder encoder(format, most);
  for (const Update::Unreach& unreach : update.unreach) encoder.withdraw(unreach.family, unreach.nlri);
  for (const Update::Reach& reach : update.reach) encoder.announce(reach, update.attributes);
  auto messages = encoder.take();
  if (update.end_of_rib) messages.push_back(encode_end_of_rib(*update.end_of_rib));
  return messages;
}

}  // namespace weir::bgp
