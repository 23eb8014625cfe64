// Under which names this server answers: against DNS rebinding, by which a page of somebody else makes a browser ask this
// server under a name of theirs, and then reads the answers as its own.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace weir::serve {

/// True when `host`, a Host header with or without a port, is an address, localhost (RFC 6761 section 6.3), or one of
/// `names`. Letters count in either case. "*.example.net" in `names` stands for every name below it, "*" for any name.
///
/// Every address is taken: a page of somebody else cannot have an address of this server as its origin. An empty header
/// is what only programs send.
[[nodiscard]] bool answers_to(std::string_view host, std::span<const std::string> names);

}  // namespace weir::serve
