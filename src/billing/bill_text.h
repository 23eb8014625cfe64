// A bill for people (table), for programs (JSON) and for spreadsheets (CSV).
#pragma once

#include <string>
#include <vector>

#include "billing/bill.h"
#include "billing/ledger.h"

namespace weir::billing {

/// What is charged and why, in lines; rates in Mbit/s.
[[nodiscard]] std::string bill_table(const Bill& bill, const std::string& sha256);
/// {"frozen", "sha256" or null, "bill": {...}}: the bill as its file has it (bill_file.h); `samples` false: without
/// in_bytes and out_bytes.
[[nodiscard]] std::string bill_answer(const Bill& bill, const std::string& sha256, bool samples);
/// RFC 4180: one line for each sample, with its start, the bytes and the rates.
[[nodiscard]] std::string samples_csv(const Bill& bill);

[[nodiscard]] std::string entries_table(const std::vector<Entry>& entries);
/// {"currency", "time_zone", "groups": [{"name", "counted", "commit_bps", "price_micros", "overage_micros"}..], "bills":
/// [{"group", "month", "frozen", "total_cents" or null, "currency", "sha256" or null, "trouble" or null}..]}
[[nodiscard]] std::string entries_json(const BillingConfig& config, const std::vector<Entry>& entries);

[[nodiscard]] std::string check_text(const Check& check);
/// {"fine", "hash", "sums", "chain", "store": true, false or null, "samples_differ", "findings": [text..]}
[[nodiscard]] std::string check_json(const Check& check);

}  // namespace weir::billing
