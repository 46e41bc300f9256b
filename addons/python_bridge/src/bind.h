#pragma once

#include "variant.h"

#include <array>
#include <cstring>
#include <type_traits>
#include <utility>
#include <vector>

// Makes C++ member functions callable from scripts.
namespace pybridge {

// Sets `error` when number or types of the arguments are others than the method's.
bool arguments_fit(const GDExtensionVariantType *types, size_t count, const GDExtensionConstVariantPtr *arguments,
                   GDExtensionInt given, GDExtensionCallError *error);

struct MethodDescription {
    const char *owner;
    const char *name;
    std::vector<const char *> arguments;
    const GDExtensionVariantType *argument_types;
    bool returns;
    GDExtensionVariantType return_type;
    GDExtensionClassMethodCall call;
    GDExtensionClassMethodPtrCall ptrcall;
};

void register_method(const MethodDescription &method);

template <class Owner, class Result, class... Arguments>
struct BoundSignature {
    static constexpr bool returns = !std::is_void_v<Result>;
    static constexpr std::array<GDExtensionVariantType, sizeof...(Arguments)> types = {
        Crossing<std::decay_t<Arguments>>::type...};

    static constexpr GDExtensionVariantType return_type() {
        if constexpr (returns) {
            return Crossing<Result>::type;
        } else {
            return GDEXTENSION_VARIANT_TYPE_NIL;
        }
    }

    template <auto Method, size_t... I>
    static decltype(auto) on_variants(void *instance, const GDExtensionConstVariantPtr *arguments, std::index_sequence<I...>) {
        (void)arguments;
        return (static_cast<Owner *>(instance)->*Method)(from_variant<std::decay_t<Arguments>>(arguments[I])...);
    }

    template <auto Method, size_t... I>
    static decltype(auto) on_natives(void *instance, const GDExtensionConstTypePtr *arguments, std::index_sequence<I...>) {
        (void)arguments;
        return (static_cast<Owner *>(instance)->*Method)(Crossing<std::decay_t<Arguments>>::read(arguments[I])...);
    }

    template <auto Method>
    static void call(void *, GDExtensionClassInstancePtr instance, const GDExtensionConstVariantPtr *arguments,
                     GDExtensionInt given, GDExtensionVariantPtr result, GDExtensionCallError *error) {
        if (!arguments_fit(types.data(), types.size(), arguments, given, error)) return;
        constexpr auto places = std::index_sequence_for<Arguments...>();
        if constexpr (returns) {
            Native<Result> native(on_variants<Method>(instance, arguments, places));
            // `result` is a null variant, which owns nothing.
            godot().variant_from[Crossing<Result>::type](result, native.get());
        } else {
            on_variants<Method>(instance, arguments, places);
        }
    }

    template <auto Method>
    static void ptrcall(void *, GDExtensionClassInstancePtr instance, const GDExtensionConstTypePtr *arguments,
                        GDExtensionTypePtr result) {
        constexpr auto places = std::index_sequence_for<Arguments...>();
        if constexpr (returns) {
            const Result value = on_natives<Method>(instance, arguments, places);
            // `result` holds a value already.
            if (const GDExtensionPtrDestructor destroy = godot().destroy[Crossing<Result>::type]) destroy(result);
            Crossing<Result>::write(value, result);
        } else {
            on_natives<Method>(instance, arguments, places);
        }
    }
};

template <class Method>
struct SignatureOf;
template <class Owner, class Result, class... Arguments>
struct SignatureOf<Result (Owner::*)(Arguments...)> {
    using type = BoundSignature<Owner, Result, Arguments...>;
};
template <class Owner, class Result, class... Arguments>
struct SignatureOf<Result (Owner::*)(Arguments...) const> {
    using type = BoundSignature<Owner, Result, Arguments...>;
};

template <auto Method>
void bind(const char *owner, const char *name, std::vector<const char *> arguments = {}) {
    using Signature = typename SignatureOf<decltype(Method)>::type;
    register_method({owner, name, std::move(arguments), Signature::types.data(), Signature::returns, Signature::return_type(),
                     &Signature::template call<Method>, &Signature::template ptrcall<Method>});
}

// Name and type of each of a signal's arguments.
void register_signal(const char *owner, const char *name,
                     const std::vector<std::pair<const char *, GDExtensionVariantType>> &arguments);

} // namespace pybridge
