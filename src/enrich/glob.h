// Patterns for names: simple enough to read, and never slow whatever name an exporter sends.
#pragma once

#include <string_view>

namespace weir::enrich {

/// True when the whole of `text` matches `pattern`: '*' stands for any octets (also none), '?' for one octet, all
/// others for themselves. ASCII letters match in either case. Takes at most |pattern| x |text| steps and no memory.
[[nodiscard]] bool glob_matches(std::string_view pattern, std::string_view text);

}  // namespace weir::enrich
