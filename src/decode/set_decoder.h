// The Sets of one NetFlow v9 or IPFIX Message.
#pragma once

#include <cstdint>
#include <optional>

#include "base/byte_reader.h"
#include "decode/domain_table.h"
#include "decode/row_context.h"
#include "decode/template_record.h"
#include "decode/text_cache.h"
#include "flow/batch.h"

namespace weir::decode {

/// What all protocols with Templates work with; owned by the Decoder.
struct Workshop {
  const DecodeOptions& options;
  DomainTable& domains;
  TextCache& texts;
  Tally& tally;
};

/// True when what a source says about who measured is believed.
[[nodiscard]] bool trusts_exporter_address(const DecodeOptions& options, IpAddress source);
/// Compiles a Template for what it is.
[[nodiscard]] std::unique_ptr<KnownTemplate> compile_known(TemplateRecord record, UnixMillis refreshed_ms,
                                                           const DomainKey& key, const DecodeOptions& options);

/// Decodes the Sets of one Message of `domain`, one after the other. A bad Set is counted on the domain's exporter and
/// costs the others nothing, unless its length is bad: then nobody knows where the next one starts.
class SetDecoder {
 public:
  SetDecoder(const Workshop& workshop, Domain& domain, const MessageTimes& times, flow::FlowBatch& out);

  /// `sets` is the Message behind its header.
  void decode(ByteReader sets);

  /// Data Records of this Message so far, options included; nothing when a Data Set without Template makes that
  /// unknown.
  [[nodiscard]] std::optional<std::uint32_t> records() const {
    return countable_ ? std::optional(records_) : std::nullopt;
  }

 private:
  void decode_set(std::uint16_t id, Bytes content);
  void template_set(Bytes content, bool options);
  void learn_template();
  void withdraw();
  void unpark(std::uint16_t template_id);
  void data_set(std::uint16_t id, Bytes content);
  std::uint32_t decode_records(const KnownTemplate& known, Bytes content, const MessageTimes& times);
  std::uint32_t decode_options(const OptionsPlan& plan, Bytes content);
  void park(std::uint16_t id, Bytes content);
  void count(flow::Counter counter) { domain_.exporter->add(counter); }

  const Workshop& workshop_;
  Domain& domain_;
  const MessageTimes& times_;
  flow::FlowBatch& out_;
  Dialect dialect_;
  TemplateRecord template_;  // the one being read
  OptionsRecord options_record_;
  std::uint32_t records_ = 0;
  bool countable_ = true;
};

}  // namespace weir::decode
