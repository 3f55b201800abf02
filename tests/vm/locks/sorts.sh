#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Locks of one class that only lockdep is told to tell apart: right code is no
# finding, and one lock in both orders is one.
. ./lib.sh
prefix="lock sorts: "

modes() {
	echo "for mode in $*; do
		insmod ig_locksorts.ko device=$SINGLE mode=\$mode && rmmod ig_locksorts || exit
	done"
}

for mode in three 'nested sem class reused'; do
	expect 3 "right: $mode" iommu-group locks --settle 0 -- \
		sh -c "$(modes $mode)"
	holds "right: $mode: why" $out 'not seen: lock_instances_differ: [1-3] .*lockdep_set_class'
	holds "right: $mode: the circle" $out '^not proven: lock-cycle: '
	holds "right: $mode: with its stacks" $out ' ig_sorts_child+0x'
done
for mode in same gone; do
	expect 2 "wrong: $mode" iommu-group locks --settle 0 -j -- \
		sh -c "$(modes $mode)"
	json_is "wrong: $mode: rule" findings.0.rule lock-cycle
done
plan
