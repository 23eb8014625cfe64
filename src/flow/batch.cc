#include "flow/batch.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

namespace weir::flow {
namespace {

// One cache line: what every value type needs, and no false sharing between columns.
constexpr std::size_t kAlignment = 64;

std::byte* allocate(std::size_t octets) {
  const std::size_t rounded = (octets + kAlignment - 1) / kAlignment * kAlignment;
  void* at = std::aligned_alloc(kAlignment, rounded);
  if (at == nullptr) throw std::bad_alloc();
  return static_cast<std::byte*>(at);
}

}  // namespace

void FlowBatch::Free::operator()(void* at) const { std::free(at); }

std::size_t FlowBatch::add_rows(std::size_t count) {
  const std::size_t first = size_;
  if (size_ + count > capacity_) grow(size_ + count);
  std::fill_n(masks_.get() + first, count, RowMask{});
  size_ += count;
  return first;
}

void FlowBatch::grow(std::size_t rows) {
  const std::size_t capacity = std::max({rows, capacity_ * 2, kTargetRows + 1024});
  auto masks = std::make_unique<RowMask[]>(capacity);
  std::copy_n(masks_.get(), size_, masks.get());
  masks_ = std::move(masks);
  for (std::size_t i = 0; i < kColumnCount; ++i) {
    if (!data_[i]) continue;
    const std::size_t octets = width(static_cast<Column>(i));
    std::unique_ptr<std::byte, Free> larger(allocate(capacity * octets));
    std::memcpy(larger.get(), data_[i].get(), size_ * octets);
    data_[i] = std::move(larger);
  }
  capacity_ = capacity;
}

void* FlowBatch::touch(Column column) {
  auto& data = data_[static_cast<std::size_t>(column)];
  if (!data && capacity_ > 0) data.reset(allocate(capacity_ * width(column)));
  return data.get();
}

FlowBatch::Presence FlowBatch::presence() const {
  Presence out;
  if (size_ == 0) return out;
  out.any = out.all = masks_[0];
  for (std::size_t row = 1; row < size_; ++row) {
    out.any |= masks_[row];
    out.all &= masks_[row];
  }
  return out;
}

std::size_t FlowBatch::memory() const {
  std::size_t octets = capacity_ * sizeof(RowMask);
  for (std::size_t i = 0; i < kColumnCount; ++i) {
    if (data_[i]) octets += capacity_ * width(static_cast<Column>(i));
  }
  return octets;
}

}  // namespace weir::flow
