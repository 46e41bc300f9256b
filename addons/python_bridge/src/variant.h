#pragma once

#include "godot_api.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Godot's values as C++ ones. Sizes are those of single-precision 64-bit builds, which all official ones are.
namespace pybridge {

// Owns an interned name.
class StringName {
public:
    explicit StringName(const char *name) { godot().string_name_new(&storage_, name); }
    ~StringName() { godot().destroy[GDEXTENSION_VARIANT_TYPE_STRING_NAME](&storage_); }
    StringName(const StringName &) = delete;
    StringName &operator=(const StringName &) = delete;

    void *get() { return &storage_; }
    // Equal names are the same pointer.
    const void *interned() const { return storage_; }

private:
    void *storage_ = nullptr;
};

// Owns a variant; null at first.
class Variant {
public:
    Variant() { godot().variant_new_nil(storage_); }
    Variant(GDExtensionVariantType type, void *native) { godot().variant_from[type](storage_, native); }
    ~Variant() { godot().variant_destroy(storage_); }
    Variant(const Variant &) = delete;
    Variant &operator=(const Variant &) = delete;

    void *get() { return storage_; }
    const void *get() const { return storage_; }
    GDExtensionVariantType type() const { return godot().variant_type(storage_); }

private:
    alignas(8) std::byte storage_[24];
};

struct Bytes {
    std::string data;
};

// A Dictionary of text, read by its keys.
class TextSettings {
public:
    explicit TextSettings(const void *native_dictionary)
        : dictionary_(GDEXTENSION_VARIANT_TYPE_DICTIONARY, const_cast<void *>(native_dictionary)) {}

    // Empty when the key is not there or its value is no String.
    std::string text(const char *key) const;

private:
    Variant dictionary_;
};

// A Dictionary of counts to give to a script.
using Counters = std::vector<std::pair<const char *, int64_t>>;

// How a C++ type crosses the border: `read` takes it from Godot's native value, `write` makes one in uninitialised memory.
template <class T>
struct Crossing;

template <>
struct Crossing<bool> {
    static constexpr GDExtensionVariantType type = GDEXTENSION_VARIANT_TYPE_BOOL;
    static bool read(const void *native) { return *static_cast<const GDExtensionBool *>(native) != 0; }
    static void write(bool value, void *native) { *static_cast<GDExtensionBool *>(native) = value ? 1 : 0; }
};

template <>
struct Crossing<int64_t> {
    static constexpr GDExtensionVariantType type = GDEXTENSION_VARIANT_TYPE_INT;
    static int64_t read(const void *native) { return *static_cast<const int64_t *>(native); }
    static void write(int64_t value, void *native) { *static_cast<int64_t *>(native) = value; }
};

template <>
struct Crossing<std::string> {
    static constexpr GDExtensionVariantType type = GDEXTENSION_VARIANT_TYPE_STRING;
    static std::string read(const void *native);
    static void write(const std::string &value, void *native);
};

template <>
struct Crossing<Bytes> {
    static constexpr GDExtensionVariantType type = GDEXTENSION_VARIANT_TYPE_PACKED_BYTE_ARRAY;
    static Bytes read(const void *native);
    static void write(const Bytes &value, void *native);
};

template <>
struct Crossing<std::vector<int64_t>> {
    static constexpr GDExtensionVariantType type = GDEXTENSION_VARIANT_TYPE_PACKED_INT64_ARRAY;
    static void write(const std::vector<int64_t> &value, void *native);
};

template <>
struct Crossing<TextSettings> {
    static constexpr GDExtensionVariantType type = GDEXTENSION_VARIANT_TYPE_DICTIONARY;
    static TextSettings read(const void *native) { return TextSettings(native); }
};

template <>
struct Crossing<Counters> {
    static constexpr GDExtensionVariantType type = GDEXTENSION_VARIANT_TYPE_DICTIONARY;
    static void write(const Counters &value, void *native);
};

// Memory for one native value of T, destroyed with it.
template <class T>
class Native {
public:
    explicit Native(const T &value) { Crossing<T>::write(value, storage_); }
    explicit Native(GDExtensionConstVariantPtr variant) {
        godot().variant_to[Crossing<T>::type](storage_, const_cast<GDExtensionVariantPtr>(variant));
    }
    ~Native() {
        if (const GDExtensionPtrDestructor destroy = godot().destroy[Crossing<T>::type]) destroy(storage_);
    }
    Native(const Native &) = delete;
    Native &operator=(const Native &) = delete;

    void *get() { return storage_; }

private:
    alignas(8) std::byte storage_[16];
};

template <class T>
T from_variant(GDExtensionConstVariantPtr variant) {
    return Crossing<T>::read(Native<T>(variant).get());
}

template <class T>
Variant to_variant(const T &value) {
    return Variant(Crossing<T>::type, Native<T>(value).get());
}

} // namespace pybridge
