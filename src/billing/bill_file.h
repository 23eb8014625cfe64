// A frozen bill as it lies in the data directory: one JSON text with all samples, and its SHA-256 in front.
//
//     {"sha256":"<64 hexadecimal digits>",
//     "bill":{...}}
//
// The digest is of the octets of the second line behind `"bill":` up to the last brace but one, so that
// `tail -n +2 FILE | sed 's/^"bill"://; s/}$//' | tr -d '\n' | sha256sum` gives it too.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "billing/bill.h"

namespace weir::billing {

/// The bill alone, in canonical form: the same bill always gives the same octets.
[[nodiscard]] std::string bill_json(const Bill& bill);

/// The whole file.
[[nodiscard]] std::string write_bill(const Bill& bill);

struct ReadBill {
  Bill bill;
  std::string sha256;    ///< as the file says
  std::string computed;  ///< of what the file holds
  [[nodiscard]] bool is_intact() const { return sha256 == computed; }
};
/// Errors: malformed. A digest that does not fit is no error here.
[[nodiscard]] Result<ReadBill> read_bill(std::string_view text);

}  // namespace weir::billing
