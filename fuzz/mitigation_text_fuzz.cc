// What people and files tell mitigation: filters as typed, templates, the state file, lines of the audit log.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "detect/mitigation/audit_log.h"
#include "detect/mitigation/plan.h"
#include "detect/mitigation/state_file.h"
#include "detect/mitigation/text_template.h"
#include "query/filter.h"

namespace {

using namespace weir;
using namespace weir::detect;

void check_typed(std::string_view text) {
  for (const char* target : {"192.0.2.7/32", "2001:db8::7/128"}) {
    const auto signature = parse_signature(text, parse_prefix(target).value());
    if (!signature) continue;
    for (const Way way : {Way::incoming, Way::outgoing}) {
      if (!bgp::encode_flowspec(rule_of(*signature, way))) std::abort();
      if (!query::parse_filter(filter_of(*signature, way))) std::abort();
    }
  }
}

void check_template(std::string_view text) {
  const auto read = TextTemplate::parse(text);
  if (!read) return;
  for (const Quoting quoting : {Quoting::none, Quoting::json, Quoting::url})
    (void)read->fill({{"title", "a \"b\" \\ \x01 \xff"}}, quoting);
}

void check_state(std::string_view text) {
  const auto state = read_state(text);
  if (!state) return;
  const std::string written = write_state(*state);
  const auto again = read_state(written);
  if (!again || write_state(*again) != written) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0]) {
    case 'f': check_typed(text); break;
    case 't': check_template(text); break;
    case 's': check_state(text); break;
    default: (void)read_audit_line(text);
  }
  return 0;
}
