// weir decode: capture files -> NDJSON, one object for each flow record; or the totals.
#include <CLI/CLI.hpp>
#include <boost/json/serialize.hpp>
#include <memory>
#include <string>
#include <vector>

#include "decode/decoder.h"
#include "flow/value_text.h"
#include "main/command.h"
#include "main/standard_output.h"
#include "main/totals.h"

namespace weir::main {
namespace {

struct Options {
  std::vector<std::string> files;
  std::vector<std::uint16_t> ports;
  bool stats = false;
  bool inner = false;
  bool parked = false;
};

decode::DecodeOptions decode_options(const Options& options) {
  decode::DecodeOptions out;
  out.inner_addresses = options.inner;
  // Other decoders do not look back either, and counts are compared with theirs.
  if (!options.parked) out.parked_octets = 0;
  // Captures are cut and glued together: their time may jump by years, and no template is meant to die of it.
  out.template_lifetime_ms = 36'500 * kDayMs;
  return out;
}

class DecodeCommand {
 public:
  explicit DecodeCommand(const Options& options)
      : options_(options), decoder_(decode_options(options), strings_, exporters_) {}

  int run() {
    int status = kSuccess;
    for (const std::string& file : options_.files) {
      if (const auto read = read_file(file == "-" ? "/dev/stdin" : file); !read) status = failed(read.error());
      if (out_.stopped()) break;
    }
    if (options_.stats) append_stats();
    if (const auto written = out_.finish(); !written) return failed(written.error());
    return status;
  }

 private:
  Result<void> read_file(const std::string& file) {
    auto capture = receive::CaptureReader::open(file);
    if (!capture) return std::unexpected(capture.error());
    capture->only_ports(options_.ports);
    UnixMillis aged = 0;
    while (const auto datagram = capture->next()) {
      // The capture's own time, so that templates and parked sets age as they would have.
      if (datagram->received_ms - aged >= 5 * kSecondMs) {
        decoder_.age(datagram->received_ms);
        aged = datagram->received_ms;
      }
      decoder_.decode(*datagram, decoded_);
      take_rows();
      if (out_.stopped()) break;
    }
    add_to(captures_, capture->stats());
    if (capture->error()) return std::unexpected(*capture->error());
    return {};
  }

  void take_rows() {
    flows_ += decoded_.flows.size();
    readings_ += decoded_.counters.size();
    if (!options_.stats) {
      for (std::size_t row = 0; row < decoded_.flows.size(); ++row) {
        flow::append_json(out_.text(), decoded_.flows, row, strings_);
        out_.text() += '\n';
        out_.flush_if_full();
      }
    }
    decoded_.flows.clear();
    decoded_.counters.clear();
  }

  void append_stats() {
    boost::json::object totals;
    totals["datagrams"] = captures_.datagrams;
    totals["flows"] = flows_;
    totals["interface_readings"] = readings_;
    totals["exporters"] = exporter_totals(exporters_);
    totals["capture"] = capture_totals(captures_);
    out_.text() += boost::json::serialize(totals) + "\n";
  }

  const Options& options_;
  flow::StringPool strings_;
  flow::ExporterTable exporters_;
  decode::Decoder decoder_;
  decode::Decoded decoded_;
  receive::CaptureStats captures_;
  std::uint64_t flows_ = 0;
  std::uint64_t readings_ = 0;
  StandardOutput out_;
};

}  // namespace

Run declare_decode(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  app.add_option("files", options->files, "capture files, pcap or pcapng; - is standard input")->required();
  app.add_flag("--stats", options->stats, "print totals as one JSON object instead of the records");
  app.add_flag("--inner", options->inner, "of tunnelled sampled packets, the inner addresses and ports");
  app.add_flag("--parked", options->parked,
               "also the records that came before their template, when it comes, as 'weir serve' and 'weir import' do");
  app.add_option("--port", options->ports, "only datagrams to this UDP port; may be repeated (default: all ports)");
  return [options] { return DecodeCommand(*options).run(); };
}

}  // namespace weir::main
