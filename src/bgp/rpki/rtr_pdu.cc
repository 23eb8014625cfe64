#include "bgp/rpki/rtr_pdu.h"

#include "base/byte_writer.h"

namespace weir::bgp::rtr {
namespace {

enum Type : std::uint8_t {
  kSerialNotify = 0,
  kSerialQuery = 1,
  kResetQuery = 2,
  kCacheResponse = 3,
  kIpv4Prefix = 4,
  kIpv6Prefix = 6,
  kEndOfData = 7,
  kCacheReset = 8,
  kErrorReport = 10,
};

std::unexpected<Error> malformed(const Header& header, std::string_view what) {
  return fail(ErrorCode::malformed, "PDU of type " + std::to_string(header.type) + ": " + std::string(what));
}

Result<Body> read_prefix(const Header& header, ByteReader& reader) {
  const bool v4 = header.type == kIpv4Prefix;
  const std::uint8_t flags = reader.u8();
  const std::uint8_t length = reader.u8();
  const std::uint8_t most_length = reader.u8();
  reader.skip(1);
  const IpAddress address = v4 ? IpAddress::v4(reader.u32()) : IpAddress::v6(reader);
  const std::uint32_t as = reader.u32();
  if (!reader.ok() || !reader.empty()) return malformed(header, "wrong length");
  const unsigned most = v4 ? 32 : 128;
  if (length > most_length || most_length > most) return malformed(header, "impossible prefix lengths");
  const Prefix prefix = Prefix::of(address, length);
  if (prefix.address.is_v4() != v4) return malformed(header, "an IPv4 prefix as IPv6");
  return PrefixChange{(flags & 1U) != 0, {prefix, most_length, as}};
}

Result<Body> read_end(const Header& header, ByteReader& reader) {
  EndOfData out{.serial = reader.u32()};
  if (header.version > 0) {
    out.refresh = reader.u32();
    out.retry = reader.u32();
    out.expire = reader.u32();
  }
  if (!reader.ok() || !reader.empty()) return malformed(header, "wrong length");
  return out;
}

Result<Body> read_error(const Header& header, ByteReader& reader) {
  reader.skip(reader.u32());  // the PDU that it is about
  const Bytes text = reader.bytes(reader.u32());
  if (!reader.ok()) return malformed(header, "wrong length");
  return ErrorReport{static_cast<ErrorReason>(header.session), std::string(as_text(text))};
}

std::vector<std::byte> written(std::uint8_t version, Type type, std::uint16_t session, Bytes rest) {
  ByteWriter out;
  out.u8(version);
  out.u8(type);
  out.u16(session);
  out.u32(kHeaderSize + rest.size());
  out.bytes(rest);
  return out.take();
}

}  // namespace

Result<Header> read_header(ByteReader& reader) {
  Header header{.version = reader.u8(), .type = reader.u8(), .session = reader.u16(), .length = reader.u32()};
  if (header.length < kHeaderSize || header.length > kMostSize) return malformed(header, "impossible length");
  return header;
}

Result<Body> read_body(const Header& header, ByteReader& reader) {
  switch (header.type) {
    case kSerialNotify: {
      const SerialNotify out{reader.u32()};
      if (!reader.ok() || !reader.empty()) return malformed(header, "wrong length");
      return out;
    }
    case kCacheResponse:
      if (!reader.empty()) return malformed(header, "wrong length");
      return CacheResponse{};
    case kCacheReset:
      if (!reader.empty()) return malformed(header, "wrong length");
      return CacheReset{};
    case kIpv4Prefix:
    case kIpv6Prefix:
      return read_prefix(header, reader);
    case kEndOfData:
      return read_end(header, reader);
    case kErrorReport:
      return read_error(header, reader);
    default:
      return Other{};
  }
}

std::vector<std::byte> reset_query(std::uint8_t version) {
  return written(version, kResetQuery, 0, {});
}

std::vector<std::byte> serial_query(std::uint8_t version, std::uint16_t session, std::uint32_t serial) {
  ByteWriter rest;
  rest.u32(serial);
  return written(version, kSerialQuery, session, rest.view());
}

std::vector<std::byte> error_report(std::uint8_t version, ErrorReason reason, std::string_view text) {
  ByteWriter rest;
  rest.u32(0);
  rest.u32(text.size());
  rest.text(text);
  return written(version, kErrorReport, static_cast<std::uint16_t>(reason), rest.view());
}

}  // namespace weir::bgp::rtr
