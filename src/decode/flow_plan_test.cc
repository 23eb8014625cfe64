// The two ways to run a plan give the same rows; and decoding allocates nothing for a record.
#include "decode/flow_plan.h"

#include <atomic>
#include <cstdlib>
#include <new>

#include "decode/decoder_fixture.h"
#include "decode/information_element.h"
#include "flow/value_text.h"

namespace {
std::atomic<std::uint64_t> allocations{0};
}

// Counted for the whole test program; malloc and free are what the library's own operators use.
[[gnu::noinline]] void* operator new(std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* at = std::malloc(size == 0 ? 1 : size)) return at;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* at) noexcept {
  std::free(at);
}
[[gnu::noinline]] void operator delete(void* at, std::size_t) noexcept {
  std::free(at);
}

namespace weir::decode {
namespace {

/// A small generator of reproducible numbers (xorshift).
class Numbers {
 public:
  explicit Numbers(std::uint64_t seed) : state_(seed * 0x9e37'79b9'7f4a'7c15 + 1) {}
  std::uint64_t below(std::uint64_t limit) {
    state_ ^= state_ << 13U;
    state_ ^= state_ >> 7U;
    state_ ^= state_ << 17U;
    return state_ % limit;
  }

 private:
  std::uint64_t state_;
};

class FlowPlanTest : public ::testing::Test {
 protected:
  /// Rows of `set` as text, by a plan whose fields are found record by record or not.
  std::string run(FlowPlan plan, bool record_by_record, const TemplateRecord& record, Bytes set) {
    plan.lengths.clear();
    if (record_by_record || plan.two_rows) {
      for (const FieldSpecifier& field : record.fields) plan.lengths.push_back(field.length);
    }
    Tally tally;
    const MessageTimes times{.received_ms = 1'700'000'000'300, .export_ms = 1'700'000'000'000, .uptime_ms = 1'000'000};
    const RowContext context{.options = options_, .times = times, .texts = texts_, .tally = tally, .exporter = {}};
    flow::FlowBatch out;
    const RunResult result = run_plan(plan, set, context, out);
    std::string text = std::to_string(result.records) + "\n";
    for (std::size_t row = 0; row < out.size(); ++row) {
      flow::append_json(text, out, row, strings_);
      text += '\n';
    }
    return text;
  }

  DecodeOptions options_;
  flow::StringPool strings_;
  TextCache texts_{strings_};
};

TEST_F(FlowPlanTest, ColumnByColumnAndRecordByRecordAgree) {
  const auto elements = information_elements();
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    Numbers numbers(seed);
    TemplateRecord record;
    record.id = 256;
    const std::size_t fields = 1 + numbers.below(30);
    for (std::size_t i = 0; i < fields; ++i) {
      const InformationElement& element = elements[numbers.below(elements.size())];
      static constexpr std::uint16_t kLengths[] = {0, 1, 2, 3, 4, 4, 6, 8, 8, 16, 20};
      const bool reverse = element.enterprise == 0 && numbers.below(20) == 0;
      record.fields.push_back(
          {reverse ? kReverseEnterprise : element.enterprise, element.id, kLengths[numbers.below(11)]});
    }
    if (record.least_octets() == 0) continue;
    std::vector<std::byte> set(record.least_octets() * (1 + numbers.below(5)) + numbers.below(3));
    for (std::byte& octet : set) octet = static_cast<std::byte>(numbers.below(3) == 0 ? 0 : numbers.below(256));
    const FlowPlan plan = compile(record, {.dialect = seed % 2 == 0 ? Dialect::ipfix : Dialect::netflow9});
    EXPECT_EQ(run(plan, false, record, set), run(plan, true, record, set)) << "seed " << seed;
  }
}

using AllocationTest = DecoderTest;

TEST_F(AllocationTest, DecodingRecordsAllocatesNothing) {
  const std::vector<BuiltField> fields = {{8, 4}, {12, 4}, {10, 4}, {14, 4}, {2, 4},  {1, 4},  {22, 4},  {21, 4},
                                          {7, 2}, {11, 2}, {4, 1},  {61, 1}, {48, 1}, {95, 4}, {234, 4}, {82, 8}};
  MessageBuilder templates = MessageBuilder::netflow9({});
  templates.template_set(256, fields);
  templates.options_template_set(300, 1, {{1, 4}, {48, 1}, {50, 4}}).data_set(300, {{0, 4}, {1, 1}, {100, 4}});
  send(templates.finish());
  MessageBuilder message = MessageBuilder::netflow9({.sequence = 1});
  message.open(256);
  for (std::uint32_t i = 0; i < 20; ++i) {
    for (std::uint32_t field = 0; field < 8; ++field) message.bytes().u32(i + field);
    message.bytes().u16(i);
    message.bytes().u16(443);
    message.bytes().u8(6);
    message.bytes().u8(i % 2);
    message.bytes().u8(1);
    message.bytes().u32(13U << 24U | i);
    message.bytes().u32(i);
    message.text("eth" + std::to_string(i), 8);
  }
  const Payload payload = message.close().finish();
  send(payload);  // makes the columns, and learns the texts
  clear_rows();
  const std::uint64_t before = allocations.load();
  for (int i = 0; i < 100; ++i) send(payload);
  EXPECT_EQ(allocations.load(), before);
  EXPECT_EQ(rows(), 2000U);
}

}  // namespace
}  // namespace weir::decode
