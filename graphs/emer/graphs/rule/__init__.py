"""The built-in analyst: deterministic rules behind the interface of a chat model."""
