// What the pieces of upkeep work with.
#pragma once

#include <filesystem>

#include "store/duckdb/alarms.h"
#include "store/duckdb/catalog.h"
#include "store/duckdb/connection.h"
#include "store/duckdb/duckdb_store.h"
#include "store/duckdb/hot_tables.h"
#include "store/duckdb/part_names.h"

namespace weir::store {

/// References into one opened store. Upkeep's thread only (but for what is said to be for any thread).
struct Workshop {
  Connection& connection;
  Catalog& catalog;
  HotTables& tables;
  PartNames& names;
  Alarms& alarms;
  const DuckDbOptions& options;
};

}  // namespace weir::store
