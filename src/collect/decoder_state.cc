#include "collect/decoder_state.h"

#include <algorithm>
#include <utility>

#include "base/state_file.h"


namespace weir::collect {
namespace {

namespace fs = std::filesystem;

std::string ending_of(unsigned workers) {
  return "-of-" + std::to_string(workers) + ".bin";
}

Result<void> load_file(const fs::path& file, decode::Decoder& decoder) {
  const auto saved = read_whole(file, DecoderState::kMostOctets);
  if (!saved) return std::unexpected(saved.error());
  auto loaded = decoder.load(*saved);
  if (!loaded) return fail(loaded.error().code, file.string() + ": " + loaded.error().message);
  return {};
}

}  // namespace

DecoderState::DecoderState(fs::path directory, unsigned worker, unsigned workers)
    : directory_(std::move(directory)), worker_(worker), workers_(workers) {}

fs::path DecoderState::own_file() const {
  return directory_ / ("decoder-" + std::to_string(worker_) + ending_of(workers_));
}

std::vector<fs::path> DecoderState::all_files() const {
  std::vector<std::pair<fs::file_time_type, fs::path>> found;
  std::error_code error;
  for (fs::directory_iterator at(directory_, error), end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    std::error_code ignored;
    if (name.starts_with("decoder-") && name.ends_with(".bin"))
      found.emplace_back(at->last_write_time(ignored), at->path());
  }
  // The newest last, so that it wins where two files know the same template.
  std::ranges::sort(found);
  std::vector<fs::path> files;
  for (auto& [time, path] : found) files.push_back(std::move(path));
  return files;
}

std::vector<Error> DecoderState::load(decode::Decoder& decoder, bool steered) const {
  std::vector<fs::path> files = all_files();
  if (steered && std::ranges::find(files, own_file()) != files.end()) files = {own_file()};
  std::vector<Error> errors;
  for (const fs::path& file : files) {
    if (const auto loaded = load_file(file, decoder); !loaded) errors.push_back(loaded.error());
  }
  return errors;
}

Result<void> DecoderState::save(decode::Decoder& decoder) const {
  return write_atomically(own_file(), decoder.save());
}

void DecoderState::remove_others() const {
  for (const fs::path& file : all_files()) {
    std::error_code ignored;
    if (!file.filename().string().ends_with(ending_of(workers_))) fs::remove(file, ignored);
  }
}

}  // namespace weir::collect
