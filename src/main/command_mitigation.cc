// weir mitigation: what is announced against attacks, and the decisions of people about it.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>

#include "base/clock.h"
#include "main/command.h"
#include "main/standard_output.h"
#include "main/where.h"

namespace weir::main {
namespace {

namespace json = boost::json;

constexpr const char* kPath = "/api/v1/mitigations";

struct Options {
  std::string server = "http://127.0.0.1:8080";
  std::string verb;
  std::string token_file;
  bool as_json = false;
  unsigned id = 0;
  std::string target;
  std::string action;
  std::string ttl;
  std::string match;
  std::string why;
  unsigned attack = 0;
  bool live = false;
  unsigned top = 100;
};

// ------------------------------------------------------------------------------------------------------------- to show

std::string text_at(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr || value->is_null()) return "";
  return value->is_string() ? std::string(value->get_string()) : json::serialize(*value);
}
std::string text_of(const json::value& value) {
  return value.is_string() ? std::string(value.get_string()) : "";
}
/// An empty one where it is none.
const json::object& object_of(const json::value* value) {
  static const json::object kNone;
  return value != nullptr && value->is_object() ? value->get_object() : kNone;
}
std::int64_t number_at(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_int64() ? value->get_int64() : 0;
}
double real_at(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value == nullptr || !value->is_number() ? 0 : value->to_number<double>();
}
template <typename Each>
void each_of(const json::object& object, std::string_view name, Each each) {
  const json::value* list = object.if_contains(name);
  if (list == nullptr || !list->is_array()) return;
  for (const json::value& item : list->get_array()) each(item);
}
std::string time_at(const json::object& object, std::string_view name) {
  const std::int64_t time = number_at(object, name);
  return time == 0 ? "-" : to_iso8601(time).substr(0, 19) + "Z";
}
std::string rate_text(double bits) {
  return bits >= 1e9 ? fmt::format("{:.2f} Gbit/s", bits / 1e9) : fmt::format("{:.2f} Mbit/s", bits / 1e6);
}
bool flag_at(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_bool() && value->get_bool();
}

void show_list(const json::object& answer, std::string& out) {
  const json::value* summary = answer.if_contains("summary");
  if (summary != nullptr && summary->is_object()) {
    const json::object& of = summary->get_object();
    out += fmt::format("{} active (at most {}), {} proposed, {} rehearsed{}\n", number_at(of, "active"),
                       number_at(of, "most_active"), number_at(of, "proposed"), number_at(of, "rehearsed"),
                       flag_at(of, "dry_run") ? "; dry run: nothing is announced" : "");
    each_of(of, "problems", [&](const json::value& p) { out += "problem: " + text_of(p) + "\n"; });
    each_of(of, "actions", [&](const json::value& action) {
      each_of(object_of(&action), "problems", [&](const json::value& p) {
        out += "action " + text_at(object_of(&action), "name") + ": " + text_of(p) + "\n";
      });
    });
  }
  out += fmt::format("{:>6}  {:<10} {:<14} {:<26} {:<20} {}\n", "id", "state", "action", "target", "until", "why");
  each_of(answer, "mitigations", [&](const json::value& item) {
    const json::object& m = object_of(&item);
    out += fmt::format("{:>6}  {:<10} {:<14} {:<26} {:<20} {}\n", number_at(m, "id"), text_at(m, "state"),
                       text_at(m, "action"), text_at(m, "target"), time_at(m, "until"), text_at(m, "why"));
  });
}

void show_radius(const json::object& m, std::string& out) {
  const json::value* radius = m.if_contains("radius");
  if (radius == nullptr || !radius->is_object()) {
    out += "legitimate traffic: being measured\n";
    return;
  }
  const json::object& of = radius->get_object();
  out += fmt::format("legitimate traffic that it touches: {} now, usually {}\n",
                     rate_text(real_at(object_of(of.if_contains("now")), "bits_per_second")),
                     rate_text(real_at(of, "usual_bits_per_second")));
  each_of(of, "customers", [&](const json::value& item) {
    const json::object& customer = object_of(&item);
    const std::string name = text_at(customer, "customer");
    out += fmt::format("  {:<30} {}\n", name.empty() ? "(no customer)" : name,
                       rate_text(real_at(customer, "bits_per_second")));
  });
  if (const std::string problem = text_at(of, "problem"); !problem.empty()) out += "  not in full: " + problem + "\n";
}

void show_one(const json::object& m, std::string& out) {
  out += fmt::format("mitigation {}: {}{}\n", number_at(m, "id"), text_at(m, "state"),
                     flag_at(m, "dry_run") ? " (dry run)" : "");
  out += fmt::format("action {} ({}) for {}, asked by {}\n", text_at(m, "action"), text_at(m, "kind"),
                     text_at(m, "target"), text_at(m, "asked_by"));
  if (number_at(m, "attack") != 0)
    out += fmt::format("attack {}: {}\n", number_at(m, "attack"), text_at(m, "attack_title"));
  out += fmt::format("created {}, started {}, until {}, ended {}\n", time_at(m, "created"), time_at(m, "started"),
                     time_at(m, "until"), time_at(m, "ended"));
  if (const std::string why = text_at(m, "why"); !why.empty()) out += "why: " + why + "\n";
  each_of(m, "routes", [&](const json::value& item) {
    std::string peers;
    each_of(object_of(&item), "peers",
            [&](const json::value& peer) { peers += (peers.empty() ? "" : ", ") + text_of(peer); });
    out += "route " + text_at(object_of(&item), "text") + " to " + peers + "\n";
  });
  each_of(m, "refusals", [&](const json::value& item) {
    out += "refused by " + text_at(object_of(&item), "guard") + ": " + text_at(object_of(&item), "message") + "\n";
  });
  each_of(m, "approvals", [&](const json::value& item) {
    const std::string why = text_at(object_of(&item), "why");
    out += "approved by " + text_at(object_of(&item), "who") + (why.empty() ? "" : ": " + why) + "\n";
  });
  show_radius(m, out);
  const json::value* effect = m.if_contains("effect");
  if (effect == nullptr || !effect->is_object()) return;
  const json::object& of = effect->get_object();
  out += fmt::format("effect: attack {} -> {}, other traffic {} -> {}\n", rate_text(real_at(of, "attack_before")),
                     rate_text(real_at(of, "attack_after")), rate_text(real_at(of, "other_before")),
                     rate_text(real_at(of, "other_after")));
}

void show_log(const json::object& answer, std::string& out) {
  if (!flag_at(answer, "intact")) out += "THE LOG IS NOT INTACT: " + text_at(answer, "problem") + "\n";
  each_of(answer, "entries", [&](const json::value& item) {
    const json::object& entry = object_of(&item);
    const std::int64_t id = number_at(entry, "mitigation");
    out += fmt::format("{:>6}  {}  {:<14} {:<16} {:<6} {}\n", number_at(entry, "number"), time_at(entry, "at"),
                       text_at(entry, "who"), text_at(entry, "what"), id == 0 ? "" : "#" + std::to_string(id),
                       text_at(entry, "why"));
  });
}

// -------------------------------------------------------------------------------------------------------------- to ask

Result<std::string> token_of(const Options& options) {
  if (options.token_file.empty()) {
    const char* token = std::getenv("WEIR_TOKEN");
    return token == nullptr ? std::string() : std::string(token);
  }
  std::ifstream in(options.token_file);
  std::string token;
  if (!in || !std::getline(in, token)) return fail(ErrorCode::io, "cannot read " + options.token_file);
  return token;
}

std::string wish_of(const Options& options) {
  json::object out{{"action", options.action}, {"dry_run", !options.live}};
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) out[name] = value;
  };
  add("target", options.target);
  add("ttl", options.ttl);
  add("match", options.match);
  add("why", options.why);
  if (options.attack != 0) out["attack"] = options.attack;
  return json::serialize(out);
}

Result<std::string> ask(const Options& options) {
  const std::string one = std::string(kPath) + "/" + std::to_string(options.id);
  if (options.verb == "list")
    return get_from_server(options.server, kPath, {{"closed", std::to_string(options.top)}});
  if (options.verb == "show") return get_from_server(options.server, one, {});
  if (options.verb == "log") {
    return get_from_server(options.server, std::string(kPath) + "/log",
                           {{"top", std::to_string(options.top)}, {"id", std::to_string(options.id)}});
  }
  if (options.verb == "check")
    return post_to_server(options.server, std::string(kPath) + "/check", wish_of(options), "");
  const auto token = token_of(options);
  if (!token) return std::unexpected(token.error());
  if (options.verb == "propose") return post_to_server(options.server, kPath, wish_of(options), *token);
  return post_to_server(options.server, one + "/" + options.verb, json::serialize(json::object{{"why", options.why}}),
                        *token);
}

int run(const Options& options) {
  const auto answer = ask(options);
  if (!answer)
    return answer.error().code == ErrorCode::invalid ? usage_error(answer.error().message) : failed(answer.error());
  boost::system::error_code problem;
  const json::value parsed = json::parse(*answer, problem);
  if (problem || !parsed.is_object()) return failed({ErrorCode::malformed, options.server + ": not the answer of a Weir"});
  const json::object& object = parsed.get_object();
  StandardOutput out;
  if (options.as_json)
    out.text() = *answer + "\n";
  else if (options.verb == "list")
    show_list(object, out.text());
  else if (options.verb == "log")
    show_log(object, out.text());
  else
    show_one(object, out.text());
  if (const auto written = out.finish(); !written) return failed(written.error());
  return text_at(object, "state") == "refused" && options.verb != "show" ? kFailed : kSuccess;
}

// ---------------------------------------------------------------------------------------------------- the command line

using Shared = std::shared_ptr<Options>;

CLI::App* verb(CLI::App& app, const Shared& options, const std::string& name, const std::string& summary) {
  CLI::App* sub = app.add_subcommand(name, summary);
  sub->callback([options, name] { options->verb = name; });
  sub->add_option("--server", options->server, "the running server")->capture_default_str();
  sub->add_flag("--json", options->as_json, "for programs");
  return sub;
}

void add_wish(CLI::App* sub, Options& options) {
  sub->add_option("--target", options.target, "an address or a prefix of yours");
  sub->add_option("--action", options.action, "a configured action, or its kind")->required();
  sub->add_option("--attack", options.attack, "against this running attack, with its target and signature");
  sub->add_option("--match", options.match, "flowspec: what is filtered: 'udp src port 123 length 400-1500'");
  sub->add_option("--ttl", options.ttl, "how long it stands at most: 30m; default: the action's");
  sub->add_option("--why", options.why, "for the log");
  sub->add_flag("--live,!--dry-run", options.live, "really announce, where the configuration allows it");
}

void add_token(CLI::App* sub, Options& options) {
  sub->add_option("--token-file", options.token_file, "your token in a file; default: the variable WEIR_TOKEN");
}

}  // namespace

Run declare_mitigation(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  app.require_subcommand(1);
  verb(app, options, "list", "all that are open, and the last that are over")
      ->add_option("--top", options->top, "so many that are over");
  verb(app, options, "show", "one, with its routes, cost and effect")->add_option("id", options->id)->required();
  CLI::App* log = verb(app, options, "log", "who did what and why, the newest first");
  log->add_option("--top", options->top, "so many");
  log->add_option("--id", options->id, "of one mitigation");
  add_wish(verb(app, options, "check", "what would come of a proposal; leaves no trace"), *options);
  CLI::App* propose = verb(app, options, "propose", "ask for a mitigation; somebody has to approve it");
  add_wish(propose, *options);
  add_token(propose, *options);
  for (const auto& [name, summary] :
       {std::pair{"approve", "announce it"}, std::pair{"reject", "it is not to be"}, std::pair{"withdraw", "end it"}}) {
    CLI::App* sub = verb(app, options, name, summary);
    sub->add_option("id", options->id)->required();
    sub->add_option("--why", options->why, "for the log");
    add_token(sub, *options);
  }
  return [options] { return run(*options); };
}

}  // namespace weir::main
