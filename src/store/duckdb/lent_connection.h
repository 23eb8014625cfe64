// Connections for questions, lent and given back.
#pragma once

#include <mutex>
#include <vector>

#include "base/error.h"
#include "store/duckdb/connection.h"

namespace weir::store {

/// Those of open_engine() that can tell a statement's progress; when all are lent, plain ones. Any thread.
class QuestionConnections {
 public:
  QuestionConnections(std::vector<Connection> idle, const Database& database)
      : idle_(std::move(idle)), database_(database) {}

  /// One that is lent; given back at its end. It must not hold a transaction then. Not longer than where it comes from.
  class Lent {
   public:
    Lent(Connection connection, QuestionConnections* home) : connection_(std::move(connection)), home_(home) {}
    ~Lent() {
      if (home_ != nullptr) home_->take_back(std::move(connection_));
    }
    Lent(Lent&& other) noexcept : connection_(std::move(other.connection_)), home_(std::exchange(other.home_, nullptr)) {}
    Lent& operator=(Lent&&) = delete;
    Lent(const Lent&) = delete;
    [[nodiscard]] Connection& connection() { return connection_; }

   private:
    Connection connection_;
    QuestionConnections* home_;
  };

  [[nodiscard]] Result<Lent> lend() {
    {
      const std::lock_guard lock(mutex_);
      if (!idle_.empty()) {
        Connection out = std::move(idle_.back());
        idle_.pop_back();
        return Lent(std::move(out), this);
      }
    }
    auto plain = database_.connect();
    if (!plain) return std::unexpected(plain.error());
    return Lent(*std::move(plain), nullptr);
  }

 private:
  void take_back(Connection connection) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(connection));
  }

  std::mutex mutex_;
  std::vector<Connection> idle_;
  const Database& database_;
};

}  // namespace weir::store
