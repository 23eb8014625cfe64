#include "billing/bill_text.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "billing/bill_file.h"
#include "query/text_grid.h"

namespace weir::billing {
namespace {

namespace json = boost::json;
using query::TextGrid;

/// bit/s as Mbit/s with three decimals, cut.
std::string megabits(std::uint64_t bps) {
  std::string part = std::to_string(1000 + bps / 1000 % 1000).substr(1);
  return std::to_string(bps / 1'000'000) + "." + part;
}

/// Millionths as a decimal number with two decimals or more.
std::string price_text(std::uint64_t micros) {
  std::string part = std::to_string(1'000'000 + micros % 1'000'000).substr(1);
  while (part.size() > 2 && part.ends_with('0')) part.pop_back();
  return std::to_string(micros / 1'000'000) + "." + part;
}

json::value text_or_null(const std::string& text) {
  return text.empty() ? json::value() : json::value(text);
}

TextGrid lines_grid(const Bill& bill) {
  TextGrid grid;
  grid.add_column("direction", TextGrid::Align::left);
  for (const char* head : {"95 %", "max", "avg", "commit", "overage"})
    grid.add_column(std::string(head) + " (Mbit/s)", TextGrid::Align::right);
  grid.add_column("for the commitment", TextGrid::Align::right);
  grid.add_column("for the overage", TextGrid::Align::right);
  for (const Line& line : bill.lines) {
    const bool billed = line.billed_bps != 0 || line.commit_cents != 0;
    grid.start_row();
    grid.add(line.direction);
    grid.add(megabits(line.percentile_95_bps));
    grid.add(megabits(line.maximum_bps));
    grid.add(megabits(line.average_bps));
    grid.add(billed ? megabits(bill.commit_bps) : "");
    grid.add(billed ? megabits(line.overage_bps) : "");
    grid.add(billed ? money_text(line.commit_cents) : "not billed");
    grid.add(billed ? money_text(line.overage_cents) : "");
  }
  return grid;
}

}  // namespace

std::string bill_table(const Bill& bill, const std::string& sha256) {
  std::string out = bill.group + ", " + to_string(bill.month) + " (" + bill.time_zone + ": " +
                    to_iso8601(bill.range.from_ms) + " to " + to_iso8601(bill.range.to_ms) + ")\n\n";
  out += lines_grid(bill).text();
  out += "\ntotal " + money_text(bill.total_cents) + " " + bill.currency + "; one Mbit/s costs " +
         price_text(bill.price_micros) + ", above the commitment " + price_text(bill.overage_micros) + "\n";
  out += std::to_string(bill.samples.size()) + " samples of 5 minutes, of which " +
         std::to_string(bill.samples.size() * 5 / 100) + " are thrown away, read from " + bill.source + "\n";
  out += bill.frozen ? "frozen " + to_iso8601(bill.made_ms) + ", SHA-256 " + sha256 + "\n"
                     : "not frozen: so far, at " + to_iso8601(bill.made_ms) + "\n";
  return out;
}

std::string bill_answer(const Bill& bill, const std::string& sha256, bool samples) {
  json::error_code error;
  json::value inner = json::parse(bill_json(bill), error);
  if (!samples && inner.is_object()) {
    inner.get_object().erase("in_bytes");
    inner.get_object().erase("out_bytes");
  }
  return json::serialize(
             json::object{{"frozen", bill.frozen}, {"sha256", text_or_null(sha256)}, {"bill", std::move(inner)}}) +
         "\n";
}

std::string samples_csv(const Bill& bill) {
  std::string out = "sample,time (ISO 8601 UTC),in (B),out (B),in (bit/s),out (bit/s)\r\n";
  UnixMillis begin = bill.range.from_ms;
  for (std::size_t i = 0; i < bill.samples.size(); ++i, begin += kSampleMs) {
    const UnixMillis length = std::min(kSampleMs, bill.range.to_ms - begin);
    const Sample& sample = bill.samples[i];
    out += std::to_string(i + 1) + "," + to_iso8601(begin) + "," + std::to_string(sample.in_bytes) + "," +
           std::to_string(sample.out_bytes) + "," + std::to_string(rate_bps(sample.in_bytes, length)) + "," +
           std::to_string(rate_bps(sample.out_bytes, length)) + "\r\n";
  }
  return out;
}

std::string entries_table(const std::vector<Entry>& entries) {
  TextGrid grid;
  for (const char* head : {"month", "group", "state"}) grid.add_column(head, TextGrid::Align::left);
  grid.add_column("total", TextGrid::Align::right);
  grid.add_column("", TextGrid::Align::left);
  grid.add_column("SHA-256", TextGrid::Align::left);
  for (const Entry& entry : entries) {
    grid.start_row();
    grid.add(to_string(entry.month));
    grid.add(entry.group);
    grid.add(!entry.trouble.empty() ? entry.trouble : entry.frozen ? "frozen" : "open");
    grid.add(entry.frozen ? money_text(entry.total_cents) : "");
    grid.add(entry.frozen ? entry.currency : "");
    grid.add(entry.sha256.substr(0, 16));
  }
  return grid.text();
}

std::string entries_json(const BillingConfig& config, const std::vector<Entry>& entries) {
  json::array groups;
  for (const GroupConfig& group : config.groups) {
    groups.push_back(json::object{{"name", group.name},
                                  {"counted", kCountedWords[static_cast<std::size_t>(group.counted)]},
                                  {"commit_bps", group.commit_bps},
                                  {"price_micros", group.price_micros},
                                  {"overage_micros", group.overage_micros.value_or(group.price_micros)}});
  }
  json::array bills;
  for (const Entry& entry : entries) {
    bills.push_back(json::object{{"group", entry.group},
                                 {"month", to_string(entry.month)},
                                 {"frozen", entry.frozen},
                                 {"total_cents", entry.frozen ? json::value(entry.total_cents) : json::value()},
                                 {"currency", entry.currency},
                                 {"sha256", text_or_null(entry.sha256)},
                                 {"trouble", text_or_null(entry.trouble)}});
  }
  return json::serialize(json::object{{"currency", config.currency},
                                      {"time_zone", config.time_zone},
                                      {"groups", std::move(groups)},
                                      {"bills", std::move(bills)}}) +
         "\n";
}

std::string check_text(const Check& check) {
  std::string out = check.is_fine() ? "the bill is as it was frozen, and its total follows from its samples\n"
                                    : "the bill is NOT in order\n";
  if (check.store) out += *check.store ? "the store has the same samples\n" : "the store has other samples\n";
  for (const std::string& finding : check.findings) out += finding + "\n";
  return out;
}

std::string check_json(const Check& check) {
  json::array findings(check.findings.begin(), check.findings.end());
  return json::serialize(json::object{{"fine", check.is_fine()},
                                      {"hash", check.hash},
                                      {"sums", check.sums},
                                      {"chain", check.chain},
                                      {"store", check.store ? json::value(*check.store) : json::value()},
                                      {"samples_differ", check.samples_differ},
                                      {"findings", std::move(findings)}}) +
         "\n";
}

}  // namespace weir::billing
