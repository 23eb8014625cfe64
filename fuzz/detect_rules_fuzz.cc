// The texts of detection's rules, and its saved files: never a crash; what is written is read back.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "detect/attack_json.h"
#include "detect/baselines.h"
#include "detect/detect_config.h"
#include "detect/rule_book.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  using namespace weir;
  flow::StringPool strings(1000, 1 << 20);
  switch (data[0] % 4) {
    case 0: {
      detect::QuietTime quiet;
      if (detect::read_quiet_time(text, quiet) && !quiet.weekly_from_minute && quiet.from_ms >= quiet.to_ms) std::abort();
      if (const auto rate = detect::parse_rate(text); rate && !(*rate >= 0 && *rate <= 1e15)) std::abort();
      break;
    }
    case 1: {
      detect::DetectConfig config;
      config.rules = {{.name = "fuzz", .filter = std::string(text), .threshold = {.value = 1}}};
      const auto book = detect::RuleBook::of(config, strings);
      if (!book && book.error().message.empty()) std::abort();
      break;
    }
    case 2: {
      const auto attack = detect::read_attack(text);
      if (attack && !detect::read_attack(detect::attack_text(*attack))) std::abort();
      break;
    }
    default: {
      detect::Baselines baselines;
      if (!baselines.load(as_octets(text), strings)) break;
      detect::Baselines again;
      if (!again.load(baselines.save(strings), strings) || again.size() != baselines.size()) std::abort();
    }
  }
  return 0;
}
