// weir_address(hi, lo): an address as text, in SQL of people. weir_in(address, network): whether it lies in a network.
#pragma once

#include "base/error.h"
#include "store/duckdb/connection.h"

namespace weir::store {

/// Registers weir_address(UBIGINT, UBIGINT) -> VARCHAR and weir_in(VARCHAR, VARCHAR) -> BOOLEAN for the whole database. NULL
/// gives NULL; what is no address or network lies nowhere and gives false.
Result<void> register_address_functions(Connection& connection);

}  // namespace weir::store
