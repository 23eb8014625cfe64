#include "flow/string_pool.h"

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstring>
#include <vector>

#include "flow/key_hash.h"

namespace weir::flow {

struct StringPool::Index {
  boost::unordered_flat_map<std::string_view, StringId, KeyHash> ids;
  std::vector<std::unique_ptr<char[]>> slabs;
  std::size_t slab_left = 0;
  char* slab_at = nullptr;
};

namespace {
constexpr std::size_t kSlab = std::size_t{64} << 10U;
}

StringPool::StringPool(std::size_t most_strings, std::size_t most_octets)
    : most_strings_(most_strings < 2 ? 2 : most_strings), most_octets_(most_octets), index_(std::make_unique<Index>()) {
  block_count_ = (most_strings_ + 2 + kBlock - 1) / kBlock;
  blocks_ = std::make_unique<std::atomic<std::string_view*>[]>(block_count_);
  append("");
  overflow_ = append("(too many names)");
}

StringPool::~StringPool() {
  for (std::size_t i = 0; i < block_count_; ++i) delete[] blocks_[i].load(std::memory_order_relaxed);
}

StringId StringPool::intern(std::string_view text) {
  if (text.size() > kMostLength) text = text.substr(0, kMostLength);
  const std::lock_guard lock(mutex_);
  if (const auto found = index_->ids.find(text); found != index_->ids.end()) return found->second;
  if (size_.load(std::memory_order_relaxed) >= most_strings_ || octets_ + text.size() > most_octets_) {
    refused_.fetch_add(1, std::memory_order_relaxed);
    return overflow_;
  }
  return append(text);
}

StringId StringPool::append(std::string_view text) {
  const StringId id = size_.load(std::memory_order_relaxed);
  std::atomic<std::string_view*>& block = blocks_[id / kBlock];
  if (block.load(std::memory_order_relaxed) == nullptr) block.store(new std::string_view[kBlock], std::memory_order_release);
  const std::string_view kept = keep(text);
  block.load(std::memory_order_relaxed)[id % kBlock] = kept;
  index_->ids.emplace(kept, id);
  octets_ += text.size();
  size_.store(id + 1, std::memory_order_release);
  return id;
}

std::string_view StringPool::keep(std::string_view text) {
  if (text.empty()) return {};
  if (index_->slab_left < text.size()) {
    index_->slabs.push_back(std::make_unique<char[]>(kSlab));
    index_->slab_at = index_->slabs.back().get();
    index_->slab_left = kSlab;
  }
  char* at = index_->slab_at;
  std::memcpy(at, text.data(), text.size());
  index_->slab_at += text.size();
  index_->slab_left -= text.size();
  return {at, text.size()};
}

std::string_view StringPool::text(StringId id) const {
  if (id >= size()) return {};
  return blocks_[id / kBlock].load(std::memory_order_acquire)[id % kBlock];
}

}  // namespace weir::flow
