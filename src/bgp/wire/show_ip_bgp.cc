#include "bgp/wire/show_ip_bgp.h"

#include "bgp/wire/show_entry.h"
#include "bgp/wire/show_table.h"
#include "bgp/wire/show_text.h"

namespace weir::bgp {
namespace {

/// What a router prints before and behind its tables and entries.
bool is_around(std::string_view text) {
  constexpr std::string_view kBeginnings[] = {"BGP table version is", "Default local pref",    "Status codes:",
                                              "Nexthop codes:",       "Origin codes:",         "RPKI validation codes:",
                                              "Displayed ",           "Total number of ",      "% ",
                                              "Processed ",           "Dampening enabled",     "Load for ",
                                              "Time source is",       "BGP router identifier", "RIB entries ",
                                              "Number of prefixes "};
  for (const std::string_view beginning : kBeginnings) {
    if (text.starts_with(beginning)) return true;
  }
  return false;
}

}  // namespace

class ShowIpBgpReader::Impl {
 public:
  explicit Impl(std::function<void(ShownRoute&)> on_route)
      : results_(std::move(on_route)), table_(results_), entry_(results_) {}

  void take(std::string_view chunk) {
    lines_.take(chunk, [this](const ShownLine& line) { take_line(line); });
  }
  void finish() {
    lines_.finish([this](const ShownLine& line) { take_line(line); });
    table_.close();
    entry_.close();
  }
  [[nodiscard]] const ShowResults& results() const { return results_; }

 private:
  void take_line(const ShownLine& line) {
    ++results_.counts.lines;
    const std::string_view text = line.trimmed();
    if (text.empty()) return;
    if (entry_.take_heading(line)) return table_.close();
    if (table_.take_heading(line)) return entry_.close();
    if (is_around(text)) return close();
    if (table_.open() && table_.take_line(line)) return;
    if (is_prompt(text)) return close();
    if (entry_.open()) return entry_.take_line(line);
    if (table_.open()) results_.not_understood(line.number, text, "expected a row of the table");
    // What stands before the first heading, or behind the end of a table or entry, is what people say around it.
  }

  void close() {
    table_.close();
    entry_.close();
  }

  LineSplitter lines_;
  ShowResults results_;
  ShowTable table_;
  ShowEntry entry_;
};

ShowIpBgpReader::ShowIpBgpReader(std::function<void(ShownRoute&)> on_route)
    : impl_(std::make_unique<Impl>(std::move(on_route))) {}
ShowIpBgpReader::~ShowIpBgpReader() = default;

void ShowIpBgpReader::take(std::string_view chunk) {
  impl_->take(chunk);
}
void ShowIpBgpReader::finish() {
  impl_->finish();
}
const ShowCounts& ShowIpBgpReader::counts() const {
  return impl_->results().counts;
}
const std::vector<std::string>& ShowIpBgpReader::complaints() const {
  return impl_->results().complaints;
}

bool looks_like_show_ip_bgp(std::string_view beginning) {
  while (!beginning.empty()) {
    const std::size_t end = beginning.find('\n');
    const std::string_view line = beginning.substr(0, end);
    if (line.contains("BGP routing table entry for ") || line.contains("BGP table version is ")) return true;
    const std::size_t network = line.find("Network");
    const std::size_t next_hop = line.find("Next Hop");
    if (network != std::string_view::npos && next_hop != std::string_view::npos && network < next_hop) return true;
    beginning.remove_prefix(end == std::string_view::npos ? beginning.size() : end + 1);
  }
  return false;
}

}  // namespace weir::bgp
