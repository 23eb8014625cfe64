#include "snmp/agent.h"

// Net-SNMP's own order.
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <span>
#include <utility>

namespace weir::snmp {
namespace {

constexpr int kRetries = 1;
/// More rows than this in a column are no router's.
constexpr std::size_t kMostRows = 200'000;
constexpr std::size_t kMostText = 255;
constexpr long kRepetitions = 32;

using Oid = std::vector<oid>;
const Oid kSysUpTime{1, 3, 6, 1, 2, 1, 1, 3, 0};
const Oid kSysName{1, 3, 6, 1, 2, 1, 1, 5, 0};

/// Columns of ifTable and ifXTable (RFC 2863).
struct Columns {
  static Oid if_table(oid column) { return {1, 3, 6, 1, 2, 1, 2, 2, 1, column}; }
  static Oid if_x_table(oid column) { return {1, 3, 6, 1, 2, 1, 31, 1, 1, 1, column}; }
};

struct FreePdu {
  void operator()(netsnmp_pdu* pdu) const { snmp_free_pdu(pdu); }
};
using Pdu = std::unique_ptr<netsnmp_pdu, FreePdu>;

/// The library reads no configuration, no MIB and no state of the machine, and writes none and no log.
void start_library() {
  static std::once_flag once;
  std::call_once(once, [] {
    // Without any place for its log it writes to standard error.
    netsnmp_register_loghandler(NETSNMP_LOGHANDLER_NONE, LOG_DEBUG);
    for (const int setting : {NETSNMP_DS_LIB_DONT_READ_CONFIGS, NETSNMP_DS_LIB_DONT_PERSIST_STATE,
                              NETSNMP_DS_LIB_DISABLE_PERSISTENT_LOAD, NETSNMP_DS_LIB_DISABLE_PERSISTENT_SAVE}) {
      netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, setting, 1);
    }
    netsnmp_ds_set_string(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_MIBDIRS, "");
    init_snmp("weir");
  });
}

std::uint64_t number_of(const netsnmp_variable_list& variable) {
  switch (variable.type) {
    case ASN_COUNTER64:
      return std::uint64_t{variable.val.counter64->high} << 32U | (variable.val.counter64->low & 0xffff'ffffU);
    case ASN_INTEGER:
    case ASN_GAUGE:
    case ASN_COUNTER:
    case ASN_TIMETICKS:
      return static_cast<std::uint64_t>(*variable.val.integer) & 0xffff'ffffU;
    default:
      return 0;
  }
}

/// Whether these octets are UTF-8 (RFC 3629; overlong forms are let through).
bool is_utf8(std::span<const u_char> octets) {
  std::size_t follow = 0;
  for (const u_char octet : octets) {
    if (follow > 0) {
      if ((octet & 0xc0U) != 0x80) return false;
      --follow;
    } else if (octet >= 0x80) {
      if (octet < 0xc2 || octet > 0xf4) return false;
      follow = octet >= 0xf0 ? 3 : octet >= 0xe0 ? 2 : 1;
    }
  }
  return follow == 0;
}

/// Control characters become blanks; what is no UTF-8 is read as Latin-1, which older routers write.
std::string text_of(const netsnmp_variable_list& variable) {
  if (variable.type != ASN_OCTET_STR) return {};
  const std::span octets(variable.val.string, std::min<std::size_t>(variable.val_len, kMostText));
  const bool utf8 = is_utf8(octets);
  std::string out;
  for (const u_char octet : octets) {
    if (octet < 0x20 || octet == 0x7f) {
      out += ' ';
    } else if (octet < 0x80 || utf8) {
      out += static_cast<char>(octet);
    } else {
      out += static_cast<char>(0xc0U | octet >> 6U);
      out += static_cast<char>(0x80U | (octet & 0x3fU));
    }
  }
  while (out.ends_with(' ')) out.pop_back();
  return out;
}

bool is_value(const netsnmp_variable_list& variable) {
  return variable.type != SNMP_ENDOFMIBVIEW && variable.type != SNMP_NOSUCHOBJECT &&
         variable.type != SNMP_NOSUCHINSTANCE;
}

/// Copies what the library keeps a pointer to.
struct Texts {
  std::string peer;
  std::string community;
  std::string user;
};

class NetSnmpAgent final : public Agent {
 public:
  NetSnmpAgent(void* session, std::string name) : session_(session), name_(std::move(name)) {}
  ~NetSnmpAgent() override {
    forget_user();
    snmp_sess_close(session_);
  }
  NetSnmpAgent(const NetSnmpAgent&) = delete;
  NetSnmpAgent& operator=(const NetSnmpAgent&) = delete;

  Result<std::uint64_t> uptime() override {
    auto reply = get({kSysUpTime});
    if (!reply) return std::unexpected(reply.error());
    return (*reply)->variables == nullptr ? 0 : number_of(*(*reply)->variables);
  }

  Result<Reading> read(const std::atomic<bool>& stop) override {
    stop_ = &stop;
    auto reply = get({kSysUpTime, kSysName});
    if (!reply) return std::unexpected(reply.error());
    Reading out;
    const netsnmp_variable_list* first = (*reply)->variables;
    if (first != nullptr) out.uptime_cs = number_of(*first);
    if (first != nullptr && first->next_variable != nullptr) out.name = text_of(*first->next_variable);
    if (auto read = read_interfaces(out); !read) return std::unexpected(read.error());
    return out;
  }

 private:
  struct Row {
    flow::InterfaceInfo info;
    flow::InterfaceCounters counters;
    bool has_counters = false;
  };
  using Rows = std::map<std::uint32_t, Row>;
  using Take = void (*)(const netsnmp_variable_list& value, Row& row);

  Result<void> read_interfaces(Reading& out) {
    Rows rows;
    // In this order: ifDescr and ifSpeed are there for devices without the ifXTable.
    const std::pair<Oid, Take> columns[] = {
        {Columns::if_table(2), [](const auto& value, Row& row) { row.info.name = text_of(value); }},
        {Columns::if_table(5), [](const auto& value, Row& row) { row.info.speed_bps = number_of(value); }},
        {Columns::if_table(7), [](const auto& value, Row& row) { row.counters.admin_up = number_of(value) == 1; }},
        {Columns::if_table(8), [](const auto& value, Row& row) { row.counters.oper_up = number_of(value) == 1; }},
        {Columns::if_x_table(1),
         [](const auto& value, Row& row) {
           if (std::string name = text_of(value); !name.empty()) row.info.name = std::move(name);
         }},
        {Columns::if_x_table(15),  // in Mbit/s; 0 for what is slower
         [](const auto& value, Row& row) {
           if (const std::uint64_t mbps = number_of(value); mbps > 0) row.info.speed_bps = mbps * 1'000'000;
         }},
        {Columns::if_x_table(18), [](const auto& value, Row& row) { row.info.description = text_of(value); }},
        {Columns::if_x_table(6),
         [](const auto& value, Row& row) {
           row.counters.in_octets = number_of(value);
           row.has_counters = true;
         }},
        {Columns::if_x_table(10), [](const auto& value, Row& row) { row.counters.out_octets = number_of(value); }},
        {Columns::if_x_table(7), [](const auto& value, Row& row) { row.counters.in_packets += number_of(value); }},
        {Columns::if_x_table(8), [](const auto& value, Row& row) { row.counters.in_packets += number_of(value); }},
        {Columns::if_x_table(9), [](const auto& value, Row& row) { row.counters.in_packets += number_of(value); }},
        {Columns::if_x_table(11), [](const auto& value, Row& row) { row.counters.out_packets += number_of(value); }},
        {Columns::if_x_table(12), [](const auto& value, Row& row) { row.counters.out_packets += number_of(value); }},
        {Columns::if_x_table(13), [](const auto& value, Row& row) { row.counters.out_packets += number_of(value); }},
        {Columns::if_table(13), [](const auto& value, Row& row) { row.counters.in_discards = number_of(value); }},
        {Columns::if_table(14), [](const auto& value, Row& row) { row.counters.in_errors = number_of(value); }},
        {Columns::if_table(19), [](const auto& value, Row& row) { row.counters.out_discards = number_of(value); }},
        {Columns::if_table(20), [](const auto& value, Row& row) { row.counters.out_errors = number_of(value); }},
    };
    for (const auto& [column, take] : columns) {
      if (auto walked = walk(column, take, rows); !walked) return walked;
    }
    for (auto& [index, row] : rows) {
      if (row.has_counters) {
        row.counters.if_index = index;
        row.counters.speed_bps = row.info.speed_bps;
        out.counters.push_back(row.counters);
      }
      out.interfaces.push_back({index, std::move(row.info)});
    }
    return {};
  }

  /// All rows of one column. An agent whose names do not grow is left, so that it cannot hold us.
  Result<void> walk(const Oid& column, Take take, Rows& rows) {
    Oid at = column;
    for (std::size_t count = 0; count < kMostRows;) {
      if (*stop_) return fail(ErrorCode::cancelled, "stopped");
      auto reply = get_bulk(at);
      if (!reply) return std::unexpected(reply.error());
      if ((*reply)->variables == nullptr) return {};
      for (const netsnmp_variable_list* v = (*reply)->variables; v != nullptr; v = v->next_variable) {
        const std::span name(v->name, v->name_length);
        const bool inside = name.size() == column.size() + 1 && std::ranges::equal(name.first(column.size()), column);
        if (!inside || !is_value(*v)) return {};
        if (!std::ranges::lexicographical_compare(at, name)) {
          return fail(ErrorCode::malformed, name_ + ": the agent's tables are out of order");
        }
        at.assign(name.begin(), name.end());
        take(*v, rows[static_cast<std::uint32_t>(name.back())]);
        ++count;
      }
    }
    return fail(ErrorCode::no_space, name_ + ": more than " + std::to_string(kMostRows) + " interfaces");
  }

  Result<Pdu> get(const std::vector<Oid>& names) {
    netsnmp_pdu* request = snmp_pdu_create(SNMP_MSG_GET);
    for (const Oid& name : names) snmp_add_null_var(request, name.data(), name.size());
    return ask(request);
  }

  Result<Pdu> get_bulk(const Oid& after) {
    for (;;) {
      netsnmp_pdu* request = snmp_pdu_create(SNMP_MSG_GETBULK);
      request->non_repeaters = 0;
      request->max_repetitions = repetitions_;
      snmp_add_null_var(request, after.data(), after.size());
      auto reply = ask(request);
      if (!reply || (*reply)->errstat != SNMP_ERR_TOOBIG || repetitions_ == 1) return reply;
      repetitions_ = std::max(1L, repetitions_ / 4);
    }
  }

  /// Takes the request over.
  Result<Pdu> ask(netsnmp_pdu* request) {
    netsnmp_pdu* answer = nullptr;
    const int status = snmp_sess_synch_response(session_, request, &answer);
    Pdu reply(answer);
    if (status == STAT_TIMEOUT) return fail(ErrorCode::io, name_ + " does not answer");
    if (status != STAT_SUCCESS || reply == nullptr) return fail(ErrorCode::io, name_ + ": " + why());
    if (reply->command == SNMP_MSG_REPORT) {
      return fail(ErrorCode::io, name_ + ": " + snmp_api_errstring(snmpv3_get_report_type(reply.get())));
    }
    if (reply->errstat != SNMP_ERR_NOERROR && reply->errstat != SNMP_ERR_TOOBIG) {
      return fail(ErrorCode::io, name_ + ": " + snmp_errstring(static_cast<int>(reply->errstat)));
    }
    return reply;
  }

  /// The library remembers a user's keys by name for the whole process, and would use them instead of newer ones.
  void forget_user() {
    const netsnmp_session* session = snmp_sess_session(session_);
    if (session == nullptr || session->version != SNMP_VERSION_3 || session->securityName == nullptr) return;
    usmUser* user = usm_get_user(session->securityEngineID, session->securityEngineIDLen, session->securityName);
    if (user == nullptr) return;
    usm_remove_user(user);
    usm_free_user(user);
  }

  [[nodiscard]] std::string why() const {
    char* text = nullptr;
    snmp_sess_error(session_, nullptr, nullptr, &text);
    std::string out = text == nullptr ? "unknown error" : text;
    free(text);
    return out;
  }

  void* session_;
  const std::string name_;
  const std::atomic<bool>* stop_ = nullptr;
  long repetitions_ = kRepetitions;
};

u_char* octets(std::string& text) {
  return reinterpret_cast<u_char*>(text.data());
}

/// The key of a password (RFC 3414 section 2.6).
Result<void> make_key(const oid* protocol, std::size_t protocol_size, std::string password, u_char* key,
                      std::size_t* size) {
  *size = USM_AUTH_KU_LEN;
  if (generate_Ku(protocol, static_cast<u_int>(protocol_size), octets(password), password.size(), key, size) !=
      SNMPERR_SUCCESS) {
    return fail(ErrorCode::invalid, "a password of SNMPv3 cannot be used: is it at least 8 characters long?");
  }
  return {};
}

Result<void> set_user(netsnmp_session& session, const Credentials& credentials, Texts& texts) {
  session.version = SNMP_VERSION_3;
  session.securityName = texts.user.data();
  session.securityNameLen = texts.user.size();
  session.securityLevel = SNMP_SEC_LEVEL_NOAUTH;
  if (credentials.auth == 0 && credentials.privacy != 0) {
    return fail(ErrorCode::invalid, "SNMPv3 has privacy only with authentication");
  }
  if (credentials.auth == 0) return {};
  session.securityLevel = SNMP_SEC_LEVEL_AUTHNOPRIV;
  const int auth = usm_lookup_auth_type(std::string(kAuthProtocols.at(credentials.auth)).c_str());
  session.securityAuthProto = sc_get_auth_oid(auth, &session.securityAuthProtoLen);
  session.securityAuthKeyLen = USM_AUTH_KU_LEN;
  if (session.securityAuthProto == nullptr)
    return fail(ErrorCode::unsupported, "Net-SNMP does not know this auth protocol");
  if (auto made = make_key(session.securityAuthProto, session.securityAuthProtoLen, credentials.auth_password,
                           session.securityAuthKey, &session.securityAuthKeyLen);
      !made) {
    return made;
  }
  if (credentials.privacy == 0) return {};
  session.securityLevel = SNMP_SEC_LEVEL_AUTHPRIV;
  const int privacy = usm_lookup_priv_type(std::string(kPrivacyProtocols.at(credentials.privacy)).c_str());
  session.securityPrivProto = sc_get_priv_oid(privacy, &session.securityPrivProtoLen);
  if (session.securityPrivProto == nullptr) {
    return fail(ErrorCode::unsupported, "Net-SNMP does not know this privacy protocol");
  }
  // Of the auth protocol's hash, section 2.6 again.
  return make_key(session.securityAuthProto, session.securityAuthProtoLen, credentials.privacy_password,
                  session.securityPrivKey, &session.securityPrivKeyLen);
}

}  // namespace

Result<std::unique_ptr<Agent>> Agent::open(const Endpoint& agent, const Credentials& credentials,
                                           UnixMillis timeout_ms) {
  start_library();
  const std::string name = to_string(agent);
  Texts texts{.peer = (agent.address.is_v4() ? "udp:" : "udp6:") + name,
              .community = credentials.community,
              .user = credentials.user};
  netsnmp_session session;
  snmp_sess_init(&session);
  session.peername = texts.peer.data();
  session.timeout = static_cast<long>(timeout_ms) * 1000;
  session.retries = kRetries;
  if (!credentials.user.empty()) {
    if (auto set = set_user(session, credentials, texts); !set) {
      return fail(set.error().code, name + ": " + set.error().message);
    }
  } else {
    session.version = SNMP_VERSION_2c;
    session.community = octets(texts.community);
    session.community_len = texts.community.size();
  }
  void* opened = snmp_sess_open(&session);
  if (opened == nullptr) {
    char* text = nullptr;
    snmp_error(&session, nullptr, nullptr, &text);
    std::string why = text == nullptr ? "no session" : text;
    free(text);
    return fail(ErrorCode::io, name + ": " + why);
  }
  return std::make_unique<NetSnmpAgent>(opened, name);
}

}  // namespace weir::snmp
