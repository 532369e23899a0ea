TESTS += %D%/run.sh
EXTRA_DIST += %D%/run.sh %D%/claims.py %D%/setup.sql %D%/claims.txt
