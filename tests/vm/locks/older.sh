#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Tasks that have been in the kernel since before the audit, work items, and what a
# task takes on its way out.
. ./lib.sh
prefix="older tasks: "
locks="iommu-group locks --settle 0 -j"
run=/sys/module/ig_lockolder/parameters/run

insmod ig_lockolder.ko device=$SINGLE
lossy lock_task_older "a thread and a work item from before" $locks -- \
	sh -c "echo thread >$run; echo work >$run"
json_is "each of them" losses.lock_task_older.count 2
json_has "named with its place" notes 'ig_older (pid [0-9]*) takes the group lock in .*in a call from before'
json_has "the work item too" notes 'kworker.* takes the group lock in .*in a call from before'
expect_clean "work items of the run" $locks -- sh -c "echo new >$run"
rmmod ig_lockolder

# gap WORD...: what ig_lockgap does, in this order; off and on are those of ftrace
gap() {
	echo "insmod ig_lockgap.ko device=$SINGLE || exit"
	for word; do
		case $word in
		off) echo "echo 0 >$ftrace" ;;
		on) echo "echo 1 >$ftrace" ;;
		*) echo "echo $word >/sys/module/ig_lockgap/parameters/run" ;;
		esac
	done
	echo "rmmod ig_lockgap"
}

# What was released while ftrace was off is held no more.
ftrace=/proc/sys/kernel/ftrace_enabled
expect_clean "released in sight" $locks -- sh -c \
	"$(gap read beside drop group gone write)"
if sh -c "echo 0 >$ftrace" 2>/dev/null; then
	echo 1 >$ftrace
	lossy probes_dead "released while ftrace was off" $locks -- sh -c \
		"$(gap read beside off drop on group gone write)"
	json_is "released while ftrace was off: no finding" findings.# 0
else
	skip "released while ftrace was off" "this kernel refuses it"
fi

insmod ig_lockkeep.ko device=$SINGLE mode=file
expect 2 "kept by a file's release" $locks -- sh -c 'exec 3</proc/ig_lockkeep'
json_is "kept by a file's release: rule" findings.0.rule held-on-exit
json_has "kept by a file's release: who" findings.0.message 'ended with the group lock held since ig_lockkeep_release+0x'
json_is "kept by a file's release: nothing else" findings.# 1
rmmod ig_lockkeep
plan
