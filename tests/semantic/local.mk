TESTS += %D%/run.sh
EXTRA_DIST += %D%/run.sh %D%/semantic.py %D%/setup.sql %D%/errors.txt
