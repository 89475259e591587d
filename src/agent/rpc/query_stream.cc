#include "agent/rpc/query_stream.h"

namespace hearsay::agent::rpc {

void QueryStream::on_query_begun() {
  sink_.begin_record(seq_);  // a header without an error is what `query` is answered with
  sink_.end_record();
}

void QueryStream::on_query_ack(std::string_view from) {
  send({.type = QueryRecord::ack, .from = from, .payload = {}});
}

void QueryStream::on_query_answer(std::string_view from, swim::Bytes payload) {
  send({.type = QueryRecord::response, .from = from, .payload = payload});
}

void QueryStream::on_query_done() {
  done_ = true;
  send({.type = QueryRecord::done, .from = {}, .payload = {}});
}

void QueryStream::send(const QueryRecord& record) {
  encode(sink_.begin_record(seq_), record);
  sink_.end_record();
}

}  // namespace hearsay::agent::rpc
