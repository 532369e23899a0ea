# Puts what psql printed in a form that does not depend on the order of what has none: the companies of a
# person and lists of tags are sorted, and so are paths, which may weigh the same. A state that is shown
# again and again is left out but for the lines that are new.
BEGIN {
	FS = OFS = "|"
}

/^== / {
	paths_end()
	split($0, word, " ")
	question = word[2]
	print
	next
}

/^[a-z_]+[|][0-9]+[|][0-9]+$/ {
	if (state[$1] != $0)
		print
	state[$1] = $0
	next
}

question == "interactive-complex-1" && NF > 1 {
	$13 = "[[" sorted(substr($13, 3, length($13) - 4), "\\],\\[", "],[") "]]"
}

# What comes out of a map has no type of its own: it is JSON.
question == "interactive-complex-7" && $6 ~ /^".*"$/ {
	$6 = substr($6, 2, length($6) - 2)
}

question == "bi-19" || question == "bi-20" {
	sub(/\.0$/, "")
}

question == "interactive-complex-12" && NF > 1 {
	$4 = "{" sorted(substr($4, 2, length($4) - 2), ",", ",") "}"
}

question == "interactive-complex-14" {
	path[++path_count] = $0
	next
}

{
	print
}

END {
	paths_end()
}

function paths_end() {
	if (path_count > 0) {
		sort(path, path_count)
		print joined(path, path_count, "\n")
	}
	path_count = 0
}

function sorted(list, divider, between,    item, count) {
	count = split(list, item, divider)
	sort(item, count)
	return joined(item, count, between)
}

function joined(item, count, between,    i, all) {
	all = item[1]
	for (i = 2; i <= count; i++)
		all = all between item[i]
	return all
}

function sort(item, count,    i, j, kept) {
	for (i = 2; i <= count; i++) {
		kept = item[i]
		for (j = i - 1; j > 0 && item[j] > kept; j--)
			item[j + 1] = item[j]
		item[j + 1] = kept
	}
}
