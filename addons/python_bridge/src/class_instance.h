#pragma once

#include "variant.h"

namespace pybridge {

// Makes Godot's half of an extension object. `classdb_construct_object2` leaves NOTIFICATION_POSTINITIALIZE to its caller.
inline GDExtensionObjectPtr construct_object(const char *base, const char *name, void *instance, bool notify) {
    const GDExtensionObjectPtr object = godot().construct_object(StringName(base).get());
    godot().set_instance(object, StringName(name).get(), instance);
    if (notify) {
        int64_t post_initialize = 0;
        GDExtensionBool reversed = 0;
        const GDExtensionConstTypePtr arguments[] = {&post_initialize, &reversed};
        godot().method_ptrcall(godot().object_notification, object, arguments, nullptr);
    }
    return object;
}

} // namespace pybridge
