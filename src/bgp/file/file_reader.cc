#include "bgp/file/file_reader.h"

#include <array>
#include <string_view>

#include "bgp/file/packed_input.h"

namespace weir::bgp {
namespace {

struct Magic {
  std::string_view octets;
  Packing packing;
  std::unique_ptr<Unpacker> (*make)();
};
constexpr std::array<Magic, 2> kMagic = {
    {{std::string_view("\x1f\x8b", 2), Packing::gzip, gzip_unpacker}, {"BZh", Packing::bzip2, bzip2_unpacker}}};

}  // namespace

std::string_view to_string(Packing packing) {
  switch (packing) {
    case Packing::plain:
      return "plain";
    case Packing::gzip:
      return "gzip";
    case Packing::bzip2:
      return "bzip2";
  }
  return "plain";
}

struct FileReader::State {
  std::string path;
  PackedInput input;
  Packing packing = Packing::plain;
  std::unique_ptr<Unpacker> unpacker;
  std::uint64_t octets = 0;
  std::optional<Error> error;
};

FileReader::FileReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
FileReader::FileReader(FileReader&&) noexcept = default;
FileReader::~FileReader() = default;

Result<FileReader> FileReader::open(const std::string& path) {
  auto input = PackedInput::open(path);
  if (!input) return std::unexpected(input.error());
  // A pipe may give less than asked for; two reads that give nothing new are its end.
  std::array<std::byte, 3> first{};
  std::size_t have = 0;
  while (have < first.size()) {
    const auto got = input->read(std::span(first).subspan(have));
    if (!got) return std::unexpected(got.error());
    if (*got == 0) break;
    have += *got;
  }
  const Bytes beginning = Bytes(first).first(have);
  input->put_back(beginning);
  auto state = std::make_unique<State>(State{.path = path, .input = std::move(*input), .unpacker = {}, .error = {}});
  for (const Magic& magic : kMagic) {
    if (!as_text(beginning).starts_with(magic.octets)) continue;
    state->packing = magic.packing;
    state->unpacker = magic.make();
  }
  if (!state->unpacker) state->unpacker = plain_unpacker();
  return FileReader(std::move(state));
}

Result<Bytes> FileReader::next() {
  if (state_->error) return std::unexpected(*state_->error);
  auto chunk = state_->unpacker->next(state_->input);
  if (!chunk) {
    state_->error = Error{chunk.error().code, state_->path + ": " + chunk.error().message};
    return std::unexpected(*state_->error);
  }
  state_->octets += chunk->size();
  return *chunk;
}

Packing FileReader::packing() const {
  return state_->packing;
}
std::uint64_t FileReader::octets() const {
  return state_->octets;
}
std::uint64_t FileReader::packed_octets() const {
  return state_->input.octets();
}

}  // namespace weir::bgp
