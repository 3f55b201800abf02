#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What iommu-group says to each lock program of a file, in a guest.
# usage: ours.sh FILE    with lines SEED|PROGRAM
# Prints SEED|WHAT, where WHAT is clean, finding RULE..., or inconclusive WHY...
#
# An audit takes seconds to start, so up to 32 programs share one.  Each has its
# classes to itself, and a finding names them.

# judge FILE: its programs in one audit; the report is in /tmp/report
judge() {
	cat >/tmp/programs.sh <<-'END'
		insmod ig_lockprog.ko device=0000:00:10.0 || exit
		slot=0
		while IFS='|' read -r seed program; do
			echo "$slot $program" >/sys/module/ig_lockprog/parameters/run ||
				echo "cannot run $seed" >&2
			slot=$((slot + 1))
		done
		rmmod ig_lockprog
	END
	iommu-group locks --settle 0 -v -- sh -c "sh /tmp/programs.sh <$1" \
		>/tmp/report 2>/tmp/complaint
	status=$?
	case $status in
	0 | 2 | 3) ! grep '^cannot run' /tmp/complaint >&2 ;;
	*)
		echo "ours.sh: status $status" >&2
		cat /tmp/complaint >&2
		return 1
		;;
	esac
}

# A line for each program that the report names, "SLOT WHAT"; "?" for what names none.
by_slot() {
	awk '
		function flush(  slot, text, any) {
			if (what == "")
				return
			text = block
			while (match(text, /ig_prog_[a-z][0-9]_[0-9]+/)) {
				slot = substr(text, RSTART, RLENGTH)
				sub(/.*_/, "", slot)
				text = substr(text, RSTART + RLENGTH)
				if (!((slot, what) in said))
					print slot, what
				said[slot, what] = 1
				any = 1
			}
			if (!any)
				print "?", what
			what = block = ""
		}
		/^[0-9]+\. / { flush(); what = "finding " substr($2, 1, length($2) - 1) }
		/^not proven: / { flush(); what = "inconclusive unproven" }
		/^notes:|^check:|^held/ { flush() }
		/^  not seen: / {
			flush()
			sub(/^  not seen: /, "")
			sub(/:.*/, "")
			if ($0 !~ /^(lock_(class_unproven|instances_differ)|reader_handed_over)$/)
				print "?", "inconclusive", $0
		}
		# a note, where that is all
		/^  / && /may not be of one class|unproven/ && what == "" {
			what = "inconclusive unproven"; block = $0; flush()
		}
		what != "" { block = block $0 "\n" }
		END { flush() }' /tmp/report
}

# answer SEED SLOT: from /tmp/said; findings before what was not seen
answer() {
	awk -v seed="$1" -v slot="$2" '
		$1 == slot || (slot == "all") {
			if ($2 == "finding") f[$3] = 1; else l[$3] = 1
		}
		END {
			for (r in f) found = found " " r
			for (r in l) lost = lost " " r
			sub(/^[hx_]/, "", seed)
			print seed "|" (found ? "finding" found :
				lost ? "inconclusive" lost : "clean")
		}' /tmp/said
}

# together FILE: in one audit; where it leaves open which program it is, by halves
together() {
	judge "$1" || return
	by_slot >/tmp/said
	if [ "$(wc -l <"$1")" -eq 1 ]; then
		read -r line <"$1"
		answer "${line%%|*}" all
	elif grep -q '^?' /tmp/said; then
		halve "$1"
		together "$1.1"
		together "$1.2"
	else
		slot=0
		while IFS='|' read -r seed _; do
			answer "$seed" $slot
			slot=$((slot + 1))
		done <"$1"
	fi
}

halve() { # FILE: into FILE.1 and FILE.2
	awk -v file="$1" -v half=$(($(wc -l <"$1") / 2)) \
		'{ print >file "." (NR <= half ? 1 : 2) }' "$1"
}

# in_batches SIZE PATTERN: of the programs that begin with the pattern
in_batches() {
	rm -f /tmp/batch.*
	grep "$2" "$programs" | awk -v size="$1" \
		'{ print >"/tmp/batch." 100 + int((NR - 1) / size) }'
	for batch in /tmp/batch.*; do
		[ ! -e "$batch" ] || together "$batch"
	done
}

# Each slot is used once.  A lock that is kept at the end of a thread names no class,
# and neither does the release of a reader by another one.
programs=/tmp/all
sed 's/^.*x-.*/x&/; t; s/^.*[0-9]h[A-F].*/h&/; t; s/^/_/' "$1" >$programs
in_batches 32 '^_'
in_batches 12 '^h'
in_batches 1 '^x'
