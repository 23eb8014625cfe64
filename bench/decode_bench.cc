// How fast one core decodes: datagrams of 1,400 octets of flow records, as routers send them.
#include <benchmark/benchmark.h>

#include <vector>

#include "decode/decoder.h"
#include "decode/message_builder.h"

namespace weir::decode {
namespace {

constexpr std::uint32_t kExportSeconds = 1'700'000'000;
constexpr UnixMillis kReceived = UnixMillis{kExportSeconds} * kSecondMs + 300;

/// The 18 fields that routers export by default.
const std::vector<BuiltField> kFields = {{8, 4}, {12, 4}, {15, 4}, {10, 4}, {14, 4}, {2, 4},
                                         {1, 4}, {22, 4}, {21, 4}, {7, 2},  {11, 2}, {6, 1},
                                         {4, 1}, {5, 1},  {16, 4}, {17, 4}, {9, 1},  {13, 1}};

void write_record(ByteWriter& out, std::uint32_t i) {
  out.u32(0x0a000000 + i * 7);
  out.u32(0xc0000200 + i % 250);
  out.u32(0xc0000201);
  out.u32(1 + i % 8);
  out.u32(9);
  out.u32(10 + i % 100);
  out.u32(1000 + i * 11 % 90'000);
  out.u32(900'000 + i);
  out.u32(990'000 + i);
  out.u16(1024 + i);
  out.u16(443);
  out.u8(0x18);
  out.u8(6);
  out.u8(0);
  out.u32(64'512);
  out.u32(3'491);
  out.u8(24);
  out.u8(22);
}

/// `variable` adds a short text of variable length to every record.
std::vector<std::byte> data_message(MessageBuilder message, std::uint32_t records, bool variable) {
  message.open(256);
  for (std::uint32_t i = 0; i < records; ++i) {
    write_record(message.bytes(), i);
    if (!variable) continue;
    message.bytes().u8(4);
    message.bytes().text("http");
  }
  message.close();
  return message.finish();
}

struct Shape {
  bool ipfix = false;
  bool options = false;  ///< a sampler and interface names were announced
  bool variable = false;
};

void run(benchmark::State& state, const Shape& shape) {
  flow::StringPool strings;
  flow::ExporterTable exporters;
  Decoder decoder({}, strings, exporters);
  const MessageBuilder::Header header{.export_seconds = kExportSeconds};
  const auto message = [&] { return shape.ipfix ? MessageBuilder::ipfix(header) : MessageBuilder::netflow9(header); };
  std::vector<BuiltField> fields = kFields;
  if (shape.variable) fields.push_back({96, 0xffff});
  Decoded out;
  const auto send = [&](const std::vector<std::byte>& payload) {
    decoder.decode({payload, {IpAddress::v4(0x7f000001), 50'000, 2055}, kReceived}, out);
  };
  send(message().template_set(256, fields).finish());
  if (shape.options) {
    MessageBuilder options = message();
    options.options_template_set(300, 1, {{1, 4}, {34, 4}}).data_set(300, {{0, 4}, {1000, 4}});
    options.options_template_set(301, 1, {{2, 4}, {82, 16}}).open(301);
    for (std::uint32_t i = 1; i < 10; ++i) {
      options.bytes().u32(i);
      options.text("TenGigE0/0/0/" + std::to_string(i), 16);
    }
    send(options.close().finish());
  }
  constexpr std::uint32_t kRecords = 25;
  const std::vector<std::byte> data = data_message(message(), kRecords, shape.variable);
  std::uint64_t rows = 0;
  for (auto _ : state) {
    send(data);
    if (out.flows.size() < flow::FlowBatch::kTargetRows) continue;
    rows += out.flows.size();
    out.flows.clear();
  }
  rows += out.flows.size();
  state.SetItemsProcessed(static_cast<std::int64_t>(rows));
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * data.size()));
}

void netflow9(benchmark::State& state) {
  run(state, {});
}
void netflow9_sampled_and_named(benchmark::State& state) {
  run(state, {.options = true});
}
void ipfix(benchmark::State& state) {
  run(state, {.ipfix = true});
}
void ipfix_variable_length(benchmark::State& state) {
  run(state, {.ipfix = true, .variable = true});
}

BENCHMARK(netflow9);
BENCHMARK(netflow9_sampled_and_named);
BENCHMARK(ipfix);
BENCHMARK(ipfix_variable_length);

}  // namespace
}  // namespace weir::decode
