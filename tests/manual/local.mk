TESTS += %D%/run.sh
EXTRA_DIST += %D%/run.sh %D%/manual.py
