#include "key_grab.h"
#include "x_keyboard.h"
#include "xcb_api.h"

#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace pybridge {

namespace {

// X.h, xproto.h
constexpr uint8_t key_press = 2;
constexpr uint8_t key_release = 3;
constexpr uint8_t mapping_notify = 34;
constexpr uint8_t sent_bit = 0x80; // an event that a program has sent, not the server
constexpr uint8_t grab_async = 1;
// A key that is held down comes as a release and a press of the same moment. Nobody is so fast.
constexpr uint32_t repeat_ms = 30;

struct Free {
    void operator()(void *memory) const { std::free(memory); }
};
struct Disconnect {
    void operator()(xcb_connection_t *connection) const { xcb()->xcb_disconnect(connection); }
};

// A connection of its own: Godot's is Xlib's, whose errors end the process.
class XKeyGrab : public KeyGrab {
public:
    XKeyGrab() {
        if (pipe(ends_) != 0) ends_[0] = ends_[1] = -1;
        for (const int end : ends_)
            if (end >= 0) fcntl(end, F_SETFD, FD_CLOEXEC);
    }
    ~XKeyGrab() override {
        if (connection_) {
            let_go();
            // an answer comes once the key is everybody's again
            XKeyboard::read(*xcb(), connection_.get());
        }
        for (const int end : ends_)
            if (end >= 0) close(end);
    }
    XKeyGrab(const XKeyGrab &) = delete;
    XKeyGrab &operator=(const XKeyGrab &) = delete;

    State grab(const KeyWish &wish) override {
        if (xcb() == nullptr) return State::NoLibrary;
        if (ends_[0] < 0) return State::Lost; // no file descriptors left
        if (!connection_ && !connect()) return State::NoDisplay;
        const XKeys wanted = XKeyboard::read(*xcb(), connection_.get()).keys_of(wish);
        if (broken()) return State::Lost;
        // the server tells of another layout whenever another keyboard is typed on
        if (wanted == held_ && !held_.keycodes.empty()) return State::Watching;
        let_go();
        if (wanted.keycodes.empty()) return State::NoSuchKey;
        held_ = wanted;
        if (take()) return State::Watching;
        let_go();
        return broken() ? State::Lost : State::Taken;
    }

    Event wait(std::chrono::milliseconds longest) override {
        const auto until = std::chrono::steady_clock::now() + longest;
        for (;;) {
            while (const Got event{xcb()->xcb_poll_for_event(connection_.get())}) {
                switch (event->response_type & ~sent_bit) {
                case key_press:
                    if (!released_ || event->time - released_at_ms_ > repeat_ms) return Event::Pressed;
                    break;
                case key_release:
                    released_ = true;
                    released_at_ms_ = event->time;
                    break;
                case mapping_notify:
                    return Event::Remapped;
                default:
                    break;
                }
            }
            if (broken()) return Event::Lost;
            const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
            if (left.count() <= 0) return Event::TimeOver;
            pollfd watched[] = {{xcb()->xcb_get_file_descriptor(connection_.get()), POLLIN, 0}, {ends_[0], POLLIN, 0}};
            poll(watched, 2, static_cast<int>(left.count()));
            if (watched[1].revents != 0) return Event::Ended;
        }
    }

    void end() override {
        // what was written stays, so that nothing waits any more
        if (ends_[1] >= 0 && write(ends_[1], "", 1) < 0) close(std::exchange(ends_[1], -1));
    }

private:
    using Got = std::unique_ptr<xcb_key_event_t, Free>;

    bool connect() {
        connection_.reset(xcb()->xcb_connect(nullptr, nullptr)); // never null: the error is in it
        if (broken()) {
            connection_.reset();
            return false;
        }
        xcb_screen_iterator_t screen = xcb()->xcb_setup_roots_iterator(xcb()->xcb_get_setup(connection_.get()));
        for (; screen.rem > 0; xcb()->xcb_screen_next(&screen))
            roots_.push_back(screen.data->root);
        return true;
    }

    bool broken() const { return xcb()->xcb_connection_has_error(connection_.get()) != 0; }

    // Errors come later than their requests, so each is asked for. A grab that is refused is BadAccess: another client has it.
    bool take() {
        std::vector<xcb_cookie_t> asked;
        each([&](uint32_t root, uint8_t keycode, uint16_t mask) {
            asked.push_back(xcb()->xcb_grab_key_checked(connection_.get(), 0, root, mask, keycode, grab_async, grab_async));
        });
        bool all = true;
        for (const xcb_cookie_t cookie : asked) {
            const std::unique_ptr<xcb_generic_error_t, Free> error(xcb()->xcb_request_check(connection_.get(), cookie));
            all = all && !error;
        }
        return all && !broken();
    }

    void let_go() {
        each([&](uint32_t root, uint8_t keycode, uint16_t mask) {
            xcb()->xcb_ungrab_key(connection_.get(), keycode, root, mask);
        });
        xcb()->xcb_flush(connection_.get());
        held_ = XKeys();
    }

    template <class Do>
    void each(const Do &act) const {
        for (const uint32_t root : roots_)
            for (const uint8_t keycode : held_.keycodes)
                for (const uint16_t mask : held_.masks)
                    act(root, keycode, mask);
    }

    std::unique_ptr<xcb_connection_t, Disconnect> connection_;
    std::vector<uint32_t> roots_;
    XKeys held_;
    bool released_ = false;
    uint32_t released_at_ms_ = 0;
    int ends_[2] = {-1, -1};
};

} // namespace

std::unique_ptr<KeyGrab> KeyGrab::make() {
    return std::make_unique<XKeyGrab>();
}

} // namespace pybridge
