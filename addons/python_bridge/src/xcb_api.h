#pragma once

#include <cstdint>

// The part of libxcb's ABI that the key grab uses, declared by hand: building needs no headers of X, running needs no X. Names
// and layouts are those of xcb/xcb.h and xcb/xproto.h; the layouts are the X protocol's own and never change.
extern "C" {

struct xcb_connection_t; // incomplete in xcb, too

struct xcb_cookie_t {
    unsigned int sequence;
};

struct xcb_setup_t {
    uint8_t status;
    uint8_t pad0;
    uint16_t protocol_major_version;
    uint16_t protocol_minor_version;
    uint16_t length;
    uint32_t release_number;
    uint32_t resource_id_base;
    uint32_t resource_id_mask;
    uint32_t motion_buffer_size;
    uint16_t vendor_len;
    uint16_t maximum_request_length;
    uint8_t roots_len;
    uint8_t pixmap_formats_len;
    uint8_t image_byte_order;
    uint8_t bitmap_format_bit_order;
    uint8_t bitmap_format_scanline_unit;
    uint8_t bitmap_format_scanline_pad;
    uint8_t min_keycode;
    uint8_t max_keycode;
    uint8_t pad1[4];
};

struct xcb_screen_t {
    uint32_t root; // more follows
};

struct xcb_screen_iterator_t {
    xcb_screen_t *data;
    int rem;
    int index;
};

struct xcb_generic_error_t {
    uint8_t response_type; // 0
    uint8_t error_code;    // more follows
};

struct xcb_key_event_t { // a press or a release; of other events only `response_type` is looked at
    uint8_t response_type;
    uint8_t detail; // the keycode
    uint16_t sequence;
    uint32_t time; // ms
};

// Both mappings: 32 bytes, then the keysyms or keycodes themselves.
struct xcb_mapping_reply_t {
    uint8_t response_type;
    uint8_t each; // keysyms of a keycode, or keycodes of a modifier
    uint16_t sequence;
    uint32_t length;
    uint8_t pad0[24];
};
}

#define PYTHON_BRIDGE_XCB_FUNCTIONS(X)                                                                                           \
    X(xcb_connection_t *, xcb_connect, (const char *display, int *screen))                                                       \
    X(int, xcb_connection_has_error, (xcb_connection_t *))                                                                       \
    X(void, xcb_disconnect, (xcb_connection_t *))                                                                                \
    X(int, xcb_get_file_descriptor, (xcb_connection_t *))                                                                        \
    X(int, xcb_flush, (xcb_connection_t *))                                                                                      \
    X(const xcb_setup_t *, xcb_get_setup, (xcb_connection_t *))                                                                  \
    X(xcb_screen_iterator_t, xcb_setup_roots_iterator, (const xcb_setup_t *))                                                    \
    X(void, xcb_screen_next, (xcb_screen_iterator_t *))                                                                          \
    X(xcb_key_event_t *, xcb_poll_for_event, (xcb_connection_t *))                                                               \
    X(xcb_cookie_t, xcb_get_keyboard_mapping, (xcb_connection_t *, uint8_t first, uint8_t count))                                \
    X(xcb_mapping_reply_t *, xcb_get_keyboard_mapping_reply, (xcb_connection_t *, xcb_cookie_t, xcb_generic_error_t **))         \
    X(xcb_cookie_t, xcb_get_modifier_mapping, (xcb_connection_t *))                                                              \
    X(xcb_mapping_reply_t *, xcb_get_modifier_mapping_reply, (xcb_connection_t *, xcb_cookie_t, xcb_generic_error_t **))         \
    X(xcb_cookie_t, xcb_grab_key_checked,                                                                                        \
      (xcb_connection_t *, uint8_t owner_events, uint32_t window, uint16_t modifiers, uint8_t keycode, uint8_t pointer_mode,     \
       uint8_t keyboard_mode))                                                                                                   \
    X(xcb_cookie_t, xcb_ungrab_key, (xcb_connection_t *, uint8_t keycode, uint32_t window, uint16_t modifiers))                  \
    X(xcb_generic_error_t *, xcb_request_check, (xcb_connection_t *, xcb_cookie_t))

namespace pybridge {

struct XcbApi {
#define PYTHON_BRIDGE_DECLARE(result, name, arguments) result(*name) arguments = nullptr;
    PYTHON_BRIDGE_XCB_FUNCTIONS(PYTHON_BRIDGE_DECLARE)
#undef PYTHON_BRIDGE_DECLARE
};

// libxcb, loaded once; null where there is none. Godot draws on X by libX11, which stands on it.
const XcbApi *xcb();

} // namespace pybridge
