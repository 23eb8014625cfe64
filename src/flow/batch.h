// FlowBatch: many flows, column by column. It is what decode/ fills, enrich/ adds to, detect/ reads and store/ takes.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "flow/columns.h"

namespace weir::flow {

/// Which columns of one row hold a value; a bit for each Column. A column without its bit is unknown (NULL), not zero.
struct RowMask {
  std::array<std::uint64_t, 2> words{};

  constexpr void set(Column c) { words[index(c)] |= bit(c); }
  constexpr void clear(Column c) { words[index(c)] &= ~bit(c); }
  [[nodiscard]] constexpr bool has(Column c) const { return (words[index(c)] & bit(c)) != 0; }
  constexpr RowMask& operator|=(const RowMask& o) {
    words[0] |= o.words[0];
    words[1] |= o.words[1];
    return *this;
  }
  constexpr RowMask& operator&=(const RowMask& o) {
    words[0] &= o.words[0];
    words[1] &= o.words[1];
    return *this;
  }
  bool operator==(const RowMask&) const = default;

 private:
  static constexpr std::size_t index(Column c) { return static_cast<std::size_t>(c) >> 6U; }
  static constexpr std::uint64_t bit(Column c) { return std::uint64_t{1} << (static_cast<std::size_t>(c) & 63U); }
};

/// Rows of stored columns. Move-only; one thread at a time.
///
/// A column takes memory only once it is touched. Its values are meaningful only in rows whose mask has its bit; elsewhere
/// they are indeterminate (whatever an earlier use of a recycled batch left), so every reader asks the mask first.
class FlowBatch {
 public:
  static constexpr std::size_t kTargetRows = 8192;  ///< a worker passes a batch on once it holds this many

  FlowBatch() = default;
  FlowBatch(FlowBatch&&) noexcept = default;
  FlowBatch& operator=(FlowBatch&&) noexcept = default;
  FlowBatch(const FlowBatch&) = delete;
  FlowBatch& operator=(const FlowBatch&) = delete;

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }

  /// Adds `count` rows with empty masks and returns the index of the first. Spans taken before may dangle after it.
  std::size_t add_rows(std::size_t count);
  /// Takes back the last `count` rows.
  void drop_rows(std::size_t count) { size_ -= count; }
  /// Keeps the memory, forgets the rows.
  void clear() { size_ = 0; }

  [[nodiscard]] std::span<RowMask> masks() { return {masks_.get(), size_}; }
  [[nodiscard]] std::span<const RowMask> masks() const { return {masks_.get(), size_}; }

  /// The values of a stored column, one for each row, memory made on first use. Setting a value does not set its mask bit.
  template <Column C>
  [[nodiscard]] std::span<Value<C>> values() {
    static_assert(is_stored(C));
    return {static_cast<Value<C>*>(touch(C)), size_};
  }
  /// The same for reading; empty when the column was never touched (no row has it).
  template <Column C>
  [[nodiscard]] std::span<const Value<C>> values() const {
    static_assert(is_stored(C));
    const void* at = data_[static_cast<std::size_t>(C)].get();
    return {static_cast<const Value<C>*>(at), at == nullptr ? 0 : size_};
  }

  /// Sets one value and its mask bit.
  template <Column C>
  void set(std::size_t row, Value<C> value) {
    values<C>()[row] = value;
    masks_[row].set(C);
  }
  /// The value, or `otherwise` where the row has none.
  template <Column C>
  [[nodiscard]] Value<C> get_or(std::size_t row, Value<C> otherwise) const {
    return masks_[row].has(C) ? values<C>()[row] : otherwise;
  }

  /// The column's memory as octets (width(column) for each row), made on first use: for code that is driven by a table.
  [[nodiscard]] std::byte* raw(Column column) { return static_cast<std::byte*>(touch(column)); }
  [[nodiscard]] const std::byte* raw(Column column) const { return data_[static_cast<std::size_t>(column)].get(); }

  /// The columns that some row has, and those that every row has. Both empty when there are no rows.
  struct Presence {
    RowMask any;
    RowMask all;
  };
  [[nodiscard]] Presence presence() const;

  /// Octets of memory held.
  [[nodiscard]] std::size_t memory() const;

 private:
  void* touch(Column column);
  void grow(std::size_t rows);

  struct Free {
    void operator()(void* at) const;
  };
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
  std::unique_ptr<RowMask[]> masks_;
  std::array<std::unique_ptr<std::byte, Free>, kColumnCount> data_;
};

}  // namespace weir::flow
