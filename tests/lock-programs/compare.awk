# SPDX-License-Identifier: GPL-2.0
# Compares what iommu-group says to lock programs with what lockdep does.
# usage: awk -v kernel=SPEC -f compare.awk PROGRAMS ANSWERS VERDICTS
#
# Prints SEED|CATEGORY|LOCKDEP|OURS|PROGRAM for each that differs, and the number of
# each category at the end.  A category that begins with "bug:" is none that
# docs/verdict-rules.md gives a reason for; one of these makes the status 1.
BEGIN { FS = "|" }

function basename(path) {
	sub(/.*\//, "", path)
	return path
}

FNR == 1 { file++ }
file == 1 { program[$1] = $2; order[++n] = $1; next }
file == 2 { answer[$1] = $2; next }
{ verdict[$1] = $2 }

# What of a program matters here: sets places[] (how often each is a lock),
# annotated (lockdep is told something), written[] (by place: a task waits to write),
# handed (a reader without an owner), nested (one is taken by a thread that holds
# others), twofold (one lock under two subclasses).
function read_program(text,  word, words, i, at, how, letter) {
	split("", places)
	split("", place_of)
	split("", written)
	split("", subclass)
	split("", held)
	annotated = several = handed = nested = twofold = 0
	keyed = ""
	words = split(text, word, " ")
	for (i = 1; i <= words; i++) {
		if (index(word[i], "=")) {
			at = substr(word[i], 3, 2)
			place_of[substr(word[i], 1, 1)] = at
			if (++places[at] > 1)
				several = 1
			if (length(word[i]) > 4) {
				annotated = 1
				keyed = keyed " " at
			}
		} else if (word[i] ~ /^[0-9][a-z][A-G]$/) {
			how = substr(word[i], 2, 1)
			letter = substr(word[i], 3)
			if (index("nm", how))
				annotated = 1
			if (index("lnmiprty", how)) {
				at = index("nm", how) ? 2 : 1
				if (letter in subclass && subclass[letter] != at)
					twofold = 1
				subclass[letter] = at
			}
			at = substr(word[i], 1, 1)
			if (how == "h") {
				handed = 1
				if (held[at] > 0)
					nested = 1
			}
			held[at] += index("lnmiprty", how) ? 1 : index("uv", how) ? -1 : 0
			if (index("lnip", how))
				written[letter in place_of ? place_of[letter] : "G"] = 1
		}
	}
}

# Whether a lock of lockdep's circle is only ever taken for reading.
function readers_only(names,  name, count, i) {
	sub(/ key/, keyed, names)
	count = split(names, name, " ")
	for (i = 2; i <= count; i++)
		if (name[i] in places && !(name[i] in written))
			return 1
	return 0
}

function several_of(names,  name, count, i) {
	# lockdep_set_class() gives a class the name of its key
	sub(/ key/, keyed, names)
	count = split(names, name, " ")
	for (i = 2; i <= count; i++)
		if (places[name[i]] > 1)
			return 1
	return 0
}

function category(theirs, ours,  kind, group) {
	kind = theirs
	sub(/ .*/, "", kind)
	group = index(theirs, "&group->mutex")
	if (kind == "balance" || kind == "other")
		return "bug: lockdep was confused"
	if (kind == "exit" && group)
		return ours ~ /held-on-exit/ ? "agreed" : "bug: group lock kept, missed"
	if (ours ~ /^finding/ && kind == "none")
		return twofold ? "two subclasses of one lock" : \
			nested ? "reader without an owner" : "bug: false alarm"
	if (ours ~ /^finding/)
		return "agreed"
	if (ours ~ /^inconclusive/ && ours !~ /^inconclusive unproven$/)
		return kernel ~ /-rt$/ ? "programs skipped" : "bug: not seen"
	if (kind == "none" && ours == "clean")
		return "agreed"
	if (kind == "none")
		return annotated || several ? "annotations" : handed ? "handed over" : "bug: inconclusive"
	if (kind == "exit")
		return "kept, not a group lock"
	if (kind == "circular" && !group)
		return "no group lock"
	if (several_of(theirs) || (ours != "clean" && several))
		return "several instances"
	if (kind != "exit" && readers_only(theirs))
		return "readers only"
	if (kind == "circular" && ours != "clean" && handed)
		return "handed over"
	return "bug: missed, " kind
}

END {
	for (i = 1; i <= n; i++) {
		seed = order[i]
		if (!(seed in answer) || !(seed in verdict)) {
			c = seed in answer ? "bug: no verdict" : "bug: no answer"
		} else {
			read_program(program[seed])
			c = category(answer[seed], verdict[seed])
		}
		number[c]++
		if (c ~ /^bug/)
			bad = 1
		if (c != "agreed")
			print seed "|" c "|" answer[seed] "|" verdict[seed] "|" program[seed]
	}
	for (c in number)
		print "# " kernel ": " c ": " number[c]
	exit bad
}
