#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Tasks that hang on a group lock are found, with who waits for whom, also if they
# hung before; and what only waits is not taken for it.
# usage: stuck.sh [less]
#
# The only script in its guest: what hangs here hangs for ever.
# less: without what no IOMMU makes a difference to
. ./lib.sh
less=${1-}
prefix="stuck: "
# The groups that hang are not read for a snapshot, which takes seconds each time.
locks="iommu-group locks --settle 0 -g $(group_of $CLEAN) -j"
run=/sys/module/ig_stuck/parameters/run

# more_groups: a device of each group that has none of ours
more_groups() {
	for group in /sys/kernel/iommu_groups/*; do
		first=$(ls $group/devices | head -n 1)
		case ${group##*/} in
		$(group_of $SINGLE) | $(group_of $OTHER) | $(group_of $CLEAN) | $(group_of $SHARED)) ;;
		*) echo "$first" ;;
		esac
	done
}
set -- $(more_groups)
more=$1 last=${2-}

# shows NAME FUNCTION...: the one finding of the rule names them
shows() {
	name=$1
	shift
	./jsonq $out findings >/tmp/findings
	holds "$name: rule" /tmp/findings '"rule": *"group-lock-stuck"'
	for function; do
		holds "$name: names $function" /tmp/findings "$function+0x"
	done
}

# sticks MODE DEVICE LINKS FUNCTION...: found in the run, and after it by hang
sticks() {
	mode=$1 device=$2 links=$3
	shift 3
	expect 2 "$mode: exit status" $locks -- sh -c "echo $mode $device >$run"
	shows "$mode" "$@"
	expect 2 "$mode: hang: exit status" iommu-group hang -j -g "$(group_of $device)"
	json_is "$mode: hang: rule" findings.0.rule group-lock-stuck
	json_is "$mode: hang: group" findings.0.group "$(group_of $device)"
	json_is "$mode: hang: so many in the chain" findings.0.chain.# "$links"
	json_is "$mode: hang: a circle" findings.0.circle 0
	json_is "$mode: hang: nothing else" findings.# 1
	shows "$mode: hang" "$@"
}

expect 0 "nothing hangs: exit status" iommu-group hang -j
json_is "nothing hangs: all groups" groups.# "$(ls /sys/kernel/iommu_groups | wc -l)"
json_is "nothing hangs: devices" groups.0.devices.# \
	"$(ls /sys/kernel/iommu_groups/0/devices | wc -l)"

# What is right.
insmod ig_stuck.ko ms=4000
expect_clean "right: all of them" iommu-group locks --settle 20 -j -- sh -c "
	for mode in abba trio writer flush stop; do
		echo \$mode $SINGLE right >$run || exit
	done
	echo node $SINGLE right >$run; cat /sys/kernel/ig_stuck/taken; true"
expect_clean "right: sleeps, but not for long" iommu-group locks --settle 60 -j -- \
	sh -c "echo sleep $SINGLE >$run"
rmmod ig_stuck

# What may be right.
# rmmod wakes it.
insmod ig_stuck.ko ms=3600000
echo sleep $OTHER >$run
lossy group_lock_waits "sleeps" iommu-group hang -j
json_is "sleeps: no finding" findings.# 0
json_is "sleeps: who" waits.0.chain.0.task ig_stuck_sleep
json_has "sleeps: where" waits.0.message 'sleeps in ig_stuck_sleep_now+0x'
json_is "sleeps: who waits" waits.0.waiters.0.task ig_stuck_wait
lossy group_lock_waits "sleeps, in a run" $locks -- true
json_is "sleeps, in a run: no finding" findings.# 0
expect 0 "list: exit status" iommu-group list -j
holds "list: says who has the lock" $err 'group lock is held by ig_stuck_sleep'
json_is "list: which" locked.0.group "$(group_of $OTHER)"
json_is "list: who" locked.0.chain.0.task ig_stuck_sleep
rmmod ig_stuck
expect 0 "slept: exit status" iommu-group hang

# What hangs.
insmod ig_stuck.ko
sticks abba $SINGLE 2 ig_stuck_mutex_second ig_stuck_group_second
sticks flush $OTHER 2 ig_stuck_flush_now ig_stuck_work
sticks stop $SHARED 2 ig_stuck_stop_now ig_stuck_thread_main
# Who reads is not in the lock: seen in the run, a guess after it.
expect 2 "trio: exit status" $locks -- sh -c "echo trio $more >$run"
shows trio ig_stuck_read_second ig_stuck_read_first ig_stuck_write_between
holds "trio: seen to read" /tmp/findings '"known_by": *"seen"'
lossy group_lock_waits "trio: hang" iommu-group hang -j -g "$(group_of $more)"
json_has "trio: hang: said" waits.0.message 'if that task still reads'
if [ -n "$last" ]; then
	expect 2 "writer: exit status" $locks -- sh -c "echo writer $last >$run"
	shows writer ig_stuck_write_second ig_stuck_read_first
else
	skip "writer" "no more groups"
fi

# As it was before the run; and a workload that hangs itself.
expect 2 "before the run: exit status" $locks -- true
shows "before the run" ig_stuck_mutex_second ig_stuck_group_second
type=/sys/kernel/iommu_groups/$(group_of $SINGLE)/type
expect 2 "a workload that hangs, -d: exit status" $locks -d 1 -- cat $type
holds "a workload that hangs, -d: said" $err 'workload hangs'
json_has "a workload that hangs, -d: and what runs" losses.workload_running.count 1
shows "a workload that hangs, -d" ig_stuck_mutex_second
expect 2 "a workload that hangs, SIGINT: exit status" $locks -- \
	sh -c "kill -INT \$PPID; cat $type"
holds "a workload that hangs, SIGINT: said" $err 'workload hangs'

in_other_words() {
	expect 2 "text" iommu-group hang
	holds "text: who" $out 'ig_stuck_a (pid [0-9]*) has group->mutex and waits for ig_stuck_mutex'
	expect 2 "JUnit" iommu-group hang -f junit
	holds "JUnit: the rule" $out 'name="group-lock-stuck"'
	expect 2 "KTAP" iommu-group hang -f ktap
	holds "KTAP: the rule" $out '^not ok [0-9]* group-lock-stuck'
	expect 2 "a record" iommu-group record -o /tmp/record --settle 0 \
		-g "$(group_of $CLEAN)" -- true
	expect 2 "its report" iommu-group report -j /tmp/record
	shows "its report" ig_stuck_mutex_second ig_stuck_group_second
	lossy waits_unread "in a PID namespace" unshare -fp iommu-group hang -j
}
[ -n "$less" ] || in_other_words

# Last, as the file and its reader hang in the only group that was left.
echo node $CLEAN >$run
cat /sys/kernel/ig_stuck/taken >/dev/null &
sleep 3
iommu-group hang -j -g "$(group_of $CLEAN)" >$out 2>$err
case $? in
2) json_is "node: waits for" findings.0.chain.0.waits_for 'sysfs file' ;;
*) json_has "node: said" losses.group_lock_waits.count '^[1-9]' ;;
esac
holds "node: who removes it" $out ig_stuck_remove_now
holds "node: who reads it" $out taken_show
plan
