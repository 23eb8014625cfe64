// weir reference: writes the pages of docs/reference/ and the example configuration. Hidden: for those who work on
// Weir.
#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "collect/metrics.h"
#include "main/command.h"
#include "main/reference.h"
#include "main/standard_output.h"

namespace weir::main {
namespace {

int print(const std::string& page) {
  const auto text = reference_page(page);
  if (!text) return usage_error(text.error().message);
  StandardOutput out;
  out.text() = *text;
  if (const auto written = out.finish(); !written) return failed(written.error());
  return kSuccess;
}

}  // namespace

Run declare_reference(CLI::App& app) {
  const auto page = std::make_shared<std::string>();
  app.add_option("page", *page, "config, example, columns, metrics, filter, query, reports or api-routes")->required();
  return [page] { return print(*page); };
}

}  // namespace weir::main
