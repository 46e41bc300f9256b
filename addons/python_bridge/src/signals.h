#pragma once

namespace pybridge {

// From now on the first SIGTERM or SIGINT is only noted; the second one has its default action, which ends the process.
void install_signal_handlers();

bool quit_signalled();

} // namespace pybridge
