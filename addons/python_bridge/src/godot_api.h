#pragma once

#include <gdextension_interface.h>

#include <array>
#include <cstddef>

namespace pybridge {

constexpr size_t godot_types = GDEXTENSION_VARIANT_TYPE_VARIANT_MAX;

// The functions of Godot's extension interface that the bridge uses (4.5 and later), found once when Godot loads it.
struct GodotApi {
    GDExtensionClassLibraryPtr library = nullptr;

    GDExtensionInterfaceStringNewWithUtf8CharsAndLen string_new = nullptr;
    GDExtensionInterfaceStringToUtf8Chars string_to_utf8 = nullptr;
    GDExtensionInterfaceStringNameNewWithUtf8Chars string_name_new = nullptr;
    GDExtensionInterfaceVariantNewNil variant_new_nil = nullptr;
    GDExtensionInterfaceVariantDestroy variant_destroy = nullptr;
    GDExtensionInterfaceVariantGetType variant_type = nullptr;
    GDExtensionInterfaceVariantSetKeyed variant_set = nullptr;
    GDExtensionInterfaceVariantGetKeyed variant_get = nullptr;
    GDExtensionInterfacePackedByteArrayOperatorIndex bytes_at = nullptr;
    GDExtensionInterfacePackedByteArrayOperatorIndexConst bytes_at_const = nullptr;
    GDExtensionInterfacePackedInt64ArrayOperatorIndex ints_at = nullptr;
    GDExtensionInterfaceGlobalGetSingleton singleton = nullptr;
    GDExtensionInterfaceObjectSetInstance set_instance = nullptr;
    GDExtensionInterfaceObjectMethodBindCall method_call = nullptr;
    GDExtensionInterfaceObjectMethodBindPtrcall method_ptrcall = nullptr;
    GDExtensionInterfaceRefSetObject ref_set_object = nullptr;
    GDExtensionInterfaceClassdbConstructObject2 construct_object = nullptr;
    GDExtensionInterfaceClassdbGetMethodBind method_bind = nullptr;
    GDExtensionInterfaceClassdbRegisterExtensionClass5 register_class = nullptr;
    GDExtensionInterfaceClassdbRegisterExtensionClassMethod register_method = nullptr;
    GDExtensionInterfaceClassdbRegisterExtensionClassSignal register_signal = nullptr;
    GDExtensionInterfaceClassdbUnregisterExtensionClass unregister_class = nullptr;
    GDExtensionInterfacePrintErrorWithMessage print_error = nullptr;

    // By variant type.
    std::array<GDExtensionVariantFromTypeConstructorFunc, godot_types> variant_from{};
    std::array<GDExtensionTypeFromVariantConstructorFunc, godot_types> variant_to{};
    std::array<GDExtensionPtrConstructor, godot_types> construct{};
    std::array<GDExtensionPtrDestructor, godot_types> destroy{}; // null for numbers

    GDExtensionPtrBuiltInMethod bytes_resize = nullptr;
    GDExtensionPtrBuiltInMethod bytes_size = nullptr;
    GDExtensionPtrBuiltInMethod ints_resize = nullptr;

    GDExtensionMethodBindPtr object_notification = nullptr;
    GDExtensionMethodBindPtr object_emit_signal = nullptr;
    GDExtensionMethodBindPtr audio_mix_rate = nullptr;
};

// False, with a message on stderr, when this Godot lacks a function.
bool load_godot_api(GDExtensionInterfaceGetProcAddress find, GDExtensionClassLibraryPtr library);

// The engine's own methods, once its classes are registered (scene level). False as above.
bool load_godot_methods();

const GodotApi &godot();

} // namespace pybridge
