"""EventSub over WebSocket: what happens → notifications → frames on the sockets that have subscribed."""
