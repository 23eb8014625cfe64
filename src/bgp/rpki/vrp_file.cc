#include "bgp/rpki/vrp_file.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <utility>

#include "base/log.h"
#include "bgp/rpki/vrp_text.h"

namespace weir::bgp {
namespace {

/// rpki-client's file of all VRPs there are has 100 MB.
constexpr std::size_t kMostOctets = std::size_t{1} << 30U;

}  // namespace

VrpFile::VrpFile(std::filesystem::path file, VrpTable& table, std::size_t source)
    : file_(std::move(file)), table_(table), source_(source) {
  status_.file = file_;
}

VrpFileStatus VrpFile::status() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

Result<VrpFile::Version> VrpFile::version() const {
  struct stat found{};
  if (::stat(file_.c_str(), &found) != 0)
    return fail(ErrorCode::not_found, std::string("cannot open it: ") + std::strerror(errno));
  if (!S_ISREG(found.st_mode)) return fail(ErrorCode::invalid, "it is no file");
  return Version{found.st_mtim.tv_sec, found.st_mtim.tv_nsec, static_cast<std::uint64_t>(found.st_size), found.st_ino};
}

Result<std::vector<Vrp>> VrpFile::load() const {
  std::ifstream in(file_, std::ios::binary);
  if (!in) return fail(ErrorCode::io, std::string("cannot open it: ") + std::strerror(errno));
  std::string octets{std::istreambuf_iterator<char>(in), {}};
  if (in.bad()) return fail(ErrorCode::io, "cannot read it");
  auto text = unpacked(std::move(octets), kMostOctets);
  if (!text) return std::unexpected(text.error());
  return parse_vrps(*text);
}

void VrpFile::failed(const Error& why) {
  {
    const std::lock_guard lock(mutex_);
    if (status_.error == why.message) return;
    status_.error = why.message;
    ++status_.failures;
  }
  log::warn("a file of VRPs was not loaded; what it said before stays",
            "file=" + file_.string() + " error=\"" + log::escape(why.message) + "\"");
}

bool VrpFile::check(UnixMillis now) {
  const auto version = this->version();
  if (!version) {
    seen_ = {};
    failed(version.error());
    return false;
  }
  if (*version == seen_) return false;
  seen_ = *version;
  if (version->size > kMostOctets) {
    failed({ErrorCode::no_space, "it is larger than " + std::to_string(kMostOctets) + " bytes"});
    return false;
  }
  auto vrps = load();
  if (!vrps) {
    failed(vrps.error());
    return false;
  }
  const auto count4 =
      static_cast<std::size_t>(std::ranges::count_if(*vrps, [](const Vrp& v) { return v.prefix.address.is_v4(); }));
  const std::size_t count = vrps->size();
  table_.replace(source_, *std::move(vrps));
  const std::lock_guard lock(mutex_);
  status_.loaded_ms = now;
  status_.vrps4 = count4;
  status_.vrps6 = count - count4;
  status_.error.clear();
  ++status_.loads;
  return true;
}

}  // namespace weir::bgp
