"""Write the next migration from what the models have and the migrations do not: ``python -m models.migrations "why"``."""

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine


def main() -> None:
    """Climb all migrations on an empty database, compare with the models, write the difference as a new file."""
    folder = Path(__file__).parent
    number = len(list((folder / "versions").glob("*.py"))) + 1
    with tempfile.TemporaryDirectory() as scratch:
        engine = create_engine(f"sqlite:///{scratch}/empty.sqlite3")
        config = Config()
        config.set_main_option("script_location", str(folder))
        config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
        with engine.connect() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
            command.revision(config, message=sys.argv[1], autogenerate=True, rev_id=f"{number:04d}")
        engine.dispose()


main()
