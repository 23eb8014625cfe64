#include "decode/flow_plan.h"

#include <algorithm>
#include <iterator>
#include <span>
#include <tuple>
#include <utility>

namespace weir::decode {
namespace {

using flow::Column;

/// The other direction's counter where it becomes a counter in its own right.
constexpr InformationElement kCounter{0, 0, "", AbstractType::unsigned64, Meaning::value};

/// A field that means something to a row.
struct Candidate {
  const InformationElement* element = nullptr;
  Column column = Column::time;
  unsigned rank = 0;
  std::uint16_t field = 0;
  Slice at;
};

/// Picks the fields of one direction and turns them into steps.
class Compiler {
 public:
  explicit Compiler(const PlanOptions& options) : options_(options) {}

  void add(const Candidate& candidate) {
    candidates_.push_back(candidate);
    // Something observed at one moment starts and ends there.
    if (candidate.element->meaning != Meaning::observation_time) return;
    candidates_.push_back(candidate);
    candidates_.back().column = Column::flow_start;
  }

  std::vector<Step> steps() {
    // Of one column the lowest rank first, then IPv4 before IPv6, which then fills what is unspecified, then what comes
    // first in the Template; of two headers, on request, what comes last.
    const bool inner = options_.inner_addresses && two_headers();
    std::ranges::sort(candidates_, {}, [&](const Candidate& c) {
      const bool v6 = c.element->type == AbstractType::ipv6_address;
      const bool last = inner && of_header(c.column);
      return std::tuple(c.column, c.rank, v6 && !last, last ? -int{c.field} : int{c.field});
    });
    frames();
    for (std::size_t i = 0; i < candidates_.size();) {
      std::size_t end = i + 1;
      while (end < candidates_.size() && candidates_[end].column == candidates_[i].column) ++end;
      column(std::span(candidates_).subspan(i, end - i));
      i = end;
    }
    durations();
    std::vector<Step> ordered;
    for (int now = 0; now < kPhases; ++now) {
      std::ranges::copy_if(steps_, std::back_inserter(ordered), [&](const Step& step) { return phase(step) == now; });
    }
    return ordered;
  }

 private:
  using Group = std::span<const Candidate>;

  /// Exporters of SRv6 repeat the header's fields for the packet inside.
  [[nodiscard]] bool two_headers() const {
    return std::ranges::count(candidates_, Column::proto, &Candidate::column) > 1;
  }
  static bool of_header(Column column) {
    switch (column) {
      case Column::src_addr:
      case Column::dst_addr:
      case Column::src_port:
      case Column::dst_port:
      case Column::proto:
      case Column::tcp_flags:
      case Column::tos:
        return true;
      default:
        return false;
    }
  }

  const Candidate* find(Meaning meaning) const {
    const auto at =
        std::ranges::find_if(candidates_, [&](const Candidate& c) { return c.element->meaning == meaning; });
    return at == candidates_.end() ? nullptr : &*at;
  }

  const Candidate* find(Column column, unsigned rank) const {
    const auto at =
        std::ranges::find_if(candidates_, [&](const Candidate& c) { return c.column == column && c.rank == rank; });
    return at == candidates_.end() ? nullptr : &*at;
  }

  /// Frames first; then values; then what depends on other columns of the row.
  static constexpr int kPhases = 3;
  static int phase(const Step& step) {
    switch (step.element->meaning) {
      case Meaning::frame:
      case Meaning::ip_header:
        return 0;
      case Meaning::flow_duration:
      case Meaning::interface_name:
        return 2;
      default:
        return 1;
    }
  }

  /// Which meanings are part of another's step, or have no step of their own.
  static bool stands_alone(Meaning meaning) {
    switch (meaning) {
      case Meaning::none:
      case Meaning::frame:
      case Meaning::frame_size:
      case Meaning::frame_type:
      case Meaning::ip_header:
      case Meaning::ip_payload:
      case Meaning::system_init_time:
      case Meaning::flow_duration:
      case Meaning::responder:
        return false;
      default:
        return true;
    }
  }

  /// Meanings of which every occurrence may fill rows that an earlier one left empty.
  static bool decides_by_row(Meaning meaning) {
    switch (meaning) {
      case Meaning::text:
      case Meaning::interface_name:
      case Meaning::application_id:
      case Meaning::vrf_id:
      case Meaning::egress_vrf_id:
      case Meaning::distinguisher:
      case Meaning::rate:
      case Meaning::packet_interval:
      case Meaning::packet_space:
      case Meaning::sample_size:
      case Meaning::sample_population:
      case Meaning::sample_probability:
      case Meaning::sampler:
      case Meaning::flow_direction:
      case Meaning::mpls_label:
      case Meaning::exporter_address:
        return true;
      default:
        return false;
    }
  }

  /// Whether a later element of the column says something where an earlier one has zero: the other address family, the
  /// other form of ICMP type, the inner VLAN, and the outgoing counters (23, 24) where 1 and 2 are zero.
  static bool completes(const Candidate& first, const Candidate& later) {
    switch (flow::info(later.column).type) {
      case flow::ColumnType::ip:
        return later.rank == first.rank && later.element->type != first.element->type;
      case flow::ColumnType::u64:
        return first.rank == 0 && later.rank == 1;
      default:
        break;
    }
    switch (later.column) {
      case Column::icmp_type:
      case Column::src_vlan:
      case Column::dst_vlan:
        return later.rank != first.rank;
      default:
        return false;
    }
  }

  Step step_of(const Candidate& candidate) const {
    Step step;
    step.element = candidate.element;
    step.column = candidate.column;
    step.at[0] = candidate.at;
    step.fields[0] = candidate.field;
    return step;
  }
  static void operand(Step& step, std::size_t which, const Candidate* candidate) {
    if (candidate == nullptr) return;
    step.at[which] = candidate->at;
    step.fields[which] = candidate->field;
  }

  /// Which columns the step gives to every row.
  flow::RowMask sets_of(const Candidate& candidate) const {
    flow::RowMask sets;
    const Meaning meaning = candidate.element->meaning;
    if (decides_by_row(meaning) || meaning == Meaning::flow_duration) return sets;
    if (meaning == Meaning::frame || meaning == Meaning::ip_header) return sets;
    if (meaning == Meaning::uptime && options_.dialect == Dialect::ipfix) return sets;
    sets.set(candidate.column);
    if (candidate.column == Column::icmp_type) sets.set(Column::icmp_code);
    return sets;
  }

  /// Keeps the step if its field has a length that can be read. A variable-length field is looked at again in each
  /// record.
  bool keep(Step step, const Candidate& candidate) {
    step.sets = sets_of(candidate);
    if (candidate.at.length == 0) return false;
    if (candidate.at.length == kVariableLength) {
      steps_.push_back(step);
      return true;
    }
    step.write = writer_for(step);
    if (step.write == nullptr) return false;
    steps_.push_back(step);
    return true;
  }

  void column(Group group) {
    if (group.front().column == Column::fragment) return fragment(group);
    if (group.front().column == Column::icmp_code) return;  // the second field of its type's step
    const Candidate* first = nullptr;
    for (const Candidate& candidate : group) {
      if (!stands_alone(candidate.element->meaning)) continue;
      if (!decides_by_row(candidate.element->meaning) && first != nullptr && !completes(*first, candidate)) continue;
      Step step = step_of(candidate);
      step.if_empty = first != nullptr;
      complete_operands(step);
      const bool repeated = std::ranges::any_of(
          steps_, [&](const Step& other) { return other.element == step.element && other.column == step.column; });
      if (!repeated && keep(step, candidate) && first == nullptr) first = &candidate;
    }
    for (const Candidate& candidate : group) {
      if (candidate.element->meaning == Meaning::responder) responder(candidate, first);
    }
  }

  /// Values that are made of two elements.
  void complete_operands(Step& step) const {
    if (step.column == Column::icmp_type && step.element->meaning == Meaning::value) {
      return operand(step, 1, find(Column::icmp_code, step.element->rank));
    }
    switch (step.element->meaning) {
      case Meaning::uptime:
        return operand(step, 1, find(Meaning::system_init_time));
      case Meaning::packet_interval:
        return operand(step, 1, find(Meaning::packet_space));
      case Meaning::packet_space:
        return pair(step, Meaning::packet_interval);
      case Meaning::sample_size:
        return operand(step, 1, find(Meaning::sample_population));
      case Meaning::sample_population:
        return pair(step, Meaning::sample_size);
      default:
        return;
    }
  }
  /// The step's own field goes second; the first is the one of `meaning`, or absent.
  void pair(Step& step, Meaning meaning) const {
    operand(step, 1, nullptr);
    step.at[1] = step.at[0];
    step.fields[1] = step.fields[0];
    step.at[0] = {};
    step.fields[0] = kNoField;
    operand(step, 0, find(meaning));
  }

  void fragment(Group group) {
    Step step = step_of(group.front());
    if (group.front().element->meaning == Meaning::fragment_flags) {
      std::swap(step.at[0], step.at[1]);
      std::swap(step.fields[0], step.fields[1]);
    } else {
      operand(step, 1, find(Meaning::fragment_flags));
    }
    keep(step, group.front());
  }

  /// Records of connections tell of both directions. As one row, their sum; `first` is the counter it is added to.
  void responder(const Candidate& candidate, const Candidate* first) {
    const bool alone = first == nullptr;
    if (!alone && first->rank != candidate.rank) return;  // 1, 2 and their like count more exactly
    Step step = step_of(candidate);
    if (alone) step.element = &kCounter;  // nothing to add to
    keep(step, candidate);
  }

  void frames() {
    for (const Meaning meaning : {Meaning::frame, Meaning::ip_header}) {
      const Candidate* section = find(meaning);
      if (section == nullptr) continue;
      Step step = step_of(*section);
      operand(step, 1, find(meaning == Meaning::frame ? Meaning::frame_size : Meaning::ip_payload));
      if (meaning == Meaning::frame) operand(step, 2, find(Meaning::frame_type));
      keep(step, *section);
      return;  // the frame holds the IP header too
    }
  }

  void durations() {
    const Candidate* duration = find(Meaning::flow_duration);
    if (duration == nullptr) return;
    const auto has = [&](Column column) {
      return std::ranges::any_of(steps_, [&](const Step& step) { return step.column == column; });
    };
    const bool start = has(Column::flow_start);
    const bool end = has(Column::flow_end);
    if (start == end) return;
    Step step = step_of(*duration);
    step.column = start ? Column::flow_end : Column::flow_start;
    keep(step, *duration);
  }

  const PlanOptions& options_;
  std::vector<Candidate> candidates_;
  std::vector<Step> steps_;
};

}  // namespace

FlowPlan compile(const TemplateRecord& record, const PlanOptions& options) {
  FlowPlan plan;
  plan.least_octets = record.least_octets();
  plan.fixed_length = !record.has_variable_length();
  Compiler forward(options);
  Compiler reverse(options);
  std::uint32_t offset = 0;
  for (std::size_t i = 0; i < record.fields.size(); ++i) {
    const FieldSpecifier& field = record.fields[i];
    const Slice at{offset, field.length};
    offset += field.length;
    const bool backward = field.enterprise == kReverseEnterprise;
    const InformationElement* element = find_element(backward ? 0 : field.enterprise, field.id);
    if (element == nullptr || element->meaning == Meaning::none) continue;
    if (element->meaning == Meaning::exporter_address && !options.trust_exporter_address) continue;
    const bool split = element->meaning == Meaning::responder && options.split_connections;
    (backward || split ? reverse : forward)
        .add({split ? &kCounter : element, element->column, element->rank, static_cast<std::uint16_t>(i), at});
  }
  plan.forward = forward.steps();
  plan.reverse = reverse.steps();
  for (const Step& step : plan.forward) plan.mask |= step.sets;
  plan.two_rows = !plan.reverse.empty();
  if (!plan.fixed_length || plan.two_rows) {
    for (const FieldSpecifier& field : record.fields) plan.lengths.push_back(field.length);
  }
  return plan;
}

}  // namespace weir::decode
