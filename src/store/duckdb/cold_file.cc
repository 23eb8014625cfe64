#include "store/duckdb/cold_file.h"

#include <charconv>

#include "flow/spread.h"
#include "store/duckdb/disk.h"
#include "store/duckdb/manifest.h"
#include "store/duckdb/rollup_columns.h"
#include "store/duckdb/rollup_new_table.h"

namespace weir::store {
namespace {

namespace fs = std::filesystem;

// Level 3 (DuckDB's default) makes files 1 % smaller than level 1 for a quarter more time, level 6 again 1 % smaller.
constexpr const char* kFormat = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, USE_TMP_FILE false";

std::string join(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : ",") + part;
  return out;
}

std::string copy_sql(const FileContent& content, const fs::path& to) {
  std::string out = "COPY (SELECT * FROM (" + content.select + ") " + file_order(content.kind, content.columns) +
                    ") TO " + sql_quoted(to.string()) + " (" + kFormat +
                    ", KV_METADATA {weir_kind: " + sql_quoted(to_string(content.kind)) +
                    ", weir_layout: " + sql_quoted(std::to_string(kSchemaVersion));
  if (!content.replaces.empty()) out += ", weir_replaces: " + sql_quoted(join(content.replaces));
  return out + "})";
}

std::string file_source(const std::string& directory, const std::string& name) {
  return "read_parquet(" + sql_quoted(directory + "/" + name) + ", hive_partitioning = false)";
}

Result<void> make_folders(const fs::path& file) {
  std::error_code error;
  fs::create_directories(file.parent_path(), error);
  if (!error) return {};
  const bool full = error == std::errc::no_space_on_device;
  return fail(full ? ErrorCode::no_space : ErrorCode::io,
              "cannot make " + file.parent_path().string() + ": " + error.message());
}

Result<void> copy_out(Workshop& shop, const FileContent& content, Part& file) {
  const fs::path final = shop.options.directory / file.name;
  const fs::path temporary = final.string() + ".tmp";
  if (auto made = make_folders(final); !made) return made;
  if (auto copied = shop.connection.execute(copy_sql(content, temporary)); !copied) return copied;
  if (auto finished = finish_file(temporary, final); !finished) return finished;
  return measure_file(shop.connection, shop.options.directory.string(), file);
}

}  // namespace

std::string earliest_sql(const Part& part) {
  const auto has = [&](std::string_view name) { return part.columns[*schema_of(part.kind).find(name)]; };
  if (part.kind != Kind::flows || !has("flow_start")) return "\"time\"";
  const std::string end = has("flow_end") ? "\"flow_end\"" : "\"time\"";
  return "\"time\" - least(greatest(coalesce(" + end + " - \"flow_start\", 0), 0), " +
         std::to_string(flow::kMostSpreadMs) + ")";
}

std::string file_order(Kind kind, const ColumnSet& columns) {
  const auto has = [&](std::string_view name) {
    const auto at = schema_of(kind).find(name);
    return at && columns[*at];
  };
  std::string out;
  const auto by = [&](const std::string& expression) { out += (out.empty() ? "ORDER BY " : ", ") + expression; };
  if (kind == Kind::flows) {
    by("\"time\" // 300000");
    if (has("src_addr_lo")) by("\"src_addr_hi\", \"src_addr_lo\"");
    by("\"time\"");
  } else if (kind == Kind::counters) {
    by("\"exporter_hi\", \"exporter_lo\", \"if_index\", \"time\"");
  } else {
    by("\"time\"");
    for (const std::string_view name : {"exporter_lo", "in_if", "out_if", "dst_as", "src_as"}) {
      if (has(name)) by(identifier(name));
    }
  }
  return out;
}

std::string sum_up(Kind kind, const std::string& select, UnixMillis bucket_ms) {
  std::string out;
  for (const PhysicalColumn& column : schema_of(kind).columns) {
    if (!out.empty()) out += ", ";
    const std::string name = identifier(column.name);
    if (column.column == flow::Column::bytes || column.column == flow::Column::packets ||
        column.column == flow::Column::flows) {
      out += "least(sum(" + name + "), 18446744073709551615)::UBIGINT AS " + name;
    } else if (column.column == flow::Column::time && bucket_ms > 0) {
      out += name + " // " + std::to_string(bucket_ms) + " * " + std::to_string(bucket_ms) + " AS " + name;
    } else {
      out += name;
    }
  }
  return "SELECT " + out + " FROM (" + select + ") GROUP BY ALL";
}

Result<PartPtr> write_file(Workshop& shop, const FileContent& content) {
  auto file = std::make_shared<Part>(content.kind, content.begin, shop.names.new_file(content.kind, content.begin),
                                     content.columns);
  auto written = insert_part(shop.connection, *file, PartState::writing);
  if (written) written = copy_out(shop, content, *file);
  if (written) return file;
  discard_file(shop, file);
  return std::unexpected(written.error());
}

void discard_file(Workshop& shop, const PartPtr& file) {
  std::error_code error;
  fs::remove(shop.options.directory / file->name, error);
  fs::remove(shop.options.directory / (file->name + ".tmp"), error);
  // Where even this fails the next open finds the note and clears up.
  if (erase_part(shop.connection, file->name)) shop.names.release(file->name);
}

Result<void> measure_file(Connection& connection, const std::string& directory, Part& file) {
  const std::string sql = "SELECT count(*)::VARCHAR, min(" + earliest_sql(file) +
                          ")::VARCHAR, max(\"time\")::VARCHAR FROM " + file_source(directory, file.name);
  const auto rows = connection.rows(sql);
  if (!rows) return std::unexpected(rows.error());
  const auto number = [&](std::size_t column, auto& into) {
    typename std::decay_t<decltype(into)>::value_type value{};
    const auto& text = rows->front()[column];
    if (text && std::from_chars(text->data(), text->data() + text->size(), value).ec == std::errc()) into = value;
  };
  number(0, file.rows);
  number(1, file.earliest_ms);
  number(2, file.latest_ms);
  file.octets = file_octets(fs::path(directory) / file.name);
  return {};
}

Result<void> read_through(Connection& connection, const std::string& directory, const Part& part) {
  std::string from = part.hot ? "hot.main." + identifier(part.name) : file_source(directory, part.name);
  if (part.kind == Kind::rollup_new) from = "(" + select_rollup_new(part.name, schema_of(part.kind).all(), true) + ")";
  return connection.execute("SELECT max(hash(COLUMNS(*))) FROM " + from);
}

}  // namespace weir::store
