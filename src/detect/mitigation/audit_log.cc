#include "detect/mitigation/audit_log.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "base/digest.h"
#include "detect/mitigation/json_fields.h"

namespace weir::detect {
namespace {

namespace json = boost::json;

constexpr std::string_view kRecovered = "recovered";

json::object without_hash(const AuditEntry& entry) {
  return {{"number", entry.number}, {"at", entry.at_ms},   {"time", to_iso8601(entry.at_ms)}, {"who", entry.who},
          {"what", entry.what},     {"mitigation", entry.mitigation}, {"why", entry.why}};
}

std::unexpected<Error> refused(std::string_view what, const std::filesystem::path& file) {
  const int why = errno;
  return fail(why == ENOSPC ? ErrorCode::no_space : ErrorCode::io,
              "cannot " + std::string(what) + " " + file.string() + ": " + std::strerror(why));
}

/// One file, checked line by line.
struct Reading {
  std::vector<AuditEntry> entries;  ///< the oldest first
  std::string problem;
  bool is_cut = false;  ///< the last line has no end
};
Reading read_file(const std::filesystem::path& file) {
  Reading out;
  std::ifstream in(file, std::ios::binary);
  if (!in) {
    out.problem = "cannot read " + file.string();
    return out;
  }
  std::string line;
  std::size_t count = 0;
  std::string broken;
  while (std::getline(in, line)) {
    ++count;
    out.is_cut = in.eof();
    auto entry = read_audit_line(line);
    if (!entry) {
      if (broken.empty()) broken = fmt::format("{}: line {} cannot be read", file.filename().string(), count);
      continue;
    }
    if (!broken.empty()) {
      if (entry->what != kRecovered && out.problem.empty()) out.problem = broken;
      broken.clear();
    }
    const bool is_first = entry->number == 1;
    if (is_first || !out.entries.empty()) {
      const AuditEntry before = out.entries.empty() ? AuditEntry{} : out.entries.back();
      const bool follows = entry->number == before.number + 1 && entry->hash == audit_hash(before.hash, *entry);
      if (!follows && out.problem.empty())
        out.problem = fmt::format("{}: line {} does not follow the one before: something was changed or taken out",
                                  file.filename().string(), count);
    }
    out.entries.push_back(*std::move(entry));
  }
  if (!broken.empty() && !out.is_cut && out.problem.empty()) out.problem = broken;
  return out;
}

}  // namespace

std::string audit_hash(std::string_view before, const AuditEntry& entry) {
  return sha256_hex(std::string(before) + json::serialize(without_hash(entry)));
}

Result<AuditEntry> read_audit_line(std::string_view line) {
  boost::system::error_code problem;
  const json::value value = json::parse({line.data(), line.size()}, problem);
  if (problem) return fail(ErrorCode::malformed, "not JSON: " + problem.message());
  JsonFields in(value, "audit");
  return in.finish(AuditEntry{.number = in.number("number"),
                              .at_ms = in.time("at"),
                              .who = in.text("who"),
                              .what = in.text("what"),
                              .mitigation = in.number("mitigation"),
                              .why = in.text("why"),
                              .hash = in.text("hash")});
}

AuditLog::AuditLog(std::filesystem::path directory, std::uint64_t most_octets)
    : directory_(std::move(directory)), most_octets_(most_octets) {}

AuditLog::~AuditLog() {
  if (fd_ >= 0) ::close(fd_);
}

std::filesystem::path AuditLog::file(std::uint64_t number) const {
  return directory_ / fmt::format("audit-{:06}.jsonl", number);
}

Result<void> AuditLog::open(UnixMillis now) {
  std::error_code error;
  std::filesystem::create_directories(directory_, error);
  if (error) return fail(ErrorCode::io, "cannot make " + directory_.string() + ": " + error.message());
  while (std::filesystem::exists(file(file_ + 1), error)) ++file_;
  if (file_ == 0) return open_file(1);
  Reading last = read_file(file(file_));
  // Just begun when the process was killed: where it left off is in the one before.
  const std::uint64_t newest = file_;
  if (last.entries.empty() && newest > 1) last.entries = read_file(file(newest - 1)).entries;
  if (!last.entries.empty()) {
    number_ = last.entries.back().number;
    hash_ = last.entries.back().hash;
  }
  if (auto opened = open_file(newest); !opened) return opened;
  if (!last.is_cut) return {};
  if (auto ended = write("\n"); !ended) return ended;
  AuditEntry entry{.number = 0, .at_ms = now, .who = "weir", .what = std::string(kRecovered), .mitigation = 0,
                   .why = "the line before was cut short when the program ended", .hash = {}};
  return append({&entry, 1});
}

Result<void> AuditLog::open_file(std::uint64_t number) {
  if (fd_ >= 0) ::close(fd_);
  const auto path = file(number);
  fd_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
  if (fd_ < 0) return refused("open", path);
  file_ = number;
  std::error_code ignored;
  octets_ = std::filesystem::file_size(path, ignored);
  const int directory = ::open(directory_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory >= 0) {
    (void)::fsync(directory);  // so that a new file is there after a crash
    ::close(directory);
  }
  return {};
}

Result<void> AuditLog::write(std::string_view lines) {
  if (fd_ < 0) return fail(ErrorCode::io, "the audit log is not open");
  octets_ += lines.size();
  while (!lines.empty()) {
    const ssize_t wrote = ::write(fd_, lines.data(), lines.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return refused("write", file(file_));
    lines.remove_prefix(static_cast<std::size_t>(wrote));
  }
  if (::fsync(fd_) != 0) return refused("sync", file(file_));
  return {};
}

std::string AuditLog::line_of(AuditEntry& entry) {
  entry.number = number_ + 1;
  entry.hash = audit_hash(hash_, entry);
  json::object out = without_hash(entry);
  out["hash"] = entry.hash;
  number_ = entry.number;
  hash_ = entry.hash;
  return json::serialize(out) + "\n";
}

Result<void> AuditLog::append(std::span<AuditEntry> entries) {
  if (entries.empty()) return {};
  const std::uint64_t number = number_;
  const std::string hash = hash_;
  std::string lines;
  if (is_torn_) {  // a write failed half-way
    AuditEntry recovered{.number = 0, .at_ms = entries[0].at_ms, .who = "weir", .what = std::string(kRecovered),
                         .mitigation = 0, .why = "the line before could not be written in full", .hash = {}};
    lines += "\n" + line_of(recovered);
  }
  if (octets_ >= most_octets_) {
    const std::string before = file(file_).filename().string();
    if (auto opened = open_file(file_ + 1); !opened) return opened;
    AuditEntry rotated{.number = 0, .at_ms = entries[0].at_ms, .who = "weir", .what = "rotated", .mitigation = 0,
                       .why = "goes on from " + before + ", whose last hash is " + hash_, .hash = {}};
    lines += line_of(rotated);
  }
  for (AuditEntry& entry : entries) lines += line_of(entry);
  auto written = write(lines);
  is_torn_ = !written;
  if (!written) {  // as if it had not been
    number_ = number;
    hash_ = hash;
  }
  return written;
}

AuditPage AuditLog::read(std::size_t most, std::uint64_t mitigation) const {
  AuditPage out;
  std::error_code ignored;
  std::uint64_t newest = 0;
  while (std::filesystem::exists(file(newest + 1), ignored)) ++newest;
  std::optional<AuditEntry> later;
  for (std::uint64_t number = newest; number > 0 && out.entries.size() < most; --number) {
    const Reading reading = read_file(file(number));
    if (out.problem.empty()) out.problem = reading.problem;
    if (later && !reading.entries.empty() && out.problem.empty()) {
      const AuditEntry& last = reading.entries.back();
      if (later->number != last.number + 1 || later->hash != audit_hash(last.hash, *later))
        out.problem = file(number).filename().string() + ": the next file does not follow its last line";
    }
    if (!reading.entries.empty()) later = reading.entries.front();
    for (auto at = reading.entries.rbegin(); at != reading.entries.rend() && out.entries.size() < most; ++at) {
      if (mitigation == 0 || at->mitigation == mitigation) out.entries.push_back(*at);
    }
  }
  out.intact = out.problem.empty();
  return out;
}

}  // namespace weir::detect
