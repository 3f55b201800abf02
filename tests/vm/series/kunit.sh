#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The KUnit suite of a patched kernel, twice: it must leave nothing behind that
# it trips over itself.  Its cases become lines of this test.
. ./lib.sh
module=iommu-group-kunit
results=/sys/kernel/debug/kunit/iommu_group/results
failslab=/sys/kernel/debug/failslab

# Allocations that may sleep fail as well, and without a call trace each.
if [ -d $failslab ]; then
	verbose=$(cat $failslab/verbose)
	echo N >$failslab/ignore-gfp-wait
	echo 0 >$failslab/verbose
fi

# case_line [not] ok NUMBER NAME [# SKIP REASON]: a line of KTAP
case_line() {
	verdict=$1
	[ "$verdict" = ok ] || shift
	name=$3
	shift 3
	if [ "$verdict" != ok ]; then
		not_ok "$name" /tmp/ktap
	elif [ "$1 $2" = '# SKIP' ] && [ -d $failslab ]; then
		echo "# $*"
		not_ok "$name: skipped with failslab there"
	elif [ "$1 $2" = '# SKIP' ]; then
		shift 2
		skip "$name" "$*"
	else
		ok "$name"
	fi
}

suite() {
	dmesg -c >/dev/null
	expect 0 "load the module" modprobe $module || return
	if [ -e $results ]; then
		cat $results >/tmp/ktap
	else
		dmesg | sed 's/^\(<[0-9]*>\)*\[[^]]*\] //' >/tmp/ktap
	fi
	grep -E '^    (not )?ok [0-9]+ ' /tmp/ktap >/tmp/cases
	while read -r line; do
		# shellcheck disable=SC2086 # words
		case_line $line
	done </tmp/cases
	planned=$(sed -n 's/^    1\.\.//p' /tmp/ktap)
	if [ "$(grep -c . /tmp/cases)" = "$planned" ]; then
		ok "all cases ran"
	else
		not_ok "all cases ran" /tmp/ktap
	fi
	holds "verdict of the suite" /tmp/ktap '^ok [0-9]* iommu_group$'
	expect 0 "unload the module" modprobe -r $module
}

groups_before=$(ls /sys/kernel/iommu_groups)
prefix="kunit: "
suite
prefix="kunit again: "
suite
prefix="kunit: "
if [ "$(ls /sys/kernel/iommu_groups)" = "$groups_before" ]; then
	ok "the machine's groups are as before"
else
	not_ok "the machine's groups are as before"
fi
if [ -d $failslab ]; then
	echo Y >$failslab/ignore-gfp-wait
	echo "$verbose" >$failslab/verbose
fi
plan
