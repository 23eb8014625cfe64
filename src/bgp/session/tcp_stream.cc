#include "bgp/session/tcp_stream.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

namespace weir::bgp {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

std::string reason_of(const error_code& error) {
  return error == asio::error::eof ? "the other side closed the connection" : error.message();
}

}  // namespace

void TcpStream::start(Events events) {
  events_ = std::move(events);
  buffer_.resize(kReadOctets);
  read();
}

void TcpStream::read() {
  socket_.async_read_some(asio::buffer(buffer_), [self = shared_from_this()](error_code error, std::size_t size) {
    if (self->closing_) {
      // What comes while the last words go out is thrown away.
      return error ? self->close_at_once() : self->read();
    }
    if (error) return self->fail_with(reason_of(error));
    self->events_.received(Bytes(self->buffer_).first(size));
    self->read();
  });
}

void TcpStream::send(std::vector<std::byte> octets) {
  if (closing_) return;
  queued_octets_ += octets.size();
  queue_.push_back(std::move(octets));
  if (queue_.size() == 1) return write();
  if (queued_octets_ <= kMostQueuedOctets) return;
  asio::post(socket_.get_executor(), [self = shared_from_this()] { self->fail_with("it does not read what is sent"); });
}

void TcpStream::write() {
  asio::async_write(socket_, asio::buffer(queue_.front()), [self = shared_from_this()](error_code error, std::size_t) {
    self->queued_octets_ -= self->queue_.front().size();
    self->queue_.pop_front();
    if (error) {
      self->queue_.clear();
      return self->closing_ ? self->close_at_once() : self->fail_with(reason_of(error));
    }
    if (!self->queue_.empty()) return self->write();
    if (self->closing_) self->drain();
  });
}

void TcpStream::fail_with(const std::string& reason) {
  if (closing_) return;
  close_at_once();
  events_.lost(reason);
}

void TcpStream::close() {
  if (closing_) return;
  closing_ = true;
  if (queue_.empty()) return drain();
  linger_.expires_after(kLinger);
  linger_.async_wait([self = shared_from_this()](error_code error) {
    if (!error) self->close_at_once();
  });
}

/// Says that nothing more comes, and waits for the other side to have read it: closing with unread octets would reset the
/// connection, and the NOTIFICATION might be lost with it.
void TcpStream::drain() {
  error_code ignored;
  socket_.shutdown(Tcp::socket::shutdown_send, ignored);
  linger_.expires_after(kLinger);
  linger_.async_wait([self = shared_from_this()](error_code error) {
    if (!error) self->close_at_once();
  });
}

void TcpStream::close_at_once() {
  closing_ = true;
  linger_.cancel();
  error_code ignored;
  socket_.close(ignored);
}

}  // namespace weir::bgp
