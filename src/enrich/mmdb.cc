#include "enrich/mmdb.h"

#include <maxminddb.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::enrich {
namespace {

/// The library maps files into memory; a copy that nobody else can reach does not vanish under it when somebody writes
/// over the file in place.
class PrivateCopy {
 public:
  explicit PrivateCopy(const std::filesystem::path& file) : fd_(::memfd_create("mmdb", MFD_CLOEXEC)) {
    std::ifstream in(file, std::ios::binary);
    if (fd_ < 0 || !in) return;
    std::vector<char> block(std::size_t{1} << 20U);
    while (in) {
      in.read(block.data(), static_cast<std::streamsize>(block.size()));
      if (!write_all({block.data(), static_cast<std::size_t>(in.gcount())})) return;
    }
    whole_ = in.eof();
  }
  ~PrivateCopy() {
    if (fd_ >= 0) ::close(fd_);
  }
  PrivateCopy(const PrivateCopy&) = delete;
  PrivateCopy& operator=(const PrivateCopy&) = delete;

  [[nodiscard]] bool whole() const { return whole_; }
  [[nodiscard]] std::string name() const { return "/proc/self/fd/" + std::to_string(fd_); }

 private:
  [[nodiscard]] bool write_all(std::string_view octets) const {
    while (!octets.empty()) {
      const ssize_t wrote = ::write(fd_, octets.data(), octets.size());
      if (wrote < 0 && errno == EINTR) continue;
      if (wrote <= 0) return false;
      octets.remove_prefix(static_cast<std::size_t>(wrote));
    }
    return true;
  }

  int fd_;
  bool whole_ = false;
};

std::string_view text_of(const MMDB_entry_data_s& data) {
  return data.has_data && data.type == MMDB_DATA_TYPE_UTF8_STRING ? std::string_view(data.utf8_string, data.data_size)
                                                                  : std::string_view();
}

bool is_country_code(std::string_view text) {
  const auto is_letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
  return text.size() == 2 && is_letter(text[0]) && is_letter(text[1]);
}

std::uint32_t as_of_text(std::string_view text) {
  if (text.starts_with("AS") || text.starts_with("as")) text.remove_prefix(2);
  std::uint32_t as = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), as);
  return error == std::errc() && end == text.data() + text.size() ? as : 0;
}

std::uint32_t as_of(const MMDB_entry_data_s& data) {
  if (!data.has_data) return 0;
  switch (data.type) {
    case MMDB_DATA_TYPE_UINT16:
      return data.uint16;
    case MMDB_DATA_TYPE_UINT32:
      return data.uint32;
    case MMDB_DATA_TYPE_UINT64:
      return data.uint64 <= UINT32_MAX ? static_cast<std::uint32_t>(data.uint64) : 0;
    default:
      return as_of_text(text_of(data));
  }
}

}  // namespace

struct Mmdb::File {
  MMDB_s mmdb{};
  bool is_open = false;
  ~File() {
    if (is_open) MMDB_close(&mmdb);
  }
  [[nodiscard]] MMDB_lookup_result_s look_up(IpAddress address, int& error) const;
  template <std::size_t N>
  [[nodiscard]] MMDB_entry_data_s value(Entry entry, std::array<const char*, N> path) const {
    MMDB_entry_s at{.mmdb = &mmdb, .offset = entry};
    MMDB_entry_data_s data{};
    if (MMDB_aget_value(&at, &data, path.data()) != MMDB_SUCCESS) return {};
    return data;
  }
};

MMDB_lookup_result_s Mmdb::File::look_up(IpAddress address, int& error) const {
  if (address.is_v4()) {
    sockaddr_in in{};
    in.sin_family = AF_INET;
    in.sin_addr.s_addr = htonl(address.v4_bits());
    return MMDB_lookup_sockaddr(&mmdb, reinterpret_cast<const sockaddr*>(&in), &error);
  }
  sockaddr_in6 in{};
  in.sin6_family = AF_INET6;
  for (unsigned i = 0; i < 8; ++i) {
    in.sin6_addr.s6_addr[i] = static_cast<std::uint8_t>(address.hi >> (56 - 8 * i));
    in.sin6_addr.s6_addr[8 + i] = static_cast<std::uint8_t>(address.lo >> (56 - 8 * i));
  }
  return MMDB_lookup_sockaddr(&mmdb, reinterpret_cast<const sockaddr*>(&in), &error);
}

Mmdb::Mmdb(std::unique_ptr<File> file) : file_(std::move(file)) {}
Mmdb::~Mmdb() = default;

Result<std::shared_ptr<const Mmdb>> Mmdb::open(const std::filesystem::path& file) {
  if (std::error_code error; !std::filesystem::exists(file, error)) {
    return fail(ErrorCode::not_found, file.string() + ": there is no such file");
  }
  const PrivateCopy copy(file);
  if (!copy.whole()) return fail(ErrorCode::io, file.string() + ": cannot be read: " + std::strerror(errno));
  auto opened = std::make_unique<File>();
  if (const int status = MMDB_open(copy.name().c_str(), MMDB_MODE_MMAP, &opened->mmdb); status != MMDB_SUCCESS) {
    return fail(ErrorCode::malformed, file.string() + ": not a whole MMDB file: " + MMDB_strerror(status));
  }
  opened->is_open = true;
  // The search tree is not looked at when a file is opened. A few addresses far from each other show a broken one.
  for (const std::uint32_t first : {1U, 8U, 31U, 62U, 80U, 101U, 133U, 150U, 177U, 193U, 202U, 216U}) {
    int error = MMDB_SUCCESS;
    (void)opened->look_up(IpAddress::v4(first << 24U | 0x010101), error);
    if (error == MMDB_SUCCESS) continue;
    return fail(ErrorCode::malformed, file.string() + ": a damaged MMDB file: " + MMDB_strerror(error));
  }
  return std::shared_ptr<const Mmdb>(new Mmdb(std::move(opened)));
}

std::optional<Mmdb::Entry> Mmdb::find(IpAddress address) const {
  int error = MMDB_SUCCESS;
  const MMDB_lookup_result_s result = file_->look_up(address, error);
  if (error != MMDB_SUCCESS || !result.found_entry) return std::nullopt;
  return result.entry.offset;
}

std::string Mmdb::country(Entry entry) const {
  for (const char* which : {"country", "registered_country"}) {
    const auto code = text_of(file_->value<3>(entry, {which, "iso_code", nullptr}));
    if (is_country_code(code)) return std::string(code);
  }
  for (const char* which : {"country_code", "country"}) {
    const auto code = text_of(file_->value<2>(entry, {which, nullptr}));
    if (is_country_code(code)) return std::string(code);
  }
  return "";
}

std::uint32_t Mmdb::as(Entry entry) const {
  const std::uint32_t number = as_of(file_->value<2>(entry, {"autonomous_system_number", nullptr}));
  return number != 0 ? number : as_of(file_->value<2>(entry, {"asn", nullptr}));
}

std::string Mmdb::type() const {
  const char* type = file_->mmdb.metadata.database_type;
  return type == nullptr ? "" : type;
}

}  // namespace weir::enrich
