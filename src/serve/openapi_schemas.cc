// The shapes of the answers. They name what is always there; more may come in later versions, so that further members are
// allowed everywhere but in the smallest.
#include <array>

#include "serve/openapi.h"

namespace weir::serve {
namespace {

// clang-format off
constexpr auto kSchemas = std::to_array<SchemaDoc>({
  {"Problem", R"({"type":"object","description":"RFC 9457","required":["type","title","status","detail"],"properties":{
    "type":{"type":"string"},"title":{"type":"string"},"status":{"type":"integer","minimum":400,"maximum":599},"detail":{"type":"string","minLength":1},
    "parameter":{"type":"string","description":"the parameter that is wrong"},"position":{"type":"integer","minimum":0,"description":"of a filter: where, in octets"},
    "length":{"type":"integer","minimum":0},"shown":{"type":"string","description":"the line with a caret under the place"},
    "errors":{"$ref":"#/components/schemas/Faults","description":"of a document: each place that is wrong"}}})"},
  {"Faults", R"({"type":"array","items":{"type":"object","required":["pointer","detail"],"additionalProperties":false,"properties":{
    "pointer":{"type":"string","description":"RFC 6901: the place in the document"},"detail":{"type":"string","minLength":1}}}})"},
  {"Config", R"({"type":"object","required":["file","read","needs_restart","values","interface_classes","people"],"additionalProperties":false,"properties":{
    "file":{"type":["string","null"]},"read":{"$ref":"#/components/schemas/Time"},"needs_restart":{"type":"array","items":{"type":"string"},"description":"keys whose new value waits for a restart"},
    "values":{"type":"array","items":{"type":"object","required":["key","type","value","default","live","secret","entries","meaning"],"additionalProperties":false,"properties":{
      "key":{"type":"string"},"type":{"type":"string"},"value":{"type":"string","description":"as it would be written; of a secret \"set\" or \"not set\""},"default":{"type":"string"},
      "live":{"type":"boolean","description":"a reload changes it"},"secret":{"type":"boolean"},"entries":{"type":["integer","null"],"description":"of a list of mappings: how many"},"meaning":{"type":"string"}}}},
    "interface_classes":{"type":"array","items":{"type":"object","required":["exporter","interface","description","class"]}},
    "people":{"type":"array","items":{"type":"object","required":["name","rights"],"additionalProperties":false,"properties":{"name":{"type":"string"},
      "rights":{"type":"array","items":{"enum":["mitigations","customers"]}}}}}}})"},
  {"Customer", R"({"type":"object","required":["name"],"additionalProperties":false,"properties":{"name":{"type":"string","minLength":1,"maxLength":200},"region":{"type":"string"},
    "prefixes":{"type":"array","items":{"type":"string"}},"ases":{"type":"array","items":{"type":"integer","minimum":1,"maximum":4294967294}},
    "interfaces":{"type":"array","items":{"type":"object","properties":{"exporter":{"type":"string"},"index":{"type":["integer","null"]},"name":{"type":"string"}}}}}})"},
  {"Region", R"({"type":"object","required":["name","prefixes"],"additionalProperties":false,"properties":{"name":{"type":"string","minLength":1,"maxLength":200},
    "prefixes":{"type":"array","items":{"type":"string"}}}})"},
  {"CustomerList", R"({"type":"object","required":["customers","regions"],"properties":{"customers":{"type":"array","items":{"$ref":"#/components/schemas/Customer"}},
    "regions":{"type":"array","items":{"$ref":"#/components/schemas/Region"}},"revision":{"type":"integer","minimum":0},"time":{"$ref":"#/components/schemas/TimeOrNull"}}})"},
  {"Customers", R"({"type":"object","required":["configured","saved","changed_by","left_out","overlaps","problem"],"additionalProperties":false,"properties":{
    "configured":{"$ref":"#/components/schemas/CustomerList"},"saved":{"$ref":"#/components/schemas/CustomerList"},"changed_by":{"enum":["everybody","people","nobody"]},
    "left_out":{"$ref":"#/components/schemas/Faults"},"overlaps":{"type":"array","items":{"type":"string"}},"problem":{"type":["string","null"]}}})"},
  {"Time", R"({"type":"integer","minimum":0,"description":"milliseconds since 1970-01-01T00:00:00Z"})"},
  {"TimeOrNull", R"({"type":["integer","null"],"minimum":0,"description":"milliseconds since 1970-01-01T00:00:00Z, null when it never was"})"},
  {"Counter", R"({"type":"integer","minimum":0,"description":"may exceed 2^53"})"},
  {"Cell", R"({"type":["number","string","null"],"description":"null: not known"})"},
  {"Columns", R"({"type":"object","required":["columns"],"additionalProperties":false,"properties":{"columns":{"type":"array","items":{
    "type":"object","required":["name","alias","type","role","storage","unit","meaning"],"properties":{"name":{"type":"string"},"alias":{"type":["string","null"]},
    "type":{"enum":["number","time","ip","mac","string","prefix","real"]},"role":{"enum":["time","dimension","measure"]},"storage":{"enum":["stored","derived"]},
    "unit":{"type":"string"},"meaning":{"type":"string"}}}}}})"},
  {"Status", R"({"type":"object","required":["version","started","now","uptime_s","health","listen","flows_per_s","datagrams_per_s","octets_per_s","exporters","exporters_left_out","store","alarms"],"properties":{
    "version":{"type":"string"},"started":{"$ref":"#/components/schemas/Time"},"now":{"$ref":"#/components/schemas/Time"},"uptime_s":{"type":"integer"},"health":{"type":"string"},
    "flows_per_s":{"type":"number","minimum":0},"datagrams_per_s":{"type":"number","minimum":0},"octets_per_s":{"type":"number","minimum":0},
    "exporters":{"type":"array","items":{"type":"object","required":["address","name","protocols","last_seen","health","flows_per_s","datagrams_per_s","counters"],
      "properties":{"counters":{"type":"object","additionalProperties":{"$ref":"#/components/schemas/Counter"}}}}},
    "store":{"type":"object","additionalProperties":{"type":["integer","null"]}},
    "alarms":{"type":"array","items":{"type":"object","required":["name","message","since"],"properties":{"name":{"type":"string"},"message":{"type":"string"},"since":{"$ref":"#/components/schemas/Time"}}}}}})"},
  {"Doctor", R"({"type":"object","required":["time","recent_since","health","server","exporters","exporters_left_out","routes"],"properties":{
    "time":{"$ref":"#/components/schemas/Time"},"recent_since":{"$ref":"#/components/schemas/TimeOrNull"},"health":{"type":"string"},
    "server":{"type":"array","items":{"type":"object"}},"exporters":{"type":"array","items":{"type":"object","required":["address","name","findings"]}},"exporters_left_out":{"type":"integer"}}})"},
  {"Sums", R"({"type":"object","required":["bytes","packets","flows"],"properties":{"bytes":{"$ref":"#/components/schemas/Counter"},"packets":{"$ref":"#/components/schemas/Counter"},"flows":{"$ref":"#/components/schemas/Counter"},
    "series":{"type":"array","items":{"type":"object","required":["time","bytes","packets","flows"]}},
    "statistics":{"type":["object","null"]},"reverse":{"type":["object","null"]},"previous":{"type":["object","null"]}}})"},
  {"Answer", R"({"type":"object","required":["from","to","by","rows","other","total","source","rows_read","took_ms"],"properties":{
    "from":{"$ref":"#/components/schemas/Time"},"to":{"$ref":"#/components/schemas/Time"},"by":{"type":"array","items":{"type":"string"}},
    "rows":{"type":"array","items":{"$ref":"#/components/schemas/Sums"}},"other":{"oneOf":[{"type":"null"},{"$ref":"#/components/schemas/Sums"}]},"total":{"$ref":"#/components/schemas/Sums"},
    "source":{"type":"string"},"rows_read":{"$ref":"#/components/schemas/Counter"},"took_ms":{"type":"integer"},
    "as_names":{"type":"object","additionalProperties":{"type":"object","required":["name","country"]}}}})"},
  {"Flows", R"({"type":"object","required":["from","to","columns","rows","next","took_ms"],"additionalProperties":false,"properties":{
    "from":{"$ref":"#/components/schemas/Time"},"to":{"$ref":"#/components/schemas/Time"},"columns":{"type":"array","items":{"type":"string"}},
    "rows":{"type":"array","items":{"$ref":"#/components/schemas/Flow"}},"next":{"type":["string","null"],"description":"give it as `after` for the next page; null at the end"},"took_ms":{"type":"integer"}}})"},
  {"Flow", R"({"type":"object","additionalProperties":{"$ref":"#/components/schemas/Cell"}})"},
  {"SqlAnswer", R"({"type":"object","required":["columns","rows","left_out","took_ms"],"additionalProperties":false,"properties":{
    "columns":{"type":"array","items":{"type":"object","required":["name","type"],"properties":{"name":{"type":"string"},"type":{"type":"string"}}}},
    "rows":{"type":"array","items":{"type":"array","items":{"type":["number","string","boolean","null"]}}},"left_out":{"type":"boolean","description":"there are more rows"},"took_ms":{"type":"integer"}}})"},
  {"Reports", R"({"type":"object","required":["reports"],"properties":{"reports":{"type":"array","items":{"type":"object","required":["name","title","purpose","parameters"],
    "properties":{"parameters":{"type":"array","items":{"type":"object","required":["name","title","type","meaning"]}}}}}}})"},
  {"Report", R"({"type":"object"})"},
  {"Billing", R"({"type":"object"})"},
  {"Bill", R"({"type":"object"})"},
  {"BillCheck", R"({"type":"object"})"},
  {"Attacks", R"({"type":"object","required":["attacks"],"properties":{"attacks":{"type":"array","items":{"type":"object"}}}})"},
  {"Attack", R"({"type":"object"})"},
  {"AttackChanges", R"({"type":"object","required":["changes","next"]})"},
  {"Detect", R"({"type":"object"})"},
  {"Mitigations", R"({"type":"object","required":["summary","mitigations"]})"},
  {"Mitigation", R"({"type":"object"})"},
  {"MitigationLog", R"({"type":"object"})"},
  {"Completion", R"({"type":"object","required":["unit","start","length","candidates"],"additionalProperties":false,"properties":{"unit":{"enum":["octets","utf16"]},
    "start":{"type":"integer","minimum":0,"description":"of what a candidate replaces"},"length":{"type":"integer","minimum":0},
    "candidates":{"type":"array","items":{"type":"object","required":["kind","text","description"],"additionalProperties":false,"properties":{
      "kind":{"enum":["connective","word","column","comparison","value"]},"text":{"type":"string","minLength":1},"description":{"type":"string"}}}}}})"},
  {"Exporters", R"({"type":"object","required":["exporters","exporters_left_out"],"additionalProperties":false,"properties":{"exporters_left_out":{"type":"integer"},
    "exporters":{"type":"array","items":{"type":"object","required":["address","name","protocols","last_seen","flows","flows_per_s"],"properties":{
      "address":{"type":"string"},"name":{"type":["string","null"]},"protocols":{"type":"array","items":{"type":"string"}},"last_seen":{"$ref":"#/components/schemas/TimeOrNull"},
      "flows":{"$ref":"#/components/schemas/Counter"},"flows_per_s":{"type":"number","minimum":0}}}}}})"},
  {"Interfaces", R"({"type":"object","required":["from","to","interfaces","interfaces_left_out"],"properties":{"from":{"$ref":"#/components/schemas/Time"},"to":{"$ref":"#/components/schemas/Time"},
    "interfaces_left_out":{"type":"integer"},"interfaces":{"type":"array","items":{"type":"object",
      "required":["exporter","exporter_name","index","name","description","class","speed_bps","in_bits_per_s","in_packets_per_s","out_bits_per_s","out_packets_per_s","counters"],"properties":{
      "exporter":{"type":"string"},"exporter_name":{"type":["string","null"]},"index":{"type":"integer","minimum":0},"name":{"type":["string","null"]},"description":{"type":["string","null"]},
      "class":{"type":["string","null"]},"speed_bps":{"type":["integer","null"]},"in_bits_per_s":{"type":"number","minimum":0},"out_bits_per_s":{"type":"number","minimum":0},
      "counters":{"type":["object","null"],"required":["time","admin_up","oper_up","in_octets","out_octets","in_bits_per_s","out_bits_per_s"]}}}}}})"},
  {"InterfaceCounters", R"({"type":"object","required":["from","to","resolution_ms","steps"],"properties":{"from":{"$ref":"#/components/schemas/Time"},"to":{"$ref":"#/components/schemas/Time"},
    "resolution_ms":{"type":"integer","minimum":1},"steps":{"type":"array","items":{"type":"object","required":["time","in_bits_per_s","out_bits_per_s"]}}}})"},
  {"Document", R"({"type":"object","required":["id","name","revision"],"properties":{"id":{"type":"string"},"name":{"type":"string"},"revision":{"type":"integer","minimum":1}}})"},
  {"Dashboards", R"({"type":"object","required":["dashboards","unreadable"],"additionalProperties":false,"properties":{"unreadable":{"type":"array","items":{"type":"string"}},
    "dashboards":{"type":"array","items":{"$ref":"#/components/schemas/Document"}}}})"},
  {"Filters", R"({"type":"object","required":["filters","unreadable"],"additionalProperties":false,"properties":{"unreadable":{"type":"array","items":{"type":"string"}},
    "filters":{"type":"array","items":{"$ref":"#/components/schemas/Document"}}}})"},
  {"Nothing", R"({"type":"object","additionalProperties":false})"},
  {"Queries", R"({"type":"object","required":["queries"],"additionalProperties":false,"properties":{"queries":{"type":"array","items":{"type":"object",
    "required":["id","path","text","started","elapsed_ms","progress"],"additionalProperties":false,"properties":{"id":{"type":"string"},"path":{"type":"string"},"text":{"type":"string"},
    "started":{"$ref":"#/components/schemas/Time"},"elapsed_ms":{"type":"integer","minimum":0},"progress":{"type":"number","minimum":0,"maximum":1}}}}}})"},
  {"Names", R"({"type":"object","required":["names","unasked"],"additionalProperties":false,"properties":{"unasked":{"type":"integer","minimum":0,"description":"not even asked for when the time was over"},
    "names":{"type":"array","items":{"type":"object","required":["address","name"],"additionalProperties":false,"properties":{"address":{"type":"string"},"name":{"type":"string","minLength":1}}}}}})"},
  {"Cancelled", R"({"type":"object","required":["id","cancelled"],"additionalProperties":false,"properties":{"id":{"type":"string"},"cancelled":{"const":true}}})"},
  {"Ases", R"({"type":"object","required":["ases"],"additionalProperties":false,"properties":{"ases":{"type":"array","items":{"type":"object","required":["as","name","country"],
    "properties":{"as":{"type":"integer"},"name":{"type":"string"},"country":{"type":"string"}}}}}})"},
  {"Route", R"({"type":"object","required":["address","table","time","candidates","choices","as_names"],"properties":{"address":{"type":"string"},"table":{"type":"string"},
    "time":{"$ref":"#/components/schemas/TimeOrNull"},"candidates":{"type":"array","items":{"$ref":"#/components/schemas/Candidate"}},
    "choices":{"type":"array","items":{"type":"object","required":["exporter","exporter_name","choice","candidate","why"]}},"as_names":{"type":"object"}}})"},
  {"Candidate", R"({"type":"object","required":["prefix","source","as_path","origin_as","next_hop","best","lost_because"],"properties":{"prefix":{"type":"string"},"source":{"type":"string"},
    "as_path":{"type":"string"},"origin_as":{"type":["integer","null"]},"best":{"type":"boolean"},"lost_because":{"type":["string","null"]}}})"},
  {"Rib", R"({"type":"object","required":["table","views","views_left_out","listeners","bgp","bmp","files"],"properties":{"table":{"type":"object","required":["prefixes4","prefixes6","routes"]},
    "views":{"type":"array","items":{"type":"object"}},"views_left_out":{"type":"integer"},"bgp":{"type":"array"},"bmp":{"type":"array"},"files":{"type":"array"}}})"},
  {"RibRoutes", R"({"type":"object","required":["prefixes","left_out"],"properties":{"left_out":{"type":"boolean"},"prefixes":{"type":"array","items":{"type":"object","required":["prefix","routes"],
    "properties":{"prefix":{"type":"string"},"routes":{"type":"array","items":{"$ref":"#/components/schemas/Candidate"}}}}}}})"},
  {"OpenApi", R"({"type":"object","required":["openapi","info","paths","components"],"properties":{"openapi":{"type":"string","pattern":"^3\\.1\\."}}})"},
});
// clang-format on

}  // namespace

std::span<const SchemaDoc> schema_docs() {
  return kSchemas;
}

}  // namespace weir::serve
