// What enrichment looks up beside its plan: things that others change while flows pass.
#pragma once

#include "bgp/rib.h"
#include "bgp/rpki/validator.h"
#include "enrich/databases.h"
#include "flow/interface_table.h"

namespace weir::enrich {

/// Each may be null; then the columns that it would give stay as they are. All outlive whoever holds this.
struct Lookups {
  const bgp::Rib* routes = nullptr;
  const bgp::VrpTable* vrps = nullptr;
  const CurrentDatabases* databases = nullptr;
  const flow::CurrentInterfaceTable* interfaces = nullptr;
};

}  // namespace weir::enrich
