#include "xcb_api.h"

#include <dlfcn.h>

namespace pybridge {

namespace {

bool load(XcbApi &api) {
    // Never closed: nothing is gained by it while Godot's own X uses the same library.
    void *library = dlopen("libxcb.so.1", RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) return false;
#define PYTHON_BRIDGE_FIND(result, name, arguments)                                                                              \
    api.name = reinterpret_cast<result(*) arguments>(dlsym(library, #name));                                                     \
    if (api.name == nullptr) return false;
    PYTHON_BRIDGE_XCB_FUNCTIONS(PYTHON_BRIDGE_FIND)
#undef PYTHON_BRIDGE_FIND
    return true;
}

} // namespace

const XcbApi *xcb() {
    static XcbApi api;
    static const bool loaded = load(api);
    return loaded ? &api : nullptr;
}

} // namespace pybridge
