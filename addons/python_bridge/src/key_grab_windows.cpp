#include "key_grab.h"

#include <windows.h>

// Compiled by mingw-w64 only; never run.
namespace pybridge {

namespace {

constexpr int hotkey_id = 1; // of this thread

UINT modifiers_of(const KeyWish &wish) {
    UINT modifiers = MOD_NOREPEAT;
    if ((wish.modifiers & KeyWish::shift) != 0) modifiers |= MOD_SHIFT;
    if ((wish.modifiers & KeyWish::control) != 0) modifiers |= MOD_CONTROL;
    if ((wish.modifiers & KeyWish::alt) != 0) modifiers |= MOD_ALT;
    if ((wish.modifiers & KeyWish::super) != 0) modifiers |= MOD_WIN;
    return modifiers;
}

// RegisterHotKey without a window: its messages come to the thread that asked for it.
class WindowsKeyGrab : public KeyGrab {
public:
    WindowsKeyGrab() : ended_(CreateEventA(nullptr, TRUE, FALSE, nullptr)) {}
    ~WindowsKeyGrab() override { CloseHandle(ended_); }
    WindowsKeyGrab(const WindowsKeyGrab &) = delete;
    WindowsKeyGrab &operator=(const WindowsKeyGrab &) = delete;

    State grab(const KeyWish &wish) override {
        if (RegisterHotKey(nullptr, hotkey_id, modifiers_of(wish), wish.key) != 0) return State::Watching;
        return GetLastError() == ERROR_HOTKEY_ALREADY_REGISTERED ? State::Taken : State::NoSuchKey;
    }

    Event wait(std::chrono::milliseconds longest) override {
        const ULONGLONG until = GetTickCount64() + static_cast<ULONGLONG>(longest.count());
        for (;;) {
            MSG message = {};
            while (PeekMessageA(&message, nullptr, 0, 0, PM_REMOVE) != 0) {
                if (message.message == WM_HOTKEY) return Event::Pressed;
            }
            const ULONGLONG now = GetTickCount64();
            if (now >= until) return leave(Event::TimeOver);
            switch (MsgWaitForMultipleObjects(1, &ended_, FALSE, static_cast<DWORD>(until - now), QS_ALLINPUT)) {
            case WAIT_OBJECT_0:
                return leave(Event::Ended);
            case WAIT_FAILED:
                return leave(Event::Lost);
            default:
                break;
            }
        }
    }

    void end() override { SetEvent(ended_); }

private:
    // By the thread that registered it, before it is over.
    static Event leave(Event event) {
        if (event != Event::TimeOver) UnregisterHotKey(nullptr, hotkey_id);
        return event;
    }

    HANDLE ended_;
};

} // namespace

std::unique_ptr<KeyGrab> KeyGrab::make() {
    return std::make_unique<WindowsKeyGrab>();
}

} // namespace pybridge
