// bzip2, by libbz2.
#include <bzlib.h>

#include <optional>
#include <vector>

#include "bgp/file/packed_input.h"

namespace weir::bgp {
namespace {

class Bzip2Unpacker : public Unpacker {
 public:
  Bzip2Unpacker() { begin(); }
  ~Bzip2Unpacker() override { end(); }
  Bzip2Unpacker(const Bzip2Unpacker&) = delete;
  Bzip2Unpacker& operator=(const Bzip2Unpacker&) = delete;

  Result<Bytes> next(PackedInput& input) override {
    if (pending_) return std::unexpected(*pending_);
    stream_.next_out = out_.data();
    stream_.avail_out = static_cast<unsigned>(out_.size());
    while (stream_.avail_out == out_.size() && !ended_ && !pending_) step(input);
    const std::size_t got = out_.size() - stream_.avail_out;
    if (got == 0 && pending_) return std::unexpected(*pending_);
    return std::as_bytes(std::span(out_).first(got));
  }

 private:
  void step(PackedInput& input) {
    if (stream_.avail_in == 0 && !at_end_ && !refill(input)) return;
    if (at_end_ && between_members_) {
      ended_ = true;
      return;
    }
    between_members_ = false;
    const unsigned before_in = stream_.avail_in, before_out = stream_.avail_out;
    const int state = BZ2_bzDecompress(&stream_);
    if (state == BZ_STREAM_END) {
      // A stream cannot be reset; the octets behind it are the next one's.
      char* const next_in = stream_.next_in;
      const unsigned left = stream_.avail_in, room = stream_.avail_out;
      char* const next_out = stream_.next_out;
      end();
      begin();
      stream_.next_in = next_in;
      stream_.avail_in = left;
      stream_.next_out = next_out;
      stream_.avail_out = room;
      between_members_ = true;
    } else if (state != BZ_OK) {
      pending_ = Error{ErrorCode::malformed, "the bzip2 data is damaged behind " + std::to_string(input.octets()) +
                                                 " octets; what came before is whole"};
    } else if (at_end_ && before_in == stream_.avail_in && before_out == stream_.avail_out) {
      pending_ = Error{ErrorCode::malformed, "the bzip2 data is cut short at " + std::to_string(input.octets()) +
                                                 " octets; fetch the file anew"};
    }
  }

  bool refill(PackedInput& input) {
    const auto got = input.read(std::as_writable_bytes(std::span(in_)));
    if (!got) {
      pending_ = got.error();
      return false;
    }
    stream_.next_in = in_.data();
    stream_.avail_in = static_cast<unsigned>(*got);
    at_end_ = *got == 0;
    return true;
  }

  void begin() {
    stream_ = {};
    ready_ = BZ2_bzDecompressInit(&stream_, 0, 0) == BZ_OK;
    if (!ready_) pending_ = Error{ErrorCode::internal, "libbz2 could not be started"};
  }
  void end() {
    if (ready_) BZ2_bzDecompressEnd(&stream_);
    ready_ = false;
  }

  bz_stream stream_{};
  bool ready_ = false;
  bool between_members_ = false;
  bool at_end_ = false;
  bool ended_ = false;
  std::optional<Error> pending_;
  std::vector<char> in_ = std::vector<char>(kStepOctets);
  std::vector<char> out_ = std::vector<char>(kStepOctets);
};

}  // namespace

std::unique_ptr<Unpacker> bzip2_unpacker() {
  return std::make_unique<Bzip2Unpacker>();
}

}  // namespace weir::bgp
