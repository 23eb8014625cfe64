// base/state_file.h under the names that this folder uses.
#pragma once

#include "base/state_file.h"

namespace weir::collect {

using weir::read_whole;
using weir::write_atomically;

}  // namespace weir::collect
