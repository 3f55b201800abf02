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

insmod ig_lockkeep.ko device=$SINGLE mode=file
expect 2 "kept by a file's release" $locks -- sh -c 'exec 3</proc/ig_lockkeep'
json_is "kept by a file's release: rule" findings.0.rule held-on-exit
json_has "kept by a file's release: who" findings.0.message 'ended with the group lock held since ig_lockkeep_release+0x'
json_is "kept by a file's release: nothing else" findings.# 1
rmmod ig_lockkeep
plan
