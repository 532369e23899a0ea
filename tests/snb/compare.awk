# Compares answers, each below its heading, with the expected ones: a line of TAP for each, without number.
#
#     awk -v what=NAME -f compare.awk EXPECTED MADE
FNR == 1 {
	file++
}

/^== / {
	question = substr($0, 4)
	if (file == 1)
		asked[++count] = question
	next
}

{
	answer[file, question] = answer[file, question] $0 "\n"
}

END {
	for (i = 1; i <= count; i++) {
		question = asked[i]
		name = what ": " substr(question, 1, 100)
		gsub(/#/, "", name)
		if (answer[1, question] == answer[2, question])
			print "ok - " name
		else {
			print "not ok - " name
			show("expected", answer[1, question])
			show("answered", answer[2, question])
		}
	}
}

function show(word, text) {
	gsub(/\n/, "\n#     ", text)
	print "# " word ":\n#     " text
}
