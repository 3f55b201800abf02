#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Locks that are taken in two orders around the group lock are found, with the
# functions of both, and what only looks like it is not.
# usage: locks.sh [ROUNDS [less]]
#
# less: without what no IOMMU makes a difference to, losses and formats; each audit
# takes seconds to start.
. ./lib.sh
rounds=${1:-50} less=${2-}
prefix="locks: "
locks="iommu-group locks --settle 0 -j"

# finds RULE NAME OPTIONS MODULE MODE FUNCTION...
finds() {
	rule=$1 name=$2 options=$3 module=$4 mode=$5
	shift 5
	# shellcheck disable=SC2086 # options are words
	expect 2 "$name: exit status" $locks $options -- \
		insmod $module.ko device=$SINGLE $other mode=$mode
	json_is "$name: verdict" verdict findings
	json_is "$name: rule" findings.0.rule $rule
	json_is "$name: nothing else" findings.# 1
	./jsonq $out findings.0 >/tmp/finding
	for function; do
		holds "$name: names $function" /tmp/finding "$function+0x"
	done
	rmmod $module
}

other=other=$OTHER
finds lock-cycle "two locks" "" ig_inversion abba \
	ig_inversion_forward ig_inversion_backward
json_is "two locks: so many edges" findings.0.edges.# 2
holds "two locks: the other one by name" /tmp/finding '"ig_inversion_mutex'
finds lock-cycle "a lock in allocated memory" "" ig_inversion dynamic \
	'ig_inversion_dynamic_forward[12]' 'ig_inversion_dynamic_backward[12]'
finds lock-cycle "three locks of three tasks" "" ig_inversion three \
	ig_inversion_a_group ig_inversion_lock_b ig_inversion_b_a
json_is "three locks of three tasks: so many edges" findings.0.edges.# 3
finds group-lock-nesting "two groups both ways" "" ig_inversion nesting \
	ig_inversion_nest_other ig_inversion_nest_device
expect 0 "two groups one way: exit status" $locks -- \
	insmod ig_inversion.ko device=$SINGLE $other mode=nesting1
json_has "two groups one way: said" notes 'not the other way round'
rmmod ig_inversion
# Which locks are of one class, and all ways to take one.
other=
lossy lock_instances_differ "two locks of one class" $locks -- \
	insmod ig_lockclass.ko device=$SINGLE mode=instances
json_has "two locks of one class: shown" unproven.0.edges ig_lockclass_backward+0x
rmmod ig_lockclass
expect 2 "all ways to take a lock: exit status" $locks -- \
	insmod ig_lockkinds.ko device=$SINGLE mode=kinds
json_is "all ways to take a lock: so many" findings.# 19
./jsonq $out findings >/tmp/findings
for way in nested interruptible killable io write write_nested write_killable \
	read read_nested read_interruptible read_killable downgraded tried \
	dec ww ww_interruptible ww_tried percpu percpu_read; do
	holds "all ways to take a lock: $way" /tmp/findings \
		"taken while ig_kind_$way \[ig_lockkinds\] is held"
	holds "all ways to take a lock: $way, under the group lock" /tmp/findings \
		"ig_kind_${way}_backward+0x"
done
rmmod ig_lockkinds
insmod ig_lockclass.ko device=$SINGLE mode=keep
run=/sys/module/ig_lockclass/parameters/run
# 65,536 locks are remembered by address; this one is known for what it was.
expect 2 "older than the run, and long ago: exit status" $locks -- sh -c \
	"echo forward 0 >$run; echo churn 300000 >$run; echo under 0 >$run"
json_is "older than the run, and long ago: rule" findings.0.rule lock-cycle
holds "older than the run, and long ago: names the other side" $out \
	ig_lockclass_under+0x
rmmod ig_lockclass
expect 2 "made in the run, and long ago: exit status" $locks -- sh -c \
	"insmod ig_lockclass.ko device=$SINGLE mode=keep; echo forward 0 >$run
	echo churn 300000 >$run; echo under 0 >$run"
json_is "made in the run, and long ago: rule" findings.0.rule lock-cycle
expect 3 "older than the run, two by a helper: exit status" $locks -- sh -c \
	"echo forward 0 >$run; echo backward 1 >$run"
json_is "older than the run, two by a helper: no finding" findings.# 0
json_is "older than the run, two by a helper: said" losses.lock_class_unproven.count 1
json_has "older than the run, two by a helper: which" notes 'lock taken in ig_lockclass_take'
expect 2 "older than the run, one by a helper: exit status" $locks -- sh -c \
	"echo forward 0 >$run; echo backward 0 >$run"
rmmod ig_lockclass
other=other=$OTHER
if grep -q iommu_group_register_notifier /proc/kallsyms; then
	finds lock-cycle "through a notifier" "" ig_inversion notifier \
		ig_inversion_notified ig_inversion_unnotified
else
	skip "through a notifier" "this kernel has no group notifiers"
fi
other=
finds held-on-exit "back to user space" "" ig_lockkeep exit ig_lockkeep_lock
finds held-on-exit "end of a kernel thread" "" ig_lockkeep kthread_exit \
	ig_lockkeep_lock

expect 2 "held for long: exit status" $locks --held-too-long 500 -- \
	sh -c "insmod ig_lockhold.ko device=$SINGLE ms=2000 && rmmod ig_lockhold"
json_is "held for long: rule" findings.0.rule held-too-long
json_has "held for long: function" findings.0.stack 'iommu_group_for_each_dev+0x'
expect_clean "held, but nobody asked how long" $locks -- \
	sh -c "insmod ig_lockhold.ko device=$SINGLE ms=2000 && rmmod ig_lockhold"

for mode in trylock read nested handover handover_write reuse; do
	if grep -q ' mutex_lock_nested$' /proc/kallsyms && [ $mode = handover_write ]; then
		continue
	fi
	expect_clean "right: $mode" $locks -- \
		sh -c "insmod ig_lockalike.ko device=$SINGLE mode=$mode && rmmod ig_lockalike"
	json_is "right: $mode: verdict" verdict clean
done
if grep -q ' mutex_lock_nested$' /proc/kallsyms; then
	skip "releases that are not seen" "the kernel's own lock debugging objects"
else
	expect_clean "releases that are not seen: no depth" $locks -- \
		sh -c "insmod ig_lockmany.ko device=$SINGLE mode=lost && rmmod ig_lockmany"
fi
insmod ig_lockalike.ko device=$SINGLE mode=before
expect 3 "taken before: exit status" $locks -- rmmod ig_lockalike
json_is "taken before: no finding" findings.# 0
json_is "taken before: said" losses.lock_missed.count 1
expect_clean "right: two sorts of locks by one helper" $locks -- \
	sh -c "insmod ig_lockclass.ko device=$SINGLE mode=sorts && rmmod ig_lockclass"
expect_clean "right: interrupted before it had the lock" $locks -- \
	sh -c "insmod ig_lockkinds.ko device=$SINGLE mode=interrupted && rmmod ig_lockkinds"

# Losses are never clean.
losses_are_said() {
	expect 3 "edge map too small" $locks --max-edges 1 -- \
		sh -c "insmod ig_lockalike.ko device=$SINGLE mode=nested && rmmod ig_lockalike"
	json_has "edge map too small: count" losses.edge_map_full.count '^[1-9]'
	json_has "no room for places: count" losses.lock_places_full.count '^[1-9]'
	expect 3 "too few names" $locks --max-groups 1 --max-devices 1 -- true
	json_has "too few names: count" losses.named_locks_full.count '^[1-9]'
	expect 3 "too many locks at a time" $locks -- \
		sh -c "insmod ig_lockmany.ko device=$SINGLE mode=flood && rmmod ig_lockmany"
	json_has "too many locks at a time: count" losses.lock_depth.count '^[1-9]'
	expect 3 "too many tasks with locks" $locks -- \
		sh -c "insmod ig_lockmany.ko device=$SINGLE mode=crowd && rmmod ig_lockmany"
	json_has "too many tasks with locks: count" losses.lock_tasks.count '^[1-9]'
	lossy lock_class_forgotten "initialised in the run, and too many since" \
		$locks -- sh -c "insmod ig_lockclass.ko device=$SINGLE mode=keep
			echo churn 300000 >$run; echo forward 0 >$run"
	rmmod ig_lockclass
	in_turn ig_lockalike ig_locktwin device=$SINGLE mode=nested rounds=5
	expect 3 "locks of two modules at one address" $locks -- sh /tmp/in_turn.sh
	json_is "locks of two modules at one address: both ran" workload.status 0
	json_has "locks of two modules at one address: said" \
		losses.symbols_reused.count '^[1-9]'
	in_turn ig_lockalike ig_lockalike device=$SINGLE mode=nested rounds=5
	expect_clean "locks of one module, twice at one address" $locks -- \
		sh /tmp/in_turn.sh
}

# The same for people, and in check.
in_other_words() {
	expect 2 "text" iommu-group locks --settle 0 -- \
		sh -c "insmod ig_inversion.ko device=$SINGLE && rmmod ig_inversion"
	holds "text: scenario" $out 'Possible unsafe locking scenario'
	expect 2 "check finds it too" iommu-group check --settle 0 -j -- \
		sh -c "insmod ig_inversion.ko device=$SINGLE && rmmod ig_inversion"
	json_is "check finds it too: rule" findings.0.rule lock-cycle
	json_is "check finds it too: locks were audited" locks_audited true
	expect 0 "check with kprobes: exit status" iommu-group check --settle 0 -j \
		--backend kprobe -- true
	json_is "check with kprobes: no locks" locks_audited false
	holds "check with kprobes: says so" $err 'order of locks is not audited'
	expect 2 "order and graph" iommu-group locks --settle 0 --order --dot /tmp/dot -- \
		sh -c "insmod ig_inversion.ko device=$SINGLE && rmmod ig_inversion"
	holds "order: has the group lock" $out 'group->mutex'
	holds "graph: the inversion" /tmp/dot 'ig_inversion_mutex'
	expect 1 "not with kprobes" iommu-group locks --backend kprobe -- true
	holds "not with kprobes: says so" $err 'fentry'
}

if [ -z "$less" ]; then
	losses_are_said
	in_other_words
fi

# Real work is clean; workloads.sh has the rest, with all audits.
if ./type.sh 1 $SINGLE >/dev/null 2>&1; then
	expect_clean "type changes, $rounds rounds" $locks -- \
		./type.sh $rounds $SINGLE
else
	skip "type changes, $rounds rounds" "the kernel refuses them"
fi

# Last, for the task hangs and keeps the group lock.
expect 2 "recursion: exit status" $locks -- \
	insmod ig_lockkeep.ko device=$SINGLE mode=recursion
# With the series it is also found that notifiers are called with the lock.
./jsonq $out findings >/tmp/findings
holds "recursion: rule" /tmp/findings '"rule": *"lock-recursion"'
holds "recursion: names the function" /tmp/findings 'ig_lockkeep_recurse+0x'
plan
