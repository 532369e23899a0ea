# Run by tests/apps/run.sh, in this folder and with the virtual environment's python3 first in PATH.
set -e
alembic upgrade 0001
alembic upgrade head
alembic current
# The classes and what the migrations made are the same.
alembic check
python3 app.py
# There, back and there again.
alembic downgrade 0001
alembic upgrade head
alembic check
alembic history
