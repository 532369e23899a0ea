# Run by tests/apps/run.sh, in this folder and with the virtual environment's python3 first in PATH.
set -e
export DJANGO_SUPERUSER_PASSWORD=pw
python3 manage.py makemigrations --check --dry-run
python3 manage.py migrate --no-color
python3 manage.py createsuperuser --noinput --username root --email root@example.org
python3 app.py
python3 manage.py showmigrations --no-color books
# There, back and there again.
python3 manage.py migrate --no-color books 0003
python3 manage.py migrate --no-color books
python3 manage.py dumpdata books.tag books.author --indent 1
python3 manage.py check --database default
python3 manage.py inspectdb books_author books_book_tags
