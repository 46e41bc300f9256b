#include "core.h"

#include "never_destroyed.h"

namespace pybridge {

Core &core() {
    static NeverDestroyed<Core> only;
    return only.get();
}

} // namespace pybridge
