#include "x_keyboard.h"

#include <algorithm>
#include <cstdlib>
#include <memory>

namespace pybridge {

namespace {

// X.h
constexpr uint16_t shift_mask = 1 << 0;
constexpr uint16_t lock_mask = 1 << 1; // Caps Lock, Shift Lock
constexpr uint16_t control_mask = 1 << 2;
constexpr uint16_t usual_alt_mask = 1 << 3;
constexpr uint16_t usual_super_mask = 1 << 6;
// keysymdef.h
constexpr uint32_t num_lock = 0xff7f;
constexpr uint32_t scroll_lock = 0xff14;
constexpr uint32_t alt_left = 0xffe9;
constexpr uint32_t super_left = 0xffeb;

struct Free {
    void operator()(void *memory) const { std::free(memory); }
};
using Reply = std::unique_ptr<xcb_mapping_reply_t, Free>;

} // namespace

XKeyboard XKeyboard::read(const XcbApi &api, xcb_connection_t *connection) {
    XKeyboard keyboard;
    const xcb_setup_t *setup = api.xcb_get_setup(connection);
    const auto count = static_cast<uint8_t>(setup->max_keycode - setup->min_keycode + 1);
    const xcb_cookie_t keys_asked = api.xcb_get_keyboard_mapping(connection, setup->min_keycode, count);
    const xcb_cookie_t modifiers_asked = api.xcb_get_modifier_mapping(connection);
    const Reply keys(api.xcb_get_keyboard_mapping_reply(connection, keys_asked, nullptr));
    const Reply modifiers(api.xcb_get_modifier_mapping_reply(connection, modifiers_asked, nullptr));
    if (!keys || !modifiers) return keyboard;
    keyboard.first = setup->min_keycode;
    keyboard.columns = keys->each;
    const auto *syms = reinterpret_cast<const uint32_t *>(keys.get() + 1);
    keyboard.keysyms.assign(syms, syms + size_t{count} * keys->each);
    keyboard.modifier_width = modifiers->each;
    const auto *codes = reinterpret_cast<const uint8_t *>(modifiers.get() + 1);
    keyboard.modifiers.assign(codes, codes + size_t{8} * modifiers->each);
    return keyboard;
}

XKeys XKeyboard::keys_of(const KeyWish &wish) const {
    XKeys keys;
    keys.keycodes = keycodes_of(wish.key);
    const uint16_t alt = mask_of(alt_left);
    const uint16_t super = mask_of(super_left);
    uint16_t wanted = 0;
    if ((wish.modifiers & KeyWish::shift) != 0) wanted |= shift_mask;
    if ((wish.modifiers & KeyWish::control) != 0) wanted |= control_mask;
    if ((wish.modifiers & KeyWish::alt) != 0) wanted |= alt != 0 ? alt : usual_alt_mask;
    if ((wish.modifiers & KeyWish::super) != 0) wanted |= super != 0 ? super : usual_super_mask;
    const uint16_t locks[] = {lock_mask, mask_of(num_lock), mask_of(scroll_lock)};
    keys.masks = {wanted};
    for (const uint16_t lock : locks) {
        const size_t before = keys.masks.size();
        for (size_t at = 0; at < before; ++at) {
            const auto mask = static_cast<uint16_t>(keys.masks[at] | lock);
            if (std::find(keys.masks.begin(), keys.masks.end(), mask) == keys.masks.end()) keys.masks.push_back(mask);
        }
    }
    return keys;
}

bool XKeyboard::has(uint8_t keycode, uint32_t keysym) const {
    const size_t from = size_t(keycode - first) * columns;
    if (keycode < first || from + columns > keysyms.size()) return false;
    const auto row = keysyms.begin() + static_cast<std::ptrdiff_t>(from);
    return std::find(row, row + columns, keysym) != row + columns;
}

uint16_t XKeyboard::mask_of(uint32_t keysym) const {
    for (size_t at = 0; at < modifiers.size(); ++at) {
        if (modifiers[at] != 0 && has(modifiers[at], keysym)) return static_cast<uint16_t>(1 << (at / modifier_width));
    }
    return 0;
}

// Those on which it needs no Shift, else those that have it anywhere: in another group, or above.
std::vector<uint8_t> XKeyboard::keycodes_of(uint32_t keysym) const {
    std::vector<uint8_t> plain;
    std::vector<uint8_t> any;
    for (size_t row = 0; columns != 0 && row < keysyms.size() / columns; ++row) {
        const auto keycode = static_cast<uint8_t>(first + row);
        if (keysyms[row * columns] == keysym) plain.push_back(keycode);
        if (has(keycode, keysym)) any.push_back(keycode);
    }
    return plain.empty() ? any : plain;
}

} // namespace pybridge
