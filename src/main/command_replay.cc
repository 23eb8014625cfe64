// weir replay: the export packets of capture files, sent to a collector again.
#include <CLI/CLI.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "main/command.h"
#include "main/interrupt.h"
#include "main/standard_output.h"
#include "receive/capture_reader.h"
#include "simulate/replay.h"

namespace weir::main {
namespace {

struct Options {
  std::vector<std::string> files;
  std::vector<std::uint16_t> ports;
  std::string to = "127.0.0.1:2055";
  bool one_source = false;
  simulate::ReplayOptions replay;
};

/// The datagrams of several captures, one after the other. Opens each file when its turn comes.
class Captures {
 public:
  Captures(const std::vector<std::string>& files, const std::vector<std::uint16_t>& ports)
      : files_(files), ports_(ports) {}

  std::optional<flow::Datagram> next() {
    while (true) {
      if (reader_) {
        if (auto datagram = reader_->next()) return datagram;
        if (reader_->error()) error_ = reader_->error();
        reader_.reset();
      }
      if (error_ || at_ == files_.size()) return std::nullopt;
      open(files_[at_++]);
    }
  }
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }

 private:
  void open(const std::string& file) {
    auto opened = receive::CaptureReader::open(file == "-" ? "/dev/stdin" : file);
    if (!opened) {
      error_ = opened.error();
      return;
    }
    reader_.emplace(std::move(*opened));
    reader_->only_ports(ports_);
  }

  const std::vector<std::string>& files_;
  const std::vector<std::uint16_t>& ports_;
  std::size_t at_ = 0;
  std::optional<receive::CaptureReader> reader_;
  std::optional<Error> error_;
};

std::string counts_text(const simulate::ReplayCounts& counts) {
  boost::json::object out;
  out["datagrams"] = counts.datagrams;
  out["octets"] = counts.octets;
  out["exporters"] = counts.exporters;
  out["sessions"] = counts.sessions;
  out["shared"] = counts.shared;
  out["refused"] = counts.refused;
  out["failed"] = counts.failed;
  return boost::json::serialize(out) + "\n";
}

int replay(Options& options) {
  const auto to = parse_endpoint(options.to);
  if (!to) return usage_error(to.error().message);
  options.replay.target = *to;
  options.replay.distinct_sources = !options.one_source;
  Captures captures(options.files, options.ports);
  const auto counts = simulate::replay([&] { return captures.next(); }, options.replay, stop_on_interrupt());
  if (!counts) return failed(counts.error());
  if (captures.error() && counts->datagrams == 0) return failed(*captures.error());
  StandardOutput out;
  out.text() = counts_text(*counts);
  if (const auto written = out.finish(); !written) return failed(written.error());
  if (captures.error()) return failed(*captures.error());
  if (counts->failed > 0) {
    return failed(
        {ErrorCode::io, std::to_string(counts->failed) + " datagrams to " + options.to + " could not be sent"});
  }
  return kSuccess;
}

}  // namespace

Run declare_replay(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  app.add_option("files", options->files, "capture files, pcap or pcapng; - is standard input")->required();
  app.add_option("--to", options->to, "ADDRESS:PORT of the collector")->capture_default_str();
  app.add_option("--speed", options->replay.speed,
                 "1 keeps the recorded timing, 10 is ten times as fast, 0 as fast as it goes")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  app.add_option("--port", options->ports, "only datagrams to this UDP port; may be repeated (default: all ports)");
  app.add_flag(
      "--one-source", options->one_source,
      "send all from one address; otherwise each recorded exporter has an address of its own in 127.0.2.0/24 and "
      "behind, where the collector is on this machine");
  return [options] { return replay(*options); };
}

}  // namespace weir::main
