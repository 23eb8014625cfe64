// Files for tests, in a folder that is gone with them.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/temporary_directory.h"

namespace weir::bgp {

class TestFolder : TemporaryDirectory {
 public:
  [[nodiscard]] std::string path(const std::string& name) const { return (TemporaryDirectory::path() / name).string(); }
  std::string write(const std::string& name, const std::string& octets) const {
    std::ofstream(path(name), std::ios::binary) << octets;
    return path(name);
  }
  /// As careful writers do it: into another file, which then takes the name.
  std::string replace(const std::string& name, const std::string& octets) const {
    std::filesystem::rename(write(name + ".new", octets), path(name));
    return path(name);
  }
};

inline std::string gzipped(const std::string& text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::vector<Bytef> in(text.begin(), text.end());
  std::vector<Bytef> out(deflateBound(&stream, text.size()) + 64);
  stream.next_in = in.data();
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = out.data();
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  std::string packed(out.begin(), out.end() - stream.avail_out);
  deflateEnd(&stream);
  return packed;
}

}  // namespace weir::bgp
