// A frozen bill's file: never crashes; what is taken is written back, and an intact file gives the very same octets where it
// was in canonical form.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "billing/bill_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  auto read = weir::billing::read_bill(text);
  if (!read) return 0;
  const auto again = weir::billing::read_bill(weir::billing::write_bill(read->bill));
  if (!again || !again->is_intact() || again->bill.samples != read->bill.samples) std::abort();
  weir::billing::settle(read->bill);
  return 0;
}
