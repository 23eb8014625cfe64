// weir billing: bills at the 95th percentile, of a running server or of a data directory.
#include <CLI/CLI.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <filesystem>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/digest.h"
#include "billing/bill_text.h"
#include "billing/ledger.h"
#include "main/command.h"
#include "main/config.h"
#include "main/interrupt.h"
#include "main/where.h"
#include "query/format.h"

namespace weir::main {
namespace {

struct Options {
  Where where;
  std::string config;
  std::string group;
  std::string month;
  std::string format;
};

/// One of `weir billing ...`.
struct Action {
  std::string_view name;
  std::string_view help;
  bool of_a_bill = true;
  std::string_view formats;  ///< the first is what stands without --format
  Result<std::string> (*server)(const Options&);
  Result<std::string> (*store)(const Options&, billing::Ledger&, const billing::Month&);
};

Parameters parameters_of(const Options& options) {
  Parameters out = {{"group", options.group}};
  if (!options.month.empty()) out.emplace_back("month", options.month);
  return out;
}

std::string digest_of(const billing::Bill& bill) {
  return bill.frozen ? sha256_hex(billing::bill_json(bill)) : "";
}

Result<std::string> as_text(const Options& options, const billing::Bill& bill) {
  if (options.format == "json") return billing::bill_answer(bill, digest_of(bill), false);
  return billing::bill_table(bill, digest_of(bill));
}

bool flag(const boost::json::object& from, std::string_view name) {
  const boost::json::value* value = from.if_contains(name);
  return value != nullptr && value->is_bool() && value->get_bool();
}

/// The server's check as people read it; an error where the bill is not in order, so that scripts notice.
Result<std::string> told(const billing::Check& check, const Options& options) {
  std::string text = options.format == "json" ? billing::check_json(check) : billing::check_text(check);
  if (check.is_fine()) return text;
  while (text.ends_with('\n')) text.pop_back();
  for (char& c : text) c = c == '\n' ? ' ' : c;
  return fail(ErrorCode::malformed, text);
}

Result<billing::Check> check_of(const std::string& text) {
  boost::system::error_code error;
  const boost::json::value parsed = boost::json::parse(text, error);
  if (error || !parsed.is_object()) return fail(ErrorCode::malformed, "the server's answer is no check of a bill");
  const boost::json::object& from = parsed.get_object();
  billing::Check out;
  out.hash = flag(from, "hash");
  out.sums = flag(from, "sums");
  out.chain = flag(from, "chain");
  if (const auto* store = from.if_contains("store"); store != nullptr && store->is_bool()) out.store = store->get_bool();
  if (const auto* findings = from.if_contains("findings"); findings != nullptr && findings->is_array()) {
    for (const boost::json::value& finding : findings->get_array()) {
      if (finding.is_string()) out.findings.emplace_back(finding.get_string());
    }
  }
  return out;
}

// ---------------------------------------------------------------------------------------------------- of a running server

Result<std::string> get_list(const Options& options) {
  auto reply = get_from_server(options.where.server, "/api/v1/billing", {});
  if (!reply || options.format == "json") return reply;
  boost::system::error_code error;
  const boost::json::value parsed = boost::json::parse(*reply, error);
  const auto* bills = error || !parsed.is_object() ? nullptr : parsed.get_object().if_contains("bills");
  if (bills == nullptr || !bills->is_array()) return fail(ErrorCode::malformed, "the server's answer is no list of bills");
  std::vector<billing::Entry> entries;
  for (const boost::json::value& value : bills->get_array()) {
    if (!value.is_object()) continue;
    const boost::json::object& from = value.get_object();
    const auto text = [&](std::string_view name) {
      const auto* found = from.if_contains(name);
      return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
    };
    billing::Entry entry;
    entry.group = text("group");
    entry.month = billing::parse_month(text("month")).value_or(billing::Month());
    entry.frozen = flag(from, "frozen");
    if (const auto* cents = from.if_contains("total_cents"); cents != nullptr && cents->is_int64())
      entry.total_cents = static_cast<std::uint64_t>(cents->get_int64());
    entry.currency = text("currency");
    entry.sha256 = text("sha256");
    entry.trouble = text("trouble");
    entries.push_back(std::move(entry));
  }
  return billing::entries_table(entries);
}

Result<std::string> get_show(const Options& options) {
  Parameters parameters = parameters_of(options);
  parameters.emplace_back("format", options.format);
  return get_from_server(options.where.server, "/api/v1/billing/bill", parameters);
}

Result<std::string> get_export(const Options& options) {
  if (options.format == "csv") return get_show(options);
  return get_from_server(options.where.server, "/api/v1/billing/file", parameters_of(options));
}

Result<std::string> get_verify(const Options& options) {
  const auto reply = get_from_server(options.where.server, "/api/v1/billing/verify", parameters_of(options));
  if (!reply) return reply;
  const auto check = check_of(*reply);
  if (!check) return std::unexpected(check.error());
  return told(*check, options);
}

Result<std::string> post_freeze(const Options& options) {
  if (auto frozen = post_to_server(options.where.server, "/api/v1/billing/freeze", parameters_of(options)); !frozen)
    return frozen;
  return get_show(options);
}

// -------------------------------------------------------------------------------------------------- of a data directory

Result<std::string> list(const Options& options, billing::Ledger& ledger, const billing::Month&) {
  const auto entries = ledger.list(now_ms());
  if (!entries) return std::unexpected(entries.error());
  return options.format == "json" ? billing::entries_json(ledger.config(), *entries) : billing::entries_table(*entries);
}

Result<std::string> show(const Options& options, billing::Ledger& ledger, const billing::Month& month) {
  const auto bill = ledger.show(options.group, month, now_ms());
  if (!bill) return std::unexpected(bill.error());
  return as_text(options, *bill);
}

Result<std::string> export_bill(const Options& options, billing::Ledger& ledger, const billing::Month& month) {
  if (options.format == "json") return ledger.frozen_file(options.group, month);
  const auto bill = ledger.show(options.group, month, now_ms());
  if (!bill) return std::unexpected(bill.error());
  return billing::samples_csv(*bill);
}

Result<std::string> verify(const Options& options, billing::Ledger& ledger, const billing::Month& month) {
  const auto check = ledger.verify(options.group, month, true);
  if (!check) return std::unexpected(check.error());
  return told(*check, options);
}

Result<std::string> freeze(const Options& options, billing::Ledger& ledger, const billing::Month& month) {
  const auto bill = ledger.freeze(options.group, month, now_ms());
  if (!bill) return std::unexpected(bill.error());
  return as_text(options, *bill);
}

constexpr Action kActions[] = {
    {"list", "groups and their bills", false, "table json", get_list, list},
    {"show", "one bill: frozen, or so far", true, "table json", get_show, show},
    {"freeze", "freeze one bill now, where its month and the time for late flows are over", true, "table json", post_freeze,
     freeze},
    {"verify", "whether a frozen bill is as it was, and the store still says the same", true, "table json", get_verify,
     verify},
    {"export", "the samples as CSV, or the frozen file as it is", true, "csv json", get_export, export_bill},
};

Result<std::string> ask_store(const Action& action, const Options& options) {
  Config config;
  if (!options.config.empty()) {
    auto read = read_config(options.config);
    if (!read) return fail(ErrorCode::invalid, to_string(read.error().front(), options.config));
    config = *std::move(read);
  }
  flow::StringPool strings;
  auto store = open_for_reading(options.where.data, strings);
  if (!store) return std::unexpected(store.error());
  billing::Ledger ledger(std::filesystem::path(options.where.data) / "billing", [&](const query::Query& query) {
    return (*store)->run(query, stop_on_interrupt());
  });
  ledger.configure(config.billing);
  const auto month =
      options.month.empty() ? billing::month_of(now_ms(), config.billing.time_zone) : billing::parse_month(options.month);
  if (!month) return std::unexpected(month.error());
  return action.store(options, ledger, *month);
}

int run(const Action& action, Options options) {
  if (options.format.empty()) options.format = action.formats.substr(0, action.formats.find(' '));
  if ((" " + std::string(action.formats) + " ").find(" " + options.format + " ") == std::string::npos)
    return usage_error("'" + options.format + "' is not one of its formats: " + std::string(action.formats));
  if (!options.month.empty()) {
    if (const auto month = billing::parse_month(options.month); !month) return usage_error(month.error().message);
  }
  auto text = options.where.data.empty() ? action.server(options) : ask_store(action, options);
  return print_answer(std::move(text));
}

}  // namespace

Run declare_billing(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  const auto chosen = std::make_shared<const Action*>(nullptr);
  app.require_subcommand(1);
  for (const Action& action : kActions) {
    CLI::App* sub = app.add_subcommand(std::string(action.name), std::string(action.help));
    if (action.of_a_bill) {
      sub->add_option("group", options->group, "the billing group's name")->required();
      sub->add_option("--month", options->month, "such as 2026-11 (default: this month)")->type_name("");
    }
    sub->add_option("--format", options->format, std::string(action.formats))->type_name("");
    sub->add_option("--config", options->config, "the configuration with the groups; with --data only")->type_name("FILE");
    add_where_options(*sub, options->where);
    sub->callback([chosen, &action] { *chosen = &action; });
  }
  return [options, chosen] { return run(**chosen, *options); };
}

}  // namespace weir::main
