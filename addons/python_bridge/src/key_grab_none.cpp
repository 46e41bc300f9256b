#include "key_grab.h"

namespace pybridge {

namespace {

class NoKeyGrab : public KeyGrab {
public:
    State grab(const KeyWish &) override { return State::Unsupported; }
    Event wait(std::chrono::milliseconds) override { return Event::Ended; }
    void end() override {}
};

} // namespace

std::unique_ptr<KeyGrab> KeyGrab::make() {
    return std::make_unique<NoKeyGrab>();
}

} // namespace pybridge
