// The doctor on a data directory, without a running server: what the stored flows alone tell.
#pragma once

#include <string>

#include "base/error.h"
#include "serve/doctor.h"
#include "store/store.h"

namespace weir::main {

/// Of the last day that holds flows: for each exporter its flows, how many of them have a sampling rate, an interface
/// name and an AS, and when the last one was. Datagrams and discards are not in a store, so they are 0. Exporters count
/// as silent from the newest flow of all on, because the collector itself may be off. `from` is set to the beginning of
/// that day.
[[nodiscard]] Result<serve::Diagnosis> diagnose_store(store::Store& store, UnixMillis now, UnixMillis& from);

}  // namespace weir::main
