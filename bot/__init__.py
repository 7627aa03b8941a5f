"""How it runs: settings, command line, Telegram in (aiogram) and out (python-telegram-bot), database engine."""
