// What decoders know of exporters (templates, samplers, names), kept in the data directory across restarts.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"
#include "decode/decoder.h"

namespace weir::collect {

/// One file for each worker: DIR/decoder-I-of-N.bin. As all that an exporter sends goes to the worker that its address
/// gives, a worker takes back its own file when there are as many workers as before; otherwise it takes all files,
/// because its exporters may be in any of them. Each worker uses its own object; files are written atomically.
class DecoderState {
 public:
  /// A larger file is not taken for ours.
  static constexpr std::size_t kMostOctets = std::size_t{256} << 20U;

  DecoderState(std::filesystem::path directory, unsigned worker, unsigned workers);

  /// Gives the decoder what was saved; nothing saved is no error. `steered` is false when the kernel spreads the
  /// datagrams of one exporter: then all files are taken. The errors, one for each file, say what was lost; the rest is
  /// taken.
  [[nodiscard]] std::vector<Error> load(decode::Decoder& decoder, bool steered) const;
  /// Writes what the decoder knows.
  [[nodiscard]] Result<void> save(decode::Decoder& decoder) const;
  /// Removes the files of another number of workers. Call it once, after every worker has saved.
  void remove_others() const;

 private:
  [[nodiscard]] std::filesystem::path own_file() const;
  [[nodiscard]] std::vector<std::filesystem::path> all_files() const;

  std::filesystem::path directory_;
  unsigned worker_;
  unsigned workers_;
};

}  // namespace weir::collect
