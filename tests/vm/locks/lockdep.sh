#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What lockdep says to our modules about locks, and whether iommu-group, watching
# at the same time, says the same of the same locks.  Needs a kernel with
# PROVE_LOCKING, and a boot for each mode: lockdep turns itself off after its first
# report.  usage: lockdep.sh MODE
. ./lib.sh
mode=$1
prefix="lockdep, $mode: "
circular='possible circular locking dependency detected'
recursive='possible recursive locking detected'

# What it reports (nothing for what is right), and the locks that it names,
# patterns, in any order.
module=ig_inversion report=$circular
case $mode in
abba) locks='ig_inversion_mutex &group->mutex' ;;
dynamic) locks='&dynamic->lock &group->mutex' ;;
notifier) locks='ig_inversion_notifier_mutex &group->mutex' ;;
three) locks='ig_inversion_mutex_a ig_inversion_mutex_b &group->mutex' ;;
# one class, which it was not told to be nested
nesting | nesting1) report=$recursive locks='&group->mutex' ;;
recursion) module=ig_lockkeep report=$recursive locks='&group->mutex' ;;
exit)
	module=ig_lockkeep locks='&group->mutex'
	report='lock held when returning to user space!'
	;;
kthread_exit)
	module=ig_lockkeep locks='&group->mutex'
	report='still has locks held!'
	;;
# it cannot know that nobody writes
read) module=ig_lockalike locks='ig_alike_rwsem &group->mutex' ;;
trylock | nested | handover | before | reuse) module=ig_lockalike report= ;;
*) echo "1..0 # SKIP no mode $mode" && exit ;;
esac

lockdep_is_on() {
	grep -q 'debug_locks: *1$' /proc/lockdep_stats
}

if [ ! -e /proc/lockdep_stats ]; then
	skip "reported" "this kernel has no lockdep"
	plan
	exit
fi
if lockdep_is_on; then
	ok "nothing reported before"
else
	dmesg >/tmp/dmesg
	not_ok "nothing reported before" /tmp/dmesg
fi
dmesg -c >/dev/null

other=
[ $module != ig_inversion ] || other=other=$OTHER
iommu-group locks --settle 0 -j -- insmod $module.ko device=$SINGLE $other mode=$mode >/tmp/report 2>/tmp/complaint
status=$?
# of what does not end, the report is all that there will be
[ "$mode" = recursion ] || expect 0 "rmmod" rmmod $module
dmesg >/tmp/dmesg
# theirs: the locks of lockdep's circle, or the one that is nested or kept
theirs() {
	if grep -q "$circular" /tmp/dmesg; then
		sed -n 's/.*-> #[0-9]* (\([^{]*\)){.*/\1/p' /tmp/dmesg
	else
		sed -n 's/.*(\(&group->mutex\)){.*/\1/p' /tmp/dmesg
	fi | sort -u
}

# ours: the same in the same words, less module and place
ours() {
	{
		for i in 0 1 2; do
			./jsonq /tmp/report findings.0.edges.$i.from
		done 2>/dev/null
		# what a task does by itself has no edges
		./jsonq /tmp/report findings.0.message | grep -o 'the group lock'
	} | sed 's/ [[(].*//; s/ of group .*//; s/^group->mutex/\&&/; s/^the group lock/\&group->mutex/' | sort -u
}

if [ -n "$report" ]; then
	holds "reported" /tmp/dmesg "WARNING: .*$report"
	for lock in $locks; do
		holds "names $lock" /tmp/dmesg "($lock){"
	done
fi
case $mode in
# what the one knows and the other does not: see the module
read | nesting1)
	if [ $status -eq 0 ]; then
		ok "iommu-group: no finding"
	else
		not_ok "iommu-group: no finding" /tmp/report /tmp/complaint
	fi
	;;
before) ;;
*)
	if [ -z "$report" ] && [ $status -eq 0 ]; then
		ok "iommu-group: no finding either"
	elif [ $status -eq 2 ] && [ "$(ours)" = "$(theirs)" ]; then
		ok "iommu-group: the same locks: $(ours | tr '\n' ' ')"
	else
		echo "# status $status, ours: $(ours | tr '\n' ' '), theirs: $(theirs | tr '\n' ' ')"
		not_ok "iommu-group: the same locks" /tmp/report /tmp/complaint
	fi
	;;
esac
if [ -n "$report" ]; then
	:
elif lockdep_is_on; then
	ok "not reported"
else
	not_ok "not reported" /tmp/dmesg
fi
plan
