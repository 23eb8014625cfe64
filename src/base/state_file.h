// Small files that must survive a crash: whole, or as they were before.
#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

#include "base/byte_reader.h"
#include "base/error.h"

namespace weir {

/// Writes `content` beside `file`, syncs it to the disk and puts it in place by a rename, so that whoever reads sees
/// the old content or the new one. Makes the directory if it is absent.
[[nodiscard]] Result<void> write_atomically(const std::filesystem::path& file, Bytes content);

/// The whole file. not_found when it is not there; no_space when it is larger than `most`.
[[nodiscard]] Result<std::vector<std::byte>> read_whole(const std::filesystem::path& file, std::size_t most);

}  // namespace weir
