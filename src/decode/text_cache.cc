#include "decode/text_cache.h"

#include <string_view>

namespace weir::decode {
namespace {

constexpr std::uint64_t kEnterpriseEngine = 20;  // the selector is an enterprise number and that enterprise's number
constexpr std::size_t kEnterpriseOctets = 4;
constexpr std::uint64_t kMostEnterprise = 0xff'ffff;
constexpr std::uint64_t kMostSelector = 0xff'ffff'ffff'ffff;

std::string_view trimmed(Bytes bytes) {
  std::string_view text = as_text(bytes);
  text = text.substr(0, text.find('\0'));
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

}  // namespace

std::uint64_t application_key(Bytes id) {
  ByteReader reader(id);
  const std::uint64_t engine = reader.u8();
  if (engine == kEnterpriseEngine && id.size() > kEnterpriseOctets && id.size() <= kEnterpriseOctets + 5) {
    const std::uint64_t enterprise = reader.u32() & kMostEnterprise;
    return engine << 56U | enterprise << 32U | reader.unsigned_be(reader.remaining());
  }
  if (id.size() > 9 || reader.failed()) return 0;
  return engine << 56U | (reader.unsigned_be(reader.remaining()) & kMostSelector);
}

TextCache::TextCache(flow::StringPool& strings)
    : strings_(strings), in_(strings.intern("in")), out_(strings.intern("out")) {
  using enum flow::ExportProtocol;
  for (const flow::ExportProtocol p : {netflow5, netflow7, netflow9, ipfix, sflow5}) {
    protocols_.emplace(static_cast<std::uint64_t>(p), strings.intern(to_string(p)));
  }
}

flow::StringId TextCache::protocol(flow::ExportProtocol protocol) const {
  return protocols_.find(static_cast<std::uint64_t>(protocol))->second;
}

flow::StringId TextCache::of_text(Bytes text) {
  const std::string_view key = trimmed(text);
  if (key.empty()) return 0;
  if (const auto found = texts_.find(key); found != texts_.end()) return found->second;
  if (texts_.size() >= kMostTexts) texts_.clear();
  const flow::StringId id = strings_.intern(key);
  texts_.emplace(std::string(key), id);
  return id;
}

flow::StringId TextCache::of_number(std::uint32_t number) {
  if (const auto found = numbers_.find(number); found != numbers_.end()) return found->second;
  if (numbers_.size() >= kMostTexts) numbers_.clear();
  const flow::StringId id = strings_.intern(std::to_string(number));
  numbers_.emplace(number, id);
  return id;
}

flow::StringId TextCache::of_distinguisher(RouteDistinguisher rd) {
  if (rd.bits == 0) return 0;
  if (const auto found = distinguishers_.find(rd.bits); found != distinguishers_.end()) return found->second;
  if (distinguishers_.size() >= kMostTexts) distinguishers_.clear();
  const flow::StringId id = strings_.intern(to_string(rd));
  distinguishers_.emplace(rd.bits, id);
  return id;
}

flow::StringId TextCache::of_application(std::uint64_t key) {
  if (const auto found = applications_.find(key); found != applications_.end()) return found->second;
  if (applications_.size() >= kMostTexts) applications_.clear();
  const std::uint64_t engine = key >> 56U;
  const std::uint64_t selector = key & kMostSelector;
  std::string text = std::to_string(engine) + ':';
  if (engine == kEnterpriseEngine) {
    text += std::to_string(selector >> 32U) + ':' + std::to_string(selector & 0xffff'ffff);
  } else {
    text += std::to_string(selector);
  }
  const flow::StringId id = strings_.intern(text);
  applications_.emplace(key, id);
  return id;
}

}  // namespace weir::decode
