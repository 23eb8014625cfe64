// Who the customers are: those of the configuration, which Weir only reads, and those that people changed on the page,
// which lie in DIR/saved/customers.json (customer_list.h has their form).
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "main/config.h"
#include "main/customer_check.h"

namespace weir::main {

/// DIR/saved/customers.json
[[nodiscard]] std::filesystem::path customers_file_in(const std::filesystem::path& data);

/// What lies there; nothing was saved yet: an empty document. Errors: malformed (with the first fault and its place), io.
[[nodiscard]] Result<CustomerDocument> read_customers(const std::filesystem::path& file);

/// Thread rule: any thread at any time; listen() before others use it.
class CustomerStore final : public serve::CustomerBook {
 public:
  /// `now` tells the time that is written into the file.
  CustomerStore(std::filesystem::path file, std::function<UnixMillis()> now)
      : file_(std::move(file)), now_(std::move(now)) {}

  /// Called after each save, with no lock held, on the thread that saves.
  void listen(std::function<void()> saved) { saved_ = std::move(saved); }

  /// Takes over what is configured, and reads the file again. What cannot be in force beside the configuration is left
  /// out until somebody mends it. Gives a sentence for each thing that somebody should know of; a file that cannot be read
  /// is one, and then what was in force from it stays.
  [[nodiscard]] std::vector<std::string> configure(const enrich::EnrichConfig& configured, CustomersBy changed_by);

  /// The configuration, with what the page has behind its own.
  [[nodiscard]] enrich::EnrichConfig effective() const;
  /// Grows with each save and each configure().
  [[nodiscard]] std::uint64_t turn() const { return turn_.load(); }

  [[nodiscard]] std::string json() const override;
  [[nodiscard]] std::string_view changed_by() const override { return kCustomersByWords[static_cast<std::size_t>(by_.load())]; }
  [[nodiscard]] std::expected<void, serve::CustomersRefused> save(std::string_view json, std::string_view by) override;

 private:
  const std::filesystem::path file_;
  const std::function<UnixMillis()> now_;
  std::function<void()> saved_;
  std::atomic<CustomersBy> by_{CustomersBy::everybody};
  std::atomic<std::uint64_t> turn_{0};
  mutable std::mutex mutex_;
  enrich::EnrichConfig configured_;
  CustomerDocument document_;
  CheckedCustomers checked_;
  std::optional<std::string> problem_;  ///< why the file cannot be read
};

}  // namespace weir::main
