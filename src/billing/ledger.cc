#include "billing/ledger.h"

#include <algorithm>
#include <system_error>

#include "base/byte_reader.h"
#include "base/state_file.h"
#include "query/validate.h"

namespace weir::billing {
namespace {

/// A month has at most 8940 samples; each takes two numbers of at most 20 digits.
constexpr std::size_t kMostFile = std::size_t{4} << 20U;
constexpr UnixMillis kRetryMs = 10 * kMinuteMs;
/// Files that a directory is looked through for.
constexpr std::size_t kMostEntries = 100'000;

const GroupConfig* find_group(const BillingConfig& config, const std::string& name) {
  const auto at = std::ranges::find(config.groups, name, &GroupConfig::name);
  return at == config.groups.end() ? nullptr : &*at;
}

std::unexpected<Error> no_group(const std::string& name) {
  return fail(ErrorCode::not_found, "there is no billing group '" + name.substr(0, 100) + "' (billing.groups)");
}

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

std::vector<std::uint64_t> octets_of(const query::Answer& answer) {
  std::vector<std::uint64_t> out;
  for (const query::Sums& sums : answer.total.series) out.push_back(sums.bytes);
  return out;
}

/// The month that `bill` is of, made again from its own samples.
Bill settled_again(const Bill& bill) {
  Bill out = bill;
  settle(out);
  return out;
}

}  // namespace

std::string file_name_of(std::string_view group) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : group) {
    if (is_plain(c)) {
      out += c;
      continue;
    }
    const auto octet = static_cast<unsigned char>(c);
    out += '%';
    out += kHex[octet >> 4U];
    out += kHex[octet & 15U];
  }
  return out;
}

std::string group_of_file_name(std::string_view name) {
  const auto digit = [](char c) { return c >= 'A' ? c - 'A' + 10 : c - '0'; };
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '%' && i + 2 < name.size()) {
      out += static_cast<char>(digit(name[i + 1]) * 16 + digit(name[i + 2]));
      i += 2;
    } else {
      out += name[i];
    }
  }
  return out;
}

void Ledger::configure(BillingConfig config) {
  const std::lock_guard lock(mutex_);
  config_ = std::move(config);
  retry_at_ = 0;
  without_traffic_.clear();
}

BillingConfig Ledger::config() const {
  const std::lock_guard lock(mutex_);
  return config_;
}

std::filesystem::path Ledger::file_of(const std::string& group, const Month& month) const {
  return directory_ / to_string(month) / (file_name_of(group) + ".json");
}

Result<std::string> Ledger::frozen_file(const std::string& group, const Month& month) const {
  const auto octets = read_whole(file_of(group, month), kMostFile);
  if (!octets && octets.error().code == ErrorCode::not_found)
    return fail(ErrorCode::not_found,
                "the bill of '" + group.substr(0, 100) + "' for " + to_string(month) + " is not frozen");
  if (!octets) return std::unexpected(octets.error());
  return std::string(as_text(*octets));
}

Result<ReadBill> Ledger::read(const std::string& group, const Month& month) const {
  const auto text = frozen_file(group, month);
  if (!text) return std::unexpected(text.error());
  auto bill = read_bill(*text);
  if (!bill) return fail(bill.error().code, file_of(group, month).string() + ": " + bill.error().message);
  return bill;
}

Result<Bill> Ledger::make(const BillingConfig& config, const GroupConfig& group, const Month& month,
                          UnixMillis now) const {
  const auto range = range_of(month, config.time_zone);
  if (!range) return std::unexpected(range.error());
  if (range->from_ms >= now) return fail(ErrorCode::invalid, to_string(month) + " has not begun");
  Bill out;
  out.group = group.name;
  out.month = month;
  out.time_zone = config.time_zone;
  out.range = *range;
  out.currency = config.currency;
  out.counted = group.counted;
  out.commit_bps = group.commit_bps;
  out.price_micros = group.price_micros;
  out.overage_micros = group.overage_micros.value_or(group.price_micros);
  out.made_ms = now;
  // Of a month that is not over, the samples that are whole.
  Range asked = *range;
  const UnixMillis whole = (now - range->from_ms) / kSampleMs * kSampleMs;
  asked.to_ms = std::min(range->to_ms, range->from_ms + std::max(whole, kSampleMs));
  const auto questions = questions_of(group, asked);
  if (!questions) return std::unexpected(questions.error());
  const auto in = ask_(questions->in);
  if (!in) return std::unexpected(in.error());
  const auto outgoing = ask_(questions->out);
  if (!outgoing) return std::unexpected(outgoing.error());
  if (in->from_ms != asked.from_ms || outgoing->from_ms != asked.from_ms)
    return fail(ErrorCode::invalid, "the store no longer has the beginning of " + to_string(month) +
                                        " in samples of five minutes; keep flows or the 5-minute sums for longer");
  out.filter_in = questions->in.filter_text;
  out.filter_out = questions->out.filter_text;
  out.source = in->source == outgoing->source ? in->source : in->source + ", " + outgoing->source;
  const std::vector<std::uint64_t> in_octets = octets_of(*in);
  const std::vector<std::uint64_t> out_octets = octets_of(*outgoing);
  for (std::size_t i = 0; i < query::bucket_count(questions->in); ++i)
    out.samples.push_back({i < in_octets.size() ? in_octets[i] : 0, i < out_octets.size() ? out_octets[i] : 0});
  settle(out);
  return out;
}

Result<Bill> Ledger::show(const std::string& group, const Month& month, UnixMillis now) const {
  auto frozen = read(group, month);
  if (frozen) return std::move(frozen->bill);
  if (frozen.error().code != ErrorCode::not_found) return std::unexpected(frozen.error());
  const BillingConfig config = this->config();
  const GroupConfig* found = find_group(config, group);
  if (found == nullptr) return no_group(group);
  return make(config, *found, month, now);
}

Result<Bill> Ledger::freeze(const std::string& group, const Month& month, UnixMillis now) {
  const std::lock_guard one(freezing_);
  const BillingConfig config = this->config();
  const GroupConfig* found = find_group(config, group);
  if (found == nullptr) return no_group(group);
  const auto range = range_of(month, config.time_zone);
  if (!range) return std::unexpected(range.error());
  if (std::error_code error; std::filesystem::exists(file_of(group, month), error) || error)
    return fail(ErrorCode::busy, "the bill of '" + group + "' for " + to_string(month) + " is frozen already");
  if (range->to_ms + config.grace_ms > now)
    return fail(ErrorCode::invalid, "the bill for " + to_string(month) + " can be frozen from " +
                                        to_iso8601(range->to_ms + config.grace_ms) +
                                        " on, when the month and the time for late flows (billing.grace) are over");
  auto bill = make(config, *found, month, now);
  if (!bill) return bill;
  if (const auto before = read(group, previous(month))) bill->previous_sha256 = before->sha256;
  if (const auto written = write_atomically(file_of(group, month), as_octets(write_bill(*bill))); !written)
    return std::unexpected(written.error());
  bill->frozen = true;
  return bill;
}

Result<Check> Ledger::verify(const std::string& group, const Month& month, bool ask_store) const {
  const auto found = read(group, month);
  if (!found) return std::unexpected(found.error());
  const Bill& bill = found->bill;
  Check out;
  out.hash = found->is_intact();
  if (!out.hash) out.findings.push_back("The file was changed: its digest is " + found->computed + ", not " + found->sha256 + ".");
  const Bill again = settled_again(bill);
  out.sums = again.lines == bill.lines && again.total_cents == bill.total_cents && bill.group == group &&
             bill.month == month;
  if (!out.sums) out.findings.push_back("Percentile, overage or total do not follow from the samples.");
  if (const auto before = read(group, previous(month)); before && !bill.previous_sha256.empty()) {
    out.chain = before->sha256 == bill.previous_sha256 && before->is_intact();
    if (!out.chain) out.findings.push_back("The bill of the month before is not the one that this one was made after.");
  }
  if (!ask_store) return out;
  const BillingConfig config = this->config();
  const GroupConfig* asked = find_group(config, group);
  if (asked == nullptr) {
    out.findings.push_back("The group is no longer configured; the store was not asked.");
    return out;
  }
  const auto now_made = make(config, *asked, month, bill.made_ms);
  if (!now_made) {
    out.findings.push_back("The store was not compared: " + now_made.error().message + ".");
    return out;
  }
  if (now_made->filter_in != bill.filter_in || now_made->filter_out != bill.filter_out ||
      now_made->range.from_ms != bill.range.from_ms || now_made->range.to_ms != bill.range.to_ms) {
    out.findings.push_back("The group or the time zone was configured anew since; the store was not compared.");
    return out;
  }
  for (std::size_t i = 0; i < std::max(bill.samples.size(), now_made->samples.size()); ++i) {
    const bool both = i < bill.samples.size() && i < now_made->samples.size();
    if (!both || bill.samples[i] != now_made->samples[i]) ++out.samples_differ;
  }
  out.store = out.samples_differ == 0;
  if (!*out.store)
    out.findings.push_back(std::to_string(out.samples_differ) + " of " + std::to_string(bill.samples.size()) +
                           " samples differ from what the store has today: flows came late, or have left it since.");
  return out;
}

Result<std::vector<Entry>> Ledger::list(UnixMillis now) const {
  const BillingConfig config = this->config();
  std::vector<Entry> out;
  std::error_code error;
  std::size_t looked_at = 0;
  for (std::filesystem::directory_iterator month_at(directory_, error), end; !error && month_at != end;
       month_at.increment(error)) {
    const auto month = parse_month(month_at->path().filename().string());
    if (!month) continue;
    for (std::filesystem::directory_iterator at(month_at->path(), error); !error && at != end; at.increment(error)) {
      if (at->path().extension() != ".json" || ++looked_at > kMostEntries) continue;
      Entry entry{group_of_file_name(at->path().stem().string()), *month, true, 0, "", "", ""};
      if (const auto bill = read(entry.group, *month)) {
        entry.total_cents = bill->bill.total_cents;
        entry.currency = bill->bill.currency;
        entry.sha256 = bill->sha256;
        if (!bill->is_intact()) entry.trouble = "the file was changed after it was frozen";
      } else {
        entry.trouble = bill.error().message;
      }
      out.push_back(std::move(entry));
    }
  }
  const auto current = month_of(now, config.time_zone);
  if (!current) return std::unexpected(current.error());
  for (const GroupConfig& group : config.groups) {
    for (const Month& month : {*current, previous(*current)}) {
      const bool there = std::ranges::any_of(
          out, [&](const Entry& entry) { return entry.group == group.name && entry.month == month; });
      if (!there) out.push_back({group.name, month, false, 0, config.currency, "", ""});
    }
  }
  std::ranges::sort(out, [](const Entry& a, const Entry& b) {
    return a.month != b.month ? a.month > b.month : a.group < b.group;
  });
  return out;
}

bool Ledger::is_before_the_first(const BillingConfig& config, const GroupConfig& group, const Month& month,
                                 UnixMillis now) {
  std::error_code error;
  if (std::filesystem::exists(file_of(group.name, previous(month)), error)) return false;
  const std::pair<std::string, Month> key{group.name, month};
  {
    const std::lock_guard lock(mutex_);
    if (without_traffic_.contains(key)) return true;
  }
  const auto bill = make(config, group, month, now);
  if (!bill || std::ranges::any_of(bill->samples, [](const Sample& sample) { return sample != Sample(); })) return false;
  const std::lock_guard lock(mutex_);
  without_traffic_.insert(key);
  return true;
}

std::optional<Ledger::Event> Ledger::tick(UnixMillis now) {
  const BillingConfig config = this->config();
  {
    const std::lock_guard lock(mutex_);
    if (config.groups.empty() || now < retry_at_) return std::nullopt;
  }
  const auto current = month_of(now - config.grace_ms, config.time_zone);
  if (!current) return std::nullopt;
  const Month due = previous(*current);
  for (const GroupConfig& group : config.groups) {
    std::error_code error;
    if (std::filesystem::exists(file_of(group.name, due), error)) continue;
    if (is_before_the_first(config, group, due, now)) continue;
    const auto frozen = freeze(group.name, due, now);
    if (frozen) return Event{group.name, due, std::nullopt};
    const std::lock_guard lock(mutex_);
    retry_at_ = now + kRetryMs;
    return Event{group.name, due, frozen.error()};
  }
  const std::lock_guard lock(mutex_);
  retry_at_ = now + kMinuteMs;
  return std::nullopt;
}

}  // namespace weir::billing
