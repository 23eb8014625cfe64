// weir generate: made-up flows at a chosen rate, counted exactly.
#include <CLI/CLI.hpp>
#include <array>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <memory>
#include <string>

#include "main/command.h"
#include "main/interrupt.h"
#include "main/standard_output.h"
#include "simulate/attack_generator.h"
#include "simulate/generator.h"

namespace weir::main {
namespace {

using flow::ExportProtocol;

struct Options {
  std::string to = "127.0.0.1:2055";
  std::string protocol = "netflow9";
  std::string duration;
  simulate::GeneratorOptions generator;
  std::string attack;
  std::string victim;
  double attack_packets = 0;
};

constexpr std::array kProtocols = {ExportProtocol::netflow5, ExportProtocol::netflow9, ExportProtocol::ipfix,
                                   ExportProtocol::sflow5};

Result<void> understand(Options& options) {
  auto to = parse_endpoint(options.to);
  if (!to) return std::unexpected(to.error());
  options.generator.target = *to;
  const auto* protocol = std::ranges::find(kProtocols, options.protocol, [](ExportProtocol p) { return to_string(p); });
  if (protocol == kProtocols.end()) {
    return fail(ErrorCode::invalid,
                "'" + options.protocol + "' is not a protocol; use netflow5, netflow9, ipfix or sflow5");
  }
  options.generator.protocol = *protocol;
  if (options.duration.empty()) return {};
  const auto duration = parse_duration(options.duration);
  if (!duration) return std::unexpected(duration.error());
  options.generator.duration_ms = *duration;
  return {};
}

std::string counts_text(const simulate::GeneratorCounts& counts) {
  boost::json::object out;
  out["flows"] = counts.flows;
  out["bytes"] = counts.bytes;
  out["packets"] = counts.packets;
  out["datagrams"] = counts.datagrams;
  out["announcements"] = counts.announcements;
  out["octets"] = counts.octets;
  out["refused"] = counts.refused;
  out["failed"] = counts.failed;
  out["elapsed_ms"] = counts.elapsed_ms;
  if (counts.first_ms != 0) out["first_ms"] = counts.first_ms;
  return boost::json::serialize(out) + "\n";
}

int generate_attack(const Options& options) {
  simulate::AttackOptions attack;
  attack.target = options.generator.target;
  attack.protocol = options.generator.protocol;
  attack.kind = options.attack;
  attack.packets_per_second = options.attack_packets;
  attack.sampling_rate = options.generator.sampling_rate;
  attack.seed = options.generator.seed;
  if (options.generator.duration_ms > 0) attack.duration_ms = options.generator.duration_ms;
  if (!options.victim.empty()) {
    const auto address = parse_ip(options.victim);
    if (!address) return usage_error(address.error().message);
    attack.own = *address;
  }
  const auto counts = simulate::run_attack(attack, stop_on_interrupt());
  if (!counts) {
    return counts.error().code == ErrorCode::invalid ? usage_error(counts.error().message) : failed(counts.error());
  }
  StandardOutput out;
  out.text() = counts_text(*counts);
  if (const auto written = out.finish(); !written) return failed(written.error());
  return kSuccess;
}

int generate(Options& options) {
  if (const auto understood = understand(options); !understood) return usage_error(understood.error().message);
  if (!options.attack.empty()) return generate_attack(options);
  auto generator = simulate::Generator::open(options.generator);
  if (!generator) {
    const Error& error = generator.error();
    return error.code == ErrorCode::invalid ? usage_error(error.message) : failed(error);
  }
  const simulate::GeneratorCounts counts = generator->run(stop_on_interrupt());
  StandardOutput out;
  out.text() = counts_text(counts);
  if (const auto written = out.finish(); !written) return failed(written.error());
  if (counts.failed > 0) {
    return failed(
        {ErrorCode::io, std::to_string(counts.failed) + " datagrams to " + options.to + " could not be sent"});
  }
  return kSuccess;
}

}  // namespace

Run declare_generate(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  simulate::GeneratorOptions& to = options->generator;
  app.add_option("--to", options->to, "ADDRESS:PORT of the collector")->capture_default_str();
  app.add_option("--protocol", options->protocol, "netflow5, netflow9, ipfix or sflow5")->capture_default_str();
  app.add_option("--rate", to.flows_per_second, "flows a second; 0 is as fast as it goes")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  app.add_option("--flows", to.flow_count, "stop after exactly this many; 0 is no limit")->capture_default_str();
  app.add_option("--duration", options->duration, "stop after this long, such as 10s or 5m");
  app.add_option("--exporters", to.exporters, "how many exporters, each with a source of its own")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--domains", to.observation_domains, "observation domains of each exporter")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--per-datagram", to.flows_per_datagram, "flows in a datagram; 0 is as many as fit")
      ->capture_default_str();
  app.add_option("--ipv6", to.ipv6_share, "share of IPv6 flows, 0 to 1")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  app.add_option("--sampling", to.sampling_rate, "announced sampling rate, 1 in this many")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--attack", options->attack, "instead an attack of this kind, for ten seconds or --duration: " +
                                                  simulate::attack_words());
  app.add_option("--victim", options->victim, "the own address that is attacked, or attacks; default 103.64.13.104");
  app.add_option("--attack-packets", options->attack_packets,
                 "packets a second of the attack, before sampling; 0 is as usual for its kind")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--seed", to.seed, "the same seed makes the same flows")->capture_default_str();
  return [options] { return generate(*options); };
}

}  // namespace weir::main
