#include "godot_api.h"

#include "variant.h"

#include <cstdio>

namespace pybridge {

namespace {

GodotApi api;

bool complain(const char *name) {
    std::fprintf(stderr, "python_bridge: this Godot lacks %s; the bridge needs Godot 4.5 or later.\n", name);
    return false;
}

template <class Function>
bool find_into(Function &function, GDExtensionInterfaceGetProcAddress find, const char *name) {
    function = reinterpret_cast<Function>(find(name));
    return function != nullptr || complain(name);
}

// The numbers are the methods' signature hashes, from extension_api.json.
bool find_builtin(GDExtensionPtrBuiltInMethod &method, GDExtensionInterfaceVariantGetPtrBuiltinMethod find,
                  GDExtensionVariantType type, const char *name, GDExtensionInt hash) {
    method = find(type, StringName(name).get(), hash);
    return method != nullptr || complain(name);
}

bool find_method(GDExtensionMethodBindPtr &method, const char *owner, const char *name, GDExtensionInt hash) {
    method = api.method_bind(StringName(owner).get(), StringName(name).get(), hash);
    return method != nullptr || complain(name);
}

} // namespace

bool load_godot_api(GDExtensionInterfaceGetProcAddress find, GDExtensionClassLibraryPtr library) {
    api.library = library;
    GDExtensionInterfaceGetVariantFromTypeConstructor from_type = nullptr;
    GDExtensionInterfaceGetVariantToTypeConstructor to_type = nullptr;
    GDExtensionInterfaceVariantGetPtrConstructor constructor = nullptr;
    GDExtensionInterfaceVariantGetPtrDestructor destructor = nullptr;
    GDExtensionInterfaceVariantGetPtrBuiltinMethod builtin = nullptr;
    const bool found =
        find_into(api.string_new, find, "string_new_with_utf8_chars_and_len") &&
        find_into(api.string_to_utf8, find, "string_to_utf8_chars") &&
        find_into(api.string_name_new, find, "string_name_new_with_utf8_chars") &&
        find_into(api.variant_new_nil, find, "variant_new_nil") && find_into(api.variant_destroy, find, "variant_destroy") &&
        find_into(api.variant_type, find, "variant_get_type") && find_into(api.variant_set, find, "variant_set_keyed") &&
        find_into(api.variant_get, find, "variant_get_keyed") &&
        find_into(api.bytes_at, find, "packed_byte_array_operator_index") &&
        find_into(api.bytes_at_const, find, "packed_byte_array_operator_index_const") &&
        find_into(api.ints_at, find, "packed_int64_array_operator_index") &&
        find_into(api.singleton, find, "global_get_singleton") && find_into(api.set_instance, find, "object_set_instance") &&
        find_into(api.method_call, find, "object_method_bind_call") &&
        find_into(api.method_ptrcall, find, "object_method_bind_ptrcall") &&
        find_into(api.ref_set_object, find, "ref_set_object") &&
        find_into(api.construct_object, find, "classdb_construct_object2") &&
        find_into(api.method_bind, find, "classdb_get_method_bind") &&
        find_into(api.register_class, find, "classdb_register_extension_class5") &&
        find_into(api.register_method, find, "classdb_register_extension_class_method") &&
        find_into(api.register_signal, find, "classdb_register_extension_class_signal") &&
        find_into(api.unregister_class, find, "classdb_unregister_extension_class") &&
        find_into(api.print_error, find, "print_error_with_message") &&
        find_into(from_type, find, "get_variant_from_type_constructor") &&
        find_into(to_type, find, "get_variant_to_type_constructor") &&
        find_into(constructor, find, "variant_get_ptr_constructor") &&
        find_into(destructor, find, "variant_get_ptr_destructor") && find_into(builtin, find, "variant_get_ptr_builtin_method");
    if (!found) return false;
    for (size_t i = 1; i < godot_types; ++i) {
        const auto type = static_cast<GDExtensionVariantType>(i);
        api.variant_from[i] = from_type(type);
        api.variant_to[i] = to_type(type);
        api.construct[i] = constructor(type, 0);
        api.destroy[i] = destructor(type);
    }
    return find_builtin(api.bytes_resize, builtin, GDEXTENSION_VARIANT_TYPE_PACKED_BYTE_ARRAY, "resize", 848867239) &&
           find_builtin(api.bytes_size, builtin, GDEXTENSION_VARIANT_TYPE_PACKED_BYTE_ARRAY, "size", 3173160232) &&
           find_builtin(api.ints_resize, builtin, GDEXTENSION_VARIANT_TYPE_PACKED_INT64_ARRAY, "resize", 848867239);
}

bool load_godot_methods() {
    return find_method(api.object_notification, "Object", "notification", 4023243586) &&
           find_method(api.object_emit_signal, "Object", "emit_signal", 4047867050) &&
           find_method(api.audio_mix_rate, "AudioServer", "get_mix_rate", 1740695150);
}

const GodotApi &godot() {
    return api;
}

} // namespace pybridge
