#include "store/duckdb/manifest.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace weir::store {
namespace {

constexpr std::array<std::string_view, 4> kStates = {"writing", "live", "retired", "damaged"};

/// What brings a directory from the version of its place to the next one. A change of kSchemaVersion adds a row.
constexpr std::array<std::string_view, kSchemaVersion - 1> kMigrations = {};

template <typename Number>
Number number_in(const std::optional<std::string>& text) {
  Number out{};
  if (text) std::from_chars(text->data(), text->data() + text->size(), out);
  return out;
}

Result<int> version_of(Connection& connection) {
  const auto text = read_meta(connection, "version");
  if (!text) return std::unexpected(text.error());
  const int version = number_in<int>(*text);
  if (version > kSchemaVersion) {
    return fail(ErrorCode::unsupported, "the data directory was written by a newer Weir (layout " +
                                            std::to_string(version) + ", this one knows " +
                                            std::to_string(kSchemaVersion) + "): use that one");
  }
  return version;
}

Result<void> make_tables(Connection& connection) {
  for (const char* sql : {
           "CREATE TABLE hot.main.meta(key VARCHAR, value VARCHAR)",
           "CREATE TABLE hot.main.strings(id UINTEGER, text BLOB)",
           "CREATE TABLE hot.main.parts(name VARCHAR, kind VARCHAR, begin_ms BIGINT, state VARCHAR, columns VARCHAR, "
           "row_count UBIGINT, octets UBIGINT, earliest_ms BIGINT, latest_ms BIGINT)",
       }) {
    if (auto made = connection.execute(sql); !made) return made;
  }
  return write_meta(connection, "version", std::to_string(kSchemaVersion));
}

Result<void> migrate(Connection& connection, int from) {
  for (auto version = static_cast<std::size_t>(from); version < static_cast<std::size_t>(kSchemaVersion); ++version) {
    if (auto done = connection.execute(std::string(kMigrations.begin()[version - 1])); !done) return done;
  }
  return from == kSchemaVersion ? Result<void>{} : write_meta(connection, "version", std::to_string(kSchemaVersion));
}

Result<bool> has_tables(Connection& connection) {
  const auto count =
      connection.number("SELECT count(*) FROM duckdb_tables() WHERE database_name = 'hot' AND table_name = 'meta'");
  if (!count) return std::unexpected(count.error());
  return *count > 0;
}

}  // namespace

std::string_view to_string(PartState state) {
  return kStates[static_cast<std::size_t>(state)];
}

Result<bool> prepare_manifest(Connection& connection) {
  const auto old = has_tables(connection);
  if (!old) return std::unexpected(old.error());
  auto transaction = Transaction::begin(connection);
  if (!transaction) return std::unexpected(transaction.error());
  if (*old) {
    const auto version = version_of(connection);
    if (!version) return std::unexpected(version.error());
    if (auto migrated = migrate(connection, *version); !migrated) return std::unexpected(migrated.error());
  } else if (auto made = make_tables(connection); !made) {
    return std::unexpected(made.error());
  }
  if (auto committed = transaction->commit(); !committed) return std::unexpected(committed.error());
  return !*old;
}

Result<bool> check_version(Connection& connection) {
  const auto version = version_of(connection);
  if (!version) return std::unexpected(version.error());
  if (*version == kSchemaVersion) return false;
  return fail(ErrorCode::unsupported, "the data directory is of an older Weir: open it once with `weir serve`");
}

Result<std::vector<ManifestRow>> load_parts(Connection& connection) {
  const auto rows = connection.rows(
      "SELECT name, kind, begin_ms::VARCHAR, state, columns, row_count::VARCHAR, octets::VARCHAR, "
      "earliest_ms::VARCHAR, "
      "latest_ms::VARCHAR FROM hot.main.parts ORDER BY kind, begin_ms, name");
  if (!rows) return std::unexpected(rows.error());
  std::vector<ManifestRow> out;
  for (const TextRow& row : *rows) {
    const auto kind = find_kind(row[1].value_or(""));
    if (!kind) continue;  // a kind that a later migration may bring
    auto part = std::make_shared<Part>(*kind, number_in<UnixMillis>(row[2]), row[0].value_or(""),
                                       from_names(*kind, row[4].value_or("")));
    part->rows = number_in<std::uint64_t>(row[5]);
    part->octets = number_in<std::uint64_t>(row[6]);
    part->earliest_ms = number_in<UnixMillis>(row[7]);
    part->latest_ms = number_in<UnixMillis>(row[8]);
    const auto state = std::ranges::find(kStates, row[3].value_or(""));
    if (state == kStates.end()) return fail(ErrorCode::malformed, "the manifest has a part of an unknown state");
    out.push_back({std::move(part), static_cast<PartState>(state - kStates.begin())});
  }
  return out;
}

Result<void> insert_part(Connection& connection, const Part& part, PartState state) {
  return connection.execute("INSERT INTO hot.main.parts VALUES (" + sql_quoted(part.name) + ", " +
                            sql_quoted(to_string(part.kind)) + ", " + std::to_string(part.begin) + ", " +
                            sql_quoted(to_string(state)) + ", " + sql_quoted(to_names(part.kind, part.columns)) + ", " +
                            std::to_string(part.rows) + ", " + std::to_string(part.octets) + ", " +
                            std::to_string(part.earliest_ms) + ", " + std::to_string(part.latest_ms) + ")");
}

Result<void> set_part_state(Connection& connection, const Part& part, PartState state) {
  return connection.execute("UPDATE hot.main.parts SET state = " + sql_quoted(to_string(state)) +
                            ", row_count = " + std::to_string(part.rows) + ", octets = " + std::to_string(part.octets) +
                            ", earliest_ms = " + std::to_string(part.earliest_ms) + ", latest_ms = " +
                            std::to_string(part.latest_ms) + " WHERE name = " + sql_quoted(part.name));
}

Result<void> erase_part(Connection& connection, const std::string& name) {
  return connection.execute("DELETE FROM hot.main.parts WHERE name = " + sql_quoted(name));
}

Result<std::optional<std::string>> read_meta(Connection& connection, const std::string& key) {
  auto rows = connection.rows("SELECT value FROM hot.main.meta WHERE key = " + sql_quoted(key));
  if (!rows) return std::unexpected(rows.error());
  return rows->empty() ? std::nullopt : std::move(rows->front().front());
}

Result<void> write_meta(Connection& connection, const std::string& key, const std::string& value) {
  if (auto gone = connection.execute("DELETE FROM hot.main.meta WHERE key = " + sql_quoted(key)); !gone) return gone;
  return connection.execute("INSERT INTO hot.main.meta VALUES (" + sql_quoted(key) + ", " + sql_quoted(value) + ")");
}

}  // namespace weir::store
