#include "query/report/catalogue.h"

#include <algorithm>
#include <array>

#include "query/nearest.h"
#include "query/report/words.h"

namespace weir::query::report {
namespace {

#define WEIR_RANGE "start end "
#define WEIR_WHERE "customer region router interface "
#define WEIR_ENDS "src_ip dst_ip src_as dst_as src_port dst_port filter "
#define WEIR_SHOWN "size resolution sort layer overhead"

constexpr auto kReports = std::to_array<Report>({
    {"usage-by-interface", "Usage by interface",
     "How much leaves and enters by each interface of each router: what an MRTG graph tells, with what made it one click "
     "away.",
     WEIR_RANGE WEIR_WHERE WEIR_ENDS "direction " WEIR_SHOWN, "", run_usage_by_interface},
    {"usage-by-asn", "Usage by ASN",
     "Which networks the traffic goes to and comes from, with their names and, of what goes out, the AS path that carried "
     "most of it.",
     WEIR_RANGE WEIR_WHERE WEIR_ENDS "direction " WEIR_SHOWN, "", run_usage_by_asn},
    {"usage-by-prefix", "Usage by prefix or subnet",
     "How much each routed prefix, or each subnet of a chosen length, sends and receives.",
     WEIR_RANGE WEIR_WHERE WEIR_ENDS "direction side subnet subnet6 " WEIR_SHOWN, "", run_usage_by_prefix},
    {"usage-by-ip", "Usage by IP address", "How much each address sends and receives.",
     WEIR_RANGE WEIR_WHERE WEIR_ENDS "direction side " WEIR_SHOWN, "", run_usage_by_ip},
    {"usage-by-conversation", "Usage by conversation", "Who talks with whom, by which protocol and port, and how much.",
     WEIR_RANGE WEIR_WHERE WEIR_ENDS "direction detail " WEIR_SHOWN, "", run_usage_by_conversation},
    {"outgoing-by-asn", "Outgoing traffic by ASN",
     "Where the traffic goes and by which AS path: for planning transit and peering.",
     WEIR_RANGE WEIR_WHERE WEIR_ENDS WEIR_SHOWN, "direction=out", run_usage_by_asn},
    {"incoming-by-asn", "Incoming traffic by source ASN",
     "Where the traffic comes from: for planning transit and peering.",
     WEIR_RANGE WEIR_WHERE WEIR_ENDS WEIR_SHOWN, "direction=in", run_usage_by_asn},
    {"customer-profile", "Customer traffic profile",
     "By which uplinks a customer's traffic passes, how much of it is domestic and how much international, and what it "
     "costs at the price of each transit link.",
     WEIR_RANGE WEIR_WHERE WEIR_ENDS "home resolution sort layer overhead", "size=1000", run_customer_profile},
    {"conversation-history", "Conversation history of an address",
     "With whom an address talked and how much, down to its flow records; and ready ways to find spamming, amplification "
     "attacks and scanning, of one address or of all.",
     WEIR_RANGE "address preset least customer region router interface src_ip dst_ip src_port dst_port filter "
                "detail " WEIR_SHOWN,
     "", run_conversation_history},
});

std::vector<Typed> fixed_of(const Report& report) {
  std::vector<Typed> out;
  for (const std::string_view word : words_of(report.fixed)) {
    const std::size_t equals = word.find('=');
    out.emplace_back(word.substr(0, equals), word.substr(equals + 1));
  }
  return out;
}

/// A runner's "address: ..." is about that parameter.
ReportError blame(Error error, const std::vector<std::string_view>& names) {
  ReportError out{std::move(error), {}};
  if (out.error.code != ErrorCode::invalid) return out;
  const std::size_t colon = out.error.message.find(": ");
  const std::string_view lead = std::string_view(out.error.message).substr(0, colon);
  if (colon != std::string::npos && std::ranges::find(names, lead) != names.end())
    out.option = {std::string(lead), out.error.message.substr(colon + 2), std::nullopt};
  return out;
}

}  // namespace

std::span<const Report> reports() {
  return kReports;
}

const Report* find_report(std::string_view name) {
  const auto at = std::ranges::find(kReports, name, &Report::name);
  return at == kReports.end() ? nullptr : &*at;
}

Error unknown_report(std::string_view name) {
  std::vector<std::string_view> names;
  for (const Report& report : kReports) names.push_back(report.name);
  return {ErrorCode::not_found, "there is no report '" + std::string(name.substr(0, 100)) + "'" + suggestion(name, names)};
}

std::vector<std::string_view> parameters_of(const Report& report) {
  return words_of(report.takes);
}

std::expected<Outcome, ReportError> run_report(const Report& report, std::span<const Typed> typed,
                                               const Context& context) {
  const std::vector<std::string_view> allowed = parameters_of(report);
  const auto parameters = read_parameters(allowed, fixed_of(report), typed, context.now);
  if (!parameters) {
    const OptionError& option = parameters.error();
    return std::unexpected(ReportError{
        {ErrorCode::invalid, option.option.empty() ? option.message : option.option + ": " + option.message}, option});
  }
  Job job(context, *parameters, report.name, report.title);
  if (const auto done = report.run(job); !done) return std::unexpected(blame(done.error(), allowed));
  return std::move(job.outcome());
}

}  // namespace weir::query::report
