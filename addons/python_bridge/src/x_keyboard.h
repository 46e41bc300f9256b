#pragma once

#include "key_grab.h"
#include "xcb_api.h"

#include <cstdint>
#include <vector>

namespace pybridge {

// What has to be grabbed for a wish: each of these keycodes with each of these modifier masks.
struct XKeys {
    std::vector<uint8_t> keycodes; // none when the keyboard has no such key
    std::vector<uint16_t> masks;   // the wished modifiers with every combination of locks, for which the server looks exactly

    bool operator==(const XKeys &other) const { return keycodes == other.keycodes && masks == other.masks; }
};

// Keysyms by keycode and keycodes by modifier, as the server tells them.
struct XKeyboard {
    uint8_t first = 8; // keycode
    uint8_t columns = 0;
    std::vector<uint32_t> keysyms;
    uint8_t modifier_width = 0;
    std::vector<uint8_t> modifiers; // 8 times `modifier_width`

    // Empty when the connection is broken.
    static XKeyboard read(const XcbApi &api, xcb_connection_t *connection);

    XKeys keys_of(const KeyWish &wish) const;

private:
    bool has(uint8_t keycode, uint32_t keysym) const;
    uint16_t mask_of(uint32_t keysym) const;
    std::vector<uint8_t> keycodes_of(uint32_t keysym) const;
};

} // namespace pybridge
