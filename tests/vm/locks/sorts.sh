#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Locks of one class that only lockdep is told to tell apart: right code is no
# finding, and one lock in both orders is one.
. ./lib.sh
prefix="lock sorts: "
locks="iommu-group locks --settle 0 -j"

for mode in nested sem class reused three; do
	lossy lock_instances_differ "right: $mode" $locks -- \
		insmod ig_locksorts.ko device=$SINGLE mode=$mode
	json_is "right: $mode: no finding" findings.# 0
	json_is "right: $mode: shown whole" unproven.0.rule lock-cycle
	json_has "right: $mode: with its stacks" unproven.0.edges 'ig_sorts_'
	rmmod ig_locksorts
done
expect 3 "right: in words" iommu-group locks --settle 0 -- \
	insmod ig_locksorts.ko device=$SINGLE mode=nested
holds "right: in words: the circle" $out '^not proven: lock-cycle: '
holds "right: in words: why" $out 'lockdep_set_class'
rmmod ig_locksorts
for mode in same gone; do
	expect 2 "wrong: $mode" $locks -- \
		insmod ig_locksorts.ko device=$SINGLE mode=$mode
	json_is "wrong: $mode: rule" findings.0.rule lock-cycle
	rmmod ig_locksorts
done
plan
