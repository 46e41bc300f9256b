#include "speech_marks.h"

#include <string>

namespace pybridge {

namespace {

const char *topic_of(SpeechEvent::Kind kind) {
    switch (kind) {
    case SpeechEvent::Kind::Audible:
        return "audible";
    case SpeechEvent::Kind::Finished:
        return "finished";
    case SpeechEvent::Kind::Cut:
        return "cut";
    }
    return "";
}

void add_field(std::string &header, const char *name, int64_t value) {
    header += header.empty() ? "{\"" : ",\"";
    header += name;
    header += "\":" + std::to_string(value);
}

} // namespace

Frame mark_of(const SpeechEvent &event) {
    std::string header;
    add_field(header, "utterance", event.utterance);
    add_field(header, "at_ns", event.at_ns);
    if (event.kind == SpeechEvent::Kind::Cut) {
        add_field(header, "heard_frames", event.heard_frames);
        add_field(header, "asked_ns", event.asked_ns);
    }
    return {topic_of(event.kind), header + "}\n"};
}

void SpeechMarks::start() {
    if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
}

void SpeechMarks::stop() {
    if (!thread_.joinable()) return;
    ending_.store(true);
    voice_.wake().post();
    thread_.join();
}

void SpeechMarks::run() {
    while (!ending_.load()) {
        voice_.wake().wait();
        while (const SpeechEvent *event = voice_.next_event()) {
            to_python_.push_reserved(mark_of(*event));
            voice_.pop_event();
        }
    }
}

} // namespace pybridge
