#include <zlib.h>

#include "bgp/rpki/vrp_text.h"

namespace weir::bgp {
namespace {

/// zlib's own state, freed in any case.
class Inflater {
 public:
  Inflater() { ready_ = inflateInit2(&stream_, 15 + 16) == Z_OK; }  // 16: gzip, nothing else
  ~Inflater() {
    if (ready_) inflateEnd(&stream_);
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  [[nodiscard]] bool ready() const { return ready_; }
  [[nodiscard]] z_stream& stream() { return stream_; }

 private:
  z_stream stream_{};
  bool ready_ = false;
};

constexpr std::size_t kStep = std::size_t{1} << 18U;

}  // namespace

Result<std::string> unpacked(std::string octets, std::size_t most) {
  if (!octets.starts_with("\x1f\x8b")) return octets;
  Inflater inflater;
  if (!inflater.ready()) return fail(ErrorCode::internal, "zlib could not be started");
  z_stream& stream = inflater.stream();
  std::vector<Bytef> in(octets.begin(), octets.end());
  std::vector<Bytef> out(kStep);
  std::string text;
  stream.next_in = in.data();
  stream.avail_in = static_cast<uInt>(in.size());
  for (;;) {
    stream.next_out = out.data();
    stream.avail_out = static_cast<uInt>(out.size());
    const int state = inflate(&stream, Z_NO_FLUSH);
    const std::size_t got = out.size() - stream.avail_out;
    if (text.size() + got > most) {
      return fail(ErrorCode::no_space, "it unpacks to more than " + std::to_string(most) + " bytes");
    }
    text.append(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(got));
    if (state == Z_STREAM_END) {
      if (stream.avail_in == 0) return text;
      if (inflateReset(&stream) != Z_OK) return fail(ErrorCode::internal, "zlib could not go on");
    } else if (state != Z_OK) {
      return fail(ErrorCode::malformed,
                  stream.avail_in == 0 ? "the gzip file is cut short" : "the gzip file is damaged");
    }
  }
}

}  // namespace weir::bgp
