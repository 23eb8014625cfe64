#include "store/duckdb/compile_fixture.h"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "flow/spread.h"
#include "query/row_value.h"
#include "store/duckdb/compile_literal.h"
#include "store/duckdb/rollup_columns.h"

namespace weir::store::test {
namespace {

using flow::Column;
using flow::ColumnType;
using flow::FlowBatch;

std::string_view sql_type(ColumnType type) {
  switch (type) {
    case ColumnType::u8:
      return "UTINYINT";
    case ColumnType::u16:
      return "USMALLINT";
    case ColumnType::u32:
      return "UINTEGER";
    case ColumnType::u64:
    case ColumnType::mac:
      return "UBIGINT";
    case ColumnType::time_ms:
      return "BIGINT";
    default:
      return "VARCHAR";
  }
}

std::string column_ddl(Column column) {
  const ColumnType type = flow::info(column).type;
  if (type == ColumnType::ip) return sql_name(column, "_hi") + " UBIGINT, " + sql_name(column, "_lo") + " UBIGINT";
  return sql_name(column) + " " + std::string(sql_type(type));
}

void append_number(duckdb_appender to, ColumnType type, std::uint64_t value) {
  switch (type) {
    case ColumnType::u8:
      duckdb_append_uint8(to, static_cast<std::uint8_t>(value));
      break;
    case ColumnType::u16:
      duckdb_append_uint16(to, static_cast<std::uint16_t>(value));
      break;
    case ColumnType::u32:
      duckdb_append_uint32(to, static_cast<std::uint32_t>(value));
      break;
    default:
      duckdb_append_uint64(to, value);
      break;
  }
}

void append_cell(duckdb_appender to, const FlowBatch& rows, std::size_t row, Column column,
                 const flow::StringPool& strings) {
  const auto value = query::row_value(rows, row, column);
  const ColumnType type = flow::info(column).type;
  if (!value) {
    duckdb_append_null(to);
    if (type == ColumnType::ip) duckdb_append_null(to);
  } else if (const auto* address = std::get_if<IpAddress>(&*value)) {
    duckdb_append_uint64(to, address->hi);
    duckdb_append_uint64(to, address->lo);
  } else if (const auto* id = std::get_if<flow::StringId>(&*value)) {
    const std::string_view text = strings.text(*id);
    duckdb_append_varchar_length(to, text.data(), text.size());
  } else if (const auto* time = std::get_if<UnixMillis>(&*value)) {
    duckdb_append_int64(to, *time);
  } else {
    append_number(to, type, std::get<std::uint64_t>(*value));
  }
}

/// Opens an appender, lets `append` fill it, and fails loudly.
template <typename Append>
void append_to(duckdb_connection connection, const std::string& table, Append append) {
  duckdb_appender appender = nullptr;
  if (duckdb_appender_create(connection, nullptr, table.c_str(), &appender) != DuckDBSuccess)
    throw std::runtime_error("no table " + table);
  append(appender);
  const bool closed = duckdb_appender_close(appender) == DuckDBSuccess;
  const std::string error = closed ? "" : duckdb_appender_error(appender);
  duckdb_appender_destroy(&appender);
  if (!closed) throw std::runtime_error(error);
}

std::vector<Column> stored() {
  std::vector<Column> out;
  for (const flow::ColumnInfo& info : flow::kColumns) {
    if (flow::is_stored(info.column)) out.push_back(info.column);
  }
  return out;
}

UnixMillis duration_of(const FlowBatch& rows, std::size_t row) {
  if (!rows.masks()[row].has(Column::flow_start) || !rows.masks()[row].has(Column::flow_end)) return 0;
  return rows.values<Column::flow_end>()[row] - rows.values<Column::flow_start>()[row];
}

class RandomFlows {
 public:
  RandomFlows(FlowBatch& rows, std::mt19937_64& random, flow::StringPool& strings)
      : rows_(rows), random_(random), strings_(strings) {}

  void fill(std::size_t row) {
#define X(name, alias, type, role, storage, unit, meaning) \
  if constexpr (flow::is_stored(Column::name)) maybe<Column::name>(row);
    WEIR_COLUMNS(X)
#undef X
    fill_times(row);
    fill_counters(row);
  }

 private:
  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
  bool one_in(std::uint64_t n) { return below(n) == 0; }

  template <Column C>
  void maybe(std::size_t row) {
    if (!one_in(5)) rows_.set<C>(row, some<C>());
  }

  template <Column C>
  flow::Value<C> some() {
    constexpr ColumnType type = flow::info(C).type;
    if constexpr (type == ColumnType::ip) {
      constexpr auto kAddresses = std::to_array<std::string_view>(
          {"10.0.0.1", "10.0.0.2", "10.1.2.3", "0.0.0.0", "255.255.255.255", "192.0.2.200", "::", "::1", "2001:db8::1",
           "2001:db8:0:1::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::fffe:a00:1", "::1:0:0", "fe80::1"});
      return *parse_ip(kAddresses[below(kAddresses.size())]);
    } else if constexpr (type == ColumnType::string) {
      constexpr auto kTexts =
          std::to_array<std::string_view>({"", "in", "out", "Acme", "Bo'b", "\"q\"", "a\\b", "3491 4134 4809", "15169",
                                           "xe-0/0/0", "M\xc3\xbcller", "%", "_", "line\nbreak", "$1", "MY"});
      return strings_.intern(kTexts[below(kTexts.size())]);
    } else if constexpr (type == ColumnType::time_ms) {
      return kFirst + static_cast<UnixMillis>(below(kHourMs));
    } else if constexpr (C == Column::src_mask || C == Column::dst_mask) {
      constexpr auto kMasks =
          std::to_array<std::uint8_t>({0, 1, 8, 24, 31, 32, 33, 48, 63, 64, 65, 96, 127, 128, 200, 255});
      return kMasks[below(kMasks.size())];
    } else {
      using Number = flow::Value<C>;
      const auto most = static_cast<std::uint64_t>(static_cast<Number>(~std::uint64_t{0}));
      const std::uint64_t value = one_in(10) ? most - below(2) : below(6);
      return static_cast<Number>(type == ColumnType::mac ? value & 0xffff'ffff'ffffU : value);
    }
  }

  void fill_times(std::size_t row) {
    const UnixMillis end = kFirst + static_cast<UnixMillis>(below(80) == 0 ? below(3 * kHourMs) : below(kHourMs));
    rows_.set<Column::time>(row, one_in(3) ? end / kMinuteMs * kMinuteMs : end);
    if (one_in(8)) return;
    const std::array<std::uint64_t, 5> longest = {1, 3'000, 120'000, 1'200'000, 9'000'000};
    auto lasted = static_cast<UnixMillis>(below(longest[below(longest.size())]));
    // A quarter begins at the border of a minute, or a millisecond beside it.
    if (one_in(4)) lasted = rows_.values<Column::time>()[row] % kMinuteMs + static_cast<UnixMillis>(below(3)) - 1;
    const UnixMillis shown_end = one_in(4) ? end - 777 : end;
    rows_.set<Column::flow_end>(row, shown_end);
    rows_.set<Column::flow_start>(row, one_in(10) ? shown_end + lasted : shown_end - lasted);
  }

  /// As the store does it: what could overflow is marked.
  void fill_counters(std::size_t row) {
    const std::array<std::uint64_t, 4> bounds = {3, 2000, 5'000'000'000, ~std::uint64_t{0}};
    if (one_in(8)) {
      rows_.masks()[row].clear(Column::sampling_rate);
    } else {
      rows_.set<Column::sampling_rate>(row, static_cast<std::uint32_t>(one_in(4) ? 1000 : 1 + below(3)));
    }
    if (!one_in(10)) rows_.set<Column::bytes>(row, below(bounds[below(4)]));
    if (!one_in(10)) rows_.set<Column::packets>(row, below(bounds[below(4)]));
    if (one_in(2))
      rows_.masks()[row].clear(Column::flows);
    else
      rows_.set<Column::flows>(row, static_cast<std::uint32_t>(1 + below(2)));
    const std::uint64_t rate = rows_.get_or<Column::sampling_rate>(row, 1);
    std::uint8_t suspect = one_in(12) ? flow::kSuspectClock : 0;
    if (one_in(20) || rows_.get_or<Column::bytes>(row, 0) >= kMostCounted / rate) suspect |= flow::kSuspectBytes;
    if (one_in(20) || rows_.get_or<Column::packets>(row, 0) >= kMostCounted / rate) suspect |= flow::kSuspectPackets;
    if (suspect == 0 && one_in(2))
      rows_.masks()[row].clear(Column::suspect);
    else
      rows_.set<Column::suspect>(row, suspect);
  }

  FlowBatch& rows_;
  std::mt19937_64& random_;
  flow::StringPool& strings_;
};

}  // namespace

Result<void> ScratchDatabase::run(const std::string& sql, const TakeChunk& take) {
  duckdb_result result;
  Result<void> out;
  if (duckdb_query(connection_, sql.c_str(), &result) != DuckDBSuccess) {
    out = fail(ErrorCode::internal, std::string(duckdb_result_error(&result)) + "\n" + sql);
  } else {
    while (out) {
      duckdb_data_chunk chunk = duckdb_fetch_chunk(result);
      if (chunk == nullptr) break;
      out = take(chunk);
      duckdb_destroy_data_chunk(&chunk);
    }
  }
  duckdb_destroy_result(&result);
  return out;
}

Result<std::vector<std::size_t>> ScratchDatabase::rows_where(const std::string& relation,
                                                             const std::string& condition) {
  std::vector<std::size_t> out;
  const auto done =
      run("SELECT id FROM " + relation + " WHERE " + condition + " ORDER BY id", [&](duckdb_data_chunk chunk) {
        const auto* ids =
            static_cast<const std::uint64_t*>(duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, 0)));
        out.insert(out.end(), ids, ids + duckdb_data_chunk_get_size(chunk));
        return Result<void>();
      });
  if (!done) return std::unexpected(done.error());
  return out;
}

void ScratchDatabase::fill_flows(const std::string& name, const FlowBatch& rows, const flow::StringPool& strings) {
  std::string ddl = "CREATE TABLE " + name + " (id UBIGINT";
  for (const Column column : stored()) ddl += ", " + column_ddl(column);
  if (const auto made = run(ddl + ")"); !made) throw std::runtime_error(made.error().message);
  append_to(connection_, name, [&](duckdb_appender appender) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
      duckdb_append_uint64(appender, row);
      for (const Column column : stored()) append_cell(appender, rows, row, column, strings);
      duckdb_appender_end_row(appender);
    }
  });
}

void ScratchDatabase::fill_rollup(const std::string& name, const FlowBatch& rows, const flow::StringPool& strings,
                                  UnixMillis bucket) {
  std::string ddl = "CREATE TABLE " + name + " (\"time\" BIGINT";
  for (const Column column : kRollupColumns) ddl += ", " + column_ddl(column);
  ddl += ", bytes UBIGINT, packets UBIGINT, flows UBIGINT)";
  if (const auto made = run(ddl); !made) throw std::runtime_error(made.error().message);
  append_to(connection_, name, [&](duckdb_appender appender) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
      const UnixMillis time = rows.values<Column::time>()[row];
      const UnixMillis start = time - std::clamp<UnixMillis>(duration_of(rows, row), 0, flow::kMostSpreadMs);
      for (UnixMillis at = start / bucket * bucket; at <= time; at += bucket) {
        const Share share = share_of(rows, row, at, at + bucket);
        duckdb_append_int64(appender, at);
        for (const Column column : kRollupColumns) append_cell(appender, rows, row, column, strings);
        duckdb_append_uint64(appender, share.bytes);
        duckdb_append_uint64(appender, share.packets);
        duckdb_append_uint64(appender, share.flows);
        duckdb_appender_end_row(appender);
      }
    }
  });
}

void add_random_flows(FlowBatch& to, std::size_t count, std::mt19937_64& random, flow::StringPool& strings) {
  const std::size_t first = to.add_rows(count);
  RandomFlows flows(to, random, strings);
  for (std::size_t row = first; row < to.size(); ++row) flows.fill(row);
}

Share share_of(const FlowBatch& rows, std::size_t row, UnixMillis from, UnixMillis to) {
  const UnixMillis time = rows.values<Column::time>()[row];
  const std::uint64_t rate = rows.get_or<Column::sampling_rate>(row, 1);
  const unsigned suspect = rows.get_or<Column::suspect>(row, 0);
  const std::uint64_t bytes = (suspect & flow::kSuspectBytes) != 0 ? 0 : rows.get_or<Column::bytes>(row, 0) * rate;
  const std::uint64_t packets =
      (suspect & flow::kSuspectPackets) != 0 ? 0 : rows.get_or<Column::packets>(row, 0) * rate;
  const UnixMillis lasted = duration_of(rows, row);
  const auto share = [&](std::uint64_t total) {
    return flow::share_before(total, time, lasted, to) - flow::share_before(total, time, lasted, from);
  };
  const bool within = time >= from && time < to;
  return {share(bytes), share(packets), within ? rows.get_or<Column::flows>(row, 1) : 0};
}

}  // namespace weir::store::test
