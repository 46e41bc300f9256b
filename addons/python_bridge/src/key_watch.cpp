#include "key_watch.h"

#include "clock.h"

#include <chrono>
#include <string>

namespace pybridge {

namespace {

// How often a key is asked for again that another program holds.
constexpr std::chrono::milliseconds ask_again{5000};

const char *name_of(KeyGrab::State state) {
    switch (state) {
    case KeyGrab::State::Watching:
        return "watching";
    case KeyGrab::State::Taken:
        return "taken";
    case KeyGrab::State::NoSuchKey:
        return "no_such_key";
    case KeyGrab::State::NoDisplay:
        return "no_display";
    case KeyGrab::State::NoLibrary:
        return "no_library";
    case KeyGrab::State::Unsupported:
        return "unsupported";
    case KeyGrab::State::Lost:
        return "lost";
    }
    return "";
}

// Whether time alone can change it.
bool passes(KeyGrab::State state) {
    return state == KeyGrab::State::Taken || state == KeyGrab::State::NoSuchKey;
}

std::string header(const char *field, const char *value, int64_t at_ns) {
    return std::string("{\"") + field + "\":\"" + value + "\",\"at_ns\":" + std::to_string(at_ns) + "}\n";
}

} // namespace

void KeyWatch::watch(const KeyWish &wish) {
    const std::lock_guard<std::mutex> lock(mutex_);
    end_thread();
    if (wish.key == 0) return;
    grab_ = KeyGrab::make();
    thread_ = std::thread([this, wish] { run(*grab_, wish); });
}

void KeyWatch::stop() {
    const std::lock_guard<std::mutex> lock(mutex_);
    end_thread();
}

void KeyWatch::end_thread() {
    if (!thread_.joinable()) return;
    grab_->end();
    thread_.join();
    grab_.reset();
}

void KeyWatch::run(KeyGrab &grab, KeyWish wish) {
    KeyGrab::State state = grab.grab(wish);
    tell(state);
    while (state == KeyGrab::State::Watching || passes(state)) {
        switch (grab.wait(ask_again)) {
        case KeyGrab::Event::Pressed:
            press();
            continue;
        case KeyGrab::Event::Ended:
            return;
        case KeyGrab::Event::Lost:
            tell(KeyGrab::State::Lost);
            return;
        case KeyGrab::Event::TimeOver:
            if (state == KeyGrab::State::Watching) continue;
            break;
        case KeyGrab::Event::Remapped:
            break;
        }
        const KeyGrab::State now = grab.grab(wish);
        if (now != state) tell(now);
        state = now;
    }
}

void KeyWatch::press() {
    const int64_t at_ns = now_ns();
    voice_.stop(at_ns);
    to_python_.push_reserved({"hotkey", header("name", "stop", at_ns)});
}

void KeyWatch::tell(KeyGrab::State state) {
    to_python_.push_reserved({"stop_key", header("state", name_of(state), now_ns())});
}

} // namespace pybridge
