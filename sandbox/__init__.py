"""A local stand-in for Telegram: a strict Bot API and phones in the browser."""
