#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What happens to groups is shown as it happens, with the function that does it.
# usage: trace.sh BACKEND [less]
#
# less: without what no IOMMU makes a difference to, losses.
. ./lib.sh
backend=$1 less=${2-}
prefix="trace, $backend: "
trace="iommu-group trace --backend $backend"

expect 0 "exit status" $trace -j -- \
	sh -c "echo 1 >/sys/bus/pci/devices/$CLEAN/remove; echo 1 >/sys/bus/pci/rescan; insmod ig_balanced.ko device=$CLEAN rounds=20; rmmod ig_balanced"
for event in alloc release add_device remove_device get put; do
	holds "shows $event" $out "\"event\":\"$event\""
done
holds "names the caller" $out '\[ig_balanced\]'

if [ -z "$less" ]; then
	expect 3 "ring buffer too small" $trace -j --ring-size 1 -- \
		insmod ig_balanced.ko device=$SINGLE
	holds "ring buffer too small: count" $err 'lost: events did not fit'
	holds "ring buffer too small: in JSON" $out \
		'"event":"lost","key":"ring_buffer_full","count":[1-9]'
	rmmod ig_balanced
fi
plan
