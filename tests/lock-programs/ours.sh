#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What iommu-group says to each lock program of a file, in a guest.
# usage: ours.sh FILE    with lines SEED|PROGRAM
# Prints SEED|WHAT, where WHAT is clean, finding RULE..., or inconclusive WHY...
#
# Each program is a workload of check --suite, with the module to itself.
run=/sys/module/ig_lockprog/parameters/run

# suite_of FILE: a workload for each of its programs
suite_of() {
	while IFS='|' read -r seed program; do
		echo "$seed: insmod ig_lockprog.ko device=0000:00:10.0 && echo '0 $program' >$run; ran=\$?; rmmod ig_lockprog; exit \$ran"
	done <"$1"
}

# names PATTERN SED: of what the document on stdin has of it, in one line
names() {
	grep -o "$1" | sed "$2" | sort -u | tr '\n' ' '
}

# A loss that says why a circle is not proven, and is in the report by itself.
unproven='/^lock_class_unproven$/d; /^lock_instances_differ$/d; /^reader_handed_over$/d'

# answer SEED WORKLOAD: from /tmp/report
answer() {
	verdict=$(./jsonq /tmp/report suite."$2".verdict)
	status=$(./jsonq /tmp/report suite."$2".workload.status)
	if [ "$status" != 0 ]; then
		echo "cannot run $1: status $status" >&2
		return
	fi
	what=$verdict
	case $verdict in
	findings)
		rules=$(./jsonq /tmp/report suite."$2".findings |
			names '"rule": *"[a-z-]*"' 's/.*"\([a-z-]*\)"$/\1/')
		what="finding $rules"
		;;
	inconclusive)
		lost=$(./jsonq /tmp/report suite."$2".losses |
			names '"[a-z_]*": *{' "s/[\": {]//g; $unproven")
		what="inconclusive ${lost:-unproven}"
		;;
	clean)
		./jsonq /tmp/report suite."$2".notes 2>/dev/null |
			grep -q 'may not be of one class\|unproven' &&
			what="inconclusive unproven"
		;;
	esac
	echo "$1|$what" | sed 's/ *$//'
}

# judge FILE: an answer for each of its programs
judge() {
	suite_of "$1" >/tmp/suite
	iommu-group check --settle 0 -j --suite /tmp/suite >/tmp/report 2>/tmp/complaint
	case $? in
	0 | 2 | 3 | 4) ;;
	*)
		cat /tmp/complaint >&2
		exit 1
		;;
	esac
	workload=0
	while IFS='|' read -r seed _; do
		answer "$seed" $workload
		workload=$((workload + 1))
	done <"$1"
}

# A kernel that preempts programs skips some now and then: what it says is to be done
# then is done, twice.
rm -f /tmp/batch.*
awk '{ print >"/tmp/batch." 1000 + int((NR - 1) / 50) }' "$1"
for batch in /tmp/batch.*; do
	for try in 1 2 3; do
		judge "$batch" >/tmp/said
		again='|inconclusive .*lock_missed'
		[ $try -lt 3 ] || again='^$'
		grep -v "$again" /tmp/said
		grep "$again" /tmp/said | cut -d'|' -f1 >/tmp/again
		[ -s /tmp/again ] || break
		awk -F'|' 'NR == FNR { again[$1] = 1; next } $1 in again' \
			/tmp/again "$batch" >/tmp/rest
		mv /tmp/rest "$batch"
	done
done
