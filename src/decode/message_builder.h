// Builds NetFlow and IPFIX messages for tests and benchmarks, right or wrong on purpose.
#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <utility>
#include <vector>

#include "base/byte_writer.h"

namespace weir::decode {

/// A field as a Template names it; `enterprise` is written for IPFIX only, when it is not 0.
struct BuiltField {
  std::uint16_t id;
  std::uint16_t length;
  std::uint32_t enterprise = 0;
};

/// One Message. Open a Set, write into `bytes()`, close it; finish() patches IPFIX's length.
class MessageBuilder {
 public:
  struct Header {
    std::uint32_t export_seconds = 1'700'000'000;
    std::uint32_t uptime_ms = 1'000'000;
    std::uint32_t sequence = 0;
    std::uint32_t domain = 0;
    std::uint16_t count = 1;
  };

  static MessageBuilder netflow9(const Header& header) {
    MessageBuilder message(false);
    ByteWriter& out = message.out_;
    out.u16(9);
    out.u16(header.count);
    out.u32(header.uptime_ms);
    out.u32(header.export_seconds);
    out.u32(header.sequence);
    out.u32(header.domain);
    return message;
  }
  static MessageBuilder ipfix(const Header& header) {
    MessageBuilder message(true);
    ByteWriter& out = message.out_;
    out.u16(10);
    out.u16(0);
    out.u32(header.export_seconds);
    out.u32(header.sequence);
    out.u32(header.domain);
    return message;
  }

  ByteWriter& bytes() { return out_; }

  MessageBuilder& open(std::uint16_t set_id) {
    set_ = out_.size();
    out_.u16(set_id);
    out_.u16(0);
    return *this;
  }
  /// Patches the Set's length; `pad` aligns it to four octets first.
  MessageBuilder& close(bool pad = false) {
    if (pad) out_.pad(4, set_);
    out_.patch_u16(set_ + 2, out_.size() - set_);
    return *this;
  }

  /// A Template Record within an open Set.
  MessageBuilder& record(std::uint16_t id, const std::vector<BuiltField>& fields) {
    out_.u16(id);
    out_.u16(fields.size());
    return write(fields);
  }
  /// An Options Template Record within an open Set; the first `scope` fields are the scope.
  MessageBuilder& options_record(std::uint16_t id, std::uint16_t scope, const std::vector<BuiltField>& fields) {
    out_.u16(id);
    if (ipfix_) {
      out_.u16(fields.size());
      out_.u16(scope);
    } else {
      out_.u16(std::size_t{scope} * 4);
      out_.u16((fields.size() - scope) * 4);
    }
    return write(fields);
  }
  /// A Template Set with one record.
  MessageBuilder& template_set(std::uint16_t id, const std::vector<BuiltField>& fields) {
    return open(ipfix_ ? 2 : 0).record(id, fields).close();
  }
  MessageBuilder& options_template_set(std::uint16_t id, std::uint16_t scope, const std::vector<BuiltField>& fields) {
    return open(ipfix_ ? 3 : 1).options_record(id, scope, fields).close(true);
  }
  /// A Data Set of numbers: (value, octets) one after the other.
  MessageBuilder& data_set(std::uint16_t id, std::initializer_list<std::pair<std::uint64_t, std::size_t>> values) {
    open(id);
    for (const auto& [value, octets] : values) out_.unsigned_be(value, octets);
    return close();
  }
  /// Text in a field of fixed length, filled up with zeros.
  MessageBuilder& text(std::string_view text, std::size_t octets) {
    out_.text(text.substr(0, octets));
    out_.zeros(octets - std::min(octets, text.size()));
    return *this;
  }

  /// The Message; IPFIX's length field is set unless `length` says otherwise.
  [[nodiscard]] std::vector<std::byte> finish() {
    if (ipfix_) out_.patch_u16(2, out_.size());
    return out_.take();
  }
  [[nodiscard]] std::vector<std::byte> finish_with_length(std::uint16_t length) {
    out_.patch_u16(2, length);
    return out_.take();
  }

 private:
  explicit MessageBuilder(bool ipfix) : ipfix_(ipfix) {}
  MessageBuilder& write(const std::vector<BuiltField>& fields) {
    for (const BuiltField& field : fields) {
      const bool enterprise = ipfix_ && field.enterprise != 0;
      out_.u16(enterprise ? field.id | 0x8000U : field.id);
      out_.u16(field.length);
      if (enterprise) out_.u32(field.enterprise);
    }
    return *this;
  }

  bool ipfix_;
  std::size_t set_ = 0;
  ByteWriter out_;
};

}  // namespace weir::decode
