#include "variant.h"

#include <cstring>

namespace pybridge {

namespace {

void resize(GDExtensionPtrBuiltInMethod method, void *array, size_t size) {
    int64_t wanted = static_cast<int64_t>(size);
    int64_t result = 0;
    const GDExtensionConstTypePtr arguments[] = {&wanted};
    method(array, arguments, &result, 1);
}

} // namespace

std::string Crossing<std::string>::read(const void *native) {
    std::string text(static_cast<size_t>(godot().string_to_utf8(native, nullptr, 0)), '\0');
    if (!text.empty()) godot().string_to_utf8(native, text.data(), static_cast<GDExtensionInt>(text.size()));
    return text;
}

void Crossing<std::string>::write(const std::string &value, void *native) {
    godot().string_new(native, value.data(), static_cast<GDExtensionInt>(value.size()));
}

Bytes Crossing<Bytes>::read(const void *native) {
    int64_t size = 0;
    godot().bytes_size(const_cast<void *>(native), nullptr, &size, 0);
    if (size == 0) return {};
    return {std::string(reinterpret_cast<const char *>(godot().bytes_at_const(native, 0)), static_cast<size_t>(size))};
}

void Crossing<Bytes>::write(const Bytes &value, void *native) {
    godot().construct[type](native, nullptr);
    if (value.data.empty()) return;
    resize(godot().bytes_resize, native, value.data.size());
    std::memcpy(godot().bytes_at(native, 0), value.data.data(), value.data.size());
}

void Crossing<std::vector<int64_t>>::write(const std::vector<int64_t> &value, void *native) {
    godot().construct[type](native, nullptr);
    if (value.empty()) return;
    resize(godot().ints_resize, native, value.size());
    std::memcpy(godot().ints_at(native, 0), value.data(), value.size() * sizeof(int64_t));
}

void Crossing<Counters>::write(const Counters &value, void *native) {
    godot().construct[type](native, nullptr);
    // The variant and the native dictionary share their contents.
    Variant dictionary(type, native);
    for (const auto &[name, count] : value) {
        const Variant key = to_variant(std::string(name));
        const Variant item = to_variant(count);
        GDExtensionBool valid = 0;
        godot().variant_set(dictionary.get(), key.get(), item.get(), &valid);
    }
}

std::string TextSettings::text(const char *key) const {
    const Variant name = to_variant(std::string(key));
    Variant value;
    GDExtensionBool valid = 0;
    // Written over as if uninitialised; a null variant owns nothing.
    godot().variant_get(dictionary_.get(), name.get(), value.get(), &valid);
    if (valid == 0 || value.type() != GDEXTENSION_VARIANT_TYPE_STRING) return "";
    return from_variant<std::string>(value.get());
}

} // namespace pybridge
