#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Any number of locks held at a time: nothing of it is lost, and an inversion among
# them is found.
. ./lib.sh
prefix="many locks: "
locks="iommu-group locks --settle 0 -j"

expect_clean "right" $locks -- sh -c \
	"for mode in deep class; do
		insmod ig_lockmany.ko device=$SINGLE mode=\$mode && rmmod ig_lockmany || exit
	done"
expect 2 "wrong" $locks -- insmod ig_lockmany.ko device=$SINGLE mode=wrong
json_is "wrong: rule" findings.0.rule lock-cycle
json_has "wrong: function" findings.0.edges ig_lockmany_under+0x
rmmod ig_lockmany
# All devices of the bus are locked at a time.
reset=/sys/bus/pci/devices/0000:00:18.0/reset_subordinate
if [ -e $reset ]; then
	expect_clean "reset of a bus" $locks -- sh -c "echo 1 >$reset"
else
	skip "reset of a bus" "this kernel has no such file"
fi
plan
