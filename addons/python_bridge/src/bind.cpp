#include "bind.h"

#include <deque>
#include <string>

namespace pybridge {

namespace {

// Godot's property descriptions, and the names that they point to.
class Properties {
public:
    void add(GDExtensionVariantType type, const char *name) {
        names_.emplace_back(name);
        all_.push_back({type, names_.back().get(), no_class_.get(), 0, no_hint_.get(), usage_default});
    }
    GDExtensionPropertyInfo *data() { return all_.data(); }
    size_t size() const { return all_.size(); }

private:
    static constexpr uint32_t usage_default = 6; // PROPERTY_USAGE_DEFAULT: stored, and shown in the editor

    std::deque<StringName> names_;
    StringName no_class_{""};
    Native<std::string> no_hint_{std::string()};
    std::vector<GDExtensionPropertyInfo> all_;
};

} // namespace

bool arguments_fit(const GDExtensionVariantType *types, size_t count, const GDExtensionConstVariantPtr *arguments,
                   GDExtensionInt given, GDExtensionCallError *error) {
    const auto wanted = static_cast<GDExtensionInt>(count);
    if (given != wanted) {
        error->error = given < wanted ? GDEXTENSION_CALL_ERROR_TOO_FEW_ARGUMENTS : GDEXTENSION_CALL_ERROR_TOO_MANY_ARGUMENTS;
        error->expected = static_cast<int32_t>(count);
        return false;
    }
    for (size_t i = 0; i < count; ++i) {
        if (godot().variant_type(arguments[i]) == types[i]) continue;
        error->error = GDEXTENSION_CALL_ERROR_INVALID_ARGUMENT;
        error->argument = static_cast<int32_t>(i);
        error->expected = static_cast<int32_t>(types[i]);
        return false;
    }
    error->error = GDEXTENSION_CALL_OK;
    return true;
}

void register_method(const MethodDescription &method) {
    StringName owner(method.owner);
    StringName name(method.name);
    Properties arguments;
    for (size_t i = 0; i < method.arguments.size(); ++i)
        arguments.add(method.argument_types[i], method.arguments[i]);
    Properties result;
    result.add(method.return_type, "");
    std::vector<GDExtensionClassMethodArgumentMetadata> metadata(arguments.size(), GDEXTENSION_METHOD_ARGUMENT_METADATA_NONE);
    GDExtensionClassMethodInfo info = {};
    info.name = name.get();
    info.call_func = method.call;
    info.ptrcall_func = method.ptrcall;
    info.method_flags = GDEXTENSION_METHOD_FLAGS_DEFAULT;
    info.has_return_value = method.returns ? 1 : 0;
    info.return_value_info = result.data();
    info.argument_count = static_cast<uint32_t>(arguments.size());
    info.arguments_info = arguments.data();
    info.arguments_metadata = metadata.data();
    godot().register_method(godot().library, owner.get(), &info);
}

void register_signal(const char *owner, const char *name,
                     const std::vector<std::pair<const char *, GDExtensionVariantType>> &arguments) {
    StringName owner_name(owner);
    StringName signal_name(name);
    Properties properties;
    for (const auto &[argument, type] : arguments)
        properties.add(type, argument);
    godot().register_signal(godot().library, owner_name.get(), signal_name.get(), properties.data(),
                            static_cast<GDExtensionInt>(properties.size()));
}

} // namespace pybridge
