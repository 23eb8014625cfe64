# The embedded engine. script/setup puts libduckdb.so and duckdb.h into .cache/duckdb; an installed DuckDB named by
# DUCKDB_ROOT (include/duckdb.h, lib/libduckdb.so) goes first.
set(roots $ENV{DUCKDB_ROOT} ${CMAKE_SOURCE_DIR}/.cache/duckdb)
find_path(DUCKDB_INCLUDE duckdb.h HINTS ${roots} PATH_SUFFIXES include)
find_library(DUCKDB_LIBRARY duckdb HINTS ${roots} PATH_SUFFIXES lib)
if(NOT DUCKDB_INCLUDE OR NOT DUCKDB_LIBRARY)
  message(FATAL_ERROR "DuckDB is missing: run script/setup first, or set DUCKDB_ROOT to an installed one")
endif()
add_library(duckdb SHARED IMPORTED GLOBAL)
set_target_properties(duckdb PROPERTIES IMPORTED_LOCATION ${DUCKDB_LIBRARY} IMPORTED_NO_SONAME OFF
  INTERFACE_INCLUDE_DIRECTORIES ${DUCKDB_INCLUDE})
