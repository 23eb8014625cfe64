#include "main/config_difference.h"

#include "main/config_schema.h"

namespace weir::main {

std::vector<std::string> keys_that_need_a_restart(const Config& running, const Config& wanted) {
  std::vector<std::string> out;
  for (const Key<Config>& key : config_keys()) {
    if (!key.live && key.show(running) != key.show(wanted)) out.emplace_back(key.path);
  }
  return out;
}

}  // namespace weir::main
