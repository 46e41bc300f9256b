"""Figures of this and earlier streams: counted beside the message path, rolled up in the ledger, read by the control room."""
