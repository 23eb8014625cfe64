// gzip (RFC 1952), by zlib.
#include <zlib.h>

#include <optional>
#include <vector>

#include "bgp/file/packed_input.h"

namespace weir::bgp {
namespace {

class GzipUnpacker : public Unpacker {
 public:
  GzipUnpacker() { ready_ = inflateInit2(&stream_, 15 + 16) == Z_OK; }  // 16: gzip and nothing else
  ~GzipUnpacker() override {
    if (ready_) inflateEnd(&stream_);
  }
  GzipUnpacker(const GzipUnpacker&) = delete;
  GzipUnpacker& operator=(const GzipUnpacker&) = delete;

  Result<Bytes> next(PackedInput& input) override {
    if (!ready_) return fail(ErrorCode::internal, "zlib could not be started");
    if (pending_) return std::unexpected(*pending_);
    stream_.next_out = out_.data();
    stream_.avail_out = static_cast<uInt>(out_.size());
    while (stream_.avail_out == out_.size() && !ended_ && !pending_) step(input);
    const std::size_t got = out_.size() - stream_.avail_out;
    // What was unpacked before an error goes first.
    if (got == 0 && pending_) return std::unexpected(*pending_);
    return std::as_bytes(std::span(out_).first(got));
  }

 private:
  void step(PackedInput& input) {
    if (stream_.avail_in == 0 && !refill(input)) return;
    if (between_members_ && !begin_member()) return;
    const int state = inflate(&stream_, Z_NO_FLUSH);
    if (state == Z_STREAM_END) {
      between_members_ = true;
      if (inflateReset(&stream_) != Z_OK) pending_ = Error{ErrorCode::internal, "zlib could not go on"};
    } else if (state != Z_OK && state != Z_BUF_ERROR) {
      pending_ = Error{ErrorCode::malformed, "the gzip data is damaged behind " + std::to_string(input.octets()) +
                                                 " octets; what came before is whole"};
    }
  }

  bool refill(PackedInput& input) {
    const auto got = input.read(std::as_writable_bytes(std::span(in_)));
    if (!got) {
      pending_ = got.error();
      return false;
    }
    stream_.next_in = in_.data();
    stream_.avail_in = static_cast<uInt>(*got);
    if (*got != 0) return true;
    if (between_members_) {
      ended_ = true;
    } else {
      pending_ = Error{ErrorCode::malformed, "the gzip data is cut short at " + std::to_string(input.octets()) +
                                                 " octets; fetch the file anew"};
    }
    return false;
  }

  /// Behind a whole member: another one, or zeros up to the end of a tape's block, which are skipped.
  bool begin_member() {
    while (stream_.avail_in > 0 && *stream_.next_in == 0) {
      ++stream_.next_in;
      --stream_.avail_in;
    }
    between_members_ = stream_.avail_in == 0;
    return !between_members_;
  }

  z_stream stream_{};
  bool ready_ = false;
  bool between_members_ = false;
  bool ended_ = false;
  std::optional<Error> pending_;
  std::vector<Bytef> in_ = std::vector<Bytef>(kStepOctets);
  std::vector<Bytef> out_ = std::vector<Bytef>(kStepOctets);
};

}  // namespace

std::unique_ptr<Unpacker> gzip_unpacker() {
  return std::make_unique<GzipUnpacker>();
}

}  // namespace weir::bgp
