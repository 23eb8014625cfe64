// Text that repeats (interface names, AS paths, countries) is held once and referred to by a number.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace weir::flow {

/// A number that stands for a text in one StringPool. 0 is the empty text. Numbers are handed out in order, never reused.
using StringId = std::uint32_t;

/// An append-only table of texts. intern() and text() may be called from any thread; text() takes no lock.
///
/// Bounded: when `most_strings` or `most_octets` is reached, new texts get the id of "(too many names)" and are counted, so
/// that exporters cannot fill the memory. Texts longer than kMostLength octets are cut.
class StringPool {
 public:
  static constexpr std::size_t kMostLength = 4096;

  explicit StringPool(std::size_t most_strings = std::size_t{1} << 22U, std::size_t most_octets = std::size_t{512} << 20U);
  ~StringPool();
  StringPool(const StringPool&) = delete;
  StringPool& operator=(const StringPool&) = delete;

  /// The id of `text`, new or known. Takes a lock: keep ids, do not intern per record.
  StringId intern(std::string_view text);
  /// The text of an id that this pool gave out; the view lives as long as the pool. Unknown ids read as "".
  [[nodiscard]] std::string_view text(StringId id) const;
  /// Ids 0 .. size()-1 exist. Grows only.
  [[nodiscard]] StringId size() const { return size_.load(std::memory_order_acquire); }
  /// How many texts did not fit.
  [[nodiscard]] std::uint64_t refused() const { return refused_.load(std::memory_order_relaxed); }

 private:
  static constexpr std::size_t kBlock = 4096;
  struct Index;
  StringId append(std::string_view text);
  std::string_view keep(std::string_view text);

  const std::size_t most_strings_;
  const std::size_t most_octets_;
  std::mutex mutex_;
  std::unique_ptr<Index> index_;
  std::unique_ptr<std::atomic<std::string_view*>[]> blocks_;
  std::size_t block_count_ = 0;
  std::atomic<StringId> size_{0};
  std::atomic<std::uint64_t> refused_{0};
  std::size_t octets_ = 0;
  StringId overflow_ = 0;
};

}  // namespace weir::flow
