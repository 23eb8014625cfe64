// THE table of reports. The API, the command line, the page and docs/reference/reports.md are drawn from it: to add a
// report, write a runner beside the others and add a row.
#pragma once

#include <expected>
#include <span>
#include <string_view>
#include <vector>

#include "query/report/parameter.h"
#include "query/report/report.h"

namespace weir::query::report {

struct Report {
  std::string_view name;     ///< "usage-by-asn"
  std::string_view title;    ///< "Usage by ASN"
  std::string_view purpose;  ///< a sentence or two: what it is for
  std::string_view takes;    ///< names of parameters, separated by spaces, in the order of the form
  std::string_view fixed;    ///< "direction=out": what it sets itself
  Result<void> (*run)(Job& job);
};

[[nodiscard]] std::span<const Report> reports();
/// Null when there is none of that name.
[[nodiscard]] const Report* find_report(std::string_view name);
/// The error names the report that was probably meant.
[[nodiscard]] Error unknown_report(std::string_view name);
[[nodiscard]] std::vector<std::string_view> parameters_of(const Report& report);

/// A failure, and where a parameter is to blame its name.
struct ReportError {
  Error error;
  OptionError option;  ///< `option` is "" where no parameter is to blame
};

/// Reads the parameters and runs the report.
[[nodiscard]] std::expected<Outcome, ReportError> run_report(const Report& report, std::span<const Typed> typed,
                                                             const Context& context);

// The runners, one file for each kind.
Result<void> run_usage_by_interface(Job& job);
Result<void> run_usage_by_asn(Job& job);
Result<void> run_usage_by_prefix(Job& job);
Result<void> run_usage_by_ip(Job& job);
Result<void> run_usage_by_conversation(Job& job);
Result<void> run_customer_profile(Job& job);
Result<void> run_conversation_history(Job& job);

}  // namespace weir::query::report
