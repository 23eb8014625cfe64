// The API of mitigation. Reading is for everybody who can reach the server; to decide, a person shows a token
// ("Authorization: Bearer TOKEN", see mitigation.people).
#pragma once

#include "detect/mitigation/mitigator.h"
#include "serve/http_message.h"

namespace weir::serve {

/// GET /api/v1/mitigations: {"summary", "mitigations": open ones first}; ?closed=N for so many closed ones (100).
[[nodiscard]] Response get_mitigations(const detect::Mitigator* mitigator, const Request& request);
/// GET /api/v1/mitigations/log: the audit log, the newest first; ?top=N (100), ?id=N for one mitigation.
[[nodiscard]] Response get_mitigation_log(const detect::Mitigator* mitigator, const Request& request);
/// GET /api/v1/mitigations/ID
[[nodiscard]] Response get_mitigation(const detect::Mitigator* mitigator, const Request& request);
/// POST /api/v1/mitigations: proposes. The body is JSON: target, action, and where wanted ttl ("1h"), dry_run, why, attack,
/// match.
[[nodiscard]] Response propose_mitigation(detect::Mitigator* mitigator, const Request& request);
/// POST /api/v1/mitigations/check: what would come of such a proposal. Needs no token, and leaves no trace.
[[nodiscard]] Response check_mitigation(const detect::Mitigator* mitigator, const Request& request);
/// POST /api/v1/mitigations/ID/approve, .../reject, .../withdraw: the body is JSON: {"why"}, or empty.
[[nodiscard]] Response decide_mitigation(detect::Mitigator* mitigator, const Request& request);

}  // namespace weir::serve
