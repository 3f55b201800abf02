#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What attach could not see or keep is said, and makes it inconclusive.
. ./lib.sh
prefix="attach losses: "
attach="iommu-group attach -j"

# attach.sh shows that nothing is lost otherwise.
expect 3 "too many tasks: exit status" $attach --folded /tmp/folded --max-stacks 1 -- \
	sh -c "insmod ig_attachcrowd.ko device=$SINGLE && rmmod ig_attachcrowd"
json_is "too many tasks: all of them attached" workload.status 0
json_has "too many tasks: said" losses.attach_tasks.count '^[1-9]'
json_has "too many stacks of samples: said" losses.samples_full.count '^[1-9]'

# A task preempts a program, and the program does not run for what it does.
preempted() {
	expect 3 "preempted in a program: exit status" $attach -- \
		sh -c "insmod ig_interrupt.ko device=$SINGLE mode=attach && rmmod ig_interrupt"
	json_is "preempted in a program: two ends not seen" losses.programs_missed.count 2
	json_is "preempted in a program: said of each" losses.attach_missed.count 2
	json_is "preempted in a program: one of the slowest" losses.attach_slow.count 1
}

# Kernels without this thread do not preempt a reader of RCU, as programs are.
if ps | grep -q '[r]cu_preempt'; then
	how=/sys/kernel/debug/sched/preempt
	mount -t debugfs none /sys/kernel/debug 2>/dev/null
	was=$(sed 's/.*(\(.*\)).*/\1/' $how)
	echo full >$how
	preempted
	echo $was >$how
else
	skip "preempted in a program" "this kernel preempts no BPF program"
fi
plan
