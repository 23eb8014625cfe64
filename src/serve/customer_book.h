// The customers that the page may change, as the API sees them; main/customer_store.h keeps them.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace weir::serve {

/// What is wrong at one place of a JSON document.
struct JsonFault {
  std::string pointer;  ///< RFC 6901: "/customers/3/prefixes/1"; "" the whole
  std::string detail;   ///< one sentence
};

/// Why nothing was saved. Codes: malformed and invalid with `faults`; busy: somebody else saved meanwhile; no_space,
/// io: the disk; unsupported: what lies there cannot be read, and is not written over.
struct CustomersRefused {
  Error error;
  std::vector<JsonFault> faults;
};

/// Thread rule: any thread at any time.
class CustomerBook {
 public:
  CustomerBook() = default;
  virtual ~CustomerBook() = default;
  CustomerBook(const CustomerBook&) = delete;
  CustomerBook& operator=(const CustomerBook&) = delete;

  /// {"configured": {"customers", "regions"}, "saved": {"revision", "time", "customers", "regions"}, "changed_by",
  /// "left_out": [{"pointer", "detail"}], "overlaps": [TEXT], "problem": null or TEXT}.
  [[nodiscard]] virtual std::string json() const = 0;
  /// "everybody", "people" or "nobody".
  [[nodiscard]] virtual std::string_view changed_by() const = 0;
  /// Takes {"revision", "customers", "regions"} in place of all that is saved; in force when this returns. `by` is for
  /// the log: who, and from where.
  [[nodiscard]] virtual std::expected<void, CustomersRefused> save(std::string_view json, std::string_view by) = 0;
};

}  // namespace weir::serve
