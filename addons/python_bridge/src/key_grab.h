#pragma once

#include <chrono>
#include <cstdint>
#include <memory>

namespace pybridge {

// A key with its modifiers. 0 = none.
struct KeyWish {
    // An X keysym on X, a virtual key code on Windows.
    uint32_t key = 0;
    uint32_t modifiers = 0;

    static constexpr uint32_t shift = 1;
    static constexpr uint32_t control = 2;
    static constexpr uint32_t alt = 4;
    static constexpr uint32_t super = 8;
};

// One key of the whole desktop, whichever program has the focus. `end` is for any thread, all else for one and the same.
class KeyGrab {
public:
    enum class State { Watching, Taken, NoSuchKey, NoDisplay, NoLibrary, Unsupported, Lost };
    // `Remapped`: the keyboard has another layout, and the key may be another one; grab again.
    enum class Event { Pressed, Remapped, TimeOver, Lost, Ended };

    // For this system.
    static std::unique_ptr<KeyGrab> make();

    virtual ~KeyGrab() = default;

    // Watching, or why not. May be called again.
    virtual State grab(const KeyWish &wish) = 0;

    // Until something happens. A key that is held down is pressed once.
    virtual Event wait(std::chrono::milliseconds longest) = 0;

    // From now on `wait` gives Ended.
    virtual void end() = 0;
};

} // namespace pybridge
