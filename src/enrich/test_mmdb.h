// Writes small MMDB files for tests: IPv4 prefixes and maps of texts and numbers.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/ip_address.h"

namespace weir::enrich {

/// A value of a test's MMDB: a text, a number, or a map.
struct MmdbValue {
  using Map = std::vector<std::pair<std::string, MmdbValue>>;
  std::variant<std::string, std::uint32_t, Map> value;
};

/// Prefixes must not overlap. The format is https://maxmind.github.io/MaxMind-DB/, version 2.0, records of 24 bits.
class MmdbWriter {
 public:
  void add(const Prefix& prefix, const MmdbValue& value) {
    const std::uint32_t offset = keep(value);
    std::size_t node = 0;
    for (unsigned bit = 0; bit + 1 < prefix.length; ++bit) {
      const unsigned side = prefix.address.v4_bits() >> (31 - bit) & 1U;
      if (nodes_[node][side].next == 0) {
        nodes_[node][side].next = nodes_.size();
        nodes_.emplace_back(std::vector<Record>(2));
      }
      node = nodes_[node][side].next;
    }
    nodes_[node][prefix.address.v4_bits() >> (32 - prefix.length) & 1U].data = offset + 1;
  }

  [[nodiscard]] std::string file() const {
    std::string out;
    for (const auto& node : nodes_) {
      for (const Record& record : node) append_u24(out, number_of(record));
    }
    out.append(16, '\0');
    out += data_;
    out += "\xab\xcd\xefMaxMind.com";
    append_control(out, kMap, 9);
    append_u16(out, "binary_format_major_version", 2);
    append_u16(out, "binary_format_minor_version", 0);
    append_u16(out, "ip_version", 4);
    append_u16(out, "record_size", 24);
    append(out, {std::string("node_count")});
    append(out, {static_cast<std::uint32_t>(nodes_.size())});
    append(out, {std::string("database_type")});
    append(out, {std::string("Test")});
    append(out, {std::string("description")});
    append_control(out, kMap, 0);
    append(out, {std::string("build_epoch")});
    out += std::string("\x01\x02\x01", 3);  // a 64-bit number of one octet
    append(out, {std::string("languages")});
    out += std::string("\x00\x04", 2);  // an array without elements
    return out;
  }
  void write(const std::filesystem::path& to) const { std::ofstream(to, std::ios::binary | std::ios::trunc) << file(); }

 private:
  // Types of the data section.
  static constexpr unsigned kText = 2;
  static constexpr unsigned kU16 = 5;
  static constexpr unsigned kU32 = 6;
  static constexpr unsigned kMap = 7;

  struct Record {
    std::size_t next = 0;    // 0: none, the root is nobody's child
    std::uint32_t data = 0;  // offset + 1
  };
  [[nodiscard]] std::uint32_t number_of(const Record& record) const {
    const auto count = static_cast<std::uint32_t>(nodes_.size());
    if (record.next != 0) return static_cast<std::uint32_t>(record.next);
    return record.data == 0 ? count : count + 16 + record.data - 1;
  }
  /// Where the value is; equal ones are kept once, as in real files.
  std::uint32_t keep(const MmdbValue& value) {
    std::string octets;
    append(octets, value);
    const auto [at, is_new] = kept_.emplace(octets, static_cast<std::uint32_t>(data_.size()));
    if (is_new) data_ += octets;
    return at->second;
  }
  static void append_u24(std::string& out, std::uint32_t number) {
    for (const unsigned shift : {16U, 8U, 0U}) out += static_cast<char>(number >> shift);
  }
  static void append_u16(std::string& out, const std::string& name, unsigned number) {
    append(out, {name});
    append_control(out, kU16, 2);
    out += static_cast<char>(number >> 8U);
    out += static_cast<char>(number);
  }
  static void append_control(std::string& out, unsigned type, std::size_t size) {
    out += static_cast<char>(type << 5U | static_cast<unsigned>(size < 29 ? size : 29));
    if (size >= 29) out += static_cast<char>(size - 29);
  }
  static void append(std::string& out, const MmdbValue& value) {
    if (const auto* text = std::get_if<std::string>(&value.value)) {
      append_control(out, kText, text->size());
      out += *text;
    } else if (const auto* number = std::get_if<std::uint32_t>(&value.value)) {
      append_control(out, kU32, 4);
      for (const unsigned shift : {24U, 16U, 8U, 0U}) out += static_cast<char>(*number >> shift);
    } else {
      const auto& map = std::get<MmdbValue::Map>(value.value);
      append_control(out, kMap, map.size());
      for (const auto& [name, inner] : map) {
        append(out, {name});
        append(out, inner);
      }
    }
  }

  std::vector<std::vector<Record>> nodes_{std::vector<Record>(2)};
  std::string data_;
  std::map<std::string, std::uint32_t> kept_;
};

[[nodiscard]] inline MmdbValue country_entry(const std::string& code) {
  return {MmdbValue::Map{{"country", {MmdbValue::Map{{"iso_code", {code}}}}}}};
}
[[nodiscard]] inline MmdbValue as_entry(std::uint32_t as) {
  return {MmdbValue::Map{{"autonomous_system_number", {as}}}};
}

}  // namespace weir::enrich
