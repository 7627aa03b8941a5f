"""What people do in chat: one file a conversation."""
