#pragma once

namespace pybridge {

// Python threads still run and nothing can end them: when the process exits, it leaves at once, with its exit status, instead of
// running the destructors of libraries that those threads are inside of. May be called more than once.
void leave_without_destructors();

} // namespace pybridge
