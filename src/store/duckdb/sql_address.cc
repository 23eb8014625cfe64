#include "store/duckdb/sql_address.h"

#include <charconv>
#include <string>

#include "base/ip_address.h"

namespace weir::store {
namespace {

/// DuckDB hands out untyped memory of the types that the function was registered with.
template <typename T>
const T* values(duckdb_data_chunk input, idx_t column) {
  return static_cast<const T*>(duckdb_vector_get_data(duckdb_data_chunk_get_vector(input, column)));
}

bool known(duckdb_data_chunk input, idx_t row) {
  for (idx_t column = 0; column < duckdb_data_chunk_get_column_count(input); ++column) {
    std::uint64_t* valid = duckdb_vector_get_validity(duckdb_data_chunk_get_vector(input, column));
    if (valid != nullptr && !duckdb_validity_row_is_valid(valid, row)) return false;
  }
  return true;
}

void set_unknown(duckdb_vector output, idx_t row) {
  duckdb_vector_ensure_validity_writable(output);
  duckdb_validity_set_row_invalid(duckdb_vector_get_validity(output), row);
}

std::string_view text(const duckdb_string_t& value) {
  duckdb_string_t copy = value;
  const std::uint32_t size = duckdb_string_t_length(copy);
  // Short texts lie within the value itself, so that the pointer must be asked of what lives on.
  return {duckdb_string_t_data(const_cast<duckdb_string_t*>(&value)), size};
}

void address_text(duckdb_function_info, duckdb_data_chunk input, duckdb_vector output) {
  const auto* hi = values<std::uint64_t>(input, 0);
  const auto* lo = values<std::uint64_t>(input, 1);
  const idx_t rows = duckdb_data_chunk_get_size(input);
  for (idx_t row = 0; row < rows; ++row) {
    if (!known(input, row)) {
      set_unknown(output, row);
      continue;
    }
    const std::string shown = to_string(IpAddress{hi[row], lo[row]});
    duckdb_vector_assign_string_element_len(output, row, shown.data(), shown.size());
  }
}

bool lies_in(std::string_view address, std::string_view network) {
  const auto parsed = parse_ip(address);
  const std::size_t slash = network.find('/');
  const auto base = parse_ip(network.substr(0, slash));
  if (!parsed || !base) return false;
  unsigned length = base->is_v4() ? 32 : 128;
  if (slash != std::string_view::npos) {
    const std::string_view digits = network.substr(slash + 1);
    unsigned given = 0;
    const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), given);
    if (problem != std::errc() || end != digits.data() + digits.size() || given > length) return false;
    length = given;
  }
  return Prefix::of(*base, length).contains(*parsed);
}

void address_in(duckdb_function_info, duckdb_data_chunk input, duckdb_vector output) {
  const auto* addresses = values<duckdb_string_t>(input, 0);
  const auto* networks = values<duckdb_string_t>(input, 1);
  auto* out = static_cast<bool*>(duckdb_vector_get_data(output));
  const idx_t rows = duckdb_data_chunk_get_size(input);
  for (idx_t row = 0; row < rows; ++row) {
    if (known(input, row)) {
      out[row] = lies_in(text(addresses[row]), text(networks[row]));
    } else {
      set_unknown(output, row);
    }
  }
}

Result<void> add(Connection& connection, const char* name, duckdb_type of, duckdb_type gives,
                 duckdb_scalar_function_t function) {
  struct Guard {
    duckdb_scalar_function made = duckdb_create_scalar_function();
    duckdb_logical_type from;
    duckdb_logical_type to;
    ~Guard() {
      duckdb_destroy_scalar_function(&made);
      duckdb_destroy_logical_type(&from);
      duckdb_destroy_logical_type(&to);
    }
  } guard{.from = duckdb_create_logical_type(of), .to = duckdb_create_logical_type(gives)};
  duckdb_scalar_function_set_name(guard.made, name);
  duckdb_scalar_function_add_parameter(guard.made, guard.from);
  duckdb_scalar_function_add_parameter(guard.made, guard.from);
  duckdb_scalar_function_set_return_type(guard.made, guard.to);
  duckdb_scalar_function_set_function(guard.made, function);
  if (duckdb_register_scalar_function(connection.handle(), guard.made) == DuckDBSuccess) return {};
  return fail(ErrorCode::internal, "DuckDB does not take the function " + std::string(name));
}

}  // namespace

Result<void> register_address_functions(Connection& connection) {
  if (auto made = add(connection, "weir_address", DUCKDB_TYPE_UBIGINT, DUCKDB_TYPE_VARCHAR, address_text); !made)
    return made;
  return add(connection, "weir_in", DUCKDB_TYPE_VARCHAR, DUCKDB_TYPE_BOOLEAN, address_in);
}

}  // namespace weir::store
