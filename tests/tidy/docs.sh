#!/bin/sh
# What the documents promise about the tree: folders explain themselves under the same five
# headings and name all their files, and no document points at something that is not there.
. "${0%/*}/tap.sh"

folders="base storage query pgwire src tests bench"

for folder in $folders; do
	[ -f "$folder/README.md" ] || { echo "$folder/README.md is missing"; continue; }
	for heading in "What it is" "What it never does" "How to read it" "Invariants and locks" "How it is tested"; do
		grep -qx "## $heading" "$folder/README.md" || echo "$folder/README.md: ## $heading"
	done
done | rule "each folder has a README with the five headings"

# A file may be named as name.c, name.h, name.[ch] or by a pattern such as check_*.c, in the README
# of its folder or of a folder above it.
for file in $(find $folders -type f \( -name '*.[ch]' -o -name '*.def' -o -name '*.sh' \) | sort); do
	name=${file##*/}
	stem=${name%.*}
	folder=${file%/*}
	while :; do
		if [ -f "$folder/README.md" ]; then
			grep -qwF -e "$name" -e "$stem.[ch]" "$folder/README.md" && break
			found=no
			for pattern in $(grep -o '`[A-Za-z0-9_./-]*\*[A-Za-z0-9_.*]*`' "$folder/README.md" | tr -d '`'); do
				case ${file#"$folder"/} in $pattern) found=yes ;; esac
				case $name in $pattern) found=yes ;; esac
			done
			[ $found = yes ] && break
		fi
		case $folder in
		*/*) folder=${folder%/*} ;;
		*) echo "$file"; break ;;
		esac
	done
done | rule "each file is named in the README of its folder"

# Words in backquotes that begin with a folder or are a file of the root.
documents=$(find . -path './build*' -prune -o -path ./run -prune -o -path ./node_modules -prune -o -name '*.md' -print | sed 's,^\./,,')
grep -noE '`[A-Za-z0-9_.-]+(/[][A-Za-z0-9_.*{},-]+)+/?`' $documents | tr -d '`' | while IFS=: read -r document line path; do
	case $path in
	base/* | storage/* | query/* | pgwire/* | src/* | tests/* | bench/* | docs/* | share/* | tools/* | .ci/*) ;;
	*) continue ;;
	esac
	ls -d $path >/dev/null 2>&1 || ls -d "${document%/*}"/$path >/dev/null 2>&1 || echo "$document:$line: $path"
done | rule "each path that a document names exists"

sed -n 's/^SETTING_[A-Z]*([a-z_]*, "\([^"]*\)".*/\1/p' base/settings.def | while read -r name; do
	grep -qF "\`$name\`" docs/server.md || echo "$name"
done | rule "each setting is in docs/server.md"
# A setting that nobody asks for says so, in the list of those without effect.
awk '/^SETTING_/ { row = "" }
	/^SETTING_/ || row != "" { row = row " " $0 }
	/"\)$/ && row != "" && row !~ /HIDE|INTERNAL|REPORT/ { sub(/^[^(]*\(/, "", row); sub(/,.*/, "", row); print row }' base/settings.def |
	while read -r id; do
		grep -rqw --include='*.[ch]' "SETTING_$id" base storage query pgwire src || echo "$id"
	done | rule "each setting has an effect, or is among those without"
sed -n 's/^\(FUNCTION\|AGGREGATE\)("\([a-z_0-9.]*\)", .*/\2/p' query/type/functions.def | while read -r name; do
	grep -qF "\`$name\`" docs/language.md || echo "$name"
done | grep -vxE 'in|not|xor|like|ilike|contains|subscript|slice|map_merge|count_weights|decimal_fit|round_seconds|cut_duration|has_properties|fit_varchar|fit_char|next_of_identity' |
	rule "each function is in docs/language.md"

sed -n 's/^SQLSTATE_ROW([A-Z_]*, "\(.....\)".*/\1/p' base/sqlstate.def | while read -r code; do
	grep -q "^| \`$code\` |" docs/language.md || echo "$code"
done | rule "each SQLSTATE is in docs/language.md"
for document in README.md ARCHITECTURE.md CONTRIBUTING.md CHANGELOG.md SECURITY.md LICENSE; do
	[ -f $document ] || echo "$document"
done | rule "the root's documents are there"
for decision in docs/decisions/*.md; do
	case ${decision##*/} in
	README.md | [0-9][0-9][0-9][0-9]-*.md) ;;
	*) echo "$decision" ;;
	esac
done | rule "decisions are numbered"
ls docs/decisions | sed -n 's/^\([0-9]*\)-.*/\1/p' | sort | uniq -d | rule "no number of a decision is used twice"
finish
