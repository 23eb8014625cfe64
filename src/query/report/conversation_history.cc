// What an address did: with whom it talked, and three ready ways to look for abuse.
#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <vector>

#include "query/report/catalogue.h"
#include "query/report/traffic_table.h"
#include "query/test_builder.h"

namespace weir::query::report {
namespace {

using flow::Column;

constexpr std::uint64_t kTcp = 6;
constexpr std::uint64_t kUdp = 17;
constexpr std::uint64_t kMailServers = 10;
constexpr std::uint64_t kLargeAnswer = 200;
constexpr std::uint64_t kScanned = 100;
/// UDP services that answer with far more than they are asked: NTP, DNS, CLDAP, SSDP, memcached, SNMP, chargen.
const Ranges kReflectors = {{19, 19}, {53, 53}, {123, 123}, {161, 161}, {389, 389}, {1900, 1900}, {11211, 11211}};

ExpressionPtr number_is(Column column, std::uint64_t number) {
  return make({NumberTest{column, Compare::equal, 0, number}});
}

/// The address as this end of the traffic; null where none was given.
ExpressionPtr address_is(const Parameters& parameters, Column column) {
  return parameters.address ? one_of(column, std::vector{*parameters.address}) : nullptr;
}

// ------------------------------------------------------------------------------------------------------- conversations

std::vector<Column> keys(Detail detail, Column other, bool sent) {
  switch (detail) {
    case Detail::hosts:
      return {other};
    case Detail::services:
      return {other, Column::proto, sent ? Column::dst_port : Column::src_port};
    case Detail::ports:
      return {other, Column::proto, Column::src_port, Column::dst_port};
  }
  return {};
}

/// The records themselves, the newest first.
Result<void> add_records(Job& job, const std::string& address) {
  const Parameters& parameters = job.parameters();
  Search search;
  search.from_ms = parameters.base.from_ms;
  search.to_ms = parameters.base.to_ms;
  search.filter = all_of({any_of({address_is(parameters, Column::src_addr), address_is(parameters, Column::dst_addr)}),
                          conditions(parameters, Way::any)});
  search.columns = {Column::time,     Column::duration, Column::exporter_name, Column::src_addr, Column::src_port,
                    Column::dst_addr, Column::dst_port, Column::proto,         Column::tcp_flags, Column::packets,
                    Column::bytes,    Column::sampling_rate};
  search.most = parameters.base.top;
  const auto answer = job.ask(std::move(search));
  if (!answer) return std::unexpected(answer.error());
  Table table;
  table.name = "records";
  table.title = "The newest flow records of " + address;
  for (const Column column : answer->columns) {
    const flow::ColumnInfo& info = flow::info(column);
    const bool amount = column == Column::packets || column == Column::bytes;
    table.columns.push_back({std::string(info.name), std::string(column_title(column)),
                             info.type == flow::ColumnType::time_ms ? "" : std::string(info.unit),
                             info.type == flow::ColumnType::time_ms       ? Kind::time
                             : amount || column == Column::duration        ? Kind::amount
                             : info.type == flow::ColumnType::string || info.type == flow::ColumnType::ip ? Kind::text
                                                                           : Kind::id});
  }
  for (const auto& cells : answer->rows) table.rows.push_back({cells, "", {}});
  table.source = "flows";
  table.rows_read = answer->rows.size();
  job.outcome().tables.push_back(std::move(table));
  job.note("Records are as the exporter sent them: their bytes and packets are not multiplied by the sampling rate.");
  return {};
}

Result<void> tell_conversations(Job& job) {
  const Parameters& parameters = job.parameters();
  if (!parameters.address) return fail(ErrorCode::invalid, "address: without a preset, say whose conversations are meant");
  const bool host = parameters.address->length == (parameters.address->address.is_v4() ? 32 : 128);
  const std::string address = host ? to_string(parameters.address->address) : to_string(*parameters.address);
  for (const bool sent : {true, false}) {
    const Column own = sent ? Column::src_addr : Column::dst_addr;
    const Column other = sent ? Column::dst_addr : Column::src_addr;
    const auto fine = add_traffic(
        job, {.name = sent ? "sent" : "received",
              .title = (sent ? "Sent by " : "Received by ") + address,
              .by = keys(parameters.detail, other, sent),
              .filter = all_of({address_is(parameters, own), conditions(parameters, sent ? Way::out : Way::in)})});
    if (!fine) return fine;
  }
  return add_records(job, address);
}

// ------------------------------------------------------------------------------------------------------------- presets

/// Keys and, behind them, the counts of different values, then the traffic.
void add_counts(Table& table, const Asked& asked, std::size_t behind, std::vector<flow::Column> counted,
                std::span<const std::string_view> titles) {
  for (std::size_t n = 0; n < counted.size(); ++n) {
    const auto at = static_cast<std::ptrdiff_t>(behind + n);
    table.columns.insert(table.columns.begin() + at,
                         {"distinct_" + std::string(flow::name(counted[n])), std::string(titles[n]), "", Kind::number});
    const auto put = [&](TableRow& row, const Row* from) {
      row.cells.insert(row.cells.begin() + at,
                       from != nullptr && n < from->distinct.size() ? Cell(from->distinct[n]) : Cell());
    };
    for (std::size_t i = 0; i < table.rows.size(); ++i) put(table.rows[i], &asked.answer.rows[i]);
    if (table.other) put(*table.other, nullptr);
    if (table.total) put(*table.total, &asked.answer.total);
  }
}

/// Rows whose first count reaches `least`; what is left goes from the table, not to `other`.
void keep_from(std::uint64_t least, Asked& asked) {
  std::erase_if(asked.answer.rows, [&](const Row& row) { return row.distinct.empty() || row.distinct.front() < least; });
}

Result<void> look_for_spam(Job& job) {
  const Parameters& parameters = job.parameters();
  const std::uint64_t least = parameters.least.value_or(kMailServers);
  const Asking asking{.name = "spam",
                      .title = "Sources that reached at least " + std::to_string(least) + " mail servers on port 25",
                      .by = {Column::src_addr, Column::src_customer},
                      .filter = all_of({number_is(Column::proto, kTcp), number_is(Column::dst_port, 25),
                                        address_is(parameters, Column::src_addr), conditions(parameters, Way::out)})};
  Asked asked{question(job, asking.by, asking.filter), {}};
  asked.query.metric = Metric::distinct;
  asked.query.rank = Rank::total;
  asked.query.layer2_overhead.reset();
  asked.query.distinct = {Column::dst_addr};
  auto answer = job.ask(asked.query);
  if (!answer) return std::unexpected(answer.error());
  asked.answer = *std::move(answer);
  keep_from(least, asked);
  Table table = traffic_table(job, asking, asked);
  table.other.reset();
  constexpr auto kTitles = std::to_array<std::string_view>({"Mail servers"});
  add_counts(table, asked, asking.by.size(), asked.query.distinct, kTitles);
  job.outcome().tables.push_back(std::move(table));
  return {};
}

Result<void> look_for_amplification(Job& job) {
  const Parameters& parameters = job.parameters();
  const std::uint64_t least = parameters.least.value_or(kLargeAnswer);
  const ExpressionPtr large = make({NumberTest{Column::bpp, Compare::greater_equal, static_cast<double>(least), 0}});
  const Asking asking{
      .name = "amplification",
      .title = "Answers of services that reflect, of " + std::to_string(least) + " octets a packet or more, by victim",
      .by = {Column::dst_addr, Column::src_port, Column::dst_customer},
      .filter = all_of({number_is(Column::proto, kUdp), one_of(Column::src_port, kReflectors), large,
                        any_of({address_is(parameters, Column::src_addr), address_is(parameters, Column::dst_addr)}),
                        conditions(parameters, Way::any)})};
  Asked asked{question(job, asking.by, asking.filter), {}};
  asked.query.distinct = {Column::src_addr};
  auto answer = job.ask(asked.query);
  if (!answer) return std::unexpected(answer.error());
  asked.answer = *std::move(answer);
  Table table = traffic_table(job, asking, asked);
  constexpr auto kTitles = std::to_array<std::string_view>({"Reflectors"});
  add_counts(table, asked, asking.by.size(), asked.query.distinct, kTitles);
  job.outcome().tables.push_back(std::move(table));
  return {};
}

/// The busiest minute of one source.
struct Minute {
  UnixMillis time = 0;
  std::uint64_t addresses = 0;
  std::uint64_t ports = 0;
  std::uint64_t records = 0;
  [[nodiscard]] std::uint64_t most() const { return std::max(addresses, ports); }
};

/// Of each candidate the minute with most destinations or ports.
Result<std::map<std::string, Minute>> busiest_minutes(Job& job, const Query& query, std::vector<Prefix> sources) {
  std::map<std::string, Minute> out;
  // Of several orders a tally has one; both are asked for, so that a scan of ports is found as well as one of addresses.
  for (const std::size_t order : {0U, 1U}) {
    Tally tally;
    tally.from_ms = query.from_ms;
    tally.to_ms = query.to_ms;
    tally.filter = all_of({one_of(Column::src_addr, sources), query.filter});
    tally.by = {ByColumn{Column::src_addr, false}, ByInterval{Column::time, static_cast<double>(kMinuteMs), 0}};
    tally.measures = {{Statistic::distinct, Column::dst_addr, {}, {}},
                      {Statistic::distinct, Column::dst_port, {}, {}},
                      {Statistic::count, {}, {}, {}}};
    tally.order = {{order, true}};
    const auto answer = job.ask(std::move(tally));
    if (!answer) return std::unexpected(answer.error());
    for (const TallyRow& row : answer->rows) {
      const auto* source = std::get_if<std::string>(&row.key[0]);
      const auto* time = std::get_if<std::uint64_t>(&row.key[1]);
      if (source == nullptr || time == nullptr) continue;
      const auto value = [&](std::size_t i) { return static_cast<std::uint64_t>(row.values[i].front().value_or(0)); };
      const Minute minute{static_cast<UnixMillis>(*time), value(0), value(1), value(2)};
      Minute& best = out[*source];
      if (minute.most() > best.most()) best = minute;
    }
    if (answer->left_out == 0) break;  // all of them were there
  }
  return out;
}

/// The sources with most different destinations, or destination ports.
Result<std::vector<Row>> candidates(Job& job, const Query& base) {
  std::vector<Row> out;
  for (const Column counted : {Column::dst_addr, Column::dst_port}) {
    Query query = base;
    query.metric = Metric::distinct;
    query.distinct = {counted};
    const auto answer = job.ask(query);
    if (!answer) return std::unexpected(answer.error());
    for (const Row& row : answer->rows) {
      if (std::ranges::find(out, row.key, &Row::key) == out.end()) out.push_back(row);
    }
  }
  return out;
}

Result<void> look_for_scanning(Job& job) {
  const Parameters& parameters = job.parameters();
  const std::uint64_t least = parameters.least.value_or(kScanned);
  Query query = question(job, {Column::src_addr, Column::src_customer},
                         all_of({address_is(parameters, Column::src_addr), conditions(parameters, Way::out)}));
  query.rank = Rank::total;
  query.layer2_overhead.reset();
  query.resolution_ms.reset();
  // Many reach much in a day without ever being quick: look at more than are shown.
  query.top = std::min<std::uint32_t>(parameters.base.top * 5, 1000);
  const auto rows = candidates(job, query);
  if (!rows) return std::unexpected(rows.error());
  std::vector<Prefix> sources;
  for (const Row& row : *rows) {
    const auto* text = std::get_if<std::string>(&row.key[0]);
    if (const auto address = text == nullptr ? fail(ErrorCode::invalid, "") : parse_prefix(*text))
      sources.push_back(*address);
  }
  std::map<std::string, Minute> minutes;
  if (!sources.empty()) {
    auto found = busiest_minutes(job, query, std::move(sources));
    if (!found) return std::unexpected(found.error());
    minutes = *std::move(found);
  }
  Table table;
  table.name = "scanning";
  table.title =
      "Sources that reached at least " + std::to_string(least) + " destinations or destination ports within a minute";
  table.columns = {{"src_addr", "Source IP", "", Kind::text},
                   {"src_customer", "Customer", "", Kind::text},
                   {"addresses_a_minute", "Destinations", "a minute", Kind::number},
                   {"ports_a_minute", "Ports", "a minute", Kind::number},
                   {"busiest_minute", "Busiest minute", "", Kind::time},
                   {"records", "Records then", "", Kind::number},
                   {"bytes", "Volume", "B", Kind::amount}};
  std::vector<std::pair<std::uint64_t, TableRow>> lines;
  for (const Row& row : *rows) {
    const auto* source = std::get_if<std::string>(&row.key[0]);
    const auto at = source == nullptr ? minutes.end() : minutes.find(*source);
    if (at == minutes.end() || at->second.most() < least) continue;
    const Minute& minute = at->second;
    TableRow line;
    line.cells = {row.key[0],     row.key[1],       minute.addresses, minute.ports, static_cast<std::uint64_t>(minute.time),
                  minute.records, row.sums.bytes};
    line.filter = text_of(all_of({keys_equal(query.by, row.key), query.filter}));
    lines.emplace_back(minute.most(), std::move(line));
  }
  std::ranges::stable_sort(lines, std::greater(), &std::pair<std::uint64_t, TableRow>::first);
  for (auto& [most, line] : lines) {
    if (table.rows.size() < parameters.base.top) table.rows.push_back(std::move(line));
  }
  table.filter = query.filter_text;
  table.by = {"src_addr", "src_customer"};
  table.source = "flows";
  job.outcome().tables.push_back(std::move(table));
  job.note("Where packets are sampled, a scan shows with a part of its destinations only: lower `least` accordingly.");
  return {};
}

}  // namespace

Result<void> run_conversation_history(Job& job) {
  switch (job.parameters().preset) {
    case Preset::none:
      return tell_conversations(job);
    case Preset::spam:
      return look_for_spam(job);
    case Preset::amplification:
      return look_for_amplification(job);
    case Preset::scanning:
      return look_for_scanning(job);
  }
  return {};
}

}  // namespace weir::query::report
