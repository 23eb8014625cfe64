// The version of this build, from the file VERSION.
#pragma once

namespace weir::main {

inline constexpr const char* kVersion = WEIR_VERSION;

}  // namespace weir::main
