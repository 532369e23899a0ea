# The parameters of an interactive query as LDBC's generator wrote them, names and values divided by |, as
# questions: NAME KEY = VALUE; KEY = VALUE … A time that is given by its length gets an end.
FNR == 1 {
	split(FILENAME, path, "interactive_")
	name = "interactive-complex-" (path[2] + 0)
	count = split($0, key, "|")
	next
}

/./ {
	split($0, value, "|")
	line = ""
	for (i = 1; i <= count; i++) {
		of[key[i]] = value[i]
		line = line "; " key[i] " = " (value[i] ~ /^-?[0-9]+$/ ? value[i] : "'" value[i] "'")
	}
	if ("durationDays" in of)
		line = line "; endDate = " sprintf("%.0f", of["startDate"] + of["durationDays"] * 86400000)
	print name " " substr(line, 3)
}
